"""Errors carry their parts as data and say themselves in two languages."""

import pytest

from stregistry import errors
from stregistry.errors import DomainError, Issue, NotFoundError, RecordError, StregistryError
from stregistry.text import Text

WORDS = Text("Không có mã 'x'.", "There is no code 'x'.")


def test_every_error_is_one_of_ours() -> None:
    """One base to catch; also the built-in class a caller would expect."""
    own = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, Exception)]
    assert {c.__name__ for c in own} >= {
        "DefinitionError", "RecordError", "NotFoundError", "ConflictError", "DomainError", "SnapshotError",
    }  # fmt: skip
    assert all(issubclass(c, StregistryError) for c in own)
    assert issubclass(NotFoundError, LookupError)
    assert issubclass(DomainError, ValueError)


def test_an_error_says_itself_in_both_languages_and_keeps_its_parts() -> None:
    """English for a traceback; the facts for a program."""
    error = NotFoundError(WORDS, code="x", nearest="y")
    assert (str(error), error.in_lang("vi"), error.in_lang("en")) == (WORDS.en, WORDS.vi, WORDS.en)
    assert error.parts == {"code": "x", "nearest": "y"}
    assert str(StregistryError("plain")) == StregistryError("plain").in_lang("vi") == "plain"


@pytest.mark.parametrize(
    ("where", "vi", "en"),
    [
        ({}, "", ""),
        ({"file": "a.xlsx"}, "a.xlsx", "a.xlsx"),
        (
            {"file": "a.xlsx", "sheet": "Sheet1", "row": 7, "column": "mst"},
            "a.xlsx, trang Sheet1, dòng 7, cột mst",
            "a.xlsx, sheet Sheet1, row 7, column mst",
        ),
        ({"row": 2}, "dòng 2", "row 2"),
    ],
)
def test_an_issue_says_where(where: dict[str, object], vi: str, en: str) -> None:
    """Only what is known of file, sheet, row and column."""
    issue = Issue(code="c", message=WORDS, **where)  # type: ignore[arg-type]
    assert (issue.place("vi"), issue.place("en")) == (vi, en)
    assert issue.line("en") == (f"{en}: {WORDS.en}" if en else WORDS.en)


def test_an_issue_ends_with_what_to_do() -> None:
    """On the same line, in the same language."""
    issue = Issue(code="c", message=WORDS, row=3, suggestion=Text("Có phải 'y'?", "Did you mean 'y'?"))
    assert issue.line("vi") == "dòng 3: Không có mã 'x'. Có phải 'y'?"
    assert issue.line("en") == "row 3: There is no code 'x'. Did you mean 'y'?"


def test_refused_records_list_their_problems() -> None:
    """All are kept as data; the first twenty are said."""
    issues = [Issue(code="c", message=WORDS, row=n) for n in range(1, 31)]
    error = RecordError(Text("Tệp bị từ chối.", "The file was refused."), issues)
    assert len(error.issues) == 30
    lines = error.in_lang("vi").splitlines()
    assert lines[:2] == ["Tệp bị từ chối.", "  dòng 1: Không có mã 'x'."]
    assert len(lines) == 21
