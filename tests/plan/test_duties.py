"""Obligations against a registry: who owes what by when, in the API and on the command line."""

from collections.abc import Iterator
from typing import Any

import pytest

from stregistry import (
    Certificate,
    Deal,
    DomainError,
    Framework,
    Identifier,
    Name,
    Organisation,
    PartialDate,
    Party,
    Registry,
    Startup,
    STEnterprise,
    Submission,
    Succession,
    SupportOrganisation,
)
from stregistry.plan import Duty

OWNER = "Công ty TNHH Lúa Vàng"


def on(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def framework(**obligation: Any) -> Framework:
    """A framework with one obligation: contracts from abroad are registered within 90 days, unless said otherwise."""
    rule = {
        "id": "rule",
        "name": {"vi": "Nghĩa vụ", "en": "Duty"},
        "of": "deal",
        "where": {"direction": "inbound"},
        "due": {"after": "signed_on", "days": 90},
        "done": "registered_on",
        "in_force": "2018-07-01",
        "source": "law",
        "article": {"vi": "Điều 31", "en": "Article 31"},
        **obligation,
    }
    return Framework.from_document(
        {
            "framework": {
                "id": "thu",
                "version": "1",
                "title": {"vi": "Thử", "en": "Trial"},
                "sources": [
                    {
                        "id": "law",
                        "number": "07/2017/QH14",
                        "issued": "2017-06-19",
                        "title": {"vi": "Luật", "en": "Law"},
                    }
                ],
            },
            "indicator": [
                {
                    "id": "deals",
                    "name": {"vi": "Giao dịch", "en": "Deals"},
                    "direction": "up",
                    "measure": "count",
                    "params": {"of": "deal"},
                }
            ],
            "obligation": [{key: value for key, value in rule.items() if value is not None}],
        },
        "thu.toml",
    )


@pytest.fixture
def registry(address: str) -> Iterator[Registry]:
    with Registry.open(address) as opened:
        yield opened


def body(registry: Registry, name: str = OWNER, place: str | None = "92", **about: Any) -> int:
    with registry.changeset(actor="Lan", reason="bodies") as tx:
        return tx.put(Organisation(names=(Name(value=name, lang="vi"),), place=place, **about))


def put(registry: Registry, *records: Any) -> list[int]:
    with registry.changeset(actor="Lan", reason="records") as tx:
        return [tx.put(record) for record in records]


def deal(owner: int, signed: str | None, registered: str | None = None, **more: Any) -> Deal:
    about = {"direction": "inbound", "title": "Giống lúa", **more}
    parties = (Party(role="transferee", body=owner),)
    return Deal(signed_on=on(signed), registered_on=on(registered), parties=parties, **about)


def role(registry: Registry, record: Any) -> int:
    """Puts a role that holds from its issue to the earliest end its certificate tells."""
    given = record.certificate
    ends = [day.first for day in (given.expires_on, given.ended_on) if day is not None]
    with registry.changeset(actor="Lan", reason="roles") as tx:
        return tx.put(record, valid_from=given.issued_on.first, valid_to=min(ends) if ends else None)


def certificate(issued: str, **dates: str) -> Certificate:
    return Certificate(number="1/GCN", issued_on=on(issued), **{name: on(day) for name, day in dates.items()})


def rows(registry: Registry, rule: Framework, day: str, **how: Any) -> list[tuple[str, str, int]]:
    return [(r.status, str(r.due_last), r.days_left) for r in registry.due(rule, day, **how).rows]


def test_a_contract_is_late_ninety_one_days_after_it_was_signed(registry: Registry) -> None:
    """The line has the record, who owes it, the document with its date and article, and the days."""
    owner = body(registry)
    (number,) = put(registry, deal(owner, "2024-01-01"))
    (late,) = registry.due(framework(), "2024-04-01").rows
    assert isinstance(late, Duty)
    assert (late.status, late.record, late.title, late.days_left) == ("late", number, "Giống lúa", -1)
    assert (late.body, late.body_name) == (owner, OWNER)
    assert (late.document, str(late.issued), late.article and late.article.en) == (
        "07/2017/QH14",
        "2017-06-19",
        "Article 31",
    )
    assert (late.told("vi"), late.told("en")) == ("quá hạn 1 ngày", "late by 1 day")
    assert rows(registry, framework(), "2024-03-31") == [("due", "2024-03-31", 0)]
    assert rows(registry, framework(), "2024-01-10", within=80) == []
    assert rows(registry, framework(), "2024-01-10", within=81) == [("due", "2024-03-31", 81)]


def test_a_month_gives_a_range_and_may_be_late(registry: Registry) -> None:
    """Signed in May 2024: due between 30 July and 29 August, in words too."""
    put(registry, deal(body(registry), "2024-05"))
    (row,) = registry.due(framework(), "2024-08-09").rows
    assert (str(row.due_first), str(row.due_last), row.days_left_first, row.days_left) == (
        "2024-07-30",
        "2024-08-29",
        -10,
        20,
    )
    assert (row.told("vi"), row.told("en")) == (
        "có thể đã quá hạn, nhiều nhất 10 ngày",
        "may be late, by at most 10 days",
    )
    (row,) = registry.due(framework(), "2024-07-20").rows
    assert row.told("en") == "not yet due, 10 to 40 days left"
    (row,) = registry.due(framework(), "2024-09-08").rows
    assert row.told("en") == "late by 10 to 40 days"


def test_what_was_done_is_not_owed_and_the_past_can_be_asked(registry: Registry) -> None:
    """Registered in time or late it is off the list, and on it with `done`; on a day before that, still owed."""
    owner = body(registry)
    put(registry, deal(owner, "2024-01-01", "2024-03-31"), deal(owner, "2024-01-01", "2024-04-05"), deal(owner, None))
    assert rows(registry, framework(), "2024-06-01") == []
    assert [s for s, *_ in rows(registry, framework(), "2024-06-01", done=True)] == ["done", "done_late"]
    assert rows(registry, framework(), "2024-06-01", done=True, since="2024-04-01") == []
    assert rows(registry, framework(), "2024-04-02") == [("late", "2024-03-31", -2)]


def test_the_rule_binds_only_what_it_names_and_while_it_is_in_force(registry: Registry) -> None:
    """Other directions, contracts from before the law and from after it was replaced are not bound."""
    owner = body(registry)
    put(registry, deal(owner, "2018-06-30"), deal(owner, "2018-07-01"), deal(owner, "2018-07-01", direction="domestic"))
    assert rows(registry, framework(), "2019-01-01") == [("late", "2018-09-29", -94)]
    assert rows(registry, framework(until="2018-07-01", in_force="2017-01-01"), "2019-01-01") == [
        ("late", "2018-09-28", -95)
    ]


def test_any_of_several_conditions_binds_and_what_leaves_it_open_is_counted(registry: Registry) -> None:
    """Inbound, or domestic with State money; a domestic one that does not say is told of, not left out in silence."""
    owner = body(registry)
    put(
        registry,
        deal(owner, "2024-01-01", title="a"),
        deal(owner, "2024-01-01", title="b", direction="domestic", state_funded=True),
        deal(owner, "2024-01-01", title="c", direction="domestic", state_funded=False),
        deal(owner, "2024-01-01", title="d", direction="domestic"),
        deal(owner, "2024-01-01", title="e", direction=None, state_funded=False),
    )
    both = framework(where=[{"direction": "inbound"}, {"direction": "domestic", "state_funded": True}])
    found = registry.due(both, "2024-06-01")
    assert [row.title for row in found.rows] == ["a", "b"]
    assert found.unclear == (("rule", 2),)


def test_a_rule_whose_text_may_have_changed_says_so(registry: Registry) -> None:
    """From the day given on, by the date it counts from; a month that reaches that day too."""
    owner = body(registry)
    put(registry, *(deal(owner, day, title=day) for day in ("2025-12-09", "2025-12-10", "2025-12", "2025-11")))
    found = registry.due(framework(check_law="2025-12-10"), "2026-06-01")
    assert {row.title: row.check_law for row in found.rows} == {
        "2025-12-09": False,
        "2025-12-10": True,
        "2025-12": True,
        "2025-11": False,
    }


EXPIRES = {
    "of": "startup",
    "where": None,
    "due": {"on": "expires_on", "after": "issued_on", "years": 5},
    "done": None,
    "in_force": "2025-10-14",
}


def test_a_certificate_expires_on_its_own_day_or_five_years_on(registry: Registry) -> None:
    """A stated day counts, also of a certificate from before the rule; without one, five years from the issue."""
    owner = body(registry)
    role(registry, Startup(organisation=owner, certificate=certificate("2020-12-29", expires_on="2025-12-29")))
    assert rows(registry, framework(**EXPIRES), "2025-12-01") == [("due", "2025-12-29", 28)]
    assert rows(registry, framework(**EXPIRES), "2025-12-31") == [("late", "2025-12-29", -2)]
    other = body(registry, "Công ty Cổ phần Sông Hậu")
    role(registry, Startup(organisation=other, certificate=certificate("2028-02-29")))
    assert rows(registry, framework(**EXPIRES), "2033-01-30", since="2033-01-01") == [("due", "2033-02-28", 29)]


def test_a_certificate_that_ended_or_was_renewed_expires_no_more(registry: Registry) -> None:
    """Ended before its day it is off the list; a later certificate of the same body takes its place."""
    owner, other = body(registry), body(registry, "Công ty Cổ phần Sông Hậu")
    dates = {"expires_on": "2025-12-29"}
    role(registry, Startup(organisation=owner, certificate=certificate("2020-12-29", ended_on="2025-06-01", **dates)))
    role(registry, Startup(organisation=other, certificate=certificate("2020-12-29", **dates)))
    role(registry, Startup(organisation=other, certificate=certificate("2025-12-20", expires_on="2030-12-20")))
    assert rows(registry, framework(**EXPIRES), "2026-01-10") == []
    assert rows(registry, framework(**EXPIRES), "2026-01-10", done=True) == [("done", "2025-12-29", -12)]


RECHECK = {
    "of": "st_enterprise",
    "where": None,
    "due": {"after": "issued_on", "every_years": 3},
    "done": "rechecked_on",
    "in_force": "2025-10-14",
}


def test_every_three_years_from_the_grant(registry: Registry) -> None:
    """A day before the rule was in force asks for nothing; a check counts for the day it is nearest to."""
    old, new, checked, gone = (body(registry, f"Công ty {n}") for n in "ABCD")
    role(registry, STEnterprise(organisation=old, certificate=certificate("2019-05-01")))
    role(registry, STEnterprise(organisation=new, certificate=certificate("2022-12-20")))
    late = STEnterprise(organisation=checked, certificate=certificate("2022-12-21"), rechecked_on=on("2026-02-01"))
    role(registry, late)
    role(registry, STEnterprise(organisation=gone, certificate=certificate("2022-12-22", ended_on="2025-12-01")))
    rule = framework(**RECHECK)
    assert rows(registry, rule, "2026-01-15") == [("late", "2025-12-20", -26), ("late", "2025-12-21", -25)]
    assert rows(registry, rule, "2026-03-01") == [("late", "2025-12-20", -71)]
    assert rows(registry, rule, "2028-05-02", since="2028-01-01") == [("late", "2028-05-01", -1)]
    assert [s for s, day, _ in rows(registry, rule, "2026-03-01", done=True) if day == "2025-12-21"] == ["done_late"]


def test_the_latest_decision_is_the_one_to_be_notified(registry: Registry) -> None:
    """A grant that was notified, then an end that was not: fifteen days after the end."""
    rule = framework(
        of="startup",
        where=None,
        due={"after": ["issued_on", "ended_on"], "days": 15},
        done="notified_on",
        owed_by={"name": "Ủy ban nhân dân thành phố Cần Thơ"},
        in_force="2025-10-14",
    )
    owner, committee = body(registry), body(registry, "Ủy ban nhân dân thành phố Cần Thơ (giả lập)")
    given = certificate("2025-11-01", ended_on="2026-03-02", notified_on="2025-11-10")
    role(registry, Startup(organisation=owner, certificate=given))
    assert rows(registry, rule, "2026-02-01") == []
    (row,) = registry.due(rule, "2026-03-20").rows
    assert (row.status, str(row.due_last), row.body, row.subject) == ("late", "2026-03-17", committee, OWNER)


REPORT = {
    "of": "support_organisation",
    "where": {"kind": "incubator"},
    "due": {"yearly": "12-05"},
    "done": {"submission": "01-BCCS"},
    "in_force": "2023-06-01",
}


def report(owner: int, period: str | None, received: str | None, form: str = "01-bccs") -> Submission:
    return Submission(organisation=owner, form=form, period=period, received_on=on(received))


def test_a_report_is_owed_each_year_the_role_is_held(registry: Registry) -> None:
    """From the first 5 December in force on; another form, another year or a half-year answers nothing."""
    owner = body(registry)
    role(registry, SupportOrganisation(organisation=owner, kind="incubator", certificate=certificate("2020-01-01")))
    role(registry, SupportOrganisation(organisation=owner, kind="coworking", certificate=certificate("2020-01-01")))
    put(
        registry,
        report(owner, "2023", "2023-12-05"),
        report(owner, "2024H1", "2024-07-01"),
        report(owner, "Năm 2024", "2024-12-06"),
        report(owner, "2025", "2025-11-01", form="v.6"),
    )
    found = registry.due(framework(**REPORT), "2025-12-31", done=True).rows
    assert [(row.period, row.status) for row in found] == [("2025", "late"), ("2023", "done"), ("2024", "done_late")]
    put(registry, report(owner, None, "2025-12-30"))
    assert rows(registry, framework(**REPORT), "2025-12-31") == []
    assert rows(registry, framework(**REPORT), "2025-12-29") == [("late", "2025-12-05", -24)]


def test_the_first_report_on_a_year_is_the_one_that_counts(registry: Registry) -> None:
    """In time, then handed in again corrected: in time."""
    owner = body(registry)
    role(registry, SupportOrganisation(organisation=owner, kind="incubator", certificate=certificate("2024-01-01")))
    put(registry, report(owner, "2024", "2025-01-20"), report(owner, "2024", "2024-12-01"))
    assert [s for s, *_ in rows(registry, framework(**REPORT), "2025-02-01", done=True)] == ["done"]


def test_a_role_that_ended_before_the_day_owes_no_report(registry: Registry) -> None:
    """Held on 5 December 2024, not on that of 2025."""
    owner = body(registry)
    ended = certificate("2020-01-01", ended_on="2025-12-05")
    role(registry, SupportOrganisation(organisation=owner, kind="incubator", certificate=ended))
    late = registry.due(framework(**REPORT), "2026-02-01").rows
    assert [row.period for row in late] == ["2023", "2024"]


def test_one_body_owes_a_report_on_the_year_before(registry: Registry) -> None:
    """By 31 March on the past year; a body that is not in the registry owes it by its name."""
    name = "Ủy ban nhân dân thành phố Cần Thơ"
    rule = framework(
        of="organisation",
        where=None,
        owed_by={"name": name},
        due={"yearly": "03-31"},
        done={"submission": "innovation_report"},
        of_year=-1,
        in_force="2025-10-14",
    )
    (row,) = registry.due(rule, "2026-04-10").rows
    assert (row.body, row.body_name, row.period, row.days_left, row.record) == (None, name, "2025", -10, None)
    committee = body(registry, name)
    put(registry, report(committee, "2025", "2026-03-25", form="innovation_report"))
    assert registry.due(rule, "2026-04-10").rows == ()


def test_a_body_elsewhere_is_out_of_scope_and_one_that_nobody_placed_is_not(registry: Registry) -> None:
    """Hậu Giang's old code is Cần Thơ today; Hà Nội and a foreign party are not; no place is no reason to leave out."""
    for place in ("92", "93", "01", None):
        put(registry, deal(body(registry, f"Bên {place}", place), "2025-01-01", title=str(place)))
    abroad = body(registry, "Partner", None, country="BE")
    put(registry, deal(abroad, "2025-01-01", title="abroad"))
    found = registry.due(framework(scope={"place": "92", "map": "vn-2025"}), "2025-08-01")
    assert [row.title for row in found.rows] == ["92", "93", "None"]


def test_the_body_in_the_territory_owes_where_the_other_is_elsewhere(registry: Registry) -> None:
    """Of the bodies named the one that lies here, though named second; nobody where the only one is elsewhere."""
    here, there = body(registry), body(registry, "Partner", None, country="BE")
    sold = Deal(
        direction="outbound",
        signed_on=on("2025-01-01"),
        parties=(Party(role="transferee", body=there), Party(role="transferor", body=here)),
    )
    put(registry, sold)
    scope = {"place": "92", "map": "vn-2025"}
    rule = framework(where={"direction": "outbound"}, owed_by=["transferee", "transferor"], scope=scope)
    assert [row.body_name for row in registry.due(rule, "2025-08-01").rows] == [OWNER]
    rule = framework(where={"direction": "outbound"}, owed_by="transferee", scope=scope)
    assert registry.due(rule, "2025-08-01").rows == ()


def test_a_body_that_was_merged_shows_who_took_its_place(registry: Registry) -> None:
    """The successor from the day of the event on; before it the body itself. Both names find the line."""
    old, new = body(registry), body(registry, "Công ty Cổ phần Sông Hậu")
    put(registry, deal(old, "2024-01-01"))
    parties = (Party(role="predecessor", body=old), Party(role="successor", body=new))
    put(registry, Succession(event="absorbed", happened_on=on("2025-07-01"), parties=parties))
    assert registry.due(framework(), "2025-06-30").rows[0].successor is None
    found = registry.due(framework(), "2025-07-01")
    assert [(row.body_name, row.successor, row.owner) for row in found.rows] == [
        (OWNER, "Công ty Cổ phần Sông Hậu", "Công ty Cổ phần Sông Hậu")
    ]
    assert [who for who, _ in found.by_body()] == ["Công ty Cổ phần Sông Hậu"]
    for sought in ("song hau", "lúa vàng", str(old)):
        assert len(registry.due(framework(), "2025-07-01", body=sought).rows) == 1
    assert registry.due(framework(), "2025-07-01", body="hà nội").rows == ()


def test_two_records_of_one_body_owe_one_report(registry: Registry) -> None:
    """Bodies decided to be the same hold one role, and the report of either answers it."""
    one = body(registry, identifiers=(Identifier(scheme="mst", value="0301471348"),))
    two = body(registry, "Lúa Vàng")
    for owner in (one, two):
        role(registry, SupportOrganisation(organisation=owner, kind="incubator", certificate=certificate("2024-01-01")))
    registry.decide(one, two, "same", by="Lan", why="one tax code")
    assert rows(registry, framework(**REPORT), "2024-12-31") == [("late", "2024-12-05", -26)]
    put(registry, report(two, "2024", "2024-12-01"))
    assert rows(registry, framework(**REPORT), "2024-12-31") == []


def test_what_was_known_then(registry: Registry) -> None:
    """As known before the registration was recorded, the contract was late."""
    owner = body(registry)
    (number,) = put(registry, deal(owner, "2024-01-01"))
    before = registry.head()[0]
    with registry.changeset(actor="Lan", reason="late news") as tx:
        tx.amend(number, {"registered_on": on("2024-02-01")})
    assert rows(registry, framework(), "2024-06-01") == []
    assert len(rows(registry, framework(), "2024-06-01", known=before)) == 1


def test_days_that_cannot_be(registry: Registry) -> None:
    """A month for a day and days below zero are refused."""
    with pytest.raises(DomainError, match="full date"):
        registry.due(framework(), "2024-05")
    with pytest.raises(DomainError, match="0 or more"):
        registry.due(framework(), "2024-05-01", within=-1)


def test_the_frame_has_a_column_for_each_field(registry: Registry) -> None:
    """Dates are dates, missing ids stay missing, and an empty table has the same columns."""
    empty = registry.due(framework(), "2024-06-01").frame()
    put(registry, deal(body(registry), "2024-01-01"))
    frame = registry.due(framework(), "2024-06-01").frame()
    assert list(empty.columns) == list(frame.columns)
    assert (str(frame.due_last.dtype)[:10], str(frame.record.dtype), frame.days_left[0]) == ("datetime64", "Int64", -62)


def test_conditions_are_on_the_values_that_survive_a_decision(registry: Registry) -> None:
    """A rule binds by what a merged body is known to be, in whichever record that stands, and as the scope lies there.

    Without the decision the office's record says neither kind nor place.
    """
    with registry.changeset(actor="Lan", reason="the same office, twice") as tx:
        bare = tx.put(Organisation(names=(Name(value=OWNER, lang="vi"),)))
        told = tx.put(Organisation(names=(Name(value="Lúa Vàng", lang="vi"),), kind="institute", place="79"))
    put(registry, deal(bare, "2024-01-01"))
    on_party = framework(where={"transferee": {"kind": "institute"}}, owed_by="transferee")
    yearly = {"due": {"yearly": "12-31"}, "done": {"submission": "01-BCCS"}, "in_force": "2024-01-01"}
    on_body = framework(of="organisation", where={"kind": "institute"}, **yearly)
    near = framework(owed_by="transferee", scope={"place": "92", "map": "vn-2025"})
    assert registry.due(on_party, "2024-06-01").rows == ()
    assert [row.body for row in registry.due(on_body, "2024-12-31").rows] == [told]
    assert [row.body for row in registry.due(near, "2024-06-01").rows] == [bare]
    registry.decide(bare, told, "same", by="Lan", why="one tax code")
    assert [row.body for row in registry.due(on_party, "2024-06-01").rows] == [bare]
    assert [row.body for row in registry.due(on_body, "2024-12-31").rows] == [bare]
    assert registry.due(near, "2024-06-01").rows == ()
