"""Made-up funding rounds, the rows of `funding_round.csv`."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from stregistry.demo.bodies import Body, Row
from stregistry.demo.calendar import LAST_DAY, iso, written
from stregistry.demo.draws import Draws
from stregistry.demo.money import NO_AMOUNT, abroad, at_home, million
from stregistry.demo.roles import Role
from stregistry.demo.words import Words

COLUMNS: Final = (
    *("id", "stage", "announced_on", "closed_on", "value", "value_currency", "value_vnd", "investor", "investee"),
)

# Stage and its median in đồng, in the order a startup goes through them.
_STAGES = (("pre_seed", 1.2e9), ("seed", 7e9), ("series_a", 45e9), ("series_b", 160e9))


def round_rows(startups: Sequence[Role], bodies: Sequence[Body], words: Words, draws: Draws) -> Iterator[Row]:
    """The rounds of about half of the startups; each next stage is rarer than the one before."""
    funds = sorted((body for body in bodies if body.kind == "fund"), key=lambda fund: fund.founded)
    number = 0
    for startup in startups:
        closed = startup.issued + draws.whole(-200, 500)
        for stage, median in _STAGES:
            if not draws.chance(0.5) or closed > LAST_DAY or not startup.body.lived(closed, closed):
                break
            number += 1
            yield (
                f"VV{number:06d}",
                stage,
                iso(closed - draws.whole(0, 60)) if draws.chance(0.8) else "",
                written(closed, draws),
                *_amount(median, draws),
                _investors(closed, funds, words, draws),
                startup.body.id,
            )
            closed += draws.whole(300, 900)


def _amount(median: float, draws: Draws) -> Row:
    """Amount, currency and amount in đồng; one round in eight keeps it to itself."""
    if draws.chance(0.12):
        return NO_AMOUNT
    vnd = million(draws.amount(median, 0.7))
    return at_home(vnd) if draws.chance(0.5) else abroad(vnd, draws)


def _investors(day: int, funds: Sequence[Body], words: Words, draws: Draws) -> str:
    """One to three investors: funds that were there (no fund ends), or foreign ones by plain name."""
    there = funds[: bisect_right(funds, day, key=lambda fund: fund.founded)]
    found = [
        words.foreign("Venture Investor", draws)[1] if not there or draws.chance(0.3) else draws.pick(there).id
        for _ in range(draws.whole(1, 3))
    ]
    return ";".join(dict.fromkeys(found))
