"""Reading at two times: which changesets count, and what get, select, frame, search and names give."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from stregistry.dates import day
from stregistry.errors import DomainError, NotFoundError
from stregistry.fields import Money
from stregistry.model import Certificate, Deal, Name, Observation, Organisation, Party, Startup
from stregistry.store import Store
from stregistry.store.view import end_of_day
from stregistry.vocab import vocabulary

HANOI = dt.timezone(dt.timedelta(hours=7))


def put(store: Store, record: Any, **where: Any) -> int:
    with store.changeset(actor="Hoa", reason="nhập") as tx:
        return tx.put(record, **where)


def body(name: str, **about: Any) -> Organisation:
    return Organisation(names=[Name(value=name, lang="vi")], **about)


# ---- known time ----------------------------------------------------------------------------

# When the changesets 1 to 4 are committed; 2 and 3 stand on either side of midnight in Vietnam.
INSTANTS = (
    dt.datetime(2026, 1, 5, 8, tzinfo=HANOI),
    dt.datetime(2026, 1, 6, 23, 59, 59, 999999, tzinfo=HANOI),
    dt.datetime(2026, 1, 7, 0, 0, tzinfo=HANOI),
    dt.datetime(2026, 1, 9, 12, tzinfo=HANOI),
)


@pytest.fixture
def told() -> Iterator[Store]:
    """A store in which the title of deal 1 is the number of the changeset that stated it."""
    now = INSTANTS[0]
    with Store.open("sqlite://", clock=lambda: now) as store:
        for number, now in enumerate(INSTANTS, 1):  # noqa: B007  # the clock reads it
            put(store, Deal(title=str(number)), key="1")
        yield store


@pytest.mark.parametrize(
    ("known", "number"),
    [
        (None, 4),
        (0, 0),
        (1, 1),
        (4, 4),
        ("2", 2),
        (dt.date(2026, 1, 4), 0),
        (dt.date(2026, 1, 5), 1),
        (dt.date(2026, 1, 6), 2),
        (dt.date(2026, 1, 7), 3),
        ("2026-01-06", 2),
        ("07/01/2026", 3),
        (dt.date(2030, 1, 1), 4),
        (INSTANTS[1] - dt.timedelta.resolution, 1),
        (INSTANTS[1], 2),
        (INSTANTS[2] - dt.timedelta.resolution, 2),
        (INSTANTS[2].astimezone(dt.UTC), 3),
    ],
    ids=str,
)
def test_known_is_a_number_a_date_or_an_instant(told: Store, known: Any, number: int) -> None:
    """A date is the end of that day in Vietnam, not in UTC; what was committed at an instant counts at it."""
    view = told.at(known=known)
    assert view.known_number == number
    titles = list(view.frame(Deal)["title"])
    assert titles == ([str(number)] if number else [])
    if number:
        assert view.get(1).title == str(number)
    else:
        with pytest.raises(NotFoundError):
            view.get(1)


@pytest.mark.parametrize("known", [5, -1, "5", "2026"])
def test_a_changeset_that_is_not_there_is_named(told: Store, known: Any) -> None:
    """Also one that looks like a year: a date of known time must be a full date."""
    with pytest.raises(NotFoundError, match="the latest is 4"):
        told.at(known=known)


def test_an_instant_must_say_its_zone(told: Store) -> None:
    """Seven hours decide which day it was."""
    with pytest.raises(DomainError, match="time zone"):
        told.at(known=dt.datetime(2026, 1, 6, 12))  # noqa: DTZ001  # the case under test


def test_a_day_ends_at_five_in_the_afternoon_utc() -> None:
    """Vietnam is seven hours ahead all year."""
    assert end_of_day(dt.date(2026, 7, 1)) == dt.datetime(2026, 7, 1, 17, tzinfo=dt.UTC)


def test_a_view_of_a_changeset_stays_what_it_was(told: Store) -> None:
    """Asked for by its number it does not move, also when it was the latest; without one it follows."""
    pinned, following = told.at(known=4), told.at()
    put(told, Deal(title="5"), key="1")
    assert (pinned.get(1).title, following.get(1).title) == ("4", "5")
    assert list(pinned.frame(Deal)["title"]) == ["4"]


def test_today_is_the_day_in_vietnam() -> None:
    """At 23:00 UTC it is tomorrow there."""
    with Store.open("sqlite://", clock=lambda: dt.datetime(2026, 1, 5, 23, tzinfo=dt.UTC)) as store:
        assert store.at().valid == day("2026-01-06")
        assert "2026-01-06" in repr(store.at())


# ---- records -------------------------------------------------------------------------------


def test_get_says_which_of_two_things_is_missing(store: Store) -> None:
    """No such record, or one that does not hold on the day; the day is named."""
    number = put(store, body("A", founded_on="2020-01-01", dissolved_on="2021-01-01"))
    assert store.at("2020-01-01").get(number).id == number
    for outside in ("2019-12-31", "2021-01-01"):
        with pytest.raises(NotFoundError, match=f"does not hold on {outside}"):
            store.at(outside).get(number)
    with pytest.raises(NotFoundError, match="There is no record 99"):
        store.at().get(99)


def test_many_records_are_read_by_id(store: Store) -> None:
    """More than a database takes in one list."""
    with store.changeset(actor="a", reason="b") as tx:
        ids = tx.put_many([Deal(title=str(n)) for n in range(2000)])
    assert [v.record.title for v in store.at().versions(Deal, ids)] == [str(n) for n in range(2000)]
    assert len(store.at().records(Deal)) == 2000


def test_versions_say_where_they_come_from(filled: Store) -> None:
    """Changeset and interval stand beside the record."""
    (version,) = filled.at("2026-02-01").versions(Startup)
    assert (version.tx_from, version.valid_from, version.valid_to) == (1, day("2024-03-01"), day("2029-03-01"))


def test_personal_values_are_not_shown(filled: Store) -> None:
    """They are read with the record, but are in no repr and in no frame."""
    view = filled.at("2025-06-01")
    (owner,) = (o for o in view.records(Organisation) if o.email)
    (deal,) = view.records(Deal)
    assert (owner.email, deal.parties[1].person) == ("binh@example.vn", "Phạm Thị Lan")
    for secret in ("binh@example.vn", "Trần Văn Bình", "Phạm Thị Lan"):
        assert secret not in repr((owner, deal))
        assert secret not in view.frame(Organisation).to_csv()
        assert secret not in view.frame(Deal).to_csv()
    assert {"email", "phone", "contact_name"}.isdisjoint(view.frame(Organisation).columns)


# ---- names --------------------------------------------------------------------------------


def test_the_name_that_holds_on_the_day_is_given(store: Store) -> None:
    """A renamed body goes by the name of the day; one that does not hold still has its last known name."""
    number = put(store, body("Xưởng Ô Môn", founded_on="2010-01-01"))
    put(store, body("An Khánh", id=number), valid_from="2020-01-01", valid_to="2025-01-01")
    with store.changeset(actor="a", reason="b") as tx:
        tx.retract(number, valid_from="2025-01-01")
    names = {d: store.at(d).names([number])[number] for d in ("2015-01-01", "2021-01-01")}
    assert names == {"2015-01-01": "Xưởng Ô Môn", "2021-01-01": "An Khánh"}
    assert store.at("2026-01-01").names([number])[number] in names.values()
    assert store.at().names([99]) == {}


def test_the_official_vietnamese_name_comes_first(store: Store) -> None:
    """Then another Vietnamese one, then any."""
    number = put(
        store,
        Organisation(
            names=[
                Name(value="CTU", kind="acronym"),
                Name(value="Can Tho University", lang="en", kind="official"),
                Name(value="Trường Đại học Cần Thơ", lang="vi", kind="official"),
            ]
        ),
    )
    assert store.at().names([number]) == {number: "Trường Đại học Cần Thơ"}


# ---- frames --------------------------------------------------------------------------------


def test_a_frame_has_one_row_a_record_and_types_that_keep_missing_missing(store: Store) -> None:
    """Dates, whole numbers, flags and codes each in a type of their own, by id."""
    seller = put(store, body("Trường Đại học Cần Thơ"))
    parties = [
        Party(role="transferor", body=seller),
        Party(role="transferee", name="A"),
        Party(role="transferee", name="B"),
    ]
    one = put(
        store,
        Deal(
            title="a",
            direction="domestic",
            object=["process", "know_how"],
            signed_on="2025-04",
            ended_on="2025-06-30",
            value=Money.parse("12.50", "USD"),
            value_vnd=2**53 + 1,
            state_funded=False,
            parties=parties,
        ),
    )
    two = put(store, Deal())
    frame = store.at().frame(Deal)
    assert list(frame.index) == [one, two]
    assert frame.index.name == "id"
    types = {
        "signed_on": "datetime64[s]",
        "ended_on": "datetime64[s]",
        "value_minor": "Int64",
        "value_vnd": "Int64",
        "state_funded": "boolean",
        "direction": "category",
        "signed_on_precision": "category",
        "title": "str",
        "object": "str",
        "transferee": "str",
    }
    assert {c: str(frame[c].dtype) for c in types} == types
    assert all(frame[c].cat.ordered for c in ("direction", "signed_on_precision"))
    assert list(frame["direction"].cat.categories) == list(vocabulary("deal_direction").codes)
    first = frame.loc[one]
    assert (first["value_vnd"], first["value_minor"], first["value_currency"]) == (2**53 + 1, 1250, "USD")
    assert (first["signed_on"], first["signed_on_precision"]) == (pd.Timestamp("2025-04-01"), "month")
    assert (first["object"], first["direction"], bool(first["state_funded"])) == ("know_how;process", "domestic", False)
    assert (first["transferor"], first["transferee"]) == ("Trường Đại học Cần Thơ", "A; B")
    assert frame.loc[two].isna().all()
    assert "ended_on_precision" not in frame, "every end is known to the day"


def test_an_interval_s_open_ends_are_missing(store: Store) -> None:
    """Always and for ever are no dates."""
    one = put(store, Startup(organisation=1, certificate=Certificate(number="7", issued_on="2024-03-01")))
    two = put(store, Startup(organisation=1, certificate=Certificate(expires_on="2030-01-01")))
    frame = store.at("2026-01-01").frame(Startup)
    assert frame["valid_from"].isna().to_dict() == {one: False, two: True}
    assert frame["valid_to"].isna().to_dict() == {one: True, two: False}
    assert frame.loc[one, "certificate_number"] == "7"


def test_names_and_identifiers_are_columns(filled: Store) -> None:
    """By language and by scheme."""
    frame = filled.at("2025-06-01").frame(Organisation).set_index("name_vi")
    row = frame.loc["Công ty Đồng Bằng"]
    assert (row["name_en"], row["mst"], row["founded_on_precision"]) == ("Delta Company", "0100112437", "year")


def test_two_records_of_shared_content_both_have_their_children(store: Store) -> None:
    """A remainder shares the children of the version it was cut from, at each of its days."""
    number = put(store, body("A"))
    put(store, body("B", id=number), valid_from="2021-01-01", valid_to="2022-01-01")
    names = [store.at(d).frame(Organisation).loc[number, "name_vi"] for d in ("2020-01-01", "2021-06-01", "2023-01-01")]
    assert names == ["A", "B", "A"]


def test_decimals_become_numbers(store: Store) -> None:
    """Exact in the registry, floating in the frame."""
    number = put(store, Observation(series="a", period="2024", value=Decimal("1282.30")))
    assert store.at().get(number).value == Decimal("1282.3")
    assert store.at().frame(Observation).loc[number, "value"] == 1282.3


def test_a_span_of_days_is_no_month(store: Store) -> None:
    """Thirty days from the middle of a month are a range."""
    put(store, Deal(signed_on="2024-01-15/2024-02-14"))
    put(store, Deal(signed_on="2024-02"))
    assert list(store.at().frame(Deal)["signed_on_precision"]) == ["range", "month"]


@pytest.mark.parametrize("kind", ["organisation", "deal", "startup", "observation"])
def test_a_frame_without_records_has_the_same_columns_and_types(filled: Store, kind: str) -> None:
    """So that a script does not break on an empty year."""
    full, empty = filled.at("2025-06-01").frame(kind), filled.at("2025-06-01", 0).frame(kind)
    assert len(empty) == 0
    for column in empty.columns:
        assert empty[column].dtype == full[column].dtype, column


def test_an_unknown_kind_is_named_with_the_nearest(store: Store) -> None:
    """A slip of the hand is answered with the word meant."""
    with pytest.raises(NotFoundError, match="did you mean 'startup'"):
        store.at().frame("start_up")
