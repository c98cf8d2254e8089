"""`indicators explain snapshot verify audit framework demo`: figures that can be recomputed, explained and trusted."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from stregistry.snapshot import Snapshot
from tests.cli.conftest import Cli

Find = Callable[[str, str], int]
VALUE = ("ecosystem-core", "deals_value", "--place", "92", "--period", "2024")


def _alter(sql: str) -> None:
    """Changes the database behind the registry's back."""
    with sqlite3.connect("registry.db") as raw:
        assert raw.execute(sql).rowcount > 0
    raw.close()


def _snapshot(cli: Cli, name: str) -> str:
    ran = cli("snapshot", "ecosystem-core", "--period", "2024", "--out", name)
    assert (ran.code, ran.out) == (0, "")
    return name


def _forge(name: str, change: Callable[[Any], None]) -> None:
    """Changes the content of year.json and gives it the right hash, as another program could."""
    whole = json.loads(Path("year.json").read_bytes())
    change(whole["content"])
    whole["sha256"] = Snapshot(content=whole["content"], environment={}).sha256
    Path(name).write_bytes(rfc8785.dumps(whole))


def test_indicators_as_csv_follow_the_contract(office: Cli) -> None:
    """indicator,place,period,value,records,missing,provisional, in framework, place and period order."""
    ran = office("indicators", "ecosystem-core", "--period", "2023..2024", "--format", "csv")
    header, *lines = ran.out.splitlines()
    assert header == "indicator,place,period,value,records,missing,provisional"
    rows = [line.split(",") for line in lines]
    places = [row[1] for row in rows if row[0] == "deals" and row[2] == "2024"]
    assert len(places) == 34
    assert places == sorted(places)
    assert [row[2] for row in rows if row[:2] == ["deals", "92"]] == ["2023", "2024"]
    assert "deals,92,2024,2,2,,false" in lines
    assert "deals_value,92,2024,1.75,2,,false" in lines


def test_a_figure_is_explained_by_its_records_file_and_row(office: Cli) -> None:
    """The records named add up to the figure, each with the file and row it came from."""
    rows = office("explain", *VALUE, "--format", "json").json
    assert [(r["file"], r["row"], r["contribution"], r["changeset"]) for r in rows] == [
        ("deals.csv", 2, 1_500_000_000, 3),
        ("deals.csv", 3, 250_000_000, 3),
    ]
    ran = office("explain", *VALUE)
    assert "Value of technology deals, Can Tho City (92), 2024: 1.75 billion VND" in ran.err
    assert "1,75 tỷ đồng" in office("--lang", "vi", "explain", *VALUE).err


def test_a_snapshot_made_twice_has_the_same_bytes(office: Cli) -> None:
    """Nothing but inputs goes into a snapshot of one day; and it verifies as identical."""
    assert Path(_snapshot(office, "again.json")).read_bytes() == Path("year.json").read_bytes()
    ran = office("verify", "year.json")
    assert (ran.code, ran.out, ran.err) == (0, "", "Identical, byte for byte.\n")
    assert office("verify", "year.json", "--format", "json").json == []


def test_later_corrections_do_not_touch_an_old_snapshot(office: Cli, id_of: Find) -> None:
    """The snapshot rests on what was known then; a new one differs, the old one still holds and is explained."""
    old = "year.json"
    deal = str(id_of("deal", "Giống lúa chịu mặn"))
    office("set", "deal", deal, "value_vnd=9000000000", "--why", "đính chính")
    assert office("verify", old).err == "Identical, byte for byte.\n"
    assert Path(old).read_bytes() != Path(_snapshot(office, "new.json")).read_bytes()
    rows = office("explain", old, *VALUE[1:], "--format", "json").json
    assert [r["contribution"] for r in rows] == [1_500_000_000, 250_000_000]
    assert office("explain", *VALUE, "--format", "json").json[0]["contribution"] == 9_000_000_000


def test_an_altered_registry_fails_audit_and_verify(office: Cli) -> None:
    """A value changed by raw SQL is found by the audit, and by the snapshot that counted it."""
    assert office("audit").code == 0
    _alter("update deal set value_vnd = 7 where value_vnd = 1500000000")
    audit = office("audit", "--format", "json")
    assert audit.code == 1
    assert audit.json[0]["ok"] is False
    assert "deal" in audit.err
    ran = office("verify", "year.json", "--format", "json")
    assert ran.code == 1
    (row,) = [r for r in ran.json if (r["indicator"], r["place"]) == ("deals_value", "92")]
    assert (row["what"], row["before"]) == ("value", 1.75)
    assert "Differs in" in ran.err
    explained = office("explain", "year.json", *VALUE[1:])
    assert explained.code == 1
    assert "The snapshot says 1.75" in explained.err
    assert "không toàn vẹn" in office("--lang", "vi", "audit").err.lower()


def test_what_was_not_counted_is_verified_too(office: Cli) -> None:
    """A snapshot does not hold when only the number of records left out has changed."""
    more = {"indicator": "deals", "period": "2024", "reason": "no_place", "records": 1, "place": None, "candidates": []}
    _forge("forged.json", lambda content: content["left_out"].append(more))
    ran = office("verify", "forged.json", "--format", "json")
    assert ran.code == 1
    assert {row["what"].split(".")[0] for row in ran.json} == {"left_out"}


def test_a_rewritten_chain_fails_verify(office: Cli) -> None:
    """The same figures on another chain of changesets are no proof."""
    _forge("forged.json", lambda content: content["registry"].update(hash="0" * 64))
    ran = office("verify", "forged.json")
    assert ran.code == 1
    assert "chain of changesets is not what it was" in ran.err
    assert "not of this registry" in office("explain", "forged.json", *VALUE[1:]).err


def test_a_snapshot_of_another_registry_is_refused(office: Cli) -> None:
    """A registry that ends before the snapshot's changeset is another one, or was cut off."""
    for words in (("verify", "year.json"), ("explain", "year.json", *VALUE[1:])):
        ran = office("--db", "sqlite:///other.db", *words)
        assert ran.code == 1
        assert "the registry ends at 0" in ran.err


@pytest.mark.parametrize(
    "break_it",
    [
        lambda data: data.replace(b'"value":1.75', b'"value":2.75'),
        lambda data: data[: len(data) // 2],
        lambda data: b"[" * 100_000,
        lambda data: b"[]",
        lambda data: b'{"format":"stregistry-snapshot/2"}',
        lambda data: b'{"format":"stregistry-snapshot/1","content":{"a":NaN},"environment":{},"sha256":""}',
        lambda data: b"\xff\xfe\x00",
    ],
    ids=["altered", "cut", "deep", "array", "format", "nan", "bytes"],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_broken_snapshot_is_refused(office: Cli, break_it: Callable[[bytes], bytes], lang: str) -> None:
    """Whatever stands in the file, verify and explain say that it is no snapshot, or an altered one."""
    data = Path("year.json").read_bytes()
    Path("year.json").write_bytes(break_it(data))
    for words in (("verify", "year.json"), ("explain", "year.json", *VALUE[1:])):
        ran = office("--lang", lang, *words)
        assert (ran.code, ran.out) == (1, "")
        assert "year.json" in ran.err


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.clear(),
        lambda content: content["registry"].update(changeset="3"),
        lambda content: content["values"][0].pop("place"),
        lambda content: content.update(values=[1]),
        lambda content: content.update(periods=["20x4"]),
        lambda content: content["registry"].update(changeset=-1),
        lambda content: content["framework"].update(document={}),
        lambda content: content["places"].update(map="vn-1900"),
        lambda content: content.update(valid="never"),
    ],
)
def test_a_well_hashed_file_of_another_program_is_refused(office: Cli, change: Callable[[Any], None]) -> None:
    """A right hash does not make nonsense a snapshot; it ends in a message, not a fault."""
    _forge("forged.json", change)
    assert office("verify", "forged.json").code == 1
    # What explain does not look at may be wrong; then it explains. The fixture fails on any fault.
    assert office("explain", "forged.json", *VALUE[1:]).code in (0, 1)


def test_explain_of_a_snapshot_keeps_to_the_snapshot(office: Cli) -> None:
    """A period, place or indicator it does not hold is refused; so are options it settles itself."""
    place = ("--place", "92")
    for words, said in (
        (("startups", *place, "--period", "2020"), "no period '2020'; did you mean '2024'"),
        (("startupz", *place, "--period", "2024"), "no indicator 'startupz'; did you mean 'startups'"),
        (("startups", "--place", "9", "--period", "2024"), "no place '9'"),
        (("startups", *place, "--period", "2023..2024"), "no period '2023..2024'"),
    ):
        ran = office("explain", "year.json", *words)
        assert ran.code == 1
        assert said in ran.err
    for option in (("--known", "1"), ("--valid", "2024-01-01"), ("--places", "vn-2024")):
        ran = office("explain", "year.json", *VALUE[1:], *option)
        assert ran.code == 2
        assert option[0] in ran.err


def test_the_framework_commands(cli: Cli) -> None:
    """`check` takes a shipped id or a file and names every fault; `list` shows what is shipped."""
    assert "Valid: ecosystem-core" in cli("framework", "check", "ecosystem-core").err
    Path("mine.toml").write_text('[framework]\nid = "mine"\n[[indicator]]\nid = "a"\nmeasure = "cuont"\n', "utf-8")
    ran = cli("framework", "check", "mine.toml")
    assert ran.code == 1
    assert "mine.toml" in ran.err
    assert "'count'" in ran.err
    assert ran.err.count("\n  ") >= 4
    Path("broken.toml").write_bytes(b"\xff= [")
    assert cli("framework", "check", "broken.toml").code == 1
    assert "ecosystem-core" in [row["id"] for row in cli("framework", "list", "--format", "json").json]


def test_the_demo_shows_files_figures_and_records(cli: Cli) -> None:
    """The demo takes in every file, prints figures and the records of one; it may be run again."""
    for _ in range(2):
        ran = cli("demo", "--size", "100", "--folder", "show")
        assert ran.code == 0, ran.err
        assert "Synthetic figures, Cần Thơ, 2024" in ran.out
        assert "deal.synthetic.csv" in ran.out
    assert "identical file was taken in" in ran.err
    assert cli("--db", "sqlite:///show/demo.db", "audit").code == 0


def test_the_demo_stays_out_of_other_registries(office: Cli) -> None:
    """STREGISTRY_DB is not written to, and a registry with records of others is refused when --db names it."""
    assert office("demo", "--size", "100").code == 0
    assert not [row for row in office("list", "organisation", "--format", "json").json if "giả lập" in str(row)]
    ran = office("--db", "sqlite:///registry.db", "demo", "--size", "100", "--folder", "other")
    assert ran.code == 1
    assert "Lan wrote changeset 1" in ran.err
