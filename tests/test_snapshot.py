"""A snapshot: what it holds, that it is the same whenever and however it is made, and what verifying it tells."""

import datetime as dt
import json
import math
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rfc8785
from sqlalchemy import event, text

from stregistry import (
    Deal,
    Framework,
    Money,
    Name,
    NotFoundError,
    Observation,
    Organisation,
    Party,
    Registry,
    Snapshot,
    SnapshotError,
    StregistryError,
)
from stregistry.dates import PartialDate
from stregistry.evaluate.figures import parts_of
from stregistry.snapshot import explain_snapshot, make_snapshot, verify

YEAR = ("ecosystem-core", "2024")


def _deal(title: str, value: int, day: str, body: int) -> Deal:
    parties = (Party(role="transferor", name="Hợp tác xã Mẫu"), Party(role="transferee", body=body))
    return Deal(title=title, value_vnd=value, signed_on=PartialDate.parse(day), parties=parties)


@pytest.fixture
def registry(address: str) -> Iterator[Registry]:
    """Two bodies and three deals in two changesets."""
    with Registry.open(address) as opened:
        with opened.changeset(actor="Lan", reason="bodies") as tx:
            bodies = [
                tx.put(Organisation(names=(Name(value=f"Viện {place}", lang="vi"),), kind="institute", place=place))
                for place in ("92", "79")
            ]
        with opened.changeset(actor="Lan", reason="deals") as tx:
            tx.put(_deal("một", 1_000_000_000, "2024-03-01", bodies[0]))
            tx.put(_deal("hai", 333_333_333, "2024-09-01", bodies[0]))
            tx.put(_deal("ba", 7, "2023-01-01", bodies[1]))
        yield opened


def _cell(snapshot: Snapshot, indicator: str, place: str = "92") -> dict[str, object]:
    (cell,) = [c for c in snapshot.values if (c["indicator"], c["place"]) == (indicator, place)]
    return cell


def test_it_holds_the_values_and_where_they_come_from(registry: Registry) -> None:
    """Values with record counts, the whole framework, the changeset and its hash, both times and the map."""
    snapshot = registry.snapshot(*YEAR)
    assert _cell(snapshot, "deals")["value"] == 2
    assert math.isclose(_cell(snapshot, "deals_value")["value"], 1.333333333, rel_tol=1e-11)  # type: ignore[arg-type]
    assert snapshot.content["registry"] == {"changeset": 2, "hash": registry.head()[1]}
    assert snapshot.content["valid"] == "2024-12-31"
    assert snapshot.content["places"] == {"map": "vn-2025", "level": "province"}
    assert snapshot.content["framework"]["sha256"] == Framework.load("ecosystem-core").sha256
    assert snapshot.framework == Framework.load("ecosystem-core")
    assert "ecosystem-core" in repr(snapshot)
    assert set(snapshot.environment) == {"stregistry", "python", "sqlalchemy", "pandas", "made_on"}


def test_values_have_twelve_significant_digits(registry: Registry) -> None:
    """A measured value is rounded before it is frozen, so that the last bits of a machine do not show."""
    for cell in registry.snapshot(*YEAR).values:
        value = cell["value"]
        assert value is None or value == float(f"{value:.12g}")


def test_the_file_is_canonical_json(registry: Registry, tmp_path: Path) -> None:
    """The bytes are RFC 8785, the hash is of `content` alone, and reading gives back the snapshot."""
    path = tmp_path / "s.json"
    snapshot = registry.snapshot(*YEAR)
    snapshot.write(path)
    whole = json.loads(path.read_bytes())
    assert list(whole) == ["content", "environment", "format", "sha256"]
    assert path.read_bytes() == rfc8785.dumps(whole) + b"\n"
    assert Snapshot.read(path) == snapshot
    assert whole["sha256"] == snapshot.sha256
    elsewhere = Snapshot(content=snapshot.content, environment={"python": "9.9"})
    assert elsewhere.sha256 == snapshot.sha256


def test_a_year_that_is_over_gives_the_same_content_on_any_day(new_address: Callable[[], str]) -> None:
    """The clock decides nothing: the same records recorded and frozen years apart differ only in their instants."""
    contents = []
    for year in (2025, 2031):
        now = dt.datetime(year, 5, 5, tzinfo=dt.UTC)
        with Registry.open(new_address(), clock=lambda now=now: now) as registry:  # type: ignore[misc]
            with registry.changeset(actor="Lan", reason="x") as tx:
                body = tx.put(Organisation(names=(Name(value="Viện"),), place="92"))
                tx.put(_deal("một", 5, "2024-03-01", body))
            content = registry.snapshot(*YEAR).content
            contents.append({k: v for k, v in content.items() if k != "registry"})
    assert contents[0] == contents[1]


def test_a_year_still_running_is_provisional(address: str) -> None:
    """Stocks are taken today when the period's end is still to come, and the cells say so."""
    now = dt.datetime(2024, 6, 30, 3, tzinfo=dt.UTC)
    with Registry.open(address, clock=lambda: now) as registry:
        snapshot = registry.snapshot(*YEAR)
        assert snapshot.content["valid"] == "2024-06-30"
        assert _cell(snapshot, "startups")["provisional"] is True
        assert verify(registry, snapshot).outcome == "identical"


def test_verify_after_later_changesets_is_identical(registry: Registry) -> None:
    """What became known later does not reach back."""
    snapshot = registry.snapshot(*YEAR)
    deal = next(d for d in registry.at().records(Deal) if d.title == "một")
    with registry.changeset(actor="Lan", reason="correction") as tx:
        tx.amend(deal.id, {"value_vnd": 9})
    found = registry.verify(snapshot)
    assert (found.outcome, found.chain, found.ok, found.differences) == ("identical", True, True, ())
    assert registry.snapshot(*YEAR).sha256 != snapshot.sha256
    assert registry.snapshot(*YEAR, known=2).content == snapshot.content


def test_a_last_bit_is_equal_and_a_figure_is_not(registry: Registry) -> None:
    """Values within 1e-9 are equal, others differ, and the difference shows both sides."""
    snapshot = registry.snapshot(*YEAR)
    for factor, outcome in ((1 + 1e-12, "equal"), (1 + 1e-6, "differs")):
        changed = Snapshot(content=json.loads(json.dumps(snapshot.content)), environment={})
        cell = _cell(changed, "deals_value")
        cell["value"] = cell["value"] * factor  # type: ignore[operator]
        found = verify(registry, changed)
        assert (found.outcome, found.ok) == (outcome, outcome == "equal")
        assert [d.indicator for d in found.differences] == ["deals_value"] * (outcome == "differs")
    (difference,) = found.differences
    assert difference.before == cell
    assert difference.after == _cell(snapshot, "deals_value")


def test_an_altered_row_is_found_by_the_figure_and_by_the_chain(registry: Registry) -> None:
    """Raw SQL on a counted row makes verify differ; the audit fails as well."""
    snapshot = registry.snapshot(*YEAR)
    with registry.engine.begin() as conn:
        conn.execute(text("update deal set value_vnd = value_vnd + 1000 where title = 'một'"))
    assert not registry.audit().ok
    assert verify(registry, snapshot).outcome == "differs"
    with pytest.raises(SnapshotError, match="the registry was altered"):
        explain_snapshot(registry, snapshot, "deals_value", "92", "2024")


def test_a_changed_history_is_found_by_its_hash(registry: Registry) -> None:
    """The same figures under another chain of changesets do not verify."""
    snapshot = registry.snapshot(*YEAR)
    with registry.engine.begin() as conn:
        conn.execute(text(f"update changeset set hash = '{'0' * 64}' where number = 2"))
    found = verify(registry, snapshot)
    assert (found.chain, found.ok) == (False, False)
    with pytest.raises(SnapshotError, match="not of this registry"):
        explain_snapshot(registry, snapshot, "deals", "92", "2024")


def test_a_tail_cut_off_cleanly_is_found_by_a_snapshot(registry: Registry) -> None:
    """Its audit passes; the head hash in a snapshot tells, also once something else was written in its place."""
    snapshot, before = registry.snapshot(*YEAR), registry.head()
    with registry.engine.begin() as conn:
        was = "next_row = 3, next_id = 3, hash = (SELECT hash FROM changeset WHERE number = 1)"
        for statement in (
            "DELETE FROM deal",
            "DELETE FROM deal_parties",
            "DELETE FROM changeset WHERE number = 2",
            f"UPDATE head SET number = 1, {was}, instant = (SELECT instant FROM changeset WHERE number = 1)",
        ):
            conn.execute(text(statement))
    assert registry.audit().problems == ()
    with pytest.raises(SnapshotError, match="its tail was cut off"):
        verify(registry, snapshot)
    with registry.changeset(actor="Lan", reason="deals") as tx:
        tx.put(_deal("khác", 1, "2024-03-01", 1))
    assert registry.audit().problems == ()
    assert (registry.head()[0], registry.head() == before) == (2, False)
    found = verify(registry, snapshot)
    assert (found.chain, found.ok) == (False, False)


def test_explain_gives_the_records_of_then(registry: Registry) -> None:
    """The contributions add up to the frozen figure, also after a correction."""
    snapshot = registry.snapshot(*YEAR)
    deal = next(d for d in registry.at().records(Deal) if d.title == "một")
    with registry.changeset(actor="Lan", reason="correction") as tx:
        tx.retract(deal.id)
    found = registry.explain_snapshot(snapshot, "deals_value", "92", "2024")
    assert sorted(int(r.contribution) for r in found.records) == [333_333_333, 1_000_000_000]
    assert len(registry.explain("ecosystem-core", "deals_value", "92", "2024").records) == 1
    for wrong in (("deels", "92", "2024"), ("deals", "9", "2024"), ("deals", "92", "2023")):
        with pytest.raises(NotFoundError, match=r"did you mean|There are"):
            registry.explain_snapshot(snapshot, *wrong)


def test_a_figure_on_one_basis_a_year_is_explained_as_the_snapshot_shows_it(registry: Registry) -> None:
    """Mixed only over the years: asked about one of them, its observation is told, and no alteration is cried."""
    with registry.changeset(actor="Lan", reason="x") as tx:
        for period, basis in (("2023", "average"), ("2024", "registered")):
            tx.put(
                Observation(series="population", place="79", period=period, value="9000000", basis=basis, source="x")
            )
    both = {"vi": "x", "en": "x"}
    people = {"id": "people", "name": both, "direction": "up", "measure": "series", "params": {"series": "population"}}
    head = {"id": "test", "version": "1", "title": both}
    framework = Framework.from_document(
        {"framework": head, "evaluation": {"places": "vn-2024"}, "indicator": [people]}, "test.toml"
    )
    snapshot = registry.snapshot(framework, "2023,2024")
    found = registry.explain_snapshot(snapshot, "people", "79", "2024")
    assert (found.cell.value, found.cell.missing) == (None, "mixed_basis")
    assert [record.date for record in found.records] == ["2024"]
    assert pickle.loads(pickle.dumps(found)).records == found.records  # noqa: S301  # our own


def test_no_periods_are_refused(registry: Registry) -> None:
    """A snapshot of nothing is none."""
    with pytest.raises(StregistryError, match="period"):
        make_snapshot(registry, Framework.load("ecosystem-core"), [])


def test_money_in_another_currency_is_not_taken_for_dong(registry: Registry) -> None:
    """A deal with a value in dollars and no value in đồng is left out of the sum, and the snapshot says so."""
    deal = _deal("đô la", 0, "2024-05-05", registry.at().records(Organisation)[0].id or 0)
    with registry.changeset(actor="Lan", reason="x") as tx:
        tx.put(Deal(title=deal.title, value=Money(500, "USD"), signed_on=deal.signed_on, parties=deal.parties))
    snapshot = registry.snapshot(*YEAR)
    (row,) = [row for row in snapshot.content["left_out"] if row["indicator"] == "deals_value"]
    assert (row["reason"], row["records"], row["period"]) == ("no_value", 1, "2024")
    assert _cell(snapshot, "deals")["value"] == 3


def test_every_source_is_scanned_once_whatever_targets_look_back_to(registry: Registry) -> None:
    """A snapshot with targets counts the years of their baselines in the scan of its own periods."""
    scans: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if "AS record" in statement and "GROUP BY" in statement:
            scans.append(statement)

    chosen = Framework.load("cantho-kl69")
    event.listen(registry.engine, "before_cursor_execute", note)
    assert registry.snapshot(chosen, "2024").content["targets"]
    assert len(scans) == len({(part.source, part.by) for i in chosen.indicators for part in parts_of(i)})
