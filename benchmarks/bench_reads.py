"""What history costs those who only read what is known now, against a plain table without any."""

import time
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from sqlalchemy import Column, MetaData, Select, Table, func, insert, select

from benchmarks.deals import Deals, registry_at
from stregistry import Registry
from stregistry.store import Batch, View
from stregistry.store.layout import layout

pytestmark = pytest.mark.benchmark(timer=time.process_time)

READ = 50_000
OLD = 4


@attrs.frozen
class Beside:
    """A registry whose deals have four old versions each, and the same deals in a plain table."""

    registry: Registry
    view: View
    plain: Table


@pytest.fixture(scope="module")
def beside(deals: Deals, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    plan, names = layout("deal"), layout("deal").names
    with registry_at(deals.full) as source:
        table = source.tables.kinds["deal"].current
        query = select(*(table.c[name] for name in names)).order_by(table.c.row).limit(READ)
        rows = [tuple(row) for row in source.at().execute(query)]
    place = plan.at["value_vnd"]
    with registry_at(tmp_path_factory.mktemp("reads") / "reads.db") as registry:
        ids: Any = None
        for turn in range(OLD + 1):
            changed = [(*row[:place], (row[place] or 0) + turn, *row[place + 1 :]) for row in rows]
            with registry.changeset(actor="bench", reason=f"version {turn}") as tx:
                ids = ids or tx.new_ids(READ)
                tx.put_batch(Batch(layout=plan, ids=ids, rows=changed))
        view = registry.at()
        current, past = (registry.tables.kinds["deal"].current, registry.tables.kinds["deal"].past)
        assert view.execute(select(func.count()).select_from(current)) == [(READ,)]
        assert view.execute(select(func.count()).select_from(past)) == [(OLD * READ,)]
        yield Beside(registry, view, _plain_table(registry, current, names))


def _plain_table(registry: Registry, current: Table, names: tuple[str, ...]) -> Table:
    """The deals as a program without history would keep them: the id as key, and the fields."""
    columns = [Column(name, current.c[name].type) for name in names]
    plain = Table("plain_deal", MetaData(), Column("id", current.c.id.type, primary_key=True), *columns)
    with registry.engine.begin() as conn:
        plain.create(conn)
        conn.execute(insert(plain).from_select(plain.c, select(*(current.c[c.name] for c in plain.c))))
    return plain


def grouped(source: Any) -> Select[Any]:
    return select(source.c.direction, source.c.status, func.count(), func.sum(source.c.value_vnd)).group_by(
        source.c.direction, source.c.status
    )


def listed(source: Any) -> Select[Any]:
    return select(source.c.id, source.c.title, source.c.signed_on, source.c.value_vnd).where(
        source.c.direction == "inbound"
    )


def single(source: Any, number: int) -> Select[Any]:
    return select(source.c.id, source.c.title, source.c.signed_on).where(source.c.id == number)


def test_grouped(compare: Any, beside: Beside) -> None:
    """Counting and summing what is known now: at most 1.25 times a plain table."""
    compare(
        "current reads, grouped / a plain table",
        floor=lambda: beside.view.execute(grouped(beside.plain)),
        ours=lambda: beside.view.execute(grouped(beside.view.rows("deal"))),
        bar=1.25,
        rounds=15,
    )


def test_listed(compare: Any, beside: Beside) -> None:
    """Listing some records: at most 1.25 times a plain table."""
    compare(
        "current reads, a list / a plain table",
        floor=lambda: beside.view.execute(listed(beside.plain)),
        ours=lambda: beside.view.execute(listed(beside.view.rows("deal"))),
        bar=1.25,
        rounds=15,
    )


def test_single(compare: Any, beside: Beside) -> None:
    """A thousand records by number, one by one: at most 1.25 times a plain table."""
    numbers = range(1, READ, READ // 1000)

    def each(source: Any) -> None:
        beside.view.execute_all([single(source, number) for number in numbers])

    compare(
        "current reads, by number / a plain table",
        floor=lambda: each(beside.plain),
        ours=lambda: each(beside.view.rows("deal")),
        bar=1.25,
        rounds=7,
    )


def test_as_of(compare: Any, beside: Beside) -> None:
    """Reading what was known before reads five versions of each row; there is no bar for it."""
    earlier = beside.registry.at(known=2)
    compare(
        "reads as known two changesets in, grouped / a plain table",
        floor=lambda: beside.view.execute(grouped(beside.plain)),
        ours=lambda: earlier.execute(grouped(earlier.rows("deal"))),
        rounds=7,
    )
