"""Reading the name of a place as people write it."""

import re
from collections.abc import Iterable
from typing import Final

import attrs

from stregistry.dates import FOREVER
from stregistry.errors import NotFoundError
from stregistry.places.territory import TYPES, Naming, Place, PlaceTable, level_rank, unknown
from stregistry.text import Text, fold, tidy

# A type word -> the types it may stand for, likeliest first. People keep a unit's old word for
# years, and write the new one early, so "tỉnh" also finds a city and "thành phố" a province.
_CITY = ("municipality", "provincial_city", "province")
_PROVINCE = ("province", "municipality")
_VIETNAMESE: Final = {
    "thành phố": _CITY,
    "tỉnh": _PROVINCE,
    "quận": ("urban_district",),
    "huyện": ("rural_district",),
    "thị xã": ("town",),
    "phường": ("ward",),
    "xã": ("commune",),
    "thị trấn": ("township",),
    "đặc khu": ("special_zone",),
}
_ENGLISH: Final = {
    "city": _CITY,
    "province": _PROVINCE,
    "district": ("urban_district", "rural_district"),
    "town": ("town", "township"),
    "ward": ("ward",),
    "commune": ("commune",),
    "township": ("township",),
}
_SHORT: Final = {"tp": "thành phố", "tx": "thị xã", "tt": "thị trấn"}
_LETTER: Final = {"t": "tỉnh", "q": "quận", "h": "huyện", "p": "phường", "x": "xã"}
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    **_ENGLISH,
    **_VIETNAMESE,
    # As written or without diacritics, but not with others: "Xà Phiên" has no type in it.
    **{fold(word): types for word, types in _VIETNAMESE.items()},
    **{short: _VIETNAMESE[word] for short, word in {**_SHORT, **_LETTER}.items()},
}
_LONG = "|".join([*_VIETNAMESE, *map(fold, _VIETNAMESE)])
# One letter alone needs its full stop: "T. Hậu Giang" has a type, "T Hậu Giang" has a slip of the pen.
_BEFORE = re.compile(rf"(?:({_LONG})\s|({'|'.join(_SHORT)})[.\s]|([{''.join(_LETTER)}])\.)\s*(?=\S)")
_AFTER = re.compile(rf"\s({'|'.join(_ENGLISH)})$")


@attrs.frozen
class Hit:
    """A territory that bears a name asked for.

    bare: the name was given without a type word.
    misfit: 0 when the type word given is that of this naming, more the less likely it is meant.
    stretched: the type word given never stands for the type of this naming: `Xã` for a township.
    """

    place: Place
    naming: Naming
    bare: bool
    misfit: int
    stretched: bool = False

    def rank(self, day: int, spellings: tuple[str, ...]) -> tuple[int, ...]:
        """How likely the territory is meant on a day; less is likelier."""
        coarseness = level_rank(self.place.level)
        return (
            not (self.bare and coarseness <= level_rank("province")),
            self.stretched,
            not self.place.in_force(day),
            self.misfit,
            coarseness,
            self.naming.name.vi.lower() not in spellings,
        )


class Gazetteer:
    """The names of a table's territories, and what people write instead of them.

    aliases: (other name, code), for names no rule of spelling gives: TP.HCM, BR-VT.
    """

    def __init__(self, table: PlaceTable, aliases: Iterable[tuple[str, str]] = ()) -> None:
        self.table = table
        self._names: dict[str, list[tuple[Place, Naming]]] = {}
        for place in table:
            for naming in place.namings:
                for key in {name_key(naming.name.vi), name_key(naming.name.en)}:
                    self._names.setdefault(key, []).append((place, naming))
        for alias, code in aliases:
            self._names.setdefault(name_key(alias), []).extend((p, p.namings[-1]) for p in table.versions(code))

    def named(self, text: str) -> tuple[Hit, ...]:
        """Every territory ever called so, by any spelling of the name; empty when there is none."""
        body, types = split_type(text)
        hits = [Hit(place, naming, bare=True, misfit=0) for place, naming in self._names.get(name_key(text), ())]
        levels = {TYPES[t][0] for t in types}
        hits += [
            Hit(
                place,
                naming,
                bare=False,
                misfit=types.index(naming.type) if naming.type in types else len(types),
                stretched=naming.type not in types,
            )
            for place, naming in self._names.get(name_key(body), ())
            if place.level in levels
        ]
        return tuple(hits)

    def find(self, text: str, day: int | None = None) -> Place:
        """The territory a code or a name stands for in a record of that day (None: the newest).

        A territory in force on the day wins; one of another time comes back as itself. A bare
        name is a province's before it is a ward's, even when the province has ended: in 2026
        `Sóc Trăng` without `Phường` still means the former province. Raises NotFoundError for a
        name nothing bears (the nearest is named) and for one several units bear (all are listed).
        """
        on = FOREVER - 1 if day is None else day
        text = tidy(text)
        if text.isascii() and text.isalnum() and (place := self.table.meant(text.upper().zfill(2), on)):
            return place
        body, _ = split_type(text)
        best: dict[Place, tuple[int, ...]] = {}
        for hit in self.named(text):
            rank = hit.rank(on, (text.lower(), body.lower()))
            best[hit.place] = min(rank, best.get(hit.place, rank))
        if not best:
            names = [naming.name.vi for place in self.table for naming in place.namings]
            raise unknown(Text("địa bàn", "place"), text, names, body)
        top = min(best.values())
        found = [place for place, rank in best.items() if rank == top]
        if len({place.code for place in found}) > 1:
            raise self._ambiguous(text, found)
        begun = [place for place in found if place.start <= on]
        return begun[-1] if begun else found[0]

    def _ambiguous(self, text: str, found: list[Place]) -> NotFoundError:
        def listed(lang: str) -> str:
            parents = {p: self.table.parent(p) for p in found}
            return "; ".join(
                f"{p.code} {p.namings[-1].full[lang]}" + (f" ({up.name[lang]})" if (up := parents[p]) else "")
                for p in found
            )

        return NotFoundError(
            Text(
                f"'{text}' là tên của nhiều địa bàn: {listed('vi')}. Hãy ghi mã.",
                f"'{text}' is the name of several places: {listed('en')}. Write the code.",
            ),
            text=text,
            candidates=tuple(p.code for p in found),
        )


def name_key(text: str) -> str:
    """What a name is looked up by: folded letters and digits only, so that `Ha Noi` is `Hanoi`.

    >>> name_key("Bà Rịa - Vũng Tàu")
    'bariavungtau'
    """
    return "".join(filter(str.isalnum, fold(text)))


def split_type(text: str) -> tuple[str, tuple[str, ...]]:
    """The name without its type word, and the types that word may stand for, likeliest first.

    The types are empty when there is no type word.

    >>> split_type("TP.Cần Thơ")
    ('Cần Thơ', ('municipality', 'provincial_city', 'province'))
    >>> split_type("Xà Phiên"), split_type("Hau Giang Province")[0]
    (('Xà Phiên', ()), 'Hau Giang')
    """
    text = tidy(text)
    if match := _BEFORE.match(text.lower()):
        return text[match.end() :], _WORDS[match[match.lastindex or 0]]
    if match := _AFTER.search(text.lower()):
        return text[: match.start()], _WORDS[match[1]]
    return text, ()
