"""Made-up bodies: who the demo is about, and the rows of `organisation.csv`."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import count
from typing import Any, Final

import attrs
from stdnum.vn import mst

from stregistry.dates import FOREVER
from stregistry.dates import day as day_number
from stregistry.demo.calendar import LAST_DAY, MERGER, code_after_merger, day_in, iso, year_days, year_of, years_later
from stregistry.demo.draws import Draws, Weighted
from stregistry.demo.words import Sector, Sort, Words, read

Row = tuple[str | int, ...]

CAN_THO: Final = "92"
_EACH_SORT = 3  # so many bodies of every sort are there from the start, so that no deal lacks a party
_PLAN_FOUNDED = day_number("2004-01-02")

COLUMNS: Final = (
    *("id", "name_vi", "name_en", "mst", "kind", "status", "place", "legal_form", "ownership"),
    *("founded_on", "dissolved_on", "website", "industry", "industry_version"),
)


@attrs.frozen(kw_only=True)
class Body:
    """A made-up body.

    place: its code on the day it was founded. founded, dissolved: day numbers, half-open; FOREVER while it lasts.
    """

    id: str
    kind: str
    name_vi: str
    name_en: str = ""
    mst: str = ""
    place: str
    legal_form: str = ""
    public: bool
    sector: Sector
    founded: int
    dissolved: int = FOREVER

    def lived(self, first_day: int, last_day: int) -> bool:
        """Whether it was there on all the days given."""
        return self.founded <= first_day and last_day < self.dissolved

    def place_on(self, day: int) -> str:
        """The code of its province on a day."""
        return code_after_merger(self.place) if self.founded < MERGER <= day else self.place


def living(bodies: Iterable[Body], kinds: Collection[str], year: int) -> list[Body]:
    """The bodies of these kinds that were there for the whole year."""
    first, last = year_days(year)
    return [body for body in bodies if body.kind in kinds and body.lived(first, last)]


def plan_bodies(words: Words) -> dict[str, Body]:
    """The bodies that carry out the plan of Cần Thơ, by their ids in `definitions/demo/plan.toml`."""
    return {row["id"]: _plan_body(row, words) for row in read("plan")["body"]}


def _plan_body(row: dict[str, Any], words: Words) -> Body:
    return Body(
        id=f"plan-{row['id']}",
        kind="public_body",
        name_vi=f"{row['vi']} {words.mark_vi}",
        name_en=f"{row['en']} {words.mark_en}",
        place=CAN_THO,
        public=True,
        sector=words.sectors[0],
        founded=_PLAN_FOUNDED,
        dissolved=row["ended"].toordinal() if "ended" in row else FOREVER,
    )


def make_bodies(size: int, words: Words, draws: Draws) -> list[Body]:
    """That many bodies: first some of every sort, old and in Cần Thơ, then sorts and provinces by their weights."""
    provinces = read("provinces")
    places = Weighted({code: n * provinces["pull"].get(code, 1) for code, n in provinces["people"].items()})
    sorts = Weighted({sort: sort.weight for sort in words.sorts})
    numbers = _tax_codes()
    taken: Counter[str] = Counter()
    made = []
    for n in range(size):
        first = n < _EACH_SORT * len(words.sorts)
        sort = words.sorts[n // _EACH_SORT] if first else sorts.draw(draws)
        year = sort.founded[0] if first else sort.years.draw(draws)
        founded = day_in(year, draws)
        code = CAN_THO if first else places.draw(draws)
        name_vi, name_en, legal_form, sector = _name(sort, words, taken, draws)
        enterprise = sort.kind == "enterprise"
        made.append(
            Body(
                id=f"B{n + 1:06d}",
                kind=sort.kind,
                name_vi=name_vi,
                name_en=name_en,
                mst=next(numbers) if enterprise else "",
                place=code_after_merger(code) if founded >= MERGER else code,
                legal_form=legal_form,
                public=draws.chance(sort.public),
                sector=sector,
                founded=founded,
                dissolved=FOREVER if first or not enterprise else _dissolved(founded, draws),
            )
        )
    return made


def _name(sort: Sort, words: Words, taken: Counter[str], draws: Draws) -> tuple[str, str, str, Sector]:
    """Vietnamese name, English name (or nothing), legal form and sector; a name already taken gets a number."""
    sector, pattern = draws.pick(words.sectors), draws.pick(sort.patterns)
    vi, en = words.name(pattern, sector, draws)
    taken[vi] += 1
    number = f" {taken[vi]}" if taken[vi] > 1 else ""
    english = f"{en}{number} {words.mark_en}" if draws.chance(sort.english) else ""
    return f"{vi}{number} {words.mark_vi}", english, pattern.legal_form, sector


def _dissolved(founded: int, draws: Draws) -> int:
    """One enterprise in twelve ends within the ten years."""
    if not draws.chance(0.08):
        return FOREVER
    ended = draws.whole(years_later(founded, 3), years_later(founded, 12))
    return ended if ended <= LAST_DAY else FOREVER


def _tax_codes() -> Iterator[str]:
    """Tax codes with right check digits that no body can have: no province has the number 00."""
    for serial in count(1):
        stem = f"00{serial:07d}"
        check = mst.calc_check_digit(stem)
        if len(check) == 1:  # a stem whose check would be 10 is never given out
            yield stem + check


def organisation_rows(bodies: Iterable[Body], draws: Draws) -> Iterator[Row]:
    """The rows of `organisation.csv`; a few old bodies have only a founding year."""
    for body in bodies:
        only_year = year_of(body.founded) < 2005 and draws.chance(0.1)
        dissolved = body.dissolved < FOREVER
        yield (
            body.id,
            body.name_vi,
            body.name_en,
            body.mst,
            body.kind,
            "dissolved" if dissolved else "suspended" if draws.chance(0.01) else "active",
            body.place,
            body.legal_form,
            "public" if body.public else "non_public",
            str(year_of(body.founded)) if only_year else iso(body.founded),
            iso(body.dissolved) if dissolved else "",
            f"https://{body.id.lower()}.example" if draws.chance(0.3) else "",
            *((body.sector.industry, "2018") if body.kind == "enterprise" else ("", "")),
        )
