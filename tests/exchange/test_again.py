"""Record, file, record: every kind in every format comes back as it was."""

import datetime as dt
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from stregistry import Identifier, Money, Name, Organisation, Party, Registry
from stregistry.dates import PartialDate
from stregistry.exchange.again import Again
from stregistry.exchange.out import Sheet, write_sheet
from stregistry.fields import Field, fields_of
from stregistry.model import KINDS, Evidence, Record
from stregistry.text import tidy
from stregistry.vocab import vocabulary

FORMATS = ("csv", "xlsx", "jsonl", "parquet")
BODIES = 3
QUICK = settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)


# Functions with names: of a lambda hypothesis looks up the source, again and again.


def coarse(day: dt.date) -> PartialDate:
    return PartialDate.parse(day.isoformat()[: 4 if day.day % 2 else 7])


def span(pair: tuple[dt.date, dt.date]) -> PartialDate:
    return PartialDate(min(pair), max(pair))


def in_order(found: set[str]) -> tuple[str, ...]:
    return tuple(sorted(found))


def says_something(part: Any) -> bool:
    return any(value is not None for value in attrs.astuple(part))


def documents(names: list[str]) -> tuple[Evidence, ...]:
    return tuple(Evidence(name=name) for name in names)


def named(vi: str, en: str | None) -> tuple[Name, ...]:
    more = () if en is None else (Name(value=en, lang="en", kind="official"),)
    return (Name(value=vi, lang="vi", kind="official"), *more)


def known(role: str, body: int) -> Party:
    return Party(role=role, body=body)


def unknown(role: str, name: str) -> Party:
    return Party(role=role, name=f"Chưa biết {name}")


days = st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1))
dates = st.one_of(
    days.map(PartialDate.of),
    days.map(coarse),
    st.tuples(days, days).map(span),
)
letters = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters=";"), min_size=1, max_size=20)
texts = st.one_of(
    letters.map(tidy).filter(bool),
    st.sampled_from(["=1+1", "'=1", "'", "-5", "00123", "TRUE", "1e5", "2024-05-17", "Đồng bằng", '"x", y', "null"]),
)
bodies = st.integers(1, BODIES)


def values(info: Field) -> st.SearchStrategy[Any]:
    """Values of a field that an import file can say; None among them where it may be missing."""
    some: st.SearchStrategy[Any]
    match info.kind:
        case "code":
            some = st.sampled_from(vocabulary(info.vocabulary or "").codes)
        case "codes":
            codes = vocabulary(info.vocabulary).codes if info.vocabulary else ("JP", "VN", "DE")
            return st.sets(st.sampled_from(codes), max_size=3).map(in_order)
        case "date":
            some = dates
        case "integer" | "vnd":
            some = st.integers(1 - 2**63, 2**63 - 1)
        case "decimal":
            some = st.decimals(-(10**12), 10**12, allow_nan=False, places=3)
        case "flag":
            some = st.booleans()
        case "ref":
            some = bodies
        case "money":
            some = st.builds(Money, st.integers(-(10**15), 10**15), st.sampled_from(["VND", "USD", "KWD"]))
        case "place":
            some = st.sampled_from(["92", "79", "01"])
        case "part":
            assert info.of
            some = st.builds(info.of, **{f.name: values(f) for f in fields_of(info.of)}).filter(says_something)
        case "children":
            return children(info)
        case _ if info.name == "country":
            some = st.sampled_from(["VN", "JP"])
        case _ if info.name == "period":
            some = st.sampled_from(["2024", "2024Q1"])
        case _ if info.name == "map":
            some = st.just("vn-2025")
        case _:
            some = texts
    return some if info.required else st.none() | some


def children(info: Field) -> st.SearchStrategy[Any]:
    """Child rows that have a column: official and short names, one identifier a scheme, parties, documents."""
    if info.of is Evidence:
        return st.lists(texts, max_size=2).map(documents)
    if info.of is Name:
        return st.builds(named, texts, st.none() | texts)
    if info.of is Party:
        roles = st.sampled_from(info.roles)
        party = st.builds(known, roles, bodies) | st.builds(unknown, roles, texts)

        return st.lists(party, max_size=4, unique=True).map(functools.partial(by_column, info.roles))
    return st.just(())


def by_column(roles: tuple[str, ...], parties: list[Party]) -> tuple[Party, ...]:
    """As the columns of a file have them: role by role."""
    return tuple(party for role in roles for party in parties if party.role == role)


def records(cls: type[Record]) -> st.SearchStrategy[list[Record]]:
    fields = {info.name: values(info) for info in fields_of(cls) if not info.personal}
    return st.lists(st.builds(cls, **fields), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """Three bodies, known under their registry ids to the source `again`."""
    with Registry.open("sqlite://") as opened:
        with opened.changeset(actor="Lan", reason="tổ chức") as tx:
            for n, mst in enumerate(("0301471348", "0312345672", "0100112437")):
                names = (Name(value=f"Viện {n}", lang="vi", kind="official"),)
                tx.put(Organisation(names=names, identifiers=(Identifier(scheme="mst", value=mst),)))
        path = tmp_path_factory.mktemp("bodies") / "bodies.csv"
        write(opened, Organisation, path)
        assert opened.import_file(path, "organisation", source_id="again", actor="Lan").new == 0
        yield opened


def write(registry: Registry, cls: type[Record], path: Path, ids: set[int] | None = None) -> dict[str, int]:
    again = Again(view=registry.at("2024-06-30"), kind=cls)
    rows = (row for row in again.rows if ids is None or int(row["id"]) in ids)
    write_sheet(Sheet(columns=again.columns, rows=rows, types=again.types), path)
    return again.left


def take_in(registry: Registry, path: Path, kind: str) -> Any:
    match path.suffix:
        case ".jsonl":
            lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            table: Any = pd.DataFrame(lines).astype(object)
        case ".parquet":
            table = pq.read_table(path)
        case _:
            return registry.import_file(path, kind, source_id="again", actor="Lan")
    return registry.load(table, kind, source_id="again", actor="Lan")


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_record_file_record(kind: str, ending: str, registry: Registry, tmp_path: Path) -> None:
    """Whatever a record says that has a column stands in the file and comes back, under a new id."""
    cls, path = KINDS[kind], tmp_path / f"a.{ending}"
    held = {"valid_from": "1990-01-01", "valid_to": "2090-01-01"} if cls.about.state else {}

    @QUICK
    @given(records(cls))
    def check(given_records: list[Record]) -> None:
        with registry.changeset(actor="Lan", reason="ghi") as tx:
            ids = [tx.put(record, **held) for record in given_records]
        assert write(registry, cls, path, set(ids)) == {}
        report = take_in(registry, path, kind)
        assert [i.line("en") for i in report.issues if i.level == "error"] == []
        assert report.new == len(ids)
        made = _imported(registry, kind)
        view = registry.at("2024-06-30")
        for old in ids:
            assert attrs.evolve(view.get(made[str(old)]), id=None) == attrs.evolve(view.get(old), id=None)

    check()


def _imported(registry: Registry, kind: str) -> dict[str, int]:
    """The id each key of the source was given."""
    table = registry.tables.record_key
    query = select(table.c.key, table.c.id).where(table.c.kind == kind, table.c.source_id == "again")
    return dict(registry.at().execute(query.order_by(table.c.tx_from)))
