"""The documentation: every command and every block of code on a page is run, and prints what the page says."""

import os
import re
from pathlib import Path
from unittest import mock

import pytest

from tests.engines import Schemas
from tests.pages import PAGES, ROOT, Demo, Reader, blocks, lang_of_page, matches, needs_server, settle


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("demo"))


# The Vietnamese pages run the same commands as the English ones; most of them wait for `make test-all`, and so
# does the page that makes a review.
_SLOW = {page for page in PAGES if lang_of_page(page) == "vi"} - {"docs/vi/analyst.md"} | {"docs/en/report-a-period.md"}


@pytest.mark.parametrize("page", [pytest.param(p, marks=pytest.mark.slow) if p in _SLOW else p for p in PAGES])
def test_a_page_does_what_it_says(
    page: str, demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Run from top to end in a folder of its own; pages that name the server db.example run on PostgreSQL."""
    schemas: Schemas | None = request.getfixturevalue("schemas") if needs_server(page) else None
    lent = schemas.lend() if schemas else ""
    lang = lang_of_page(page)
    monkeypatch.chdir(tmp_path)
    with mock.patch.dict(os.environ):
        settle(lang, tmp_path)
        reader = Reader(lang, tmp_path, demo, schemas.address(lent) if schemas else None)
        faults = list(reader.read((ROOT / page).read_text(encoding="utf-8")))
        reader.leave()
    if schemas:
        schemas.take_back(lent)
    assert not faults, "\n\n".join(f"{page}:{fault.first}: {fault.said}" for fault in faults)


def test_the_handbook_s_walk_has_all_ten_steps() -> None:
    """Ten numbered headings."""
    page = (ROOT / "docs" / "handbook.md").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^## (\d+)\. ", page) == [str(n) for n in range(1, 11)]


def test_vietnamese_and_english_pages_come_in_pairs() -> None:
    """A page in one language has its pair in the other, under the same headings in number and with the same blocks."""
    pages = {lang: {p.name: p for p in (ROOT / "docs" / lang).glob("*.md")} for lang in ("vi", "en")}
    assert pages["vi"].keys() == pages["en"].keys()
    for name in pages["vi"]:
        vi, en = (pages[lang][name].read_text(encoding="utf-8") for lang in ("vi", "en"))
        assert [b.word for b in blocks(vi)] == [b.word for b in blocks(en)], name
        assert re.findall("(?m)^#+ ", vi) == re.findall("(?m)^#+ ", en), name


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\nb", "a\nb\n", True),
        ("a\n…\nd", "a\nb\nc\nd\n", True),
        ("a\n…\nd", "a\nd\n", True),
        ("a … c", "a b c\n", True),
        ("a … c", "a b\nc\n", False),
        ("a", "a\nb\n", False),
        ("a.c", "abc\n", False),
        ("a  b\n--- ----", "a    b\n----- ----\n", True),
        ("  a", "a\n", False),
        ("", "", True),
        ("", "a\n", False),
    ],
)
def test_an_ellipsis_stands_for_anything_and_nothing_else_does(shown: str, printed: str, same: bool) -> None:
    """Alone on a line for any lines, inside one for anything of that line."""
    assert matches(shown, printed) is same


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("```sh\nstregistry list deals\n```", "exit code 1 instead of 0"),
        ("```sh\nstregistry init\n```\n```text\nSomething else\n```", "but this is printed"),
        ("```sh\nrm -r .\n```", "exit code 127 instead of 0"),
        ("```console\nstregistry demo\n```", "no test runs"),
        ("```python\n1 / 0\n```", "raises ZeroDivisionError"),
        ("```python\nprint(1)\n```\n\nIt prints:\n\n```text\n1\n```", "does not show"),
        ("```python\n>>> 1 + 1\n3\n```", "Got:\n    2"),
        ("<!-- exit: 1 -->\n```sh\nstregistry init\n```", "exit code 0 instead of 1"),
    ],
)
def test_a_page_that_lies_is_found(
    page: str, said: str, demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sort of lie is a fault."""
    monkeypatch.chdir(tmp_path)
    with mock.patch.dict(os.environ):
        settle("en", tmp_path)
        (fault,) = Reader("en", tmp_path, demo).read(page)
    assert said in fault.said


def test_notes_belong_to_the_block_they_stand_before() -> None:
    """Text between a note and a block parts the two."""
    one, two = blocks("<!-- file: a.csv -->\n```csv\nid\n```\n<!-- exit: 1 -->\nwords\n```sh\n```")
    assert one.notes == {"file": "a.csv"}
    assert (two.notes, two.follows) == ({}, False)
