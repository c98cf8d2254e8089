"""Merged bodies count under their surviving values, and with `follow` a predecessor counts as what it became."""

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest
from naive_count import Cells, flow, stock, total
from random_registry import Body, Row, World, build
from test_cells import BOTH, body, deal, rules

from stregistry.dates import ALWAYS, periods_of
from stregistry.dates import day as day_number
from stregistry.errors import DefinitionError
from stregistry.evaluate import explain, indicators
from stregistry.framework import Framework
from stregistry.model import Asset, Certificate, Name, Organisation, Party, Startup, Succession
from stregistry.places import place_map
from stregistry.store import Store

VALID = "2026-06-30"


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with Store.open(address) as opened:
        yield opened


def became(tx: Any, before: int, *after: int, on: str | None = "2024-01-01", event: str = "absorbed") -> int:
    parties = [Party(role="predecessor", body=before), *(Party(role="successor", body=b) for b in after)]
    return tx.put(Succession(event=event, happened_on=on, parties=parties))


# ---- against plain Python ------------------------------------------------------------------


def scramble(store: Store, world: World, seed: int) -> tuple[dict[int, int], dict[int, int]]:
    """Merges and ends some of the bodies; gives canonical ids and, as worked out by hand, who is followed to whom."""
    rng = random.Random(seed)  # noqa: S311  # repeatable, not secret
    ids = [b.id for b in world.bodies]
    rng.shuffle(ids)
    canonical, groups = {}, [ids[0:3], ids[3:5], ids[5:7]]
    with store.changeset(actor="a", reason="b") as tx:
        for group in groups:
            for one, two in itertools.pairwise(group):
                tx.decide(one, two, "same", by="a", why="b")
            canonical |= dict.fromkeys(group, min(group))
        tx.pin(max(groups[0]), "place", by="a", why="b")
        # A chain of three that ends in a merged body; a merged one that ends; a split; one to come; one undated.
        became(tx, ids[7], ids[8])
        became(tx, ids[8], groups[0][2], on="2025-03")
        became(tx, groups[1][1], ids[9], on="2023-02-01")
        became(tx, ids[10], ids[11], ids[12], event="split")
        became(tx, ids[13], ids[14], on="2027-01-01")
        became(tx, ids[15], ids[16], on=None)
        became(tx, ids[17], ids[17], ids[18], event="spun_off")
    end = min(groups[0])
    heirs = {ids[7]: end, ids[8]: end, ids[15]: ids[16]} | dict.fromkeys(groups[1], ids[9])
    return canonical, heirs


def as_counted(world: World, canonical: dict[int, int], heirs: dict[int, int], pinned: int) -> dict[int, Body]:
    """Each body as a count is to see it, between any two changes: the pinned value, then the lowest id that has one."""
    by_id = {b.id: b for b in world.bodies}
    found = {}
    for one in by_id:
        target = heirs.get(one, one)
        group = sorted(m for m in by_id if canonical.get(m, m) == canonical.get(target, target))
        edges = sorted({day for m in group for v in by_id[m].versions for day in v[:2]})
        versions = []
        for low, high in itertools.pairwise(edges):
            here = [(m, by_id[m].on(low)) for m in group if by_id[m].on(low) is not None]
            if not here:
                continue
            by_place = sorted(here, key=lambda h: (h[0] != pinned, h[0]))
            values = [next((v[i] for _, v in some if v[i] is not None), None) for i, some in ((0, by_place), (1, here))]
            versions.append((low, high, *values))
        if one in heirs and versions:
            versions[0] = (ALWAYS, *versions[0][1:])
        found[one] = Body(one, versions)
    return found


def seen(rows: list[Row], bodies: dict[int, Body]) -> list[Row]:
    def led(some: list[Body | None]) -> list[Body | None]:
        return [bodies[b.id] if b else None for b in some]

    return [Row(r.id, r.dates, r.fields, {role: led(some) for role, some in r.bodies.items()}, r.valid) for r in rows]


def framework(follow: bool) -> Framework:
    more = {"follow": "predecessors"} if follow else {}
    owned = {"of": "asset", "where": {"organisation": {"kind": "university"}}, **more}
    return rules(
        deals={"measure": "count", "params": {"of": "deal", **more}},
        value={"measure": "sum", "params": {"of": "deal", "field": "value_vnd", **more}},
        given={"measure": "count", "params": {"of": "deal", "place": "transferor", **more}},
        running={"measure": "count", "params": {"of": "partnership", "when": "stock", **more}},
        owned={"measure": "count", "params": {**owned, "when": "stock"}},
        owners={"measure": "distinct", "params": {"of": "asset", "field": "organisation", **more}},
    )


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("follow", [False, True])
def test_random_registries_agree_with_plain_python(store: Store, seed: int, follow: bool) -> None:
    """Merged, chained, split, future and undated: every figure is that of a count over the bodies as they stand."""
    world = build(store, seed, deals=60)
    canonical, heirs = scramble(store, world, seed)
    groups: dict[int, list[int]] = {}
    for member, one in canonical.items():
        groups.setdefault(one, []).append(member)
    pinned = next(max(g) for g in groups.values() if len(g) == 3)
    if not follow:
        heirs = {}
    bodies = as_counted(world, canonical, heirs, pinned)
    the_map, periods = place_map("vn-2025"), periods_of("2023..2026")
    valid = day_number(VALID)
    deals, assets = seen(world.rows["deal"], bodies), seen(world.rows["asset"], bodies)
    partnerships = seen(world.rows["partnership"], bodies)

    def every(*_: object) -> bool:
        return True

    def university(_: Row, version: tuple[str | None, str | None] | None) -> bool:
        return version is not None and version[1] == "university"

    signed = flow(deals, "signed_on", "transferee", every, the_map, periods)
    expected: dict[str, Cells] = {
        "deals": signed,
        "given": flow(deals, "signed_on", "transferor", every, the_map, periods),
        "running": stock("partnership", partnerships, "signed_on", "lead", every, the_map, periods, valid),
        "owned": stock("asset", assets, "granted_on", "organisation", university, the_map, periods, valid),
    }
    granted = flow(assets, "granted_on", "organisation", every, the_map, periods)
    table = indicators(store.at(valid=VALID), framework(follow), "2023..2026")
    assert table.cells
    for cell in table.cells:
        key = (cell.place, cell.period)
        if cell.indicator == "value":
            assert cell.value == pytest.approx(float(total(signed.get(key, []), "value_vnd")), rel=1e-11)
        elif cell.indicator == "owners":
            names = {r.bodies["organisation"][0].id for r, _ in granted.get(key, []) if r.bodies["organisation"][0]}
            final = {canonical.get(heirs.get(n, n), heirs.get(n, n)) for n in names}
            assert cell.value == len(final), cell
        else:
            assert cell.value == len(expected[cell.indicator].get(key, [])), cell
            if cell.records and (cell.place, cell.period) == ("92", "2025"):
                told = explain(store.at(valid=VALID), framework(follow), cell.indicator, cell.place, cell.period)
                assert sum(told.total.values()) == cell.value


# ---- what it means -------------------------------------------------------------------------


def test_a_record_counts_where_its_body_s_successor_lies(store: Store) -> None:
    """A deal of 2020 of an institute in 79, which a university in 92, founded later, absorbed: told through whom."""
    with store.changeset(actor="a", reason="b") as tx:
        institute = tx.put(Organisation(names=[Name(value="Viện Lúa")], place="79", kind="institute"))
        school = body(tx, "92", kind="university", founded_on="2023-01-01")
        number = deal(tx, "2020-05-01", institute)
        became(tx, institute, school)
    view = store.at(valid=VALID)
    own = {"measure": "count", "params": {"of": "deal"}}
    led = {"measure": "count", "params": {"of": "deal", "follow": "predecessors"}}
    schools = {"measure": "count", "params": {**led["params"], "where": {"transferee": {"kind": "university"}}}}
    found = rules(own=own, led=led)
    table = indicators(view, found, "2020")
    assert [table.cell("own", p, "2020").value for p in ("79", "92")] == [1, 0]
    assert [table.cell("led", p, "2020").value for p in ("79", "92")] == [0, 1]
    (record,) = explain(view, found, "led", "92", "2020").records
    assert (record.id, record.through) == (number, f"Viện Lúa (#{institute}) → Tổ chức ở 92 (#{school})")
    assert explain(view, found, "own", "79", "2020").records[0].through == ""
    # The body is asked of as it was on the day, and the university was not there: its first state speaks for it.
    assert indicators(view, rules(led=schools), "2020").cell("led", "92", "2020").value == 1
    # A succession counts from its day on.
    before = indicators(store.at(valid="2023-12-31"), found, "2020")
    assert [before.cell("led", p, "2020").value for p in ("79", "92")] == [1, 0]


def test_the_records_of_a_body_that_was_split_stay_its_own(store: Store) -> None:
    """Whose they would be is not known, so the table names the body, and an explanation what it went into."""
    with store.changeset(actor="a", reason="b") as tx:
        old, one, two = (body(tx, place) for place in ("79", "92", "01"))
        deal(tx, "2020-05-01", old)
        became(tx, old, one, two, event="split")
    table = indicators(store.at(valid=VALID), framework(follow=True), "2020")
    assert [table.cell("deals", p, "2020").value for p in ("79", "92", "01")] == [1, 0, 0]
    (split,) = table.split_bodies
    assert (split.body, [number for number, _ in split.into]) == (old, [one, two])
    told = explain(store.at(valid=VALID), framework(follow=True), "deals", "79", "2020")
    assert told.records[0].through == f"Tổ chức ở 79 (#{old}) → Tổ chức ở 92 (#{one}), Tổ chức ở 01 (#{two})"
    assert told.split_bodies == table.split_bodies
    assert indicators(store.at(valid=VALID), framework(follow=False), "2020").split_bodies == ()


def test_a_merged_body_is_counted_with_its_surviving_values(store: Store) -> None:
    """Of two records of one body the later place survives, a pin beats it, and what only one knows is known."""
    with store.changeset(actor="a", reason="b") as tx:
        one = body(tx, "79", kind="institute")
        two = body(tx, None, kind="university")
        deal(tx, "2024-05-01", one)
        deal(tx, "2024-06-01", two)
    with store.changeset(actor="a", reason="b") as tx:
        tx.amend(two, {"place": "92"})
        tx.decide(one, two, "same", by="a", why="b")
    schools = {"measure": "count", "params": {"of": "deal", "where": {"transferee": {"kind": "university"}}}}
    bodies = {"measure": "count", "params": {"of": "organisation", "when": "stock"}}
    found = rules(deals={"measure": "count", "params": {"of": "deal"}}, schools=schools, bodies=bodies)

    def at(**when: Any) -> list[float | None]:
        table = indicators(store.at(valid=VALID, **when), found, "2024")
        return [table.cell(i, p, "2024").value for i in ("deals", "schools", "bodies") for p in ("79", "92")]

    assert at(known=1) == [1, 0, 0, 0, 1, 0]
    assert at() == [0, 2, 0, 2, 0, 1]
    with store.changeset(actor="a", reason="b") as tx:
        tx.pin(one, "place", by="a", why="b")
    assert at() == [2, 0, 2, 0, 1, 0]
    (record,) = explain(store.at(valid=VALID), found, "bodies", "79", "2024").records
    assert (record.id, record.place) == (one, "79")
    with store.changeset(actor="a", reason="b") as tx:
        tx.decide(one, two, "different", by="a", why="b")
    assert at() == [1, 1, 0, 1, 1, 1]


def test_owners_that_are_one_body_are_one_value(store: Store) -> None:
    """The number of different bodies follows decisions, and with follow successions too; so does its explanation."""
    with store.changeset(actor="a", reason="b") as tx:
        one, two, three = (body(tx, "92") for _ in range(3))
        for owner in (one, two, three):
            tx.put(Asset(organisation=owner, granted_on="2024-02-01"))
        tx.decide(one, two, "same", by="a", why="b")
        became(tx, three, one)
    for follow, expected in ((False, 2), (True, 1)):
        found = framework(follow)
        assert indicators(store.at(valid=VALID), found, "2024").cell("owners", "92", "2024").value == expected
        told = explain(store.at(valid=VALID), found, "owners", "92", "2024")
        assert (len(told.records), sum(told.total.values())) == (3, expected)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"of": "deal", "follow": "successors"}, "predecessors"),
        ({"of": "deal", "follow": True}, "predecessors"),
        ({"of": "organisation", "follow": "predecessors"}, "has no use"),
    ],
)
def test_follow_is_checked_when_a_framework_is_read(params: dict[str, Any], said: str) -> None:
    """Another word, and a count that looks at no other body, are refused with the key."""
    with pytest.raises(DefinitionError, match=r"follow") as caught:
        rules(x={"name": BOTH, "measure": "count", "params": params})
    assert said in str(caught.value)


def test_a_role_of_a_predecessor_is_counted_where_the_successor_lies(store: Store) -> None:
    """A startup absorbed by another: its role, while it held, counts where that one lies."""
    with store.changeset(actor="a", reason="b") as tx:
        small, big = body(tx, "79"), body(tx, "92")
        paper = Certificate(issued_on="2022-01-01", ended_on="2024-01-01")
        tx.put(Startup(organisation=small, certificate=paper))
        became(tx, small, big)
    params = {"of": "startup", "follow": "predecessors"}
    table = indicators(store.at(valid=VALID), rules(roles={"measure": "count", "params": params}), "2023,2024")
    assert [table.cell("roles", p, y).value for y in ("2023", "2024") for p in ("79", "92")] == [0, 1, 0, 0]
