"""Dates as precisely as they are known, and the periods figures are asked for."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stregistry.dates import (
    ALWAYS,
    FOREVER,
    PartialDate,
    Period,
    day,
    parse_days,
    parse_period,
    parse_periods,
    periods_of,
    show_day,
)
from stregistry.errors import DomainError

YEAR_ENDS = ("12-31", "12-14", "06-30", "02-28", "02-29", "09-30", "01-31", "10-29", "03-01")


def spelled(period: Period) -> tuple[str, str]:
    return show_day(period.start), show_day(period.last_day)


# ---- partial dates -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last", "shown", "precision"),
    [
        ("2024-05-17", "2024-05-17", "2024-05-17", "2024-05-17", "day"),
        ("2024-5-7", "2024-05-07", "2024-05-07", "2024-05-07", "day"),
        ("17/05/2024", "2024-05-17", "2024-05-17", "2024-05-17", "day"),
        ("5/4/2024", "2024-04-05", "2024-04-05", "2024-04-05", "day"),
        ("17.05.2024", "2024-05-17", "2024-05-17", "2024-05-17", "day"),
        ("17-05-2024", "2024-05-17", "2024-05-17", "2024-05-17", "day"),
        (" 2024-05-17 ", "2024-05-17", "2024-05-17", "2024-05-17", "day"),
        ("2024-05-17 00:00:00", "2024-05-17", "2024-05-17", "2024-05-17", "day"),
        ("2024-05-17T00:00", "2024-05-17", "2024-05-17", "2024-05-17", "day"),
        ("29/02/2024", "2024-02-29", "2024-02-29", "2024-02-29", "day"),
        ("2024-05", "2024-05-01", "2024-05-31", "2024-05", "month"),
        ("05/2024", "2024-05-01", "2024-05-31", "2024-05", "month"),
        ("2/2023", "2023-02-01", "2023-02-28", "2023-02", "month"),
        ("2024/12", "2024-12-01", "2024-12-31", "2024-12", "month"),
        ("2024", "2024-01-01", "2024-12-31", "2024", "year"),
        ("ngày 5 tháng 3 năm 2024", "2024-03-05", "2024-03-05", "2024-03-05", "day"),
        ("Ngày 05/03/2024", "2024-03-05", "2024-03-05", "2024-03-05", "day"),
        ("tháng 5/2024", "2024-05-01", "2024-05-31", "2024-05", "month"),
        ("Thang 05 nam 2024", "2024-05-01", "2024-05-31", "2024-05", "month"),
        ("năm 2024", "2024-01-01", "2024-12-31", "2024", "year"),
        ("0999", "0999-01-01", "0999-12-31", "0999", "year"),
        ("2024-01-15/2024-02-14", "2024-01-15", "2024-02-14", "2024-01-15/2024-02-14", "range"),
        ("2024-01-01/2024-12-31", "2024-01-01", "2024-12-31", "2024", "year"),
    ],
)
def test_a_date_is_read_as_it_is_written_in_vietnam(
    text: str, first: str, last: str, shown: str, precision: str
) -> None:
    """Day before month, or ISO; what is not written is not known."""
    read = PartialDate.parse(text)
    assert (read.first.isoformat(), read.last.isoformat()) == (first, last)
    assert (str(read), read.precision) == (shown, precision)
    assert tuple(dt.date.fromordinal(n) for n in parse_days(text)) == (read.first, read.last)


@pytest.mark.parametrize("text", ["31/02/2024", "2023-02-29", "2024-13", "13/2024", "05/17/2024", "0000", "2024-00-01"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    """Also one written month first; the order is named."""
    with pytest.raises(DomainError, match="does not exist") as caught:
        PartialDate.parse(text)
    assert "day comes before month" in caught.value.in_lang("en")


@pytest.mark.parametrize(
    "text", ["", "soon", "24", "17/05/24", "2024-05-17 14:30", "2024-05-17-01", "Q3 2024", "1e3", "quý 3 năm 2024"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """With the forms that are read."""
    with pytest.raises(DomainError, match="write 2024-05-17, 17/05/2024, 05/2024 or 2024"):
        PartialDate.parse(text)


def test_a_span_the_wrong_way_round_is_refused() -> None:
    """However it is made."""
    with pytest.raises(DomainError, match="is before"):
        PartialDate(dt.date(2024, 2, 1), dt.date(2024, 1, 1))
    for read in (PartialDate.parse, parse_days):
        with pytest.raises(DomainError, match="is before"):
            read("2024-02-01/2024-01-01")


@pytest.mark.parametrize("value", [2024, 2024.5, b"2024", ("2024",)])
def test_a_value_of_another_sort_is_refused(value: object) -> None:
    """A number is not quietly taken for a year, nor for a day."""
    with pytest.raises(DomainError, match="is not a date"):
        PartialDate.of(value)  # type: ignore[arg-type]


def test_dates_and_instants_are_taken_as_days() -> None:
    """Of the standard library, and a partial date as it is."""
    wanted = PartialDate.parse("2024-05-17")
    assert PartialDate.of(dt.date(2024, 5, 17)) == wanted
    assert PartialDate.of(dt.datetime(2024, 5, 17, 23, tzinfo=dt.UTC)) == wanted
    assert PartialDate.of(wanted) is wanted


@given(st.dates(), st.dates())
def test_a_partial_date_is_read_back_as_it_is_shown(one: dt.date, two: dt.date) -> None:
    """Whatever its precision, in every year the calendar has."""
    for value in (PartialDate(min(one, two), max(one, two)), PartialDate.of(one)):
        assert PartialDate.parse(str(value)) == value


def test_a_day_number_needs_a_full_date() -> None:
    """A month is no day; open ends are shown as nothing."""
    assert day("17/05/2024") == day(dt.date(2024, 5, 17)) == day(739_023) == 739_023
    assert day(dt.datetime(2024, 5, 17, 8, tzinfo=dt.UTC)) == day("2024-05-17")
    with pytest.raises(DomainError, match="full date"):
        day("2024-05")
    assert show_day(ALWAYS) == show_day(FOREVER) == ""
    assert (show_day(ALWAYS + 1), show_day(FOREVER - 1)) == ("0001-01-01", "9999-12-31")


# ---- periods -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "year_ends", "first", "last", "kind"),
    [
        ("2024", "12-31", "2024-01-01", "2024-12-31", "year"),
        ("2024H1", "12-31", "2024-01-01", "2024-06-30", "half"),
        ("2024H2", "12-31", "2024-07-01", "2024-12-31", "half"),
        ("2024Q1", "12-31", "2024-01-01", "2024-03-31", "quarter"),
        ("2024Q4", "12-31", "2024-10-01", "2024-12-31", "quarter"),
        ("2024-02", "12-31", "2024-02-01", "2024-02-29", "month"),
        ("2023-02", "12-31", "2023-02-01", "2023-02-28", "month"),
        ("2025M9", "12-31", "2025-01-01", "2025-09-30", "months"),
        ("2025M12", "12-31", "2025-01-01", "2025-12-31", "months"),
        ("2024", "12-14", "2023-12-15", "2024-12-14", "year"),
        ("2024H1", "12-14", "2023-12-15", "2024-06-14", "half"),
        ("2024H2", "12-14", "2024-06-15", "2024-12-14", "half"),
        ("2024Q1", "12-14", "2023-12-15", "2024-03-14", "quarter"),
        ("2024-01", "12-14", "2023-12-15", "2024-01-14", "month"),
        ("2025M9", "12-14", "2024-12-15", "2025-09-14", "months"),
        ("2024", "06-30", "2023-07-01", "2024-06-30", "year"),
        ("2024Q3", "06-30", "2024-01-01", "2024-03-31", "quarter"),
        ("2024", "02-28", "2023-03-01", "2024-02-29", "year"),
        ("2025", "02-29", "2024-03-01", "2025-02-28", "year"),
        ("2024Q1", "10-29", "2023-10-30", "2024-01-29", "quarter"),
        ("2023Q2", "11-30", "2023-03-01", "2023-05-31", "quarter"),
    ],
)
def test_a_period_runs_from_its_first_day_to_its_last(
    text: str, year_ends: str, first: str, last: str, kind: str
) -> None:
    """In calendar years, and in reporting years that end on another day; month ends stay month ends."""
    period = parse_period(text, year_ends)
    assert (*spelled(period), period.kind) == (first, last, kind)
    assert str(period) == period.label == text


def test_a_cumulative_period_has_one_label() -> None:
    """So that M09 and M9 are one column."""
    assert parse_period("2025M09") == parse_period(" 2025M9 ")
    assert parse_period("2025M09").label == "2025M9"


def test_a_period_is_read_as_people_shorten_it() -> None:
    """Quarter and month before or after the year; what is none is told as it was written."""
    assert parse_period("Q3/2024") == parse_period("2024-q3") == parse_period("2024Q3")
    assert parse_period("7/2024") == parse_period("2024-07")
    with pytest.raises(DomainError, match="'13/2024' is not a period"):
        parse_period("13/2024")


@pytest.mark.parametrize("year_ends", YEAR_ENDS)
@given(year=st.integers(1901, 2998))
def test_parts_tile_the_year_and_years_tile_time(year_ends: str, year: int) -> None:
    """Halves, quarters and months follow each other without gap or overlap, wherever the year ends."""
    whole = parse_period(str(year), year_ends)
    for labels in (
        [f"{year}H{n}" for n in (1, 2)],
        [f"{year}Q{n}" for n in range(1, 5)],
        [f"{year}-{n:02d}" for n in range(1, 13)],
    ):
        parts = [parse_period(label, year_ends) for label in labels]
        assert [p.start for p in parts] == [whole.start, *(p.end for p in parts[:-1])]
        assert parts[-1].end == whole.end
        assert all(p.start < p.end for p in parts)
    for n in range(1, 13):
        until = parse_period(f"{year}M{n}", year_ends)
        assert (until.start, until.end) == (whole.start, parse_period(f"{year}-{n:02d}", year_ends).end)
    assert whole.end == parse_period(str(year + 1), year_ends).start


@pytest.mark.parametrize(
    ("text", "steps", "shifted"),
    [
        ("2024", -1, "2023"),
        ("2024H2", 1, "2025H1"),
        ("2024H1", -1, "2023H2"),
        ("2024Q4", 1, "2025Q1"),
        ("2024Q1", -5, "2022Q4"),
        ("2024-12", 1, "2025-01"),
        ("2024-01", -13, "2022-12"),
        ("2025M9", -1, "2024M9"),
    ],
)
def test_a_period_is_shifted_by_its_own_kind(text: str, steps: int, shifted: str) -> None:
    """A cumulative period goes by years; a year before is the same part of it."""
    for year_ends in YEAR_ENDS:
        period = parse_period(text, year_ends)
        assert period.shifted(steps, year_ends) == parse_period(shifted, year_ends)
        assert period.shifted(steps, year_ends).shifted(-steps, year_ends) == period
        before = period.a_year_before(1, year_ends)
        assert (before.kind, before.label) == (period.kind, str(int(text[:4]) - 1) + text[4:])


@pytest.mark.parametrize(
    "text", ["", "24", "2024H3", "2024Q0", "2024Q5", "2024-13", "2024-1", "2025M0", "2025M13", "1899", "3000", "2024h1"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    """With the forms that are read."""
    with pytest.raises(DomainError, match="is not a period: write 2024, 2024H1"):
        parse_period(text)


@pytest.mark.parametrize("year_ends", ["", "13-01", "02-30", "12/31", "14-12", "12"])
def test_a_year_must_end_on_a_day(year_ends: str) -> None:
    """Month before day, as in the framework file."""
    with pytest.raises(DomainError, match="year_ends"):
        parse_period("2024", year_ends)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("2024", ["2024"]),
        ("2020..2022", ["2020", "2021", "2022"]),
        ("2024..2024", ["2024"]),
        ("2023H2..2024H2", ["2023H2", "2024H1", "2024H2"]),
        ("2024Q3..2025Q1", ["2024Q3", "2024Q4", "2025Q1"]),
        ("2024-11..2025-02", ["2024-11", "2024-12", "2025-01", "2025-02"]),
        ("2023M9..2025M9", ["2023M9", "2024M9", "2025M9"]),
        ("2023,2025", ["2023", "2025"]),
        ("2020..2021,2021,2024Q1", ["2020", "2021", "2024Q1"]),
    ],
)
def test_a_list_or_range_names_its_periods_in_order(text: str, labels: list[str]) -> None:
    """Both ends belong to a range; none comes twice."""
    for year_ends in YEAR_ENDS:
        periods = parse_periods(text, year_ends)
        assert [p.label for p in periods] == labels
        assert periods == tuple(parse_period(label, year_ends) for label in labels)


@pytest.mark.parametrize("text", ["2025..2020", "2024..2024Q3", "2024Q2..2024Q1", "2024M6..2024M9", "2023M9..2025M6"])
def test_a_range_that_cannot_be_walked_is_refused(text: str) -> None:
    """Backwards, between kinds, or from one part of the year to another by whole years."""
    with pytest.raises(DomainError, match="one kind, in order of time"):
        parse_periods(text)


@pytest.mark.parametrize("text", ["2020..", "..2020", "2020...2022", "2020,", "2020;2021"])
def test_half_a_range_is_refused(text: str) -> None:
    """An open end is not guessed."""
    with pytest.raises(DomainError, match="is not a period"):
        parse_periods(text)


def test_periods_are_taken_in_every_form() -> None:
    """A number, a string, a period, or any sequence of them; each once."""
    year = parse_period("2024")
    assert periods_of(2024) == periods_of("2024") == periods_of(year) == (year,)
    assert periods_of(["2023..2024", 2024, year]) == (parse_period("2023"), year)
