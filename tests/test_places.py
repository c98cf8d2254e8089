"""Territories in time: the shipped table, the maps drawn from it, and names as people write them."""

import csv
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from stregistry.dates import ALWAYS, FOREVER, day
from stregistry.errors import DefinitionError, NotFoundError
from stregistry.places import (
    Gazetteer,
    Place,
    PlaceMap,
    PlaceTable,
    find_place,
    label,
    place_map,
    place_table,
    read_rows,
    use_places,
)
from stregistry.places.names import name_key
from stregistry.text import Text

SHARED = Path(__file__).parents[2] / "shared" / "data" / "vn-admin"
BEFORE, MERGER, AFTER = day("2024-05-17"), day("2025-07-01"), day("2026-06-01")


@pytest.fixture(scope="module")
def old() -> PlaceMap:
    return place_map("vn-2024")


@pytest.fixture(scope="module")
def new() -> PlaceMap:
    return place_map("vn-2025")


def successors(old: PlaceMap, new: PlaceMap) -> dict[str, str | None]:
    return {unit.code: new.resolve(unit.code, BEFORE, "province").unit for unit in old.units("province")}


# The shipped table


def test_the_maps_have_63_and_34_provinces_in_code_order(old: PlaceMap, new: PlaceMap) -> None:
    """Resolution 202/2025/QH15 made 34 provinces of 63."""
    for place_map_, count in ((old, 63), (new, 34)):
        codes = [unit.code for unit in place_map_.units("province")]
        assert len(codes) == count
        assert codes == sorted(codes)


def test_every_former_province_has_one_successor_and_none_is_lost(old: PlaceMap, new: PlaceMap) -> None:
    """63 provinces go to the 34 and every one of the 34 gets at least one."""
    went = successors(old, new)
    assert None not in went.values()
    assert set(went.values()) == {unit.code for unit in new.units("province")}


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("79", {"74", "77", "79"}),
        ("48", {"48", "49"}),
        ("92", {"92", "93", "94"}),
        ("91", {"89", "91"}),
        ("01", {"01"}),
    ],
)
def test_a_new_province_is_the_sum_of_its_parts(old: PlaceMap, new: PlaceMap, code: str, parts: set[str]) -> None:
    """What became of the former provinces, read backwards."""
    assert {o for o, n in successors(old, new).items() if n == code} == parts


def test_the_mergers_are_those_of_the_shared_crosswalk(old: PlaceMap, new: PlaceMap) -> None:
    """Every pair of old and new code agrees with the table the definitions were made from."""
    path = SHARED / "admin_crosswalk.csv"
    if not path.exists():
        pytest.skip("the shared data are not beside the checkout")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert successors(old, new) == {row["old_code"]: row["new_code"] for row in rows}
    kept = {row["old_code"] for row in rows if row["relation"] == "kept"}
    assert {u.code for u in new.units("province") if u.start == ALWAYS} == kept


def test_eleven_provinces_are_one_territory_on_both_maps(old: PlaceMap, new: PlaceMap) -> None:
    """A province that was not merged stays the same place, so its series has no break."""
    assert len(set(old.units("province")) & set(new.units("province"))) == 11


def test_can_tho_has_its_districts_before_and_its_communes_after(old: PlaceMap, new: PlaceMap) -> None:
    """9 districts of the former city, none from 1 July 2025; 31 wards and 72 communes from that day, of 263 before."""
    assert len([u for u in old.units("district") if u.parent == "92"]) == 9
    assert new.units("district") == ()
    assert len(old.units("commune")) == 263
    types = [u.type for u in new.units("commune")]
    assert (len(types), types.count("ward"), types.count("commune")) == (103, 31, 72)


def test_the_meaning_of_codes_changes_on_the_day_of_the_merger_only(old: PlaceMap, new: PlaceMap) -> None:
    """A change of type or name is no cut: the territory is the same."""
    assert old.cuts == new.cuts == (MERGER,)


def test_every_row_names_its_document_or_source() -> None:
    """Only the country itself has neither."""
    bare = [row["code"] for row in read_rows("vn") if not (row["document"] or row["source"])]
    assert bare == ["VN"]


@pytest.mark.parametrize(
    ("code", "on", "vi", "en"),
    [
        ("46", "2024-12-31", "Tỉnh Thừa Thiên Huế", "Thua Thien Hue Province"),
        ("46", "2025-01-01", "Thành phố Huế", "Hue City"),
        ("75", "2026-04-29", "Tỉnh Đồng Nai", "Dong Nai Province"),
        ("75", "2026-04-30", "Thành phố Đồng Nai", "Dong Nai City"),
        ("91", "2024-05-17", "Tỉnh Kiên Giang", "Kien Giang Province"),
        ("91", "2025-07-01", "Tỉnh An Giang", "An Giang Province"),
        ("VN", "2025-07-01", "Việt Nam", "Viet Nam"),
        ("9999", "2025-07-01", "9999", "9999"),
    ],
)
def test_a_label_is_the_name_and_type_of_its_day(code: str, on: str, vi: str, en: str) -> None:
    """Types change in time (Huế, Đồng Nai), codes change meaning (91), an unknown code stays as it is."""
    assert (label(code, "vi", day(on)), label(code, "en", day(on))) == (vi, en)


# Resolving


@pytest.mark.parametrize(
    ("code", "on", "level", "on_old", "on_new"),
    [
        ("92", BEFORE, "province", "92", "92"),
        ("92", MERGER - 1, "province", "92", "92"),
        ("93", BEFORE, "province", "93", "92"),
        ("93", AFTER, "province", "93", "92"),
        ("930", BEFORE, "province", "93", "92"),
        ("930", BEFORE, "district", "930", None),
        ("01", AFTER, "province", "01", "01"),
        ("46", BEFORE, "province", "46", "46"),
        ("31120", AFTER, "commune", None, "31120"),
        ("93", BEFORE, "country", "VN", "VN"),
    ],
)
def test_a_code_resolves_to_the_unit_its_land_lies_in(
    old: PlaceMap, new: PlaceMap, code: str, on: int, level: str, on_old: str | None, on_new: str | None
) -> None:
    """Old codes go forward, kept ones stay, districts roll up, and a code that outlived its unit keeps its land."""
    assert (old.resolve(code, on, level).unit, new.resolve(code, on, level).unit) == (on_old, on_new)


def test_a_merged_province_is_ambiguous_on_the_former_map(old: PlaceMap) -> None:
    """A record of Cần Thơ from July 2025 may lie in any of three former provinces: flagged, never guessed."""
    for on in (MERGER, AFTER):
        found = old.resolve("92", on, "province")
        assert (found.unit, found.reason, found.candidates) == (None, "ambiguous_split", ("92", "93", "94"))


@pytest.mark.parametrize(
    ("code", "reason"), [(None, "unknown_place"), ("", "unknown_place"), ("9999", "unknown_place")]
)
def test_a_code_that_is_none_resolves_to_nothing(new: PlaceMap, code: str | None, reason: str) -> None:
    """No code and no such code are reasons, not exceptions."""
    assert (new.resolve(code, BEFORE, "province").unit, new.resolve(code, BEFORE, "province").reason) == (None, reason)


@pytest.mark.parametrize(("code", "level"), [("VN", "province"), ("92", "commune"), ("31120", "district")])
def test_a_unit_above_the_level_asked_for_is_coarser(new: PlaceMap, code: str, level: str) -> None:
    """A record known only to the country cannot be put in a province."""
    found = new.resolve(code, AFTER, level)
    assert (found.unit, found.reason) == (None, "coarser")


def test_the_same_code_means_one_thing_between_two_cuts(old: PlaceMap, new: PlaceMap) -> None:
    """The cuts suffice to slice time: the first and last day of a slice resolve alike, for every code."""
    slices = [(ALWAYS, MERGER - 1), (MERGER, FOREVER - 1)]
    for place, (first, last), drawn in itertools.product(place_table(), slices, (old, new)):
        fresh = PlaceMap(place_table(), drawn.id, drawn.day, drawn.name)  # nothing memoised
        assert drawn.resolve(place.code, first, "province") == fresh.resolve(place.code, last, "province")


def test_in_force_tells_which_units_can_have_figures(old: PlaceMap, new: PlaceMap) -> None:
    """A merged province has none after the merger; a new one always had, as a sum; a kept one always has."""
    year_2023, year_2026 = (day("2023-01-01"), day("2023-12-31")), (day("2026-01-01"), day("2026-12-31"))
    assert not old.in_force("93", *year_2026)
    assert old.in_force("93", *year_2023)
    assert old.in_force("01", *year_2026)
    assert new.in_force("92", *year_2023)
    assert all(new.in_force(unit.code, *year_2023) for unit in new.units("province"))
    assert new.in_force("31120", *year_2023)


def test_in_force_counts_both_ends_of_the_span(old: PlaceMap) -> None:
    """A quarter that only touches the last day of a province is still its quarter."""
    assert old.in_force("93", MERGER - 1, AFTER)
    assert not old.in_force("93", MERGER, AFTER)


def test_an_unknown_map_level_or_unit_names_the_nearest(new: PlaceMap) -> None:
    """Each error says what exists."""
    with pytest.raises(NotFoundError, match="did you mean 'vn-2025'"):
        place_map("vn2025")
    with pytest.raises(NotFoundError, match="did you mean 'province'"):
        new.units("provinces")
    with pytest.raises(NotFoundError, match="did you mean 'province'"):
        new.resolve("92", AFTER, "provinces")
    with pytest.raises(NotFoundError, match="unit of the map vn-2025 '93'"):
        new.in_force("93", BEFORE, AFTER)


# Names


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("TP. Cần Thơ", "92", "92"),
        ("TP.Cần Thơ", "92", "92"),
        ("tinh hau giang", "93", "93"),
        ("T. Hậu Giang", "93", "93"),
        ("Hồ Chí Minh", "79", "79"),
        ("TP.HCM", "79", "79"),
        ("Ho Chi Minh City", "79", "79"),
        ("Hanoi", "01", "01"),
        ("Bà Rịa - Vũng Tàu", "77", "77"),
        ("BR-VT", "77", "77"),
        ("Thừa Thiên Huế", "46", "46"),
        ("Huế", "46", "46"),
        ("An Giang", "89", "91"),
        ("Lao Cai Province", "10", "15"),
        ("Thành phố Đồng Nai", "75", "75"),
        ("TP. Sóc Trăng", "941", "941"),
        ("Sóc Trăng", "94", "94"),
        ("Phường Sóc Trăng", "31507", "31507"),
        ("Ninh Kiều", "916", "31135"),
        ("Quận Ninh Kiều", "916", "916"),
        ("Xã Châu Thành", "31366", "31366"),
        ("Xà Phiên", "31495", "31495"),
        ("Thị xã Long Mỹ", "937", "937"),
        ("92", "92", "92"),
        ("1", "01", "01"),
        ("vn", "VN", "VN"),
    ],
)
def test_a_place_is_found_as_people_write_it(text: str, before: str, after: str) -> None:
    """With or without type word and diacritics, on the day of the record."""
    assert (find_place(text, BEFORE).code, find_place(text, AFTER).code) == (before, after)


@pytest.mark.parametrize(("text", "before", "after"), [("92", ALWAYS, MERGER), ("Cần Thơ", ALWAYS, MERGER)])
def test_the_territory_in_force_on_the_day_wins(text: str, before: int, after: int) -> None:
    """One code and one name, two territories."""
    assert (find_place(text, BEFORE).start, find_place(text, AFTER).start) == (before, after)
    assert find_place(text) == find_place(text, AFTER)


def test_a_place_of_another_time_comes_back_as_itself() -> None:
    """An office that still writes Hậu Giang in 2026 gets the former province, to be warned about."""
    found = find_place("Hậu Giang", AFTER)
    assert (found.code, found.in_force(AFTER)) == ("93", False)


def test_every_province_is_found_by_each_of_its_own_names(old: PlaceMap, new: PlaceMap) -> None:
    """Short or full, Vietnamese or English: no two provinces of one day share a spelling."""
    for drawn in (old, new):
        for unit in drawn.units("province"):
            naming = unit.naming(drawn.day)
            for text in (naming.name.vi, naming.name.en, naming.full.vi, naming.full.en, naming.full.vi.upper()):
                assert find_place(text, drawn.day) == unit


def test_an_unknown_name_raises_with_the_nearest() -> None:
    """Suggested, never taken."""
    with pytest.raises(NotFoundError) as caught:
        find_place("Can Tow", AFTER)
    assert "Cần Thơ" in caught.value.in_lang("vi")
    assert caught.value.parts["nearest"] == "Cần Thơ"


def test_a_name_that_several_units_bear_raises_with_all_of_them() -> None:
    """Two former districts were called Châu Thành."""
    with pytest.raises(NotFoundError) as caught:
        find_place("Huyện Châu Thành", BEFORE)
    assert caught.value.parts["candidates"] == ("933", "942")
    assert "Sóc Trăng" in caught.value.in_lang("vi")


# A list given by hand: what the shipped one does not have yet

COLUMNS = ("code", "from", "to", "named_from", "level", "type", "name_vi", "name_en", "parent")
LINK = ("from_code", "from_start", "to_code", "to_start", "kind")
DAY = "2025-07-01"


def table(places: list[tuple[str, ...]], links: list[tuple[str, ...]] = ()) -> PlaceTable:  # type: ignore[assignment]
    return PlaceTable.from_rows(
        [dict(zip(COLUMNS, row, strict=True)) for row in places], [dict(zip(LINK, row, strict=True)) for row in links]
    )


PLACES = [
    ("P", "", "", "", "province", "province", "P", "P", ""),
    ("Q", "", "", "", "province", "province", "Q", "Q", ""),
    ("a", "", DAY, "", "commune", "commune", "a", "a", "P"),
    ("b", "", DAY, "", "commune", "commune", "b", "b", "Q"),
    ("x", DAY, "", "", "commune", "commune", "x", "x", "P"),
    ("y", DAY, "", "", "commune", "commune", "y", "y", "P"),
    ("c", "", DAY, "", "commune", "commune", "c", "c", "Q"),
    ("d", DAY, "", "", "commune", "ward", "d", "d", "Q"),
]
LINKS = [
    ("a", "", "x", DAY, "split"),
    ("a", "", "y", DAY, "split"),
    ("b", "", "y", DAY, "merged"),
    ("c", "", "d", DAY, "renamed"),
]


def test_a_split_commune_is_ambiguous_but_its_province_is_not() -> None:
    """Many-to-many: a went to x and y, y came from a and b; the level decides what can be said."""
    given = table(PLACES, LINKS)
    after = PlaceMap(given, "after", MERGER, Text("sau", "after"))
    before = PlaceMap(given, "before", MERGER - 1, Text("trước", "before"))
    assert after.resolve("a", BEFORE, "commune").candidates == ("x", "y")
    assert after.resolve("a", BEFORE, "commune").reason == "ambiguous_split"
    assert after.resolve("a", BEFORE, "province").unit == "P"
    assert before.resolve("x", AFTER, "commune").unit == "a"
    assert before.resolve("y", AFTER, "province").candidates == ("P", "Q")


def test_a_renamed_unit_is_still_in_force_under_its_old_code() -> None:
    """The same land under a new code keeps its figures; a split one does not."""
    before = PlaceMap(table(PLACES, LINKS), "before", MERGER - 1, Text("trước", "before"))
    assert before.in_force("c", AFTER, AFTER)
    assert not before.in_force("a", AFTER, AFTER)


def test_a_sum_is_in_force_only_while_all_its_parts_are() -> None:
    """A commune made of one from 2010 and one of always has no figures for 2005."""
    late = [("e", "2010-01-01", DAY, "", "commune", "commune", "e", "e", "P"), *PLACES]
    after = PlaceMap(
        table(late, [*LINKS, ("e", "2010-01-01", "y", DAY, "merged")]), "after", MERGER, Text("sau", "after")
    )
    assert not after.in_force("y", day("2005-01-01"), day("2005-12-31"))
    assert after.in_force("y", day("2011-01-01"), day("2011-12-31"))


def test_diacritics_decide_between_names_that_fold_alike() -> None:
    """Tones carry meaning: the exact name wins, and a name without diacritics is ambiguous."""
    names = Gazetteer(
        table(
            [
                PLACES[0],
                ("m", "", "", "", "commune", "commune", "Tân Mỹ", "Tan My", "P"),
                ("n", "", "", "", "commune", "commune", "Tấn Mỹ", "Tan My", "P"),
            ]
        )
    )
    assert names.find("Tấn Mỹ").code == "n"
    assert names.find("xã Tân Mỹ").code == "m"
    with pytest.raises(NotFoundError, match="m Tan My Commune"):
        names.find("Tan My")


def test_of_territories_not_in_force_the_last_before_the_day_is_found() -> None:
    """And the first after it, when there is none before."""
    names = Gazetteer(
        table(
            [
                ("k", "1990-01-01", "2000-01-01", "", "province", "province", "K", "K", ""),
                ("k", "2000-01-01", "2010-01-01", "", "province", "province", "K", "K", ""),
                ("k", "2030-01-01", "", "", "province", "province", "K", "K", ""),
            ]
        )
    )
    found = [names.find("K", day(f"{year}-06-01")).start for year in (1980, 2005, 2020)]
    assert found == [day("1990-01-01"), day("2000-01-01"), day("2000-01-01")]


@pytest.mark.parametrize(
    ("places", "links", "words"),
    [
        ([*PLACES, ("a", "2025-01-01", "", "", "commune", "commune", "a", "a", "P")], [], "a is two territories"),
        ([("z", "", "", "", "commune", "commune", "z", "z", "P")], [], "z does not lie in a coarser unit P"),
        ([PLACES[0], ("z", "", "", "", "province", "province", "z", "z", "P")], [], "coarser unit P"),
        ([PLACES[2]], [], "coarser unit P"),
        (PLACES, [("a", "", "d", "2024-01-01", "split")], "d 2024-01-01 is no territory"),
        (PLACES, [("P", "", "x", DAY, "split")], "P -> x do not meet"),
        (
            [("z", "", "", "", "province", "ward", "z", "z", "")],
            [],
            "has type 'ward', which is not of level 'province'",
        ),
        ([PLACES[0], ("P", "", DAY, DAY, "province", "province", "P", "P", "")], [], "rows that differ in to"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(
    places: list[tuple[str, ...]], links: list[tuple[str, ...]], words: str
) -> None:
    """One defect each; the message names the code and what is wrong."""
    with pytest.raises(DefinitionError, match=words):
        table(places, links)


# The communes of Cần Thơ: many to many


@pytest.mark.parametrize(
    ("code", "on", "level", "unit", "reason", "candidates"),
    [
        ("31120", AFTER, "province", "92", None, ()),  # Cái Khế, of wards of Ninh Kiều and of Bình Thủy
        ("31120", AFTER, "district", None, "ambiguous_split", ("916", "918")),
        ("31135", AFTER, "district", "916", None, ()),
        ("31321", AFTER, "province", "93", None, ()),  # Vị Thanh: Hậu Giang
        ("31804", AFTER, "province", "94", None, ()),  # Vĩnh Phước: Sóc Trăng
        ("31726", AFTER, "province", None, "ambiguous_split", ("92", "94")),
    ],
)
def test_a_commune_lies_where_its_land_lay(
    old: PlaceMap, code: str, on: int, level: str, unit: str | None, reason: str | None, candidates: tuple[str, ...]
) -> None:
    """A commune of 2025 on the map of 2024: told through the communes it was made of, or listed."""
    found = old.resolve(code, on, level)
    assert (found.unit, found.reason) == (unit, reason)
    assert unit is not None or found.candidates == candidates


def test_the_splits_are_those_of_the_shared_converter() -> None:
    """19 communes were split, each into the successors the converter lists; all others went whole into one."""
    path = SHARED / "converter_2025.json"
    if not path.exists():
        pytest.skip("the shared data are not beside the checkout")
    converter = json.loads(path.read_text(encoding="utf-8"))
    word = {"ward": "phuong", "commune": "xa", "township": "thitran", "urban_district": "quan"}
    word |= {"rural_district": "huyen", "town": "thixa", "provincial_city": "thanhpho"}
    word |= {"municipality": "thanhpho", "province": "tinh"}

    def key(place: Place) -> str:
        name = name_key(place.name.vi)  # "Phường 1" carries its word in its name
        return name if name.startswith(word[place.type]) and name[-1].isdigit() else word[place.type] + name

    table = place_table()
    found: dict[str, set[str]] = {}
    for place in table:
        if place.level == "commune" and place.end == MERGER:
            district = table.parent(place)
            province = table.parent(district) if district else None
            path_of = "_".join(key(unit) for unit in (province, district, place) if unit)
            found[path_of] = {key(after) for after in table.successors(place)}
    expected: dict[str, set[str]] = {}
    for after, befores in converter["DICT_PROVINCE_WARD_NO_DIVIDED"]["thanhphocantho"].items():
        for before in befores:
            expected.setdefault(before, set()).add(after)
    for before, afters in converter["DICT_PROVINCE_WARD_DIVIDED"]["thanhphocantho"].items():
        expected[before] = {after["newWardKey"] for after in afters}
    assert found == expected
    assert len(table.splits()) == 19


# A list of one's own beside the shipped one


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    use_places(None)


def test_a_fuller_list_is_taken_from_a_folder(own: Path) -> None:
    """Communes of Hà Nội and a map of one's own, in the columns of the shipped files; the shipped places stay."""
    (own / "vn.csv").write_text(
        "code,from,to,named_from,level,type,name_vi,name_en,parent\n"
        "005,,2025-07-01,,district,urban_district,Cầu Giấy,Cau Giay,01\n"
        "00157,,2025-07-01,,commune,ward,Dịch Vọng,Dich Vong,005\n"
        "00166,2025-07-01,,,commune,ward,Cầu Giấy,Cau Giay,01\n",
        encoding="utf-8",
    )
    (own / "succession.csv").write_text(
        "from_code,from_start,to_code,to_start,kind\n00157,,00166,2025-07-01,merged\n", encoding="utf-8"
    )
    (own / "maps.csv").write_text("id,on,name_vi,name_en\nvn-2026,2026-05-01,2026,2026\n", encoding="utf-8")
    use_places(own)
    assert place_map("vn-2026").resolve("00157", BEFORE, "commune").unit == "00166"
    assert find_place("Quận Cầu Giấy", BEFORE).code == "005"
    assert len(place_map("vn-2025").units("commune")) == 104
    use_places(None)
    assert len(place_map("vn-2025").units("commune")) == 103


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "has none of vn.csv"),
        ("code,from\n1,2\n", "lacks the columns to, named_from"),
        ("code,from,to,named_from,level,type,name_vi,name_en,parent\n9,,,,commune,ward,A,A,nowhere\n", "coarser unit"),
    ],
)
def test_a_bad_list_of_ones_own_is_refused_and_changes_nothing(own: Path, text: str | None, said: str) -> None:
    """The folder, the columns and the contradictions are told, and the shipped list stays in use."""
    if text is not None:
        (own / "vn.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=said):
        use_places(own)
    assert len(place_map("vn-2025").units("commune")) == 103
