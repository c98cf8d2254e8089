"""The review, on the command line."""

from pathlib import Path

from tests.cli.conftest import Cli


def test_a_review_is_printed_and_written(office: Cli) -> None:
    """Markdown on the screen, the table of figures as CSV, files by their ending; another ending is a misuse."""
    shown = office("review", "ecosystem-core", "--period", "2024H1", "--place", "92")
    assert shown.code == 0, shown.err
    assert shown.out.startswith("# Interim review of the first half of 2024")
    csv = office("review", "ecosystem-core", "--period", "2024H1", "--place", "92", "--format", "csv").out
    assert csv.startswith("group,indicator,plan,plan_from,value,cumulative,share,before,change,change_in,missing")
    written = office(
        "review", "ecosystem-core", "--period", "2024H1", "--place", "92", "--lang", "vi", "--out", "r.docx"
    )
    assert written.code == 0, written.err
    assert "Wrote the review to r.docx" in written.err
    assert Path("r.docx").read_bytes()[:2] == b"PK"
    assert office("review", "ecosystem-core", "--period", "2024H1", "--out", "r.pdf").code == 2
    assert office("review", "ecosystem-core", "--period", "2023..2024").code == 1
