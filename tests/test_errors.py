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
    assert str(error).splitlines()[:2] == ["The file was refused.", "  row 1: There is no code 'x'."]
    lines = error.in_lang("vi").splitlines()
    assert lines[:2] == ["Tệp bị từ chối.", "  dòng 1: Không có mã 'x'."]
    assert len(lines) == 21


@pytest.mark.parametrize(
    ("word", "many", "en"),
    [
        ("alfa", 3, "There is no x 'alfa'; did you mean 'alpha'? There are: alpha, n1, n2."),
        ("zzz", 3, "There is no x 'zzz'. There are: alpha, n1, n2."),
        ("alfa", 40, "There is no x 'alfa'; did you mean 'alpha'?"),
        ("zzz", 40, "There is no x 'zzz'. There are: alpha, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, …."),
        ("alfa", 1, "There is no x 'alfa'; did you mean 'alpha'?"),
        ("zzz", 0, "There is no x 'zzz'."),
    ],
)
def test_a_name_that_is_not_there_is_told_with_those_that_are(word: str, many: int, en: str) -> None:
    """The nearest, and a short list in full; of a long one the nearest alone, or its beginning."""
    known = ["alpha", *(f"n{i}" for i in range(1, many))][:many]
    error = NotFoundError.unknown(Text(f"Không có x '{word}'", f"There is no x '{word}'"), word, known, asked=word)
    assert (error.message.en, error.parts["asked"]) == (en, word)
    assert isinstance(error, NotFoundError)
    assert ("có phải 'alpha'?" in error.message.vi) == (error.parts["nearest"] == "alpha")


def test_advice_stands_in_place_of_a_long_list() -> None:
    """Thousands of names tell nobody anything."""
    sentence, advice = Text("Không có", "There is none"), Text("Hãy ghi mã.", "Write the code.")
    error = NotFoundError.unknown(sentence, "zzz", map(str, range(1000)), advice=advice)
    assert (error.message.vi, error.message.en) == ("Không có. Hãy ghi mã.", "There is none. Write the code.")
