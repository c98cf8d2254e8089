"""Identifier schemes: real numbers pass, a wrong check digit is kept as suspect, impossible forms are invalid."""

import json
from pathlib import Path

import pytest
from stdnum.exceptions import InvalidChecksum, InvalidFormat

from stregistry.codes import SCHEMES, check, mst, ror

SHARED = Path(__file__).parents[3] / "shared" / "data"


def lines_of(name: str) -> list[str]:
    path = SHARED / name
    if not path.exists():
        pytest.skip("the shared data are not beside the checkout")
    return path.read_text(encoding="utf-8").split()


def test_all_80_published_tax_codes_are_valid() -> None:
    """Numbers of real bodies, found online by python-stdnum's authors."""
    numbers = lines_of("vn-mst/valid.txt")
    assert len(numbers) == 80
    assert {check("mst", number).verdict for number in numbers} == {"valid"}


def test_any_other_check_digit_makes_a_tax_code_suspect() -> None:
    """The nine wrong tenth digits of a real number are told from the right one, and are kept."""
    wrong = [f"010011243{digit}" for digit in "012345689"]
    assert [check("mst", number).verdict for number in wrong] == ["suspect"] * 9
    assert [check("mst", number).normalised for number in wrong] == wrong


def test_all_identifiers_in_the_ror_records_are_valid_or_of_no_known_scheme() -> None:
    """144 ROR ids with their ISNI and Wikidata numbers."""
    path = SHARED / "ror-vietnam" / "ror_vn_latest_v2.jsonl"
    if not path.exists():
        pytest.skip("the shared data are not beside the checkout")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [check("ror", record["id"]).verdict for record in records] == ["valid"] * 144
    found = {
        (external["type"], check(external["type"], value).verdict)
        for record in records
        for external in record["external_ids"]
        for value in external["all"]
    }
    assert found == {("isni", "valid"), ("wikidata", "valid"), ("grid", "unchecked"), ("fundref", "unchecked")}


@pytest.mark.parametrize(
    ("scheme", "value", "normalised", "verdict"),
    [
        ("mst", "0102641429-066", "0102641429066", "valid"),
        ("mst", " 01.00.112.437 ", "0100112437", "valid"),
        ("mst", "092190001234", "092190001234", "valid"),
        ("mst", "0102641429-000", "0102641429000", "suspect"),
        ("mst", "01001124370", "01001124370", "invalid"),
        ("mst", "01001I2437", "01001I2437", "invalid"),
        ("mst", "", "", "invalid"),
        ("ror", "https://ror.org/001ydh096/", "001ydh096", "valid"),
        ("ror", "001YDH096", "001ydh096", "valid"),
        ("ror", "001ydh097", "001ydh097", "suspect"),
        ("ror", "0o1ydh096", "0o1ydh096", "invalid"),
        ("ror", "101ydh096", "101ydh096", "invalid"),
        ("isni", "0000 0004 0566 5028", "0000000405665028", "valid"),
        ("isni", "https://isni.org/isni/0000000405665028", "0000000405665028", "valid"),
        ("isni", "0000 0004 0566 5029", "0000000405665029", "suspect"),
        ("isni", "0000 0004", "0000 0004", "invalid"),
        ("orcid", "0000-0002-1825-0097", "0000000218250097", "valid"),
        ("orcid", "0000-0002-1825-0096", "0000000218250096", "suspect"),
        ("lei", "213800KUD8LAJWSQ9D15", "213800KUD8LAJWSQ9D15", "valid"),
        ("lei", "213800KUD8LXJWSQ9D15", "213800KUD8LXJWSQ9D15", "suspect"),
        ("lei", "213800KUD8LAJWSQ9D", "213800KUD8LAJWSQ9D", "invalid"),
        ("wikidata", "http://www.wikidata.org/entity/Q5207276", "Q5207276", "valid"),
        ("wikidata", "5207276", "5207276", "invalid"),
        ("patent", "VN 1-0012345 B", "VN-10012345-B", "valid"),
        ("patent", "US D678901 S1", "US-D678901-S1", "valid"),
        ("patent", "VN-10012345", "VN-10012345", "suspect"),
        ("patent", "đang chờ", "đang chờ", "invalid"),
        ("certificate", "14/2024/gcn-khcn", "14/2024/GCN-KHCN", "valid"),
        ("certificate", "chưa cấp", "chưa cấp", "invalid"),
        ("grid", " grid.444912.e ", "grid.444912.e", "unchecked"),
    ],
)
def test_each_value_gets_its_stored_form_and_verdict(scheme: str, value: str, normalised: str, verdict: str) -> None:
    """Spellings of one number are stored alike; only an impossible form is invalid."""
    found = check(scheme, value)
    assert (found.normalised, found.verdict) == (normalised, verdict)


@pytest.mark.parametrize(
    ("scheme", "value", "personal"),
    [
        ("mst", "092190001234", True),
        ("mst", "0921 9000 1234", True),
        ("mst", "0100112437", False),
        ("mst", "0102641429066", False),
        ("orcid", "0000-0002-1825-0097", True),
        ("isni", "0000000405665028", False),
    ],
)
def test_numbers_of_people_are_marked_personal(scheme: str, value: str, personal: bool) -> None:
    """The 12-digit number and ORCID belong to people."""
    assert check(scheme, value).personal is personal


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("mst", "0102641429-066"),
        ("ror", "https://ror.org/001ydh096"),
        ("isni", "0000 0004 0566 5028"),
        ("orcid", "0000-0002-1825-0097"),
        ("lei", "213800KUD8LAJWSQ9D15"),
        ("wikidata", "https://www.wikidata.org/wiki/Q5207276"),
        ("patent", "VN-10012345-B"),
        ("certificate", "14/2024/GCN-KHCN"),
        ("personal_number", "092190001234"),
    ],
)
def test_the_printed_form_reads_back_to_the_stored_one(scheme: str, value: str) -> None:
    """format(compact(x)) is how the scheme prints x, and compact undoes it."""
    module = SCHEMES[scheme]
    assert module.format(module.compact(value)) == value
    assert module.validate(module.format(value)) == module.compact(value)
    assert module.is_valid(value)


def test_the_examples_cover_every_scheme() -> None:
    """A scheme added without a printed form above goes red here."""
    marks = test_the_printed_form_reads_back_to_the_stored_one.pytestmark  # type: ignore[attr-defined]
    assert {scheme for scheme, _ in marks[0].args[1]} == set(SCHEMES)


def test_validate_tells_a_wrong_check_digit_from_a_wrong_form() -> None:
    """As python-stdnum does, so that callers of either can catch the same errors."""
    with pytest.raises(InvalidChecksum):
        mst.validate("0100112438")
    with pytest.raises(InvalidFormat):
        mst.validate("ABC")
    with pytest.raises(InvalidChecksum):
        ror.validate("001ydh097")
