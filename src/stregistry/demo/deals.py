"""Made-up technology deals, the rows of `deal.csv`."""

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from stregistry.demo.bodies import Body, Row, living
from stregistry.demo.calendar import FIRST_YEAR, LAST_DAY, LAST_YEAR, day_in, growing_years, iso, written, year_of
from stregistry.demo.draws import Draws, Weighted
from stregistry.demo.money import NO_AMOUNT, abroad, at_home, million
from stregistry.demo.words import Words

COLUMNS: Final = (
    *("id", "title", "contract_number", "direction", "status", "channel", "form", "object", "right", "payment"),
    *("field", "signed_on", "registered_on", "registration_number", "ended_on"),
    *("value", "value_currency", "value_vnd", "state_funded", "transferor", "transferee", "broker"),
)

_DIRECTIONS = Weighted({"domestic": 90, "inbound": 7, "outbound": 3})
_CHANNELS = Weighted({"direct": 55, "intermediary": 15, "exchange": 12, "techmart": 12, "auction": 2, "other": 4})
_FORMS = Weighted(
    {
        **{"standalone": 55, "investment_project": 12, "capital_contribution": 8, "franchise": 4},
        **{"ip_transfer": 13, "machinery_sale": 6, "other": 2},
    }
)
_RIGHTS = ("assignment", "exclusive_licence", "licence", "licence", "sublicence")
_PAYMENTS = (
    *("lump_sum", "lump_sum", "instalments", "instalments", "percent_of_price"),
    *("percent_of_revenue", "percent_of_profit", "equity", "other"),
)
_RESEARCH = ("institute", "university")


@attrs.frozen
class _Pool:
    """Who can sign in a year: the bodies that are there for all of it."""

    research: Sequence[Body]
    enterprises: Sequence[Body]
    brokers: Sequence[Body]
    others: Sequence[Body]

    @classmethod
    def of(cls, bodies: Sequence[Body], year: int) -> "_Pool":
        return cls(
            research=living(bodies, _RESEARCH, year),
            enterprises=living(bodies, ("enterprise",), year),
            brokers=living(bodies, ("public_body", "association"), year),
            others=living(bodies, ("hospital", "school", "university", "public_body"), year),
        )


def deal_rows(bodies: Sequence[Body], deals: int, words: Words, draws: Draws) -> Iterator[Row]:
    """That many deals of the ten years, more each year, in no order of time."""
    pools = {year: _Pool.of(bodies, year) for year in range(FIRST_YEAR, LAST_YEAR + 1)}
    years = growing_years(FIRST_YEAR)
    for n in range(1, deals + 1):
        year = years.draw(draws)
        signed = day_in(year, draws)
        direction = _DIRECTIONS.draw(draws)
        state_funded = direction == "domestic" and draws.chance(0.18)
        sector = draws.pick(words.sectors)
        objects = draws.some(tuple(words.deal_titles), 2)
        status, ended = _fate(signed, draws)
        yield (
            f"GD{n:06d}",
            f"{words.deal_titles[objects[0]]} {sector.vi.lower()} {words.mark_vi}",
            f"{n:06d}/{year}/HĐCG",
            direction,
            status,
            _CHANNELS.draw(draws),
            _FORMS.draw(draws),
            ";".join(objects),
            ";".join(draws.some(_RIGHTS, 2)),
            ";".join(draws.some(_PAYMENTS, 2)),
            sector.field,
            written(signed, draws),
            *_registration(n, signed, direction != "domestic" or state_funded, draws),
            iso(ended),
            *_value(direction, draws),
            "yes" if state_funded else "no",
            *_parties(direction, pools[year], words, draws),
        )


def _fate(signed: int, draws: Draws) -> tuple[str, int | None]:
    """The status of a deal at the end of the ten years, and the day it ended."""
    roll = draws.random()
    if roll < 0.015:
        return "void", None
    ended = signed + draws.whole(120, 1500)
    if ended <= LAST_DAY:
        return ("terminated" if roll < 0.06 else "completed"), ended
    return ("signed" if signed > LAST_DAY - 60 else "in_force"), None


def _registration(n: int, signed: int, compulsory: bool, draws: Draws) -> tuple[str, str]:
    """Day and number of registration: most compulsory ones in time (90 days), some late, some never."""
    if not draws.chance(0.87 if compulsory else 0.05):
        return "", ""
    day = signed + (draws.whole(5, 90) if draws.chance(0.9) else draws.whole(91, 300))
    return iso(day), f"{n:06d}/{year_of(day)}/GCN-CGCN"


def _value(direction: str, draws: Draws) -> Row:
    """Value, currency and value in đồng; one deal in sixteen does not tell its value."""
    if draws.chance(0.06):
        return NO_AMOUNT
    vnd = million(draws.amount(1.6e9, 1.2))
    return at_home(vnd) if direction == "domestic" else abroad(vnd, draws)


def _parties(direction: str, pool: _Pool, words: Words, draws: Draws) -> tuple[str, str, str]:
    """Cells for transferor, transferee and broker: ids, or the plain name of a foreign party."""
    giver = taker = words.foreign("Technology Partner", draws)[1]
    if direction != "inbound":
        giver = draws.pick(pool.research if draws.chance(0.45) else pool.enterprises).id
    if direction != "outbound":
        taker = _other(pool.enterprises if draws.chance(0.92) else pool.others, (giver,), draws)
        if draws.chance(0.03):
            taker += ";" + _other(pool.others, (giver, taker), draws)
    broker = draws.pick(pool.brokers).id if draws.chance(0.08) else ""
    return giver, taker, broker


def _other(bodies: Sequence[Body], taken: tuple[str, ...], draws: Draws) -> str:
    """The id of a body that is not among those taken; every pool has more bodies than a deal has parties."""
    found = draws.pick(bodies).id
    while found in taken:
        found = draws.pick(bodies).id
    return found
