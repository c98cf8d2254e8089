"""What an audit finds: everything done to the tables behind the registry's back."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from stregistry.model import JUDGEMENTS, KINDS, Deal, Name, Organisation
from stregistry.store import Store
from stregistry.text import Text

Tamper = Callable[..., None]
WRITTEN: dict[str, Any] = json.loads((Path(__file__).parent / "revision_0001.json").read_text("utf-8"))


def test_an_untouched_registry_of_every_kind_passes(filled: Store) -> None:
    """All kinds, a past, keys and a document: nothing to say against it."""
    report = filled.audit()
    assert report.ok
    assert (report.changesets, report.head) == (5, filled.head())
    with filled.reading() as conn:
        counts = {k: len(conn.execute(t.current.select()).all()) for k, t in filled.tables.kinds.items()}
        past = sum(len(conn.execute(t.past.select()).all()) for t in filled.tables.kinds.values())
    assert report.versions == sum(counts.values()) + past
    # What became a kind later is not in the golden chain that `filled` makes; the task was retracted.
    assert {k for k, n in counts.items() if n} == set(WRITTEN) & set(KINDS)
    assert len(counts) == len(KINDS) + len(JUDGEMENTS)


def test_an_empty_registry_passes(store: Store) -> None:
    """Nothing is there and nothing is missing."""
    assert (store.audit().problems, store.audit().versions) == ((), 0)


# What is done to the file, and words of the first problem it is found by.
ALTERED, BROKEN, ABSENT = "altered outside", "hash does not match", "does not exist"
TAMPERINGS = {
    "altered field": (["UPDATE deal SET value_vnd = value_vnd + 1"], ALTERED),
    "field added": (["UPDATE deal SET contract_number = '1'"], ALTERED),
    "field emptied": (["UPDATE startup SET stage = NULL"], ALTERED),
    "altered past field": (["UPDATE deal_past SET value_vnd = 1"], ALTERED),
    "altered field and digest": (
        ["UPDATE deal SET value_vnd = 1, digest = (SELECT digest FROM deal_past)"],
        ALTERED,
    ),
    "old content restored with its digest": (
        ["UPDATE deal SET value_vnd = 31000000, digest = (SELECT digest FROM deal_past)"],
        BROKEN,
    ),
    "altered child": (["UPDATE organisation_names SET value = 'Khác' WHERE facts = 1 AND n = 0"], ALTERED),
    "added child": (
        ["INSERT INTO organisation_names (facts, n, value, folded) VALUES (1, 9, 'Khác', 'khac')"],
        ALTERED,
    ),
    "child of nobody": (
        ["INSERT INTO organisation_names (facts, n, value, folded) VALUES (99, 0, 'Khác', 'khac')"],
        "rows of an unknown version",
    ),
    "removed child": (["DELETE FROM deal_parties WHERE n = 0"], ALTERED),
    "children swapped": (["UPDATE deal_parties SET n = n + 5 WHERE n = 0"], ALTERED),
    "children of another": (["UPDATE startup_evidence SET facts = facts + 100"], "rows of an unknown version"),
    "added row": (
        [
            "INSERT INTO submission (row, facts, id, tx_from, digest, organisation, form, period)"
            " SELECT row + 100, facts, id + 100, tx_from, digest, organisation, form, period FROM submission"
        ],
        BROKEN,
    ),
    "removed row": (["DELETE FROM asset"], BROKEN),
    "removed past row": (["DELETE FROM deal_past"], BROKEN),
    "removed row of the only one of its kind": (["DELETE FROM task_past"], BROKEN),
    "row moved to another record": (["UPDATE asset SET id = id + 100"], BROKEN),
    "row said to be known earlier": (["UPDATE asset SET tx_from = 1"], BROKEN),
    "row of no changeset": (["UPDATE asset SET tx_from = 77"], BROKEN),
    "swapped interval": (
        ["UPDATE organisation SET valid_from = 1, valid_to = 2 WHERE row = (SELECT max(row) FROM organisation)"],
        BROKEN,
    ),
    "changed tx_to": (["UPDATE deal_past SET tx_to = tx_to - 1"], BROKEN),
    "past made present": (["UPDATE task_past SET tx_to = 0"], BROKEN),
    "changed document of a row": (["UPDATE deal SET document = 1"], BROKEN),
    "changed line of a row": (["UPDATE deal SET line = 12"], BROKEN),
    "removed key": (["DELETE FROM record_key WHERE key = 'TC-2'"], BROKEN),
    "key to another record": (["UPDATE record_key SET id = 2 WHERE key = 'TC-1'"], BROKEN),
    "added key": (
        ["INSERT INTO record_key (kind, source_id, key, tx_from, id) VALUES ('deal', 'default', 'HD-9', 2, 1)"],
        BROKEN,
    ),
    "changed hash of what a source said": (
        ["UPDATE record_key SET said = (SELECT digest FROM deal) WHERE key = 'TC-1'"],
        BROKEN,
    ),
    "altered document": (["UPDATE document SET sha256 = 'b'"], BROKEN),
    "removed document": (["DELETE FROM document"], BROKEN),
    "added document": (
        ["INSERT INTO document (number, changeset, name, sha256) VALUES (2, 2, 'khac.xlsx', 'c')"],
        BROKEN,
    ),
    "altered reason": (["UPDATE changeset SET reason = 'khác' WHERE number = 3"], BROKEN),
    "altered actor": (["UPDATE changeset SET actor = 'Khác' WHERE number = 1"], BROKEN),
    "altered instant": (["UPDATE changeset SET instant = '2020-01-01T00:00:00.000000Z' WHERE number = 1"], BROKEN),
    "altered counts": (["UPDATE changeset SET opened = opened + 1 WHERE number = 1"], BROKEN),
    "altered hash": (["UPDATE changeset SET hash = 'x' WHERE number = 2"], BROKEN),
    "changeset cut out of the middle": (["DELETE FROM changeset WHERE number = 3"], "Changeset 3 is missing"),
    "rows and changeset cut out of the middle": (
        [
            "DELETE FROM organisation WHERE tx_from = 3",
            "DELETE FROM organisation_past WHERE tx_to = 3",
            "DELETE FROM changeset WHERE number = 3",
        ],
        "were altered|is missing|unknown version",
    ),
    "last changeset cut off, head left": (
        ["DELETE FROM task_past", "DELETE FROM changeset WHERE number = 5"],
        ABSENT + "|" + BROKEN,
    ),
    "head moved": (["UPDATE head SET number = 4"], "The head names changeset 4"),
    "head with another hash": (["UPDATE head SET hash = 'x'"], "The head names changeset 5"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampering_is_found(filled: Store, tamper: Tamper, name: str) -> None:
    """Each row, child, key, document and changeset is held by the chain; the problem is said in both languages."""
    statements, words = TAMPERINGS[name]
    tamper(*statements)
    report = filled.audit()
    assert not report.ok
    assert any(word in problem.en for problem in report.problems for word in words.split("|"))
    assert all(p.vi != p.en for p in report.problems)


def test_the_altered_record_is_named(filled: Store, tamper: Tamper) -> None:
    """Who reads the report can go to the record."""
    tamper("UPDATE deal SET value_vnd = 1")
    (problem,) = filled.audit().problems
    deal = filled.at().frame("deal").index[0]
    assert f"Record {deal} (deal)" in problem.en


def test_a_tail_cut_off_cleanly_shows_only_against_a_hash_kept_outside(filled: Store, tamper: Tamper) -> None:
    """Rows, changeset and head set back together leave a valid shorter chain; so every snapshot carries the head."""
    kept_outside = filled.head()
    columns = ", ".join(filled.tables.kinds["task"].current.c.keys())
    tamper(
        f"INSERT INTO task ({columns}) SELECT {columns} FROM task_past",
        "DELETE FROM task_past",
        "DELETE FROM changeset WHERE number = 5",
        "UPDATE head SET number = 4, hash = (SELECT hash FROM changeset WHERE number = 4),"
        " instant = (SELECT instant FROM changeset WHERE number = 4)",
    )
    report = filled.audit()
    assert report.ok
    assert report.head != kept_outside
    assert report.head == (4, filled.hash_at(4))


def test_computed_columns_are_no_part_of_the_content(filled: Store, tamper: Tamper) -> None:
    """A better folding may recompute them without breaking the chain."""
    tamper("UPDATE organisation_names SET folded = upper(folded)", "UPDATE deal_parties SET peers = 9")
    assert filled.audit().ok


# What is done to the tables, and how the audit names it: what was done, to what, and, where the chain proves it,
# what stood there.
NAMED = {
    "value changed": ("UPDATE deal SET value_vnd = 1", r"Record \d+ \(deal\), version \d+: its content was altered"),
    "value emptied": ("UPDATE startup SET stage = NULL", "startup.*: the field 'stage', which was 'seed'"),
    "value as in a later version": (
        "UPDATE deal_past SET value_vnd = 32000000, title = title || ' '",
        r"Record 7 \(deal\), version 7: its content was altered",
    ),
    "code changed": (
        "UPDATE organisation SET kind = 'fund' WHERE id = 2",
        r"Record 2 \(organisation\), version 2: .*: the field 'kind', which was 'university'",
    ),
    "role of parties edited": (
        "UPDATE deal_parties SET role = 'broker'",
        r"Record 7 \(deal\), version 16: .*: 'role' of its parties",
    ),
    "party removed": ("DELETE FROM deal_parties WHERE n = 0", r"deal_parties, version 7: row 0 is missing"),
    "party added": (
        "INSERT INTO deal_parties (facts, n, role, body) SELECT facts, 2, role, 1 FROM deal_parties WHERE n = 0",
        r"deal.*: a row of parties was added",
    ),
    "parties in another order": ("UPDATE deal_parties SET n = n + 5 WHERE n = 0", "the order of its parties"),
    "contents of two records swapped": (
        "UPDATE organisation SET place = CASE id WHEN 2 THEN '92' END WHERE valid_to > 3000000",
        r"Record 2 \(organisation\), version 2: .*: the field 'place', which was empty",
    ),
    "row deleted": ("DELETE FROM startup", r"Version 3 was deleted; perhaps of startup 3"),
    "past row deleted": ("DELETE FROM deal_past", r"Version \d+ was deleted; perhaps of deal \d+"),
    "row inserted": (
        "INSERT INTO submission (row, facts, id, tx_from, digest, organisation, form, period)"
        " SELECT row + 100, facts, id + 100, tx_from, digest, organisation, form, period FROM submission",
        r"Record \d+ \(submission\), version \d+: inserted",
    ),
    "row inserted under a number that was given": (
        "INSERT INTO submission (row, facts, id, tx_from, digest, organisation, form, period)"
        " SELECT 4, 4, id + 100, tx_from, digest, organisation, form, period FROM submission",
        r"record \d+ \(submission\), version 4 was inserted",
    ),
    "moved from history to the present": (
        ("INSERT INTO task ({task}) SELECT {task} FROM task_past", "DELETE FROM task_past"),
        r"Changeset 5: .*record 12 \(task\), version 12 was ended by it and has been moved",
    ),
    "moved from the present to history": (
        ("INSERT INTO asset_past ({asset}, tx_to) SELECT {asset}, 4 FROM asset", "DELETE FROM asset"),
        r"Changeset 4: .*version 10 \(asset\) was not ended by it",
    ),
    "ended by another changeset": (
        "UPDATE task_past SET tx_to = 3",
        r"Changeset 5: .*record 12 \(task\), version 12 was ended by it and has been moved",
    ),
    "bounds widened": (
        "UPDATE organisation SET valid_from = valid_from - 100 WHERE valid_to > 3000000 AND id = 1",
        r"Record 1 \(organisation\), version \d+ and Record 1 .* its bounds were changed",
    ),
    "bounds narrowed": (
        "UPDATE organisation SET valid_to = valid_to - 30 WHERE row = 14",
        r"record 1 \(organisation\), version 14 had its bounds changed, from 2019-01-01\.\.2026-01-01",
    ),
    "known later": ("UPDATE asset SET tx_from = 4", r"Record \d+ \(asset\), version \d+: its changeset 4"),
    "next_row lowered": ("UPDATE head SET next_row = 3", "next_row is 3"),
    "next_id lowered": ("UPDATE head SET next_id = 2", "next_id is 2"),
    "next_document lowered": ("UPDATE head SET next_document = 1", "next_document is 1"),
    "instant set back": ("UPDATE head SET instant = '2020-01-01T00:00:00.000000Z'", "names the instant 2020"),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_tampering_is_named(filled: Store, tamper: Tamper, name: str) -> None:
    """Not only that something is wrong: the kind, the record and the version, and what was done to it."""
    statements, words = NAMED[name]
    columns = {kind: ", ".join(t.current.c.keys()) for kind, t in filled.tables.kinds.items()}
    tamper(*(one.format(**columns) for one in ([statements] if isinstance(statements, str) else statements)))
    found = filled.audit().problems
    assert any(re.search(words, problem.en) for problem in found), [p.en for p in found]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE asset SET tx_from = 'ba'",
        "UPDATE deal_past SET tx_to = 'ba'",
        "UPDATE document SET changeset = 'ba'",
        "UPDATE record_key SET tx_from = 'ba'",
        "UPDATE organisation SET valid_from = 'ba' WHERE row = 14",
        "UPDATE deal SET value_vnd = 'ba', digest = 'ba'",
        "UPDATE record_key SET said = 'ba'",
    ],
)
def test_text_where_numbers_belong_is_a_problem_and_no_fault(filled: Store, tamper: Tamper, statement: str) -> None:
    """SQLite keeps it; a server refuses it."""
    if filled.engine.dialect.name == "postgresql":
        pytest.skip("the server refuses text in a column of numbers")
    tamper(statement)
    assert not filled.audit().ok


def test_contents_swapped_with_their_digests_are_named(store: Store) -> None:
    """Each version still has the digest of its content; only the chain knows which was whose."""
    with store.changeset(actor="a", reason="r") as tx:
        tx.put_many([Deal(title=title) for title in "abcd"])
    table = store.tables.kinds["deal"].current
    with store.engine.begin() as conn:
        was = dict(conn.execute(select(table.c.title, table.c.digest)).all())
        for row, title in ((2, "d"), (4, "b")):
            conn.execute(update(table).where(table.c.row == row).values(title=title, digest=was[title]))
    (problem,) = store.audit().problems
    assert "record 2 (deal), version 2 and record 4 (deal), version 4 had their contents exchanged" in problem.en


def test_a_table_wholly_altered_is_told_in_bounds(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first problems one by one, and how many more there are."""
    monkeypatch.setattr("stregistry.store.audit.problems.TOLD", 5)
    with store.changeset(actor="a", reason="r") as tx:
        tx.put_many([Deal(title=str(n)) for n in range(12)])
    with store.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE deal SET title = 'khác'")
    told = store.audit().problems
    assert len(told) == 6
    assert told[-1] == Text("… và 7 vấn đề nữa.", "… and 7 more problems.")


def test_more_versions_than_are_read_at_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds of the stream fall anywhere: between changesets, child rows, remainders of a split."""
    monkeypatch.setattr("stregistry.store.audit.versions.CHUNK", 3)
    for n in range(5):
        with store.changeset(actor="a", reason="r") as tx:
            keys = [f"{n}.{i}" for i in range(4)]
            bodies = [Organisation(names=[Name(value=k), Name(value="x")], email="a@b") for k in keys]
            ids = tx.put_many(bodies, keys=keys)
            tx.put(Organisation(id=ids[0], names=[Name(value="y")]), valid_from="2020-01-01", valid_to="2021-01-01")
    report = store.audit()
    assert (report.problems, report.versions, report.changesets) == ((), 35, 5)
