"""The store against a model so naive that it cannot be wrong: for each record, a value for each day."""

import functools
import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines import named

from stregistry.dates import show_day
from stregistry.errors import NotFoundError
from stregistry.model import Asset, Certificate, Evidence, Record, Startup
from stregistry.store import Batch, Changeset, Store, View
from stregistry.store.layout import layout
from stregistry.store.read import load_versions

BASE = 738000  # a day in 2021
DAYS = range(-1, 13)  # intervals begin and end on 0..12; what lies beyond is read on -1 and 12
PROGRAMS_PER_STORE = 100

# One value for each day; a day without one is missing.
Life = dict[int, Record]
# What is known of each slot (a record of the program): lives of states, contents of events.
Knowledge = dict[int, Life]
Step = tuple[Any, ...]
Program = list[tuple[list[Step], bool]]
Pick = Callable[[int, int], int]

STATES, EVENTS = (0, 1, 2), (3, 4)


class Undone(Exception):
    """Raised on purpose at the end of a changeset."""


# ---- programs ------------------------------------------------------------------------------


def make_program(pick: Pick) -> Program:
    """A few changesets of a few statements each; `pick(low, high)` decides everything."""
    return [([make_step(pick) for _ in range(pick(1, 3))], pick(0, 9) == 9) for _ in range(pick(2, 5))]


def make_step(pick: Pick) -> Step:
    sort = ("put", "put", "put", "whole", "retract", "amend", "batch", "event", "event", "drop", "mend")[pick(0, 10)]
    slot, letter = STATES[pick(0, 2)], "abc"[pick(0, 2)]
    match sort:
        case "put" | "whole" | "retract" | "amend":
            return (sort, slot, letter, *make_interval(pick))
        case "batch":
            return (sort, bool(pick(0, 1)), make_statements(pick))
        case _:
            return (sort, EVENTS[pick(0, 1)], letter)


ACTS = ("begin", "split", "extend", "merge", "late arrival", "correction", "future", "withdrawal", "bulk retract")


def make_story(pick: Pick) -> tuple[Program, list[str]]:
    """A program whose acts, a changeset each, are chosen by what is known by then; and what they were."""
    now: Knowledge = {}
    story: Program = []
    told = []
    for _ in range(pick(4, 8)):
        act, slot = ACTS[pick(0, len(ACTS) - 1)], STATES[pick(0, 2)]
        held = sorted(now.get(slot, {}))
        act = act if held else "begin"
        step = make_act(act, slot, held, now, pick)
        apply(step, now)
        story.append(([step], False))
        told.append(act)
    return story, told


def make_act(act: str, slot: int, held: list[int], now: Knowledge, pick: Pick) -> Step:
    letter = "abc"[pick(0, 2)]
    days = [max(0, min(d, 11)) for d in held] or [0]  # beyond these nothing begins
    first, last, inside = days[0], days[-1], days[pick(0, len(days) - 1)]
    match act:
        case "begin":
            return ("put", slot, letter, pick(0, 8), None)
        case "split":  # something else for a while
            return ("put", slot, letter, inside, min(inside + pick(1, 2), 12))
        case "extend":  # the same goes on; neighbours with one content are one version
            return ("put", slot, now[slot][held[-1]].product, last, 12)  # type: ignore[attr-defined]
        case "merge":  # what lay between was like what was before
            return ("put", slot, now[slot][held[0]].product, first, last + 1)  # type: ignore[attr-defined]
        case "late arrival":  # it began earlier than anybody knew
            return ("put", slot, letter, None, first + 1)
        case "correction":
            return ("amend", slot, letter, inside, 12)
        case "future":
            return ("put", slot, letter, 11, None)
        case "withdrawal":
            return ("retract", slot, letter, inside, min(inside + pick(1, 4), 12))
        case _:
            start = pick(0, 10)
            return ("clear", start, start + pick(1, 2))


def make_interval(pick: Pick) -> tuple[int | None, int | None]:
    start, length = pick(0, 11), pick(1, 6)
    ends = pick(0, 5)  # of six intervals one is open at the start, one at the end
    return (None if ends == 0 else start, None if ends == 1 else min(start + length, 12))


def make_statements(pick: Pick) -> list[tuple[int, str, int, int]]:
    """Intervals that do not overlap within a slot, some of them neighbours."""
    found = []
    for slot in STATES:
        day = pick(0, 6)
        for _ in range(pick(0, 3)):
            start = day + pick(0, 2)
            day = start + pick(1, 3)
            if day <= 12:
                found.append((slot, "abc"[pick(0, 2)], start, day))
    return found


# ---- the model -----------------------------------------------------------------------------


@functools.cache
def state(letter: str, start: int | None = None, end: int | None = None) -> Startup:
    paper = Certificate(
        issued_on=None if start is None else show_day(BASE + start),
        ended_on=None if end is None else show_day(BASE + end),
    )
    blank = start is None and end is None
    return Startup(
        organisation=1, product=letter, evidence=[Evidence(name=letter)], certificate=None if blank else paper
    )


@functools.cache
def event(letter: str) -> Asset:
    return Asset(title=letter, granted_on="2021", evidence=[Evidence(name=letter)])


def span(start: int | None, end: int | None) -> list[int]:
    return [d for d in DAYS if (start is None or d >= start) and (end is None or d < end)]


def apply(step: Step, now: Knowledge) -> None:
    """What a statement says, in the model's own words."""
    match step:
        case "put", slot, letter, start, end:
            now.setdefault(slot, {}).update(dict.fromkeys(span(start, end), state(letter)))
        case "whole", slot, letter, start, end:
            now[slot] = dict.fromkeys(span(start, end), state(letter, start, end))
        case "retract", slot, _, start, end:
            for day in span(start, end):
                now.get(slot, {}).pop(day, None)
        case "amend", slot, letter, start, end:
            for day in span(start, end):
                if day in now.get(slot, {}):
                    now[slot][day] = attrs.evolve(now[slot][day], product=letter)
        case "batch", whole, statements:
            if whole:
                now.update({slot: {} for slot, *_ in statements})
            for slot, letter, start, end in statements:
                now.setdefault(slot, {}).update(dict.fromkeys(span(start, end), state(letter)))
        case "clear", start, end:
            for slot in STATES:
                for day in span(start, end):
                    now.get(slot, {}).pop(day, None)
        case "event", slot, letter:
            now[slot] = dict.fromkeys(DAYS, event(letter))
        case "drop", slot, _:
            now[slot] = {}
        case "mend", slot, letter:
            now[slot] = {day: attrs.evolve(was, title=letter) for day, was in now.get(slot, {}).items()}


# ---- the store -----------------------------------------------------------------------------


def day(offset: int | None) -> int | None:
    return None if offset is None else BASE + offset


def state_in(step: Step, tx: Changeset, ids: dict[int, int]) -> None:
    """The same statement, said to the store. `ids` gets the ids of new records."""
    match step:
        case "put", slot, letter, start, end:
            record = attrs.evolve(state(letter), id=ids.get(slot))
            ids[slot] = tx.put(record, valid_from=day(start), valid_to=day(end))
        case "whole", slot, letter, start, end:
            ids[slot] = tx.put(attrs.evolve(state(letter, start, end), id=ids.get(slot)))
        case "retract", slot, _, start, end:
            tx.retract(ids.get(slot, 0), valid_from=day(start), valid_to=day(end))
        case "amend", slot, letter, start, end:
            tx.amend(ids.get(slot, 0), {"product": letter}, valid_from=day(start), valid_to=day(end))
        case "batch", whole, statements:
            for slot in dict.fromkeys(slot for slot, *_ in statements if slot not in ids):
                ids[slot] = tx.new_ids(1)[0]
            tx.put_batch(batch_of(statements, ids, whole=whole))
        case "clear", start, end:
            given_ids = [ids[slot] for slot in STATES if slot in ids]
            still = [number for number in given_ids if tx.versions("startup", [number])]
            tx.retract_many("startup", still, valid_from=day(start), valid_to=day(end))
        case "event", slot, letter:
            ids[slot] = tx.put(attrs.evolve(event(letter), id=ids.get(slot)))
        case "drop", slot, _:
            tx.retract(ids.get(slot, 0))
        case "mend", slot, letter:
            tx.amend(ids.get(slot, 0), {"title": letter})


def batch_of(statements: Sequence[tuple[int, str, int, int]], ids: dict[int, int], *, whole: bool) -> Batch:
    plan = layout(Startup)
    encoded = [plan.encode(state(letter)) for _, letter, _, _ in statements]
    return Batch(
        layout=plan,
        ids=[ids[slot] for slot, *_ in statements],
        rows=[row for row, _ in encoded],
        children=[below for _, below in encoded],
        valid_from=[BASE + start for *_, start, _ in statements],
        valid_to=[BASE + end for *_, end in statements],
        whole=whole,
    )


def run(store: Store, program: Program) -> tuple[dict[int, int], dict[int, Knowledge]]:
    """Runs a program on both; gives the ids, and the model after every changeset of the store."""
    ids: dict[int, int] = {}
    known: dict[int, Knowledge] = {store.head()[0]: {}}
    for steps, undone in program:
        before = known[max(known)]
        now, given_ids = {slot: dict(life) for slot, life in before.items()}, dict(ids)
        try:
            with store.changeset(actor="m", reason="n") as tx:
                for step in steps:
                    apply(step, now)
                    try:
                        state_in(step, tx, given_ids)
                    except NotFoundError:  # nothing to retract or amend, in the model neither
                        assert step[0] in ("retract", "amend", "drop", "mend")
                if undone:
                    raise Undone
        except Undone:
            continue
        if tx.committed:
            ids = given_ids
            known[tx.number] = now
        else:
            assert without_empty(now) == without_empty(before), "something changed, but there is no changeset"
        if len(steps) == 1:
            assert tx.committed == (without_empty(now) != without_empty(before))
    return ids, known


def without_empty(now: Knowledge) -> Knowledge:
    return {slot: life for slot, life in now.items() if life}


def compare(store: Store, ids: dict[int, int], known: dict[int, Knowledge], pick: Pick) -> None:
    """Every day at every changeset; some days through the view alone, a few by every way of reading."""
    chosen = sorted(known)[pick(0, len(known) - 1)]
    for number, model in known.items():
        for kind, slots in ((Startup, STATES), (Asset, EVENTS)):
            given_ids = [ids[s] for s in slots if s in ids]
            lives = read_lives(store, kind, number, given_ids)
            for offset in DAYS:
                wanted = dict(expected(model, ids, slots, offset))
                assert {i: life[offset] for i, life in lives.items() if offset in life} == wanted
            offset = pick(-1, 12)
            wanted = dict(expected(model, ids, slots, offset))
            view = store.at(BASE + offset, number)
            assert {v.record.id: v.record for v in view.versions(kind, given_ids)} == wanted
            if number == chosen and pick(0, 3) == 0:
                every_way(view, kind, given_ids, wanted)
    now = known[max(known)]
    assert read_lives(store, Startup, None, [ids[s] for s in STATES if s in ids]) == {
        ids[s]: {d: attrs.evolve(r, id=ids[s]) for d, r in life.items()}
        for s, life in now.items()
        if s in STATES and life
    }, "what is known now is read from other tables, and must be the same"


def read_lives(store: Store, kind: type[Record], known: int | None, ids: Sequence[int]) -> dict[int, Life]:
    """The life of each record as known, from all its versions; no two may hold on one day or repeat a neighbour."""
    source = store.at(BASE, known).rows(kind.about.kind)
    with store.reading() as conn:
        versions = load_versions(conn, store.tables.kinds[kind.about.kind], source, source.c.id.in_(ids))
    lives: dict[int, Life] = {}
    for one, two in itertools.pairwise(versions):
        if one.record.id == two.record.id:
            assert one.valid_to <= two.valid_from
            assert one.valid_to < two.valid_from or one.record != two.record, "equal neighbours are one version"
    for v in versions:
        held = {d: v.record for d in DAYS if v.valid_from <= BASE + d < v.valid_to}
        lives.setdefault(v.record.id or 0, {}).update(held)
    return lives


def expected(model: Knowledge, ids: dict[int, int], slots: Sequence[int], offset: int) -> Iterator[tuple[int, Record]]:
    for slot in slots:
        if offset in model.get(slot, {}):
            yield ids[slot], attrs.evolve(model[slot][offset], id=ids[slot])


def every_way(view: View, kind: type[Record], ids: Sequence[int], wanted: dict[int, Record]) -> None:
    text = "product" if kind is Startup else "title"
    for number in ids:
        if number in wanted:
            assert view.get(number) == wanted[number]
        else:
            with pytest.raises(NotFoundError):
                view.get(number)
    contents = {number: getattr(record, text) for number, record in wanted.items()}
    frame = view.frame(kind)
    assert frame.index.is_unique
    assert frame.loc[frame.index.isin(ids), text].to_dict() == contents
    rows = [row._mapping for row in view.execute(view.select(kind))]
    assert {row["id"]: row[text] for row in rows if row["id"] in ids} == contents


def check_programs(new_address: Callable[[], str], programs: dict[str, int], seed: int) -> None:
    pick, left = random.Random(seed).randint, None  # noqa: S311  # repeatable, not secret
    while left is None or left > 0:
        address = new_address()
        left = programs[named(address)] if left is None else left
        with Store.open(address) as store:
            for _ in range(min(PROGRAMS_PER_STORE, left)):
                program = make_program(pick)
                ids, known = run(store, program)
                compare(store, ids, known, pick)
            report = store.audit()
            assert report.ok, report.problems[0]
        left -= PROGRAMS_PER_STORE


def test_random_programs_agree_with_the_model(new_address: Callable[[], str]) -> None:
    """Whatever is stated, corrected, amended, retracted or undone: every day reads as the naive model says."""
    check_programs(new_address, {"sqlite": 20, "postgresql": 3}, seed=20260105)


@pytest.mark.parametrize("stories", [10, pytest.param(60, marks=pytest.mark.slow)])
def test_stories_agree_with_the_model(new_address: Callable[[], str], stories: int) -> None:
    """Splits, extensions, merges, late arrivals, corrections, what lies ahead, retractions of many: each many times."""
    address, pick, acts = new_address(), random.Random(11).randint, Counter[str]()  # noqa: S311
    with Store.open(address) as store:
        for _ in range(stories if named(address) == "sqlite" else stories // 4):
            story, told = make_story(pick)
            acts.update(told)
            ids, known = run(store, story)
            compare(store, ids, known, pick)
        report = store.audit()
        assert report.ok, report.problems[0]
    assert set(acts) == set(ACTS) or stories // 4 < len(ACTS)


@pytest.mark.slow
def test_many_random_programs_agree_with_the_model(new_address: Callable[[], str]) -> None:
    """The same for thousands of programs."""
    check_programs(new_address, {"sqlite": 2500, "postgresql": 300}, seed=7)


@pytest.mark.parametrize("programs", [8, pytest.param(60, marks=pytest.mark.slow)])
def test_programs_hypothesis_finds_agree_with_the_model(address: str, programs: int) -> None:
    """The same for programs searched for by Hypothesis, which also shrinks the ones that disagree."""
    few = programs if named(address) == "sqlite" else programs // 4
    with Store.open(address) as store:

        @settings(max_examples=few, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.data())
        def check(data: st.DataObject) -> None:
            def pick(low: int, high: int) -> int:
                return data.draw(st.integers(low, high))

            program = make_program(pick)
            compare(store, *run(store, program), pick)

        check()
