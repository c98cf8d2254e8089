"""The site of documentation: its generated reference holds all there is (`make docs` builds the site)."""

import sys
from pathlib import Path

import pytest

from tests.pages import ROOT

sys.path.insert(0, str(ROOT / "docs"))
from code_pages import commands, help_of, write_pages  # stand beside conf.py, in no package
from workbooks import WORKBOOKS, write_workbooks


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("reference")
    write_pages(folder)
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_every_command_is_on_the_page_of_each_language(reference: dict[str, str]) -> None:
    """With its help as the program prints it."""
    assert ("import",) in commands()
    assert ("framework", "check") in commands()
    for words in commands():
        for lang in ("vi", "en"):
            assert help_of(words, lang) in reference[f"commands.{lang}.md"]
    assert "Cách dùng: stregistry import" in reference["commands.vi.md"]
    assert "Usage: stregistry framework check" in reference["commands.en.md"]


def test_every_measure_method_and_code_is_on_its_page(reference: dict[str, str]) -> None:
    """Measures with all their parameters, methods with their defaults, codes with both labels."""
    from stregistry.measures import MEASURES
    from stregistry.scoring.aggregate import AGGREGATORS
    from stregistry.scoring.normalise import NORMALISERS

    assert all(f"## {name}" in reference["measures.md"] for name in MEASURES)
    assert all(f"| `{name}` |" in reference["methods.md"] for name in (*NORMALISERS, *AGGREGATORS))
    assert "`to = (0.0, 100.0)`" in reference["methods.md"]
    assert '`ties = "min"` (one of `min`, `average`)' in reference["methods.md"]
    assert "| `seed` | Hạt giống | Seed |" in reference["vocabularies.md"]


def test_workbooks_of_the_pages_are_what_their_code_writes(tmp_path: Path) -> None:
    """Byte for byte; `python docs/workbooks.py` writes them anew."""
    write_workbooks(tmp_path)
    for name in WORKBOOKS:
        assert (tmp_path / name).read_bytes() == (ROOT / "docs" / "files" / name).read_bytes(), name
