"""Made-up names, built from the word stock in `definitions/demo/names.toml`."""

import functools
import importlib.resources
import tomllib
from typing import Any

import attrs
from anyascii import anyascii

from stregistry.demo.draws import Draws, Weighted


@attrs.frozen
class Sector:
    """What a body works on, with the field of research and the industry (a division of VSIC 2018) it falls under."""

    vi: str
    en: str
    industry: str
    field: str


@attrs.frozen
class Country:
    """The home of made-up foreign partners: ISO 3166 code and English name."""

    code: str
    en: str


@attrs.frozen
class Pattern:
    """How names of one legal form are built; `{word}` and `{sector}` are filled in."""

    vi: str
    en: str
    legal_form: str = ""


@attrs.frozen
class Sort:
    """One sort of body: its kind, when such bodies were founded, and how they are called.

    founded: first and last year. growth: factor from one founding year to the next.
    english, public: chance of an English name, of public ownership.
    """

    kind: str
    weight: float
    founded: tuple[int, int]
    growth: float
    english: float
    public: float
    patterns: tuple[Pattern, ...]

    @functools.cached_property
    def years(self) -> Weighted[int]:
        first, last = self.founded
        return Weighted({year: self.growth ** (year - first) for year in range(first, last + 1)})


@attrs.frozen
class Words:
    """The word stock.

    mark_vi, mark_en: what ends every name, so that none is taken for a real one.
    *_titles: by code, what deals, assets and partnerships are called.
    """

    mark_vi: str
    mark_en: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    sectors: tuple[Sector, ...]
    sorts: tuple[Sort, ...]
    deal_titles: dict[str, str]
    asset_titles: dict[str, str]
    partnership_titles: dict[str, str]
    countries: Weighted[Country]

    def name(self, pattern: Pattern, sector: Sector, draws: Draws) -> tuple[str, str]:
        """A made-up Vietnamese name and its English counterpart, without the marks."""
        word = f"{draws.pick(self.first)} {draws.pick(self.second)}"
        return (
            pattern.vi.format(sector=sector.vi, word=word),
            pattern.en.format(sector=sector.en, word=anyascii(word)),
        )

    def foreign(self, what: str, draws: Draws) -> tuple[Country, str]:
        """A made-up foreign body: its country, and a plain name that is in no register."""
        country = self.countries.draw(draws)
        return country, f"{country.en} {what} {draws.whole(1, 400):03d} {self.mark_en}"


@functools.cache
def words() -> Words:
    """The shipped word stock."""
    data = read("names")
    return Words(
        mark_vi=data["mark"]["vi"],
        mark_en=data["mark"]["en"],
        first=tuple(data["words"]["first"]),
        second=tuple(data["words"]["second"]),
        sectors=tuple(Sector(**row) for row in data["sector"]),
        sorts=tuple(_sort(row) for row in data["sort"]),
        deal_titles=data["deal_titles"],
        asset_titles=data["asset_titles"],
        partnership_titles=data["partnership_titles"],
        countries=Weighted({Country(row["code"], row["en"]): row["weight"] for row in data["country"]}),
    )


def read(name: str) -> dict[str, Any]:
    """The data of `definitions/demo/<name>.toml`."""
    source = importlib.resources.files("stregistry") / "definitions" / "demo" / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _sort(row: dict[str, Any]) -> Sort:
    patterns = tuple(Pattern(**pattern) for pattern in row.pop("patterns"))
    return Sort(**{**row, "founded": tuple(row["founded"])}, patterns=patterns)
