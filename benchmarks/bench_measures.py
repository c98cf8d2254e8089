"""Twenty indicators by province and year, against one scan written by hand for just these twenty."""

import contextlib
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

import attrs
import pytest

from benchmarks.deals import DEALS, Deals, registry_at
from stregistry import Framework
from stregistry.dates import day

pytestmark = pytest.mark.benchmark(timer=time.process_time)

YEARS = range(2016, 2026)


@attrs.frozen
class Wanted:
    """One indicator, as the framework says it and as a person would write it in SQL."""

    id: str
    where: dict[str, Any]
    sql: str
    field: str | None = None

    @property
    def aggregate(self) -> str:
        function, what = ("SUM", self.field) if self.field else ("COUNT", "1")
        return f"{function}(CASE WHEN {self.sql} THEN {what} END)"

    @property
    def stanza(self) -> dict[str, Any]:
        params = {"of": "deal", "when": "flow", "on": "signed_on", "place": "transferee"}
        if self.where:
            params["where"] = self.where
        if self.field:
            params["field"] = self.field
        return {
            "id": self.id,
            "name": {"vi": self.id, "en": self.id},
            "measured_in": {"vi": "giao dịch", "en": "deals"},
            "direction": "up",
            "measure": "sum" if self.field else "count",
            "params": params,
            "source": "ours",
        }


WANTED = (
    Wanted("deals", {}, "TRUE"),
    *(Wanted(d, {"direction": d}, f"direction = '{d}'") for d in ("domestic", "inbound", "outbound")),
    *(Wanted(s, {"status": s}, f"status = '{s}'") for s in ("in_force", "completed", "terminated", "void")),
    *(Wanted(c, {"channel": c}, f"channel = '{c}'") for c in ("exchange", "techmart", "auction")),
    Wanted("any_market", {"channel": ["exchange", "techmart"]}, "channel IN ('exchange', 'techmart')"),
    Wanted("state_funded", {"state_funded": True}, "state_funded = 1"),
    Wanted("large", {"value_vnd": {"min": 2_000_000_000}}, "value_vnd >= 2000000000"),
    Wanted("no_value", {"value_vnd": {"missing": True}}, "value_vnd IS NULL"),
    Wanted("value", {}, "TRUE", "value_vnd"),
    *(
        Wanted(f"{d}_value", {"direction": d}, f"direction = '{d}'", "value_vnd")
        for d in ("domestic", "inbound", "outbound")
    ),
    Wanted("completed_value", {"status": "completed"}, "status = 'completed'", "value_vnd"),
)


def framework() -> Framework:
    return Framework.from_document(
        {
            "framework": {
                "id": "bench",
                "version": "1",
                "title": {"vi": "Đo tốc độ", "en": "Benchmark"},
                "sources": [{"id": "ours", "title": {"vi": "Của dự án", "en": "Ours"}}],
            },
            "evaluation": {"places": "vn-2025", "level": "province", "period": "year"},
            "indicator": [wanted.stanza for wanted in WANTED],
        },
        "bench",
    )


def by_hand(wanted: tuple[Wanted, ...] = WANTED) -> str:
    """The one scan: the deals with one transferee, at its place on the day, by year."""
    bounds = [day(f"{year}-01-01") for year in (*YEARS, YEARS.stop)]

    def year(low: int, high: int) -> str:
        if low == high:
            return str(YEARS[low])
        middle = (low + high + 1) // 2
        return f"CASE WHEN signed_on < {bounds[middle]} THEN {year(low, middle - 1)} ELSE {year(middle, high)} END"

    return f"""
        SELECT place, year, {", ".join(w.aggregate for w in wanted)}
        FROM (
            SELECT body.place, {year(0, len(YEARS) - 1)} AS year, direction, channel, state_funded, value_vnd,
                deal.status AS status
            FROM deal
            JOIN deal_parties AS party ON party.facts = deal.facts AND party.role = 'transferee' AND party.peers = 1
            JOIN organisation AS body
                ON body.id = party.body AND body.valid_from <= signed_on AND body.valid_to > signed_on
            WHERE signed_on >= {bounds[0]} AND signed_on < {bounds[-1]}
        )
        GROUP BY place, year
    """


@pytest.fixture(scope="module")
def two_parties(deals: Deals, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry whose deals have one transferee each; of the made-up ones, three in a hundred have two."""
    path = Path(shutil.copy(deals.full, tmp_path_factory.mktemp("two") / "two.db"))
    with contextlib.closing(sqlite3.connect(path)) as db:
        second = "SELECT facts, MAX(n) FROM deal_parties WHERE role = 'transferee' AND peers > 1 GROUP BY facts"
        db.execute(f"DELETE FROM deal_parties WHERE (facts, n) IN ({second})")
        db.execute("UPDATE deal_parties SET peers = 1 WHERE role = 'transferee'")
        db.commit()
    return path


@pytest.fixture(scope="module")
def larger(two_parties: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with a million deals: the same ones five times under other numbers."""
    path = Path(shutil.copy(two_parties, tmp_path_factory.mktemp("larger") / "larger.db"))
    with contextlib.closing(sqlite3.connect(path)) as db:
        for table, numbers in (("deal", ("row", "facts", "id")), ("deal_parties", ("facts",))):
            names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            shifted = ", ".join(f"{name} + turn * 10000000" if name in numbers else f'"{name}"' for name in names)
            turns = "(VALUES (1), (2), (3), (4))"
            db.execute(f"INSERT INTO {table} SELECT {shifted} FROM {table}, (SELECT column1 AS turn FROM {turns})")
        db.commit()
        assert db.execute("SELECT COUNT(*) FROM deal").fetchone() == (5 * DEALS,)
    return path


def measure(compare: Any, path: Path, claim: str, rounds: int, bar: float | None) -> None:
    chosen, query = framework(), by_hand()
    assert len(chosen.indicators) == 20
    with registry_at(path) as registry, contextlib.closing(sqlite3.connect(path)) as db:
        table = registry.indicators(chosen, "2016..2025")
        assert len(table.cells) == 20 * 34 * 10
        # We count deals with two transferees too, and leave out what the merger of provinces made unclear.
        counted = sum(cell.value or 0 for cell in table.cells if cell.indicator == "deals")
        assert counted == pytest.approx(sum(row[2] for row in db.execute(query)), rel=0.1)
        compare(
            claim,
            floor=lambda: db.execute(query).fetchall(),
            ours=lambda: registry.indicators(chosen, "2016..2025"),
            bar=bar,
            rounds=rounds,
        )


def test_two_hundred_thousand(compare: Any, two_parties: Path) -> None:
    """20 indicators, 34 provinces, 10 years over 200 000 deals: at most 1.2 times one scan by hand."""
    measure(compare, two_parties, "20 indicators over 200 000 deals / one scan by hand", 9, 1.2)


def test_million(compare: Any, larger: Path) -> None:
    """The same over a million deals."""
    measure(compare, larger, "20 indicators over 1 000 000 deals / one scan by hand", 5, 1.2)


def test_several_transferees(compare: Any, deals: Deals) -> None:
    """With deals of two transferees, which the scan by hand leaves out and we count in both provinces."""
    measure(compare, deals.full, "20 indicators, 3 % of 200 000 deals with two transferees / by hand", 9, None)
