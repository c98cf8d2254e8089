"""ROR locations: the city wins, agreement is recognised across the merger, and contradictions are listed."""

import json
from collections import Counter
from pathlib import Path

import pytest

from stregistry.exchange.ror.places import settle_ror_place
from stregistry.places import place_map, read_rows

ROR = Path(__file__).parents[3] / "shared" / "data" / "ror-vietnam" / "ror_vn_latest_v2.jsonl"


@pytest.fixture(scope="module")
def locations() -> list[dict[str, str]]:
    if not ROR.exists():
        pytest.skip("the shared data are not beside the checkout")
    records = [json.loads(line) for line in ROR.read_text(encoding="utf-8").splitlines()]
    return [location["geonames_details"] for record in records for location in record["locations"]]


def test_every_ror_record_settles_and_21_contradict(locations: list[dict[str, str]]) -> None:
    """144 records: none is lost, each contradiction is counted."""
    settled = [
        settle_ror_place(at["name"], at.get("country_subdivision_name"), at.get("country_subdivision_code"))
        for at in locations
    ]
    former = {unit.code for unit in place_map("vn-2024").units("province")}
    assert {found.code for found in settled} <= former
    assert Counter(found.status for found in settled) == {
        "agrees": 81,
        "city_only": 39,
        "contradiction": 21,
        "subdivision_only": 3,
    }


def test_the_table_has_exactly_the_cities_of_the_records(locations: list[dict[str, str]]) -> None:
    """No city is missing from the table and none in it is idle."""
    assert {row["city"] for row in read_rows("ror_cities")} == {at["name"] for at in locations}


@pytest.mark.parametrize(
    ("city", "subdivision", "subdivision_code", "code", "status"),
    [
        ("Can Tho", "Can Tho City", "71", "92", "agrees"),
        ("Cái Răng District", "Can Tho City", "71", "92", "agrees"),
        ("Ho Chi Minh City", "Ho Chi Minh City (HCMC)", "61", "79", "agrees"),
        ("Thái Bình", "Hưng Yên Province", "37", "34", "agrees"),
        ("Tân An", "Long An Povince", "41", "80", "agrees"),
        ("Thu Dau Mot", "Ho Chi Minh", "SG", "74", "agrees"),
        ("Tam Kỳ", None, None, "49", "city_only"),
        ("Tuy Hoa", "nowhere", None, "54", "city_only"),
        ("Hanoi", "An Giang Province", "44", "01", "contradiction"),
        ("Ho Chi Minh City", "Hải Dương Province", "61", "79", "contradiction"),
        ("Việt Trì", "Quang Tri", None, "25", "contradiction"),
        ("Huyện Châu Thành", "An Giang", None, "89", "subdivision_only"),
        ("Huyện Châu Thành", "Tiền Giang", "46", "82", "subdivision_only"),
        ("Trần Hưng Đạo", "Dong Nai", None, "75", "subdivision_only"),
        (None, "Bình Dương Province", "57", "74", "subdivision_only"),
        ("Huyện Châu Thành", "Hanoi", "HN", None, "unknown"),
        ("Huyện Châu Thành", None, None, None, "unknown"),
        ("Springfield", None, None, None, "unknown"),
        ("Bac Ninh", None, None, "27", "city_only"),
    ],
)
def test_a_location_settles_to_a_former_province(
    city: str | None, subdivision: str | None, subdivision_code: str | None, code: str | None, status: str
) -> None:
    """The city over the subdivision, the subdivision over nothing; a new province that absorbed the city agrees."""
    found = settle_ror_place(city, subdivision, subdivision_code)
    assert (found.code, found.status) == (code, status)


def test_the_explanation_names_both_sides_and_what_the_code_means() -> None:
    """An official can see why Hà Nội was kept: 44 is An Giang's number in ISO 3166-2."""
    found = settle_ror_place("Hanoi", "An Giang Province", "44").explanation
    for words in ("'Hanoi'", "Thành phố Hà Nội", "'An Giang Province'", "Mã '44' trong ISO 3166-2 là Tỉnh An Giang"):
        assert words in found.vi
    assert "'44' in ISO 3166-2 is An Giang Province" in found.en


def test_the_code_decides_nothing() -> None:
    """The same city and subdivision settle alike whatever code stands beside them."""
    kinds = {settle_ror_place("Can Tho", "Can Tho", code).code for code in (None, "44", "CT", "VN-99")}
    assert kinds == {"92"}
