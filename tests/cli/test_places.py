"""`places`: the units of a map, what a code or name meant and became, and the splits nobody can tell apart."""

import pytest

from stregistry.places import place_table
from tests.cli.conftest import Cli


def test_the_units_of_a_map_or_of_a_day(cli: Cli) -> None:
    """34 provinces by default, 63 before the merger; communes by their level; codes in CSV and JSON."""
    assert len(cli("places", "--format", "json").json) == 34
    assert len(cli("places", "--places", "vn-2024", "--format", "json").json) == 63
    assert len(cli("places", "--valid", "2020-01-01", "--format", "json").json) == 63
    assert {row["level"] for row in cli("places", "--level", "commune", "--format", "json").json} == {"commune"}
    (city,) = [row for row in cli("places", "--format", "json").json if row["code"] == "92"]
    assert (city["name"], city["type"], city["from"], city["came_from"]) == (
        "Can Tho",
        "municipality",
        "2025-07-01",
        "92;93;94",
    )


def test_a_code_is_every_territory_it_meant(cli: Cli) -> None:
    """92 before and after the merger, each with what it came from, what it became, and where it lies on the map."""
    old, new = cli("places", "92", "--format", "json").json
    assert (old["to"], old["became"], old["unit"]) == ("2025-07-01", "92", "92")
    assert (new["from"], new["came_from"], new["unit"]) == ("2025-07-01", "92;93;94", "92")
    old, new = cli("places", "92", "--places", "vn-2024", "--format", "json").json
    assert (old["unit"], old["reason"]) == ("92", None)
    assert (new["unit"], new["reason"], new["candidates"]) == (None, "ambiguous_split", "92;93;94")


@pytest.mark.parametrize("text", ["31183", "Long Tuyền", "phường long tuyền", "Long Tuyen"])
def test_a_code_or_name_on_a_day(cli: Cli, text: str) -> None:
    """The ward that bore it then; the one of 2024 was split, and it is said between which."""
    (then,) = cli("places", text, "--valid", "2024-05-17", "--format", "json").json
    assert (then["code"], then["unit"], then["reason"]) == ("31183", None, "ambiguous_split")
    assert then["candidates"] == "31150;31183"
    (now,) = cli("places", text, "--valid", "2026-01-01", "--format", "json").json
    assert (now["code"], now["unit"], now["came_from"]) == ("31183", "31183", "31180;31183")


def test_a_unit_of_a_level_that_ended_lies_in_the_next_above(cli: Cli) -> None:
    """A district lies in its province on the map of 2025, and is itself on that of 2024."""
    assert cli("places", "916", "--format", "json").json[0]["unit"] == "92"
    assert cli("places", "916", "--places", "vn-2024", "--format", "json").json[0]["unit"] == "916"
    assert cli("places", "93", "--level", "commune", "--format", "json").json[0]["reason"] == "coarser"


def test_the_splits_are_listed(cli: Cli) -> None:
    """Every territory that went to several others, with those."""
    rows = cli("places", "--splits", "--format", "json").json
    assert [(row["code"], row["became"]) for row in rows] == sorted(
        (before.code, ";".join(p.code for p in after)) for before, after in place_table().splits()
    )
    assert len(rows) == 19
    assert cli("places", "--splits", "--level", "province").out.strip() == "No rows."


def test_the_table_speaks_the_readers_language(cli: Cli) -> None:
    """Labels in place of codes."""
    vi = cli("--lang", "vi", "places", "31183").out
    assert "Phường Long Tuyền" in vi
    assert "đã chia tách, không rõ" in vi
    assert "Long Tuyen Ward" in cli("places", "31183").out


def test_what_is_not_there_is_refused_with_the_nearest(cli: Cli) -> None:
    """A place, a map; and --splits takes no place."""
    ran = cli("places", "Hau Giangg")
    assert (ran.code, "Hậu Giang" in ran.err) == (1, True)
    ran = cli("places", "--places", "vn-2052")
    assert (ran.code, "vn-2025" in ran.err) == (1, True)
    assert cli("places", "92", "--splits").code == 2
    assert cli("places", "92", "--valid", "2024-13-01").code == 1
