"""What a cell says in the cases that decide whether a figure can be defended: empty, missing, shared, provisional."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from stregistry.errors import DomainError, NotFoundError
from stregistry.evaluate import explain, indicators
from stregistry.evaluate.left_out import left_out_records
from stregistry.framework import Framework
from stregistry.model import Certificate, Deal, Name, Observation, Organisation, Party, Startup
from stregistry.store import Store

BOTH = {"vi": "x", "en": "x"}
DEALS = {"measure": "count", "params": {"of": "deal"}}
VALUE = {"measure": "sum", "params": {"of": "deal", "field": "value_vnd"}}
STARTUPS = {"measure": "count", "params": {"of": "startup"}}


def rules(places: str = "vn-2025", level: str = "province", **rows: dict[str, Any]) -> Framework:
    """A framework of the indicators given by id."""
    document = {
        "framework": {"id": "test", "version": "1", "title": BOTH},
        "evaluation": {"places": places, "level": level},
        "indicator": [{"id": id, "name": BOTH, "direction": "up", **row} for id, row in rows.items()],
    }
    return Framework.from_document(document, "test.toml")


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with Store.open(address) as opened:
        yield opened


def body(tx: Any, place: str | None, **more: Any) -> int:
    return tx.put(Organisation(names=[Name(value=f"Tổ chức ở {place}")], place=place, **more))


def deal(tx: Any, signed_on: str, *bodies: int | None, **more: Any) -> int:
    parties = [Party(role="transferee", body=b, name=None if b else "Acme") for b in bodies]
    return tx.put(Deal(title="Máy sấy", signed_on=signed_on, parties=parties, **more))


def observe(tx: Any, series: str, place: str, value: str, period: str = "2024", **more: Any) -> int:
    return tx.put(Observation(series=series, place=place, value=Decimal(value), period=period, **more))


def test_nobody_to_count_is_zero_and_every_unit_appears(store: Store) -> None:
    """In an empty registry each of the 34 units has a 0, and a mean is missing for want of a denominator."""
    mean = {"measure": "mean", "params": {"of": "deal", "field": "value_vnd"}}
    table = indicators(store.at(valid="2025-12-31"), rules(deals=DEALS, mean=mean), "2024,2025")
    assert len(table.cells) == 2 * 34 * 2
    assert {(c.value, c.missing) for c in table.cells if c.indicator == "deals"} == {(0.0, None)}
    assert {(c.value, c.missing) for c in table.cells if c.indicator == "mean"} == {(None, "no_denominator")}
    assert [c.place for c in table.cells[::2]][:34] == sorted(table.units)


def test_the_frame_has_the_columns_of_the_contract(store: Store) -> None:
    """Columns, order and types are those other systems read; a missing value is NaN with its reason beside it."""
    frame = indicators(store.at(valid="2025-12-31"), rules(deals=DEALS), "2025").frame()
    assert list(frame.columns) == ["indicator", "place", "period", "value", "records", "missing", "provisional"]
    assert frame.dtypes["value"] == "float64"
    assert frame["missing"].isna().all()


def test_a_deal_of_two_units_counts_once_in_each_and_its_value_is_divided(store: Store) -> None:
    """Two transferees in two units and an unknown one: each unit counts 1 and takes a third, and the rest is told."""
    with store.changeset(actor="a", reason="b") as tx:
        deal(tx, "2024-05-01", body(tx, "92"), body(tx, "93"), body(tx, "79"), None, value_vnd=100)
    view, framework = store.at(valid="2025-12-31"), rules(deals=DEALS, value=VALUE)
    table = indicators(view, framework, "2024")
    # 92 and 93 are one unit since the merger, so three shares: 92, 79 and none.
    for unit in ("92", "79"):
        assert table.cell("deals", unit, "2024").value == 1
        assert table.cell("deals", unit, "2024").shared == 1
        assert table.cell("value", unit, "2024").value == pytest.approx(100 / 3, rel=1e-11)
        assert explain(view, framework, "value", unit, "2024").total == {"value": Fraction(100, 3)}
    assert [(x.indicator, x.reason, x.records) for x in table.left_out] == [
        ("deals", "no_place", 1),
        ("value", "no_place", 1),
    ]


def test_a_record_with_two_codes_is_one_record(store: Store) -> None:
    """Two objects of one deal are two different values, resting on one record; a deal without any adds none."""
    with store.changeset(actor="a", reason="b") as tx:
        here = body(tx, "92")
        deal(tx, "2024-05-01", here, object=["know_how", "process"])
        deal(tx, "2024-05-01", here)
    objects = {"measure": "distinct", "params": {"of": "deal", "field": "object"}}
    cell = indicators(store.at(valid="2025-12-31"), rules(objects=objects), "2024").cell("objects", "92", "2024")
    assert (cell.value, cell.records) == (2, 2)


def test_a_sum_tells_how_many_amounts_are_unknown(store: Store) -> None:
    """A deal without a value is no 0: it is not among the records of the sum, and is reported."""
    with store.changeset(actor="a", reason="b") as tx:
        here = body(tx, "92")
        deal(tx, "2024-05-01", here, value_vnd=0)
        deal(tx, "2024-05-01", here)
    table = indicators(store.at(valid="2025-12-31"), rules(value=VALUE), "2024")
    assert (table.cell("value", "92", "2024").value, table.cell("value", "92", "2024").records) == (0, 1)
    assert [(x.reason, x.records) for x in table.left_out] == [("no_value", 1)]


def test_money_is_exact_however_large(store: Store) -> None:
    """Sums beyond 2**53 đồng lose nothing before the last rounding to 12 digits."""
    with store.changeset(actor="a", reason="b") as tx:
        here = body(tx, "92")
        deal(tx, "2024-05-01", here, value_vnd=9_007_199_254_740_993)
        deal(tx, "2024-05-01", here, value_vnd=1)
    framework = rules(value=VALUE)
    found = explain(store.at(valid="2025-12-31"), framework, "value", "92", "2024")
    assert found.total == {"value": 9_007_199_254_740_994}
    assert found.cell.value == 9007199254740000.0


def test_a_split_territory_makes_the_units_it_may_be_missing(store: Store) -> None:
    """On the map of 2024 a body recorded in Cần Thơ in 2026 lies in one of three provinces: none has a figure."""
    with store.changeset(actor="a", reason="b") as tx:
        here = body(tx, "92")
        deal(tx, "2025-08-01", here)
        deal(tx, "2025-02-01", here)
    table = indicators(store.at(valid="2025-12-31"), rules("vn-2024", deals=DEALS), "2025H1,2025")
    for unit in ("92", "93", "94"):
        assert table.cell("deals", unit, "2025").missing == "ambiguous_split"
    assert table.cell("deals", "79", "2025").value == 0
    assert table.cell("deals", "92", "2025H1").value == 1
    assert table.cell("deals", "79", "2025H1").value == 0
    (left,) = table.left_out
    assert (left.reason, left.place, left.candidates, left.period) == (
        "ambiguous_split",
        "92",
        ("92", "93", "94"),
        "2025",
    )


def test_a_unit_that_is_gone_has_no_figure(store: Store) -> None:
    """Hậu Giang on the map of 2024 has figures up to the merger, and none for 2026."""
    table = indicators(store.at(valid="2026-12-31"), rules("vn-2024", deals=DEALS), "2024,2026")
    assert table.cell("deals", "93", "2024").value == 0
    assert table.cell("deals", "93", "2026").missing == "place_not_in_force"


def test_old_codes_count_in_the_unit_they_went_to(store: Store) -> None:
    """Deals of the three old provinces are Cần Thơ's on the map of 2025; on the map of 2024 they stay apart."""
    with store.changeset(actor="a", reason="b") as tx:
        for code in ("92", "93", "94"):
            deal(tx, "2024-05-01", body(tx, code))
    view = store.at(valid="2025-12-31")
    assert indicators(view, rules(deals=DEALS), "2024").cell("deals", "92", "2024").value == 3
    assert indicators(view, rules(deals=DEALS), "2024", places="vn-2024").cell("deals", "92", "2024").value == 1
    country = indicators(view, rules(level="country", deals=DEALS), "2024")
    assert [c.value for c in country.cells] == [3]


def test_a_stock_is_taken_on_the_last_day_or_earlier_and_then_provisional(store: Store) -> None:
    """The last day still counts; the day a certificate ends does not; an early valid day makes it provisional."""
    with store.changeset(actor="a", reason="b") as tx:
        here = body(tx, "92")
        for issued, ended in (("2024-12-31", None), ("2020-01-01", "2024-12-31"), ("2025-01-01", None)):
            paper = Certificate(issued_on=issued, ended_on=ended)
            tx.put(Startup(organisation=here, certificate=paper))
    framework = rules(startups=STARTUPS)
    whole = indicators(store.at(valid="2025-06-30"), framework, "2024").cell("startups", "92", "2024")
    assert (whole.value, whole.provisional) == (1, False)
    early = indicators(store.at(valid="2025-06-30"), framework, "2024", valid="2024-06-30").cell(
        "startups", "92", "2024"
    )
    assert (early.value, early.provisional) == (1, True)
    assert indicators(store.at(valid="2025-06-30"), framework, "2025").cell("startups", "92", "2025").value == 2


def test_a_body_without_a_place_on_the_day_is_reported(store: Store) -> None:
    """A startup whose body was dissolved before the certificate ended is in no unit, and the table says so."""
    with store.changeset(actor="a", reason="b") as tx:
        gone = body(tx, "92", founded_on="2019-01-01", dissolved_on="2023-06-30")
        tx.put(Startup(organisation=gone, certificate=Certificate(issued_on="2020-01-01")))
    table = indicators(store.at(valid="2025-12-31"), rules(startups=STARTUPS), "2022,2024")
    assert table.cell("startups", "92", "2022").value == 1
    assert table.cell("startups", "92", "2024").value == 0
    assert [(x.period, x.reason, x.records) for x in table.left_out] == [("2024", "no_place", 1)]


def test_a_date_too_coarse_for_the_period_is_reported(store: Store) -> None:
    """A deal dated 2024 is in the year's figure, in no quarter's, and reported for each quarter asked about."""
    with store.changeset(actor="a", reason="b") as tx:
        deal(tx, "2024", body(tx, "92"))
    table = indicators(store.at(valid="2025-12-31"), rules(deals=DEALS), "2024,2024Q2,2024Q3")
    assert [table.cell("deals", "92", p).value for p in ("2024", "2024Q2", "2024Q3")] == [1, 0, 0]
    assert [(x.period, x.reason) for x in table.left_out] == [
        ("2024Q2", "date_too_coarse"),
        ("2024Q3", "date_too_coarse"),
    ]
    alone = indicators(store.at(valid="2025-12-31"), rules(deals=DEALS), "2024Q3")
    assert [(x.period, x.reason) for x in alone.left_out] == [("2024Q3", "date_too_coarse")]


def test_figures_are_those_known_at_the_time(store: Store) -> None:
    """A view of an earlier changeset gives the figure of that time, though the record was corrected since."""
    with store.changeset(actor="a", reason="b") as tx:
        here = body(tx, "92")
        number = deal(tx, "2024-05-01", here, value_vnd=5)
    with store.changeset(actor="a", reason="c") as tx:
        assert tx.amend(number, {"value_vnd": 7})
    framework = rules(value=VALUE)
    for known, value in ((1, 5), (2, 7), (None, 7)):
        view = store.at(valid="2025-12-31", known=known)
        assert indicators(view, framework, "2024").cell("value", "92", "2024").value == value
        assert explain(view, framework, "value", "92", "2024").total == {"value": value}


def test_a_figure_per_head_takes_the_unit_s_own_people_or_those_of_its_parts(store: Store) -> None:
    """The own observation wins; else the three old provinces are summed when all three are there."""
    per = {"series": "population", "basis": "average", "scale": 1000}
    with store.changeset(actor="a", reason="b") as tx:
        deal(tx, "2024-05-01", body(tx, "92"))
        for code, people in (("92", "1000"), ("93", "500"), ("94", "500")):
            observe(tx, "population", code, people, basis="average", map="vn-2024")
        observe(tx, "population", "92", "9999", basis="registered", map="vn-2025")
    view = store.at(valid="2025-12-31")
    table = indicators(view, rules(rate={**DEALS, "per": per}), "2024,2024Q2,2023")
    assert table.cell("rate", "92", "2024").value == 0.5
    assert table.cell("rate", "92", "2024Q2").value == 0.5
    assert table.cell("rate", "92", "2023").missing == "no_denominator"
    assert table.cell("rate", "79", "2024").missing == "no_denominator"
    found = explain(view, rules(rate={**DEALS, "per": per}), "rate", "92", "2024")
    assert found.denominator == 2000
    assert [(r.part, r.kind, r.contribution) for r in found.records] == [
        ("value", "deal", 1),
        ("denominator", "observation", 1000),
        ("denominator", "observation", 500),
        ("denominator", "observation", 500),
    ]
    with store.changeset(actor="a", reason="c") as tx:
        observe(tx, "population", "92", "4000", basis="average", map="vn-2025")
    assert (
        indicators(store.at(valid="2025-12-31"), rules(rate={**DEALS, "per": per}), "2024")
        .cell("rate", "92", "2024")
        .value
        == 0.25
    )


def test_a_table_that_mixes_bases_is_not_shown(store: Store) -> None:
    """Two units on two bases make every cell of the indicator mixed_basis, and what is made from it too.

    A unit whose figure is missing for another reason mixes nothing. Asked about one unit alone, the answer is the same.
    """
    with store.changeset(actor="a", reason="b") as tx:
        observe(tx, "population", "92", "3200000", "2025", basis="average")
        observe(tx, "population", "79", "9000000", "2025", basis="registered")
        deal(tx, "2025-03-01", body(tx, "92"), value_vnd=6_400_000)
    people = {"measure": "series", "params": {"series": "population"}}
    on_average = {"measure": "series", "params": {"series": "population", "basis": "average"}}
    half = {"measure": "ratio", "params": {"top": "people", "bottom": "average"}}
    each = {"measure": "mean", "params": {**VALUE["params"]}, "per": {"series": "population"}}
    total = {**VALUE, "per": {"series": "population"}}
    framework = rules(people=people, average=on_average, half=half, each=each, total=total)
    view = store.at(valid="2026-06-30")
    table = indicators(view, framework, "2025")
    assert {c.missing for c in table.cells if c.indicator == "people"} == {"mixed_basis"}
    assert table.cell("average", "92", "2025").value == 3_200_000
    assert table.cell("average", "79", "2025").missing == "no_observation"
    assert {c.missing for c in table.cells if c.indicator == "half"} == {"mixed_basis"}
    assert {c.missing for c in table.cells if c.indicator == "total"} == {"mixed_basis"}
    assert (table.cell("each", "92", "2025").value, table.cell("each", "79", "2025").missing) == (2, "no_denominator")
    for cell in table.cells:
        if cell.place in ("92", "79", "01"):
            assert explain(view, framework, cell.indicator, cell.place, "2025").cell == cell


def test_a_series_in_several_units_is_told(store: Store) -> None:
    """What was stated in millions and in billions of đồng is added as it stands, and the table and explain say so."""
    with store.changeset(actor="a", reason="b") as tx:
        for place, value, unit in (("92", "110", "Tỷ đồng"), ("93", "40000", "triệu đồng"), ("94", "60", " tỷ  đồng")):
            observe(tx, "grdp", place, value, unit=unit)
    framework = rules(grdp={"measure": "series", "params": {"series": "grdp"}}, deals=DEALS)
    view = store.at(valid="2025-12-31")
    table = indicators(view, framework, "2024")
    assert table.cell("grdp", "92", "2024").value == 40170
    assert [(one.series, one.units) for one in table.several_units] == [("grdp", (("tỷ đồng", 2), ("triệu đồng", 1)))]
    assert explain(view, framework, "grdp", "92", "2024").several_units == table.several_units
    assert explain(view, framework, "deals", "92", "2024").several_units == ()


def test_a_later_published_figure_replaces_the_earlier(store: Store) -> None:
    """Of two observations of the same thing the one published later counts, whichever was entered first."""
    with store.changeset(actor="a", reason="b") as tx:
        observe(tx, "grdp", "92", "110", "2025", published_on="2026-06-30")
        observe(tx, "grdp", "92", "100", "2025", published_on="2026-01-30")
    series = {"measure": "series", "params": {"series": "grdp"}}
    assert indicators(store.at(valid="2026-12-31"), rules(grdp=series), "2025").cell("grdp", "92", "2025").value == 110


def test_growth_looks_back_by_periods_or_by_years(store: Store) -> None:
    """From nothing there is no growth; a quarter is compared with the one before or the same one a year ago."""
    with store.changeset(actor="a", reason="b") as tx:
        here = body(tx, "92")
        for signed in ("2024-02-01", "2024-11-01", "2024-11-02", "2025-02-01", "2025-02-02", "2025-02-03"):
            deal(tx, signed, here)
    last = {"measure": "growth", "params": {"indicator": "deals"}}
    year = {"measure": "growth", "params": {"indicator": "deals", "same_period": True}}
    twice = {"measure": "growth", "params": {"indicator": "year", "same_period": True}}
    framework = rules(deals=DEALS, last=last, year=year, twice=twice)
    table = indicators(store.at(valid="2025-12-31"), framework, "2025Q1")
    assert table.cell("last", "92", "2025Q1").value == 0.5
    assert table.cell("year", "92", "2025Q1").value == 2
    assert table.cell("twice", "92", "2025Q1").missing == "no_denominator"


def test_explain_names_document_row_and_changeset(store: Store) -> None:
    """Each record comes with its name, date, place as recorded, and where it was imported from."""
    with store.changeset(actor="a", reason="b") as tx:
        here = body(tx, "93")
    with store.changeset(actor="a", reason="b") as tx:
        deal(tx, "2024-05", here)
    found = explain(store.at(valid="2025-12-31"), rules(deals=DEALS), "deals", "92", "2024")
    (row,) = found.records
    assert (row.part, row.kind, row.name, row.date, row.place, row.changeset) == (
        "value",
        "deal",
        "Máy sấy",
        "2024-05",
        "93",
        2,
    )
    assert list(found.frame()["contribution"]) == [1.0]


@pytest.mark.parametrize(
    ("what", "words"),
    [(("deal", "92", "2024"), "deals"), (("deals", "9", "2024"), "place"), (("deals", "92", "x"), "x")],
)
def test_asking_for_what_is_not_there_names_the_nearest(store: Store, what: tuple[str, str, str], words: str) -> None:
    """An unknown indicator, unit or period is refused in words."""
    with pytest.raises((NotFoundError, DomainError), match=words):
        explain(store.at(valid="2025-12-31"), rules(deals=DEALS), *what)


def test_a_framework_of_one_s_own_units_cannot_be_counted(store: Store) -> None:
    """level = custom is for scoring tables; counting records refuses it and says so."""
    with pytest.raises(DomainError, match="custom"):
        indicators(store.at(valid="2025-12-31"), rules(level="custom", deals=DEALS), "2024")


def test_a_body_recorded_in_a_commune_before_it_was_split_is_not_counted_in_the_one_that_kept_its_code(
    store: Store,
) -> None:
    """31183 went to two communes, one of which kept the code: a state from before lies in either, a later one in it."""
    with store.changeset(actor="a", reason="b") as tx:
        old, new, undated = (body(tx, "31183", founded_on=day) for day in ("2019-05-01", "2025-08-01", None))
        for one in (old, new, undated):
            deal(tx, "2025-09-01", one)
        deal(tx, "2024-09-01", old)
        moved = body(tx, "31183", founded_on="2019-05-01")
        tx.amend(moved, {"place": "31150"}, valid_from="2025-07-01")
        deal(tx, "2025-09-01", moved)
    bodies = {"measure": "count", "params": {"of": "organisation", "when": "stock"}}
    found = rules("vn-2025", "commune", deals=DEALS, bodies=bodies)
    view = store.at(valid="2025-12-31")
    table = indicators(view, found, "2025Q3,2025Q2,2024")
    for id in ("deals", "bodies"):
        for unit in ("31150", "31183"):
            assert table.cell(id, unit, "2025Q3").missing == "ambiguous_split"
    assert {(x.indicator, x.place, x.candidates, x.records) for x in table.left_out if x.period == "2025Q3"} == {
        ("deals", "31183", ("31150", "31183"), 1),
        ("bodies", "31183", ("31150", "31183"), 1),
    }
    told = left_out_records(view, found, explain(view, found, "deals", "31150", "2025Q3"))
    assert [(one.place, one.reason) for one in told] == [("31183", "ambiguous_split")]
    # On the old list of communes the old ward is itself, and the new one lies in several.
    then = indicators(view, rules("vn-2024", "commune", bodies=bodies, deals=DEALS), "2024")
    assert [then.cell(id, "31183", "2024").value for id in ("deals", "bodies")] == [1, 3]
    # In the province nothing is open.
    assert indicators(view, rules(bodies=bodies), "2025Q3").cell("bodies", "92", "2025Q3").value == 4
