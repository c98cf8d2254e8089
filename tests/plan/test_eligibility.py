"""Criteria in law against the facts of a body: meets, does not, cannot tell and what is missing."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from stregistry import (
    Declaration,
    DefinitionError,
    FundingRound,
    Name,
    NotFoundError,
    Organisation,
    PartialDate,
    Party,
    Registry,
)
from stregistry.plan.criteria import criteria, criteria_ids, read_criteria
from stregistry.plan.eligibility import _joined

BILLION = 10**9


@pytest.fixture
def registry(file_address: str) -> Iterator[Registry]:
    with Registry.open(file_address) as opened:
        yield opened


def body(registry: Registry, **about: Any) -> int:
    given = {"kind": "enterprise", "status": "active", "founded_on": "2023-03-01", "industry": "6201", **about}
    founded = given.pop("founded_on")
    with registry.changeset(actor="Lan", reason="bodies") as tx:
        return tx.put(
            Organisation(
                names=(Name(value="Công ty TNHH Lúa Vàng", lang="vi"),),
                founded_on=PartialDate.parse(founded) if founded else None,
                **given,
            )
        )


def declare(registry: Registry, owner: int, **items: Any) -> None:
    """Figures of years: {2025: 12}, or one without a year."""
    with registry.changeset(actor="Lan", reason="figures") as tx:
        for item, value in items.items():
            years = value if isinstance(value, dict) else {None: value}
            for year, number in years.items():
                tx.put(Declaration(organisation=owner, item=item, period=year and str(year), value=number))


def judged(registry: Registry, owner: int, name: str, on: str = "2026-03-01") -> Any:
    (found,) = registry.eligibility(owner, name, on=on)
    return found


def verdict(found: Any, clause: str) -> str:
    return str(next(one.verdict for one in found.findings if one.clause == clause))


SME = {"insured_employees": {2025: 12}, "revenue_vnd": {2023: 3 * BILLION, 2024: 4 * BILLION, 2025: 5 * BILLION}}


def test_a_startup_of_the_sme_law(registry: Registry) -> None:
    """Young, small, not offered to the public, growing by a third and a quarter: it meets every clause."""
    owner = body(registry)
    declare(registry, owner, **SME, public_offering=0)
    found = judged(registry, owner, "startup-sme-law")
    assert (found.verdict, found.missing) == ("meets", ())
    growth = next(one for one in found.findings if one.clause == "growth")
    assert growth.found is not None
    assert growth.found.vi == "2024: 33,33%; 2025: 25%"
    assert (growth.source.number, str(growth.source.issued), growth.article.en) == (
        "80/2021/NĐ-CP",
        "2021-08-26",
        "Article 20.3",
    )
    assert growth.check_law


# what is changed of a body that meets the definition, the verdict, words of what is missing
CHANGED = [
    ({"kind": "university"}, {}, "does_not", ""),
    ({"kind": None}, {}, "cannot_tell", "Kind of organisation"),
    ({"founded_on": "2021-03-01"}, {}, "meets", ""),  # five years to the day
    ({"founded_on": "2021-02-28"}, {}, "does_not", ""),
    ({"founded_on": "2021"}, {}, "cannot_tell", "Founded on to the day"),
    ({"founded_on": None}, {}, "cannot_tell", "Founded on"),
    ({}, {"public_offering": 1}, "does_not", ""),
    ({}, {"public_offering": None}, "cannot_tell", "offered securities"),
    ({}, {"insured_employees": {2025: 101}}, "does_not", ""),  # trade and services: 100
    ({"industry": "1010"}, {"insured_employees": {2025: 101}}, "meets", ""),  # industry: 200
    ({"industry": None}, {"insured_employees": {2025: 101}}, "cannot_tell", "Industry"),
    ({"industry": None}, {"insured_employees": {2025: 201}}, "does_not", ""),  # too many for either
    ({}, {"revenue_vnd": {2023: 4, 2024: 4, 2025: 5}}, "cannot_tell", "Has a product"),  # no growth, product unknown
    ({}, {"revenue_vnd": {2023: 4, 2024: 4, 2025: 5}, "product_from_ip": 1}, "meets", ""),
    (
        {},
        {"revenue_vnd": {2023: 4, 2024: 4, 2025: 5}, "product_from_ip": 0, "product_pilot_or_prize": 0},
        "does_not",
        "",
    ),
    ({}, {"revenue_vnd": {2025: 5}}, "cannot_tell", "Total revenue in 2023, 2024"),
    ({}, {"revenue_vnd": {2025: 5}, "growth_percent": {2024: 20, 2025: 20}}, "meets", ""),  # exactly twenty
]


@pytest.mark.parametrize(("about", "figures", "expected", "missing"), CHANGED)
def test_one_thing_changed(
    registry: Registry, about: dict[str, Any], figures: dict[str, Any], expected: str, missing: str
) -> None:
    """What decides decides, what is not known is named, and a bound met exactly is met."""
    owner = body(registry, **about)
    given = {**SME, "public_offering": 0, **figures}
    declare(registry, owner, **{item: value for item, value in given.items() if value is not None})
    found = judged(registry, owner, "startup-sme-law")
    assert found.verdict == expected
    assert missing in "; ".join(text.en for text in found.missing)


def test_only_what_would_decide_is_missing(registry: Registry) -> None:
    """Capital and product change nothing where revenue and growth are enough; each fact is named once, years together.

    Once the verdict stands, nothing is missing, and what a clause lacks is told of that clause alone.
    """
    owner = body(registry)
    declare(registry, owner, **SME)
    found = judged(registry, owner, "startup-sme-law")
    assert [text.en for text in found.missing] == ["Has offered securities to the public (yes or no)"]
    product = next(one for one in found.findings if one.clause == "product_from_ip")
    assert [text.vi for text in product.missing] == ["Có sản phẩm được tạo ra từ tài sản trí tuệ (có hay không)"]
    enterprise = judged(registry, owner, "st-enterprise")
    told = [text.vi for text in enterprise.missing]
    assert len(told) == len(set(told))
    assert "Doanh thu thuần các năm 2024, 2025" in told
    old = body(registry, founded_on="2015-01-01")
    assert (judged(registry, old, "startup-sme-law").verdict, judged(registry, old, "startup-sme-law").missing) == (
        "does_not",
        (),
    )


def test_a_startup_of_the_decree(registry: Registry) -> None:
    """A round in which a fund invested proves the backing; none proves nothing; before its day it was no law."""
    owner, fund = body(registry), body(registry, kind="fund")
    declare(registry, owner, growth_capacity_percent=20)
    found = judged(registry, owner, "startup-decree-268")
    assert found.verdict == "cannot_tell"
    assert next(text.en for text in found.missing) == "Has a funding round on record in which a fund invested"
    parties = (Party(role="investee", body=owner), Party(role="investor", body=fund))
    with registry.changeset(actor="Lan", reason="round") as tx:
        tx.put(FundingRound(closed_on=PartialDate.parse("2025-12-01"), parties=parties))
    assert judged(registry, owner, "startup-decree-268").verdict == "meets"
    assert judged(registry, owner, "startup-decree-268", on="2025-11-30").verdict == "cannot_tell"
    assert judged(registry, owner, "startup-decree-268", on="2025-10-13").verdict == "not_in_force"


SMALL = {
    "insured_employees": {2025: 12},
    "revenue_vnd": {2025: 5 * BILLION},
    "net_revenue_vnd": {2024: 4 * BILLION, 2025: 6 * BILLION},
    "rd_spending_vnd": {2024: BILLION // 10, 2025: BILLION // 10},
    "st_result": 1,
    "st_products": {2025: 1},
    "hired_experts": {2025: 2},
}


def test_a_small_st_enterprise_is_judged_by_the_years_it_has(registry: Registry) -> None:
    """Founded in March 2023: two full years, spending 0.2 of 10 billion, exactly two per cent."""
    owner = body(registry)
    declare(registry, owner, **SMALL)
    found = judged(registry, owner, "st-enterprise")
    assert found.verdict == "meets"
    assert [verdict(found, clause) for clause in ("as_large", "as_medium", "as_small")] == [
        "does_not",
        "does_not",
        "meets",
    ]
    declare(registry, owner, rd_spending_vnd={2025: BILLION // 10 - 1})
    assert verdict(judged(registry, owner, "st-enterprise"), "spending_2") == "does_not"


def test_each_size_has_its_own_conditions(registry: Registry) -> None:
    """Three hundred employees make it large; thirty per cent of revenue, ten graduates and an effect are asked then."""
    owner = body(registry, founded_on="2010-01-01")
    declare(
        registry,
        owner,
        insured_employees={2025: 300},
        revenue_vnd=dict.fromkeys((2023, 2024, 2025), 400 * BILLION),
        net_revenue_vnd=dict.fromkeys((2023, 2024, 2025), 390 * BILLION),
        capital_vnd={2025: 900 * BILLION},
        rd_spending_vnd=dict.fromkeys((2023, 2024, 2025), 8 * BILLION),
        st_product_revenue_vnd={2023: 90 * BILLION, 2024: 91 * BILLION, 2025: 95 * BILLION},
        rd_graduates={2025: 10},
        rd_graduates_vietnamese={2025: 5},
        st_result=1,
        st_product_prize=1,
    )
    found = judged(registry, owner, "st-enterprise")
    assert found.verdict == "meets"
    parts = [verdict(found, clause) for clause in ("large", "revenue_30", "revenue_90", "effect", "as_small")]
    assert parts == ["meets", "does_not", "meets", "meets", "does_not"]
    declare(registry, owner, rd_graduates_vietnamese={2025: 4})
    assert judged(registry, owner, "st-enterprise").verdict == "does_not"


def test_a_body_without_a_full_year_does_not_meet_what_is_asked_of_years(registry: Registry) -> None:
    """Founded this year: no full financial year to judge by."""
    owner = body(registry, founded_on="2026-01-02")
    declare(registry, owner, **SMALL)
    found = judged(registry, owner, "st-enterprise")
    one = next(one for one in found.findings if one.clause == "spending_2")
    assert (one.verdict, one.found and one.found.en) == ("does_not", "not a full year in business yet")


@pytest.mark.parametrize(
    ("join", "verdicts", "expected"),
    [
        ("all", ["meets", "meets"], "meets"),
        ("all", ["meets", "cannot_tell"], "cannot_tell"),
        ("all", ["cannot_tell", "does_not"], "does_not"),
        ("any", ["does_not", "does_not"], "does_not"),
        ("any", ["does_not", "cannot_tell"], "cannot_tell"),
        ("any", ["cannot_tell", "meets"], "meets"),
        ("none", ["does_not", "does_not"], "meets"),
        ("none", ["does_not", "cannot_tell"], "cannot_tell"),
        ("none", ["cannot_tell", "meets"], "does_not"),
    ],
)
def test_three_ways(join: str, verdicts: list[str], expected: str) -> None:
    """One that decides decides; what is not known counts only where nothing decides."""
    assert _joined(join, verdicts) == expected


def test_what_is_no_organisation_or_no_criteria_is_refused(registry: Registry) -> None:
    """The nearest definition is named."""
    owner = body(registry)
    with registry.changeset(actor="Lan", reason="figures") as tx:
        figure = tx.put(Declaration(organisation=owner, item="st_result", value=1))
    with pytest.raises(NotFoundError, match="is not an organisation"):
        registry.eligibility(figure)
    with pytest.raises(NotFoundError, match="st-enterprise"):
        registry.eligibility(owner, "st-enterprises")


@pytest.mark.parametrize("id", criteria_ids())
def test_every_clause_is_reached_named_and_sourced(id: str) -> None:
    """Both languages, a document with number and day, an article; and each clause is used."""
    found = criteria(id)
    used = {part for clause in found.clauses.values() for part in clause.parts} | set(found.parts)
    assert used == set(found.clauses)
    for clause in found.clauses.values():
        assert clause.name.vi
        assert clause.name.en
        assert clause.article.vi.startswith("Điều ")
        assert clause.source.number
        assert clause.source.issued


WHOLE = """
[rule]
id = "thu"
title = {vi = "Thử", en = "Trial"}
in_force = 2025-01-01
all = ["a"]
[[source]]
id = "law"
number = "1/QĐ"
issued = 2025-01-01
title = {vi = "Luật", en = "Law"}
[[clause]]
id = "a"
name = {vi = "Một", en = "One"}
source = "law"
article = {vi = "Điều 1", en = "Article 1"}
test = {item = "st_result", at_least = 1}
"""
BROKEN = [
    ('test = {item = "st_result", at_least = 1}', "", "exactly one of test, all, any, none"),
    ('test = {item = "st_result", at_least = 1}', 'any = ["b"]', "no clause 'b'"),
    ('test = {item = "st_result", at_least = 1}', 'any = ["a"]', "lies within itself"),
    ('test = {item = "st_result", at_least = 1}', "any = []", "list of clause ids"),
    ("st_result", "st_results", "did you mean 'st_result'"),
    (", at_least = 1", "", "exactly one bound"),
    ('item = "st_result", at_least = 1', 'share = "st_result", years = 3, at_least = 1', "two for share"),
    ('item = "st_result", at_least = 1', 'growth = "revenue_vnd", years = 0, at_least = 1', "years"),
    ('item = "st_result", at_least = 1', 'field = "kinds", any_of = ["x"]', "field of an organisation"),
    ('item = "st_result", at_least = 1', 'records = "asset", role = "owner", where = {}', "role"),
    ('item = "st_result"', "value > 3", "not valid TOML"),
    ('source = "law"', 'source = "decree"', "no source 'decree'"),
    ('all = ["a"]', 'all = ["z"]', "no clause 'z'"),
    ("issued = 2025-01-01", "", "number and its date"),
    (', en = "One"', "", "name.en"),
    ("test = {item", 'check_law = "soon"\ntest = {item', "true or false"),
    ('[[clause]]\nid = "a"', '[[clause]]\nid = "a b"', "not valid"),
]


@pytest.mark.parametrize(("old", "new", "words"), BROKEN)
def test_a_broken_file_is_refused_with_what_is_wrong(old: str, new: str, words: str) -> None:
    """One defect each; the whole file is read without it."""
    assert read_criteria(WHOLE, "thu.toml").id == tomllib.loads(WHOLE)["rule"]["id"]
    assert WHOLE.count(old) >= 1
    with pytest.raises(DefinitionError) as caught:
        read_criteria(WHOLE.replace(old, new), "thu.toml")
    assert words in caught.value.message.en
    assert "thu.toml" in caught.value.message.vi
