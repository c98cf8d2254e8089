"""Made-up international partnerships and intellectual assets: `partnership.csv` and `asset.csv`."""

from collections.abc import Iterator, Sequence
from typing import Final

from stregistry.demo.bodies import Body, Row, living
from stregistry.demo.calendar import FIRST_YEAR, LAST_DAY, LAST_YEAR, day_in, growing_years, iso, written, years_later
from stregistry.demo.draws import Draws, Weighted
from stregistry.demo.money import NO_AMOUNT, abroad, million
from stregistry.demo.words import Words

PARTNERSHIP_COLUMNS: Final = (
    *("id", "title", "kind", "status", "field", "partner_countries", "signed_on", "starts_on", "ends_on", "ended_on"),
    *("value", "value_currency", "value_vnd", "disbursed_vnd", "lead", "partner", "funder"),
)
ASSET_COLUMNS: Final = (
    *("id", "organisation", "kind", "title", "number", "issuer", "field"),
    *("applied_on", "granted_on", "expires_on", "ended_on"),
)

_KINDS = Weighted(
    {"memorandum": 40, "protocol_task": 10, "joint_project": 25, "oda_project": 6, "network": 12, "twinning": 7}
)
_ASSETS = Weighted(
    {
        **{"patent": 18, "utility_solution": 14, "industrial_design": 12, "plant_variety": 6},
        **{"trademark": 28, "software": 16, "know_how": 6},
    }
)
# Years a title lasts, counted from the filing; not in the table: no end.
_TERMS = {"patent": 20, "utility_solution": 10, "industrial_design": 5, "plant_variety": 20, "trademark": 10}
_HOLDERS = ("institute", "university", "enterprise")


def partnership_rows(bodies: Sequence[Body], partnerships: int, words: Words, draws: Draws) -> Iterator[Row]:
    """That many partnerships of the ten years; foreign partners and funders are plain names."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    research = {year: living(bodies, ("institute", "university"), year) for year in years}
    others = {year: living(bodies, ("enterprise", "public_body", "hospital"), year) for year in years}
    for n in range(1, partnerships + 1):
        year = growing_years(FIRST_YEAR).draw(draws)
        signed = day_in(year, draws)
        kind = _KINDS.draw(draws)
        sector = draws.pick(words.sectors)
        partners = dict(words.foreign("Research Partner", draws) for _ in range(draws.whole(1, 3)))
        countries = sorted({country.code for country in partners})
        starts = signed + draws.whole(0, 120)
        ends = years_later(starts, draws.whole(1, 5))
        status, ended = _fate(starts, ends, draws)
        yield (
            f"HT{n:06d}",
            f"{words.partnership_titles[kind]} về {sector.vi.lower()} {words.mark_vi}",
            kind,
            status,
            sector.field,
            ";".join(countries),
            written(signed, draws),
            iso(starts),
            iso(ends),
            iso(ended),
            *_budget(kind, status, draws),
            draws.pick(research[year] if draws.chance(0.65) else others[year]).id,
            ";".join(partners.values()),
            next(iter(partners.values())) if kind in ("oda_project", "joint_project") else "",
        )


def _fate(starts: int, ends: int, draws: Draws) -> tuple[str, int | None]:
    """The status at the end of the ten years, and the day the partnership ended."""
    if starts > LAST_DAY:
        return "planned", None
    if draws.chance(0.05) and starts + 200 < min(ends, LAST_DAY):
        return "terminated", starts + 200
    return ("completed", ends) if ends <= LAST_DAY else ("active", None)


def _budget(kind: str, status: str, draws: Draws) -> Row:
    """Value, currency, value in đồng and what was paid of it; an agreement without money has none."""
    if kind in ("memorandum", "network", "twinning"):
        return (*NO_AMOUNT, "")
    vnd = million(draws.amount(40e9 if kind == "oda_project" else 4e9, 0.9))
    paid = vnd if status == "completed" else 0 if status == "planned" else million(vnd * draws.random())
    return (*abroad(vnd, draws), min(paid, vnd))


def asset_rows(bodies: Sequence[Body], assets: int, words: Words, draws: Draws) -> Iterator[Row]:
    """That many titles granted, or applied for, in the ten years."""
    holders = {year: living(bodies, _HOLDERS, year) for year in range(FIRST_YEAR, LAST_YEAR + 1)}
    scholars = {year: living(bodies, _HOLDERS[:2], year) for year in holders}
    for n in range(1, assets + 1):
        year = growing_years(FIRST_YEAR).draw(draws)
        holder = draws.pick(scholars[year] if draws.chance(0.4) else holders[year])
        kind = _ASSETS.draw(draws)
        granted = day_in(year, draws)
        applied = max(granted - draws.whole(400, 1400), holder.founded)
        expires = years_later(applied, _TERMS[kind]) if kind in _TERMS else None
        ended = granted + draws.whole(400, 1500) if draws.chance(0.04) else None
        pending = draws.chance(0.08)
        yield (
            f"TS{n:06d}",
            holder.id,
            kind,
            f"{words.asset_titles[kind]} {holder.sector.vi.lower()} {words.mark_vi}",
            "" if pending else f"GL-{n:06d}",
            f"Cơ quan cấp văn bằng {words.mark_vi}",
            holder.sector.field,
            iso(applied),
            "" if pending else iso(granted),
            "" if pending or not expires else iso(expires),
            "" if pending or ended is None or ended > LAST_DAY else iso(ended),
        )
