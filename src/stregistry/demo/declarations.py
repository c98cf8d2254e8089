"""Made-up figures that enterprises state of themselves: `declaration.csv`, for the criteria that the law sets."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from stregistry.demo.bodies import Body, Row
from stregistry.demo.calendar import LAST_DAY, LAST_YEAR, iso
from stregistry.demo.draws import Draws
from stregistry.demo.money import million
from stregistry.demo.roles import Role

COLUMNS: Final = ("id", "organisation", "item", "period", "value", "source", "declared_on")

_BODIES: Final = 30  # of either sort at most: enough to see every verdict, however large the demo
_YEARS: Final = range(LAST_YEAR - 2, LAST_YEAR + 1)
_LEFT_OUT: Final = 0.03  # figures nobody handed in


def declaration_rows(startups: Sequence[Role], enterprises: Sequence[Role], mark: str, draws: Draws) -> Iterator[Row]:
    """What some startups and S&T enterprises declared of three years, each year's in the March after it."""
    told = {role.body.id: role.body for role in (*_holding(startups), *_holding(enterprises))}
    scientific = {role.body.id for role in _holding(enterprises)}
    for body in told.values():
        for item, year, value in _figures(body, body.id in scientific, draws):
            if not draws.chance(_LEFT_OUT):
                on = dt.date(year + 1, 3, draws.whole(1, 31)).toordinal()
                source = f"Tờ khai của doanh nghiệp năm {year} {mark}"
                yield f"{body.id}-{item}-{year}", body.id, item, str(year), str(value), source, iso(on)


def _holding(roles: Iterable[Role]) -> list[Role]:
    return [role for role in roles if role.held(LAST_DAY) and role.body.lived(LAST_DAY, LAST_DAY)][:_BODIES]


def _figures(body: Body, scientific: bool, draws: Draws) -> Iterator[tuple[str, int, int]]:
    """Item, year and value. Most are small; their revenue grows, by a fifth a year or by less."""
    revenue, growth = draws.amount(9e9, 0.9), draws.pick((1.05, 1.15, 1.22, 1.3, 1.45))
    spent, share = draws.pick((0.01, 0.025, 0.06)), draws.pick((0.15, 0.35, 0.6))
    for year in _YEARS:
        revenue *= growth
        yield "revenue_vnd", year, million(revenue)
        yield "net_revenue_vnd", year, million(revenue * 0.97)
        if scientific:
            yield "rd_spending_vnd", year, million(revenue * spent)
            yield "st_product_revenue_vnd", year, million(revenue * share)
    yield "capital_vnd", LAST_YEAR, million(revenue * 0.6)
    yield "insured_employees", LAST_YEAR, draws.whole(4, 90)
    yield "public_offering", LAST_YEAR, 0
    if scientific:
        graduates = draws.whole(1, 14)
        for item in ("rd_graduates", "rd_graduates_vietnamese", "st_staff", "st_staff_vietnamese"):
            yield item, LAST_YEAR, graduates
        yield "hired_experts", LAST_YEAR, draws.whole(0, 3)
        yield "st_products", LAST_YEAR, draws.whole(1, 4)
        yield "st_result", LAST_YEAR, 1
        for item in ("st_product_exported", "st_product_encouraged", "st_product_prize"):
            yield item, LAST_YEAR, int(draws.chance(0.3))
        return
    yield "product_from_ip", LAST_YEAR, int(draws.chance(0.5))
    yield "product_pilot_or_prize", LAST_YEAR, int(draws.chance(0.3))
    yield "growth_capacity_percent", LAST_YEAR, draws.pick((12, 20, 25, 40))
    yield "backed", LAST_YEAR, int(draws.chance(0.6))
