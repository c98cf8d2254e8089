"""Writes the demo's import files."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import attrs

from stregistry.demo import bodies, cooperation, deals, declarations, funding, plan, roles, statistics, successions
from stregistry.demo.bodies import Row
from stregistry.demo.draws import Draws
from stregistry.demo.words import words
from stregistry.errors import DomainError
from stregistry.text import Text

SMALLEST: Final = 50  # below that, some sort of body that deals need would be missing


@attrs.frozen
class DemoFile:
    """A file written: what kind of records it holds, where it is, and how many rows follow the header."""

    kind: str
    path: Path
    rows: int


def write_demo(
    folder: Path | str, *, size: int = 4000, seed: int = 1, deals: int | None = None
) -> tuple[DemoFile, ...]:
    """The synthetic import files written into the folder, in the order they must be imported.

    A small demo may have no records of some kind; it then has no file of it, since an empty one cannot be imported.

    size: number of bodies beside the six of the plan. deals: number of deals, 0.9 for each body
    when left out; a deal has a transferor, one or two transferees, and sometimes a broker.
    The same size, seed and deals give the same bytes. The folder is made when it is missing, and
    files of the same names in it are replaced. Raises DomainError for a size below 50 or deals below 0.
    """
    if size < SMALLEST or (deals is not None and deals < 0):
        raise DomainError(
            Text(
                f"Cần ít nhất {SMALLEST} tổ chức và số giao dịch không âm; đã nhận size={size}, deals={deals}.",
                f"The demo needs at least {SMALLEST} bodies and no negative number of deals; "
                f"got size={size}, deals={deals}.",
            ),
            size=size,
            deals=deals,
        )
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    number = round(size * 0.9) if deals is None else deals
    files = (_write(target, kind, columns, rows) for kind, columns, rows in _tables(size, seed, number))
    return tuple(file for file in files if file is not None)


def _tables(size: int, seed: int, number: int) -> Iterator[tuple[str, tuple[str, ...], Iterable[Row]]]:
    """Kind, columns and rows of every file; a file may name the ids of those before it."""
    stock = words()
    committees = bodies.plan_bodies(stock)
    cast = bodies.make_bodies(size, stock, Draws(seed, "bodies"))
    everyone = [*committees.values(), *cast]
    yield "organisation", bodies.COLUMNS, bodies.organisation_rows(everyone, Draws(seed, "organisation"))
    held = {}
    for rule in roles.RULES:
        held[rule.kind] = roles.make_roles(rule, cast, stock.mark_vi, Draws(seed, rule.kind))
        yield rule.kind, (*roles.CERTIFICATE, *rule.columns), [role.row for role in held[rule.kind]]
    yield "deal", deals.COLUMNS, deals.deal_rows(cast, number, stock, Draws(seed, "deal"))
    partnerships = cooperation.partnership_rows(cast, size // 8, stock, Draws(seed, "partnership"))
    yield "partnership", cooperation.PARTNERSHIP_COLUMNS, partnerships
    rounds = funding.round_rows(held["startup"], cast, stock, Draws(seed, "funding_round"))
    yield "funding_round", funding.COLUMNS, rounds
    assets = cooperation.asset_rows(cast, size // 2, stock, Draws(seed, "asset"))
    yield "asset", cooperation.ASSET_COLUMNS, assets
    yield "observation", statistics.COLUMNS, statistics.observation_rows(Draws(seed, "observation"))
    yield "task", plan.TASK_COLUMNS, plan.task_rows(committees, stock, Draws(seed, "task"))
    reports = plan.submission_rows(
        held["support_organisation"], held["st_enterprise"], committees, Draws(seed, "submission")
    )
    yield "submission", plan.SUBMISSION_COLUMNS, reports
    yield "succession", successions.COLUMNS, successions.succession_rows(cast, Draws(seed, "succession"))
    stated = declarations.declaration_rows(
        held["startup"], held["st_enterprise"], stock.mark_vi, Draws(seed, "declaration")
    )
    yield "declaration", declarations.COLUMNS, stated


def _write(folder: Path, kind: str, columns: tuple[str, ...], rows: Iterable[Row]) -> DemoFile | None:
    path = folder / f"{kind}.synthetic.csv"
    written = 0
    # Fixed line ends: the bytes must not depend on the system.
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            written += 1
    if not written:
        path.unlink()
        return None
    return DemoFile(kind, path, written)
