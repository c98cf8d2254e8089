"""Every problem has one template, whole in both languages."""

import string

import pytest

from stregistry.exchange.catalogue import CATALOGUE
from stregistry.exchange.issues import KEPT, Problems
from stregistry.text import Text


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", CATALOGUE)
def test_both_languages_hold_the_same_facts(code: str) -> None:
    """The Vietnamese and the English message name the same parts, and neither repeats the other."""
    template = CATALOGUE[code]
    assert template.level in ("error", "warning")
    for text in filter(None, (template.message, template.advice)):
        assert places(text.vi) == places(text.en)
        assert text.vi != text.en or places(text.vi)


def test_problems_past_the_limit_are_counted() -> None:
    """A file with very many problems lists the first thousand, errors first, and counts the rest by code."""
    problems = Problems("a.csv")
    problems.lines = range(2, 5000)
    for i in range(KEPT + 5):
        problems.at(i, "no_name")
    for i in range(3):
        problems.at(i, "bad_flag", value="x")
    found = problems.issues()
    assert [issue.code for issue in found[:4]] == ["bad_flag", "bad_flag", "bad_flag", "no_name"]
    assert len(found) == KEPT + 1
    assert (found[-1].code, found[-1].level) == ("more_warnings", "warning")
    assert "8" in found[-1].message.vi


def test_an_issue_says_where() -> None:
    """File, sheet, row and column stand in the line a person reads, and texts fill in by language."""
    problems = Problems("a.xlsx")
    problems.sheet, problems.lines = "Trang 1", (7,)
    problems.at(0, "required", column="Tên", label=Text("Tên", "Name"), id="name")
    (issue,) = problems.issues()
    assert issue.line("vi") == "a.xlsx, trang Trang 1, dòng 7, cột Tên: Thiếu 'Tên' (name)."
    assert issue.line("en") == "a.xlsx, sheet Trang 1, row 7, column Tên: 'Name' (name) is missing."
