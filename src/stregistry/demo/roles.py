"""Made-up roles: which bodies hold or held which certificates, the rows of the four role files."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import attrs

from stregistry import places
from stregistry.demo.bodies import Body, Row
from stregistry.demo.calendar import (
    DECREE_268,
    FIRST_YEAR,
    LAST_DAY,
    LAW_93,
    day_in,
    growing_years,
    iso,
    year_of,
    years_later,
)
from stregistry.demo.draws import Draws

CERTIFICATE: Final = (
    *("id", "organisation", "certificate_number", "issuer", "applied_on", "issued_on", "expires_on"),
    *("ended_on", "ended_by"),
)
Details = Callable[[Body, int, Draws], Row | None]


@attrs.frozen
class Role:
    """One certificate of a body.

    issued, expires, ended: day numbers; None where there is no such day. details: the columns only this role has.
    """

    id: str
    body: Body
    issued: int
    expires: int | None
    ended: int | None
    row: Row
    details: Row

    def held(self, day: int) -> bool:
        """Whether the certificate was good on a day."""
        return self.issued <= day < min(self.expires or day + 1, self.ended or day + 1)


@attrs.frozen(kw_only=True)
class Rule:
    """Who gets a role and for how long.

    share: chance by kind of body. born: founded in this year or later. since: the first year of certificates.
    years: until it expires, 0 for never. renewed: chance of a new certificate on expiry.
    ends: how an early end is called. details: the row's own columns; None where the body cannot have the role yet.
    """

    kind: str
    prefix: str
    share: Mapping[str, float]
    born: int = 0
    since: int = FIRST_YEAR
    years: int = 0
    renewed: float = 0.0
    ends: str
    issuer: str
    columns: tuple[str, ...]
    details: Details


def make_roles(rule: Rule, bodies: Iterable[Body], mark: str, draws: Draws) -> list[Role]:
    """The certificates of one kind that the bodies hold or held, those of one body after one another."""
    return [
        role
        for body in bodies
        if year_of(body.founded) >= rule.born and draws.chance(rule.share.get(body.kind, 0.0))
        for role in _certificates(rule, body, mark, draws)
    ]


def _certificates(rule: Rule, body: Body, mark: str, draws: Draws) -> Iterator[Role]:
    """The first certificate and its renewals; none when it would have come after the body or the ten years ended."""
    year = growing_years(max(rule.since, year_of(body.founded))).draw(draws)
    issued = max(day_in(year, draws), body.founded + draws.whole(60, 400))
    details = rule.details(body, issued, draws)
    turn = 1
    while details is not None and issued <= LAST_DAY and body.lived(issued, issued):
        role = _certificate(rule, f"{rule.prefix}{body.id[1:]}-{turn}", body, issued, details, mark, draws)
        yield role
        if role.ended is not None or role.expires is None or not draws.chance(rule.renewed):
            return
        issued, turn = role.expires, turn + 1
        details = rule.details(body, issued, draws)


def _certificate(rule: Rule, id: str, body: Body, issued: int, details: Row, mark: str, draws: Draws) -> Role:
    expires = years_later(issued, rule.years) if rule.years else None
    ended, ended_by = _end(rule, body, issued, expires, draws)
    number = f"{draws.whole(1, 999)}/{year_of(issued)}/GCN-{rule.prefix} {mark}"
    issuer = rule.issuer.format(place=_place_name(body.place_on(issued), issued))
    applied = iso(issued - draws.whole(7, 45)) if draws.chance(0.9) else ""
    row = (id, body.id, number, issuer, applied, iso(issued), iso(expires), iso(ended), ended_by, *details)
    return Role(id, body, issued, expires, ended, row, details)


def _end(rule: Rule, body: Body, issued: int, expires: int | None, draws: Draws) -> tuple[int | None, str]:
    """The day a certificate ended early, and how: with its body, or one in fourteen for other reasons."""
    last = min(expires or LAST_DAY, LAST_DAY)
    if draws.chance(0.07):
        ended = issued + draws.whole(200, 1400)
        if ended < min(last, body.dissolved):
            return ended, rule.ends
    return (body.dissolved, "terminated") if body.dissolved < last else (None, "")


@functools.lru_cache(maxsize=4096)
def _place_name(code: str, day: int) -> str:
    name = places.label(code, "vi", day)
    return name[0].lower() + name[1:]  # within a sentence: thành phố Cần Thơ


def _startup(body: Body, issued: int, draws: Draws) -> Row:
    basis = "decree_268" if issued >= DECREE_268 and draws.chance(0.8) else "sme_law"
    stage = draws.pick(("idea", "pre_seed", "pre_seed", "seed", "seed", "series_a", "series_b", "growth"))
    return basis, stage, body.sector.field, f"Sản phẩm {body.sector.vi.lower()}"


def _st_organisation(body: Body, issued: int, draws: Draws) -> Row | None:
    if body.kind == "hospital" and issued < LAW_93:
        return None
    form = {"institute": "research", "university": "higher_education", "hospital": "hospital"}.get(
        body.kind, "services"
    )
    function = "services" if form == "services" else draws.pick(("basic", "applied", "applied"))
    ownership = "public" if body.public else "foreign_invested" if draws.chance(0.06) else "non_public"
    authority = "Ủy ban nhân dân cấp tỉnh" if body.public else "Tổ chức, cá nhân"
    return form, function, ownership, authority, body.sector.field


def _st_enterprise(body: Body, issued: int, draws: Draws) -> Row:
    return f"Sản phẩm từ kết quả nghiên cứu {body.sector.vi.lower()}", body.sector.field


def _support(body: Body, issued: int, draws: Draws) -> Row:
    kinds = {
        "fund": ("fund",),
        "public_body": ("innovation_centre", "startup_support_centre", "technical_facility"),
        "other": ("incubator", "coworking", "accelerator"),
        "university": ("incubator",),
    }
    return (draws.pick(kinds.get(body.kind, ("accelerator", "coworking"))),)


_PEOPLES_COMMITTEE: Final = "Ủy ban nhân dân {place}"
_DEPARTMENT: Final = "Sở Khoa học và Công nghệ {place}"

RULES: Final = (
    Rule(
        kind="startup",
        prefix="KN",
        share={"enterprise": 0.42},
        born=2012,
        years=5,
        ends="cancelled",
        issuer=_PEOPLES_COMMITTEE,
        columns=("basis", "stage", "field", "product"),
        details=_startup,
    ),
    Rule(
        kind="st_organisation",
        prefix="TC",
        share={"institute": 0.95, "university": 0.9, "hospital": 0.5, "public_body": 0.4, "enterprise": 0.01},
        since=2010,
        ends="revoked",
        issuer=_DEPARTMENT,
        columns=("form", "function", "ownership", "founding_authority", "field"),
        details=_st_organisation,
    ),
    Rule(
        kind="st_enterprise",
        prefix="DN",
        share={"enterprise": 0.1},
        ends="revoked",
        issuer=_DEPARTMENT,
        columns=("product", "field"),
        details=_st_enterprise,
    ),
    Rule(
        kind="support_organisation",
        prefix="HT",
        share={"fund": 0.9, "public_body": 0.5, "other": 0.9, "university": 0.4, "enterprise": 0.01},
        years=5,
        renewed=0.85,
        ends="terminated",
        issuer=_PEOPLES_COMMITTEE,
        columns=("kind",),
        details=_support,
    ),
)
