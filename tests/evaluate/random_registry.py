"""A random registry, kept twice: in a store, and as plain Python that a naive count can read."""

import datetime as dt
import itertools
import random
from typing import Any

import attrs

from stregistry.dates import ALWAYS, FOREVER, PartialDate, parse_days
from stregistry.model import Asset, Certificate, Deal, Name, Organisation, Partnership, Party, Startup
from stregistry.store import Store

PLACES = ["92", "93", "94", "01", "79", "80", "VN", "ZZ", None]
KINDS = ["university", "institute", "enterprise", None]
MERGER = dt.date(2025, 7, 1).toordinal()


@attrs.define
class Body:
    """A body's versions: (from, to, place, kind)."""

    id: int
    versions: list[tuple[int, int, str | None, str | None]]

    def on(self, day: int) -> tuple[str | None, str | None] | None:
        return next((v[2:] for v in self.versions if v[0] <= day < v[1]), None)

    def exists_between(self, first: int, last: int) -> bool:
        return any(start <= last and end > first for start, end, *_ in self.versions)


@attrs.define
class Row:
    """A record: its dates as (first, last) or None, plain fields, and its bodies by role (None: not known)."""

    id: int
    dates: dict[str, tuple[int, int] | None]
    fields: dict[str, Any]
    bodies: dict[str, list[Body | None]]
    valid: tuple[int, int] = (ALWAYS, FOREVER)


@attrs.define
class World:
    bodies: list[Body] = attrs.field(factory=list)
    rows: dict[str, list[Row]] = attrs.field(factory=dict)


def some_date(rng: random.Random, missing: float = 0.05) -> str | None:
    """A day, month or year in 2022..2026; many near the merger, some none."""
    if rng.random() < missing:
        return None
    near = rng.random() < 0.3
    day = MERGER + rng.randint(-3, 3) if near else dt.date(2022, 1, 1).toordinal() + rng.randrange(5 * 365)
    text = dt.date.fromordinal(day).isoformat()
    return text[: rng.choice([10, 10, 10, 7, 4])]


def span(text: str | None) -> tuple[int, int] | None:
    return parse_days(text) if text else None


def build(store: Store, seed: int, deals: int = 120) -> World:
    """Fills the store with random bodies that move and records of four kinds; returns the same as plain Python."""
    rng = random.Random(seed)  # noqa: S311  # repeatable, not secret
    world = World()
    with store.changeset(actor="thử", reason="ngẫu nhiên") as tx:
        for n in range(25):
            start = rng.choice([ALWAYS, dt.date(2023, 5, 1).toordinal() + rng.randrange(300)])
            cuts = sorted(
                {dt.date(2022, 1, 1).toordinal() + rng.randrange(1800) for _ in range(rng.choice([0, 0, 1, 2]))}
            )
            if rng.random() < 0.2:
                cuts = sorted({*cuts, MERGER})
            edges = [start, *(c for c in cuts if c > start), FOREVER]
            body = Body(0, [])
            for low, high in itertools.pairwise(edges):
                place, kind = rng.choice(PLACES), rng.choice(KINDS)
                made = Organisation(id=body.id or None, names=[Name(value=f"Tổ chức {n}")], place=place, kind=kind)
                body.id = tx.put(made, valid_from=low, valid_to=high)
                body.versions.append((low, high, place, kind))
            world.bodies.append(body)
        world.rows["deal"] = [_deal(tx, rng, world) for _ in range(deals)]
        world.rows["partnership"] = [_partnership(tx, rng, world) for _ in range(deals // 2)]
        world.rows["asset"] = [_asset(tx, rng, world) for _ in range(deals // 2)]
        world.rows["startup"] = [row for _ in range(deals // 2) for row in _startup(tx, rng, world)]
    return world


def _parties(rng: random.Random, world: World, roles: dict[str, list[int]]) -> tuple[list[Party], dict[str, list[Any]]]:
    parties, bodies = [], {}
    for role, numbers in roles.items():
        chosen = [rng.choice([*world.bodies, None]) for _ in range(rng.choice(numbers))]
        bodies[role] = chosen
        parties += [Party(role=role, body=b.id) if b else Party(role=role, name="Acme") for b in chosen]
    return parties, bodies


def _deal(tx: Any, rng: random.Random, world: World) -> Row:
    parties, bodies = _parties(rng, world, {"transferee": [0, 1, 1, 1, 1, 2, 3], "transferor": [0, 1, 1, 2]})
    signed, registered = some_date(rng), some_date(rng, 0.6)
    fields = {
        "status": rng.choice(["signed", "completed", "void", None]),
        "direction": rng.choice(["domestic", "inbound"]),
        "object": tuple(sorted(rng.sample(["know_how", "process", "machinery"], rng.randint(0, 2)))),
        "value_vnd": rng.choice([None, 0, rng.randrange(1, 10**12)]),
    }
    number = tx.put(Deal(title="Máy sấy", signed_on=signed, registered_on=registered, parties=parties, **fields))
    return Row(number, {"signed_on": span(signed), "registered_on": span(registered), "ended_on": None}, fields, bodies)


def _partnership(tx: Any, rng: random.Random, world: World) -> Row:
    parties, bodies = _parties(rng, world, {"lead": [0, 1, 1, 2], "partner": [0, 1]})
    dates = {"signed_on": some_date(rng), "ended_on": some_date(rng, 0.5)}
    fields = {"partner_countries": tuple(sorted(rng.sample(["JP", "KR", "DE", "FR"], rng.randint(0, 3))))}
    number = tx.put(Partnership(title="Mạng lưới", parties=parties, **dates, **fields))
    return Row(number, {k: span(v) for k, v in dates.items()}, fields, bodies)


def _asset(tx: Any, rng: random.Random, world: World) -> Row:
    owner = rng.choice([*world.bodies, None])
    dates = {"granted_on": some_date(rng), "expires_on": some_date(rng, 0.5), "ended_on": some_date(rng, 0.8)}
    fields = {"kind": rng.choice(["patent", "trademark"])}
    number = tx.put(Asset(organisation=owner.id if owner else None, **dates, **fields))
    return Row(number, {k: span(v) for k, v in dates.items()}, fields, {"organisation": [owner]})


def _startup(tx: Any, rng: random.Random, world: World) -> list[Row]:
    """A role, sometimes in two versions that differ in stage, sometimes ended before it expired."""
    owner = rng.choice(world.bodies)
    issued, expires = some_date(rng), some_date(rng, 0.5)
    ended = some_date(rng, 0.7)
    paper = Certificate(issued_on=issued, expires_on=expires, ended_on=ended)
    dates = {"issued_on": span(issued), "expires_on": span(expires), "ended_on": span(ended)}
    start = dates["issued_on"][0] if dates["issued_on"] else ALWAYS
    ends = [d[0] for d in (dates["ended_on"], dates["expires_on"]) if d and d[0] > start]
    end = min(ends, default=FOREVER)
    middle = start + rng.randint(1, 400) if start else FOREVER
    edges = [start, *([middle] if middle < end and rng.random() < 0.4 else []), end]
    rows, number = [], None
    stages = rng.sample(["seed", "growth"], 2)  # not twice the same: equal neighbours are one version
    for low, high, stage in zip(edges, edges[1:], stages, strict=False):
        made = Startup(id=number, organisation=owner.id, certificate=paper, stage=stage)
        number = tx.put(made, valid_from=low, valid_to=high)
        rows.append(Row(number, dates, {"stage": stage}, {"organisation": [owner]}, (low, high)))
    return rows


def shown(row: Row, name: str) -> str:
    dates = row.dates[name]
    return str(PartialDate(*map(dt.date.fromordinal, dates))) if dates else ""
