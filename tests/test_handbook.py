"""The walk through the Handbook: every block of docs/handbook.md is run, and prints what the page says."""

import doctest
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "handbook.md"


def examples() -> doctest.DocTest:
    """The page as one doctest; a closing fence would else count as expected output."""
    text = re.sub(r"(?m)^```.*$", "", PAGE.read_text(encoding="utf-8"))
    return doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)


def test_the_page_walks_all_ten_steps() -> None:
    """Ten numbered headings, each with something that is run, or a step that is read off the one before."""
    steps = re.findall(r"(?m)^## (\d+)\. ", PAGE.read_text(encoding="utf-8"))
    assert steps == [str(n) for n in range(1, 11)]


def test_every_block_prints_what_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run from the root of the project, as a reader would."""
    monkeypatch.chdir(PAGE.parents[1])
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    test = examples()
    assert len(test.examples) > 30
    runner.run(test, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)
