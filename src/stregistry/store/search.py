"""Finding organisations: by name with or without diacritics, by identifier, by the number of a certificate.

SQL gives the candidates and Python judges them, so that every engine gives the same list in the same order.
"""

import functools
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
from sqlalchemy import and_, func, or_, select

from stregistry.model import KINDS, Role
from stregistry.store.words import storable
from stregistry.text import Text, collation_key, fold, tidy

if TYPE_CHECKING:
    from stregistry.store.view import View

# What stands between words; any other sign belongs to its word: 100%, C++.
_BETWEEN: Final = re.compile(r"[\s\-–—.,;:/\\()\[\]{}'\"“”‘’«»&|·•]+")
_TONES: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SCHEMED: Final = re.compile(r"([A-Za-z_]+)\s*:\s*(?!//)(\S.*)")
_TEXT: Final = Text("Nội dung cần tìm", "The text searched for")
# A shorter beginning of a number is nobody's number.
_LEAST_NUMBER: Final = 4

# How a text lies in a name, the nearest first; an identifier or a certificate number in full comes before all.
_NUMBER, _WORDS, _JOINED, _BEGINNING, _INSIDE = range(5)
_Judged = tuple[int, bool]
_Rank = tuple[Any, ...]


@attrs.frozen(kw_only=True)
class Found:
    """An organisation that a text led to.

    id: the canonical one where several records are one body. name: its name on the view's day.
    by: "name", the scheme of an identifier, or "certificate". value: the name or number that was met, as written.
    """

    id: int
    name: str
    by: str
    value: str


def search(view: "View", text: str, limit: int = 20) -> tuple[Found, ...]:
    """The organisations that hold on the view's day under such a name or number, the likeliest first.

    An identifier or certificate number in full comes first, in any spelling its scheme allows (a tax code with
    dashes, a ROR address; `mst:…` asks one scheme). Then whole words, words written together or apart, the
    beginning of a word, a part of one; within each a name spelled so before one that is so without diacritics, the
    whole name before a part, the beginning of the name before the rest; equals in the Vietnamese order.
    A certificate leads to its body whatever its own days. Empty for a blank text. Raises DomainError for one that no
    database can hold.
    """
    asked = _Asked.of(storable(text, _TEXT))
    if not asked.folded:
        return ()
    best: dict[int, tuple[_Rank, str, str]] = {}
    same = view.same_bodies()
    for number, rank, by, value in (*_by_number(view, asked), *_by_certificate(view, asked), *_by_name(view, asked)):
        body = number if same is None else same.of(number)
        if body not in best or (rank, by, value) < best[body]:
            best[body] = rank, by, value
    ordered = _first(best, limit)
    names = view.names([body for body, _, _ in ordered])
    return tuple(Found(id=body, name=names.get(body, ""), by=by, value=value) for body, by, value in ordered)


def _first(best: dict[int, tuple[_Rank, str, str]], limit: int) -> list[tuple[int, str, str]]:
    """As many as asked for, in order; only those that stand level with the last are put in the order of names."""
    by_rank: dict[_Rank, list[tuple[int, str, str]]] = {}
    for body, (rank, by, value) in best.items():
        by_rank.setdefault(rank, []).append((body, by, value))
    ordered: list[tuple[int, str, str]] = []
    for rank in sorted(by_rank):
        if len(ordered) >= limit:
            break
        ordered += sorted(by_rank[rank], key=lambda one: (collation_key(one[2]), one[2], one[0]))
    return ordered[: max(limit, 0)]


@attrs.frozen(kw_only=True)
class _Asked:
    """A text searched for, as words in both spellings and as the numbers it may be.

    numbers: (scheme, normalised) it stands for; the scheme is None where none was named.
    """

    folded: str
    words: tuple[str, ...]
    spelled: tuple[str, ...]
    number: str
    numbers: frozenset[tuple[str | None, str]]

    @classmethod
    def of(cls, text: str) -> "_Asked":
        text = tidy(text)
        number, numbers = _numbers(text)
        return cls(
            folded=fold(text),
            words=_split(fold(text)),
            spelled=_split(_spelling(text)),
            number=number,
            numbers=numbers,
        )


def _numbers(text: str) -> tuple[str, frozenset[tuple[str | None, str]]]:
    """The number in a text, and what it may be stored as under each scheme."""
    from stregistry import codes  # python-stdnum imports slowly
    from stregistry.vocab import vocabulary

    schemes: Collection[str] = codes.SCHEMES
    named = _SCHEMED.fullmatch(text)
    if named and named[1].lower() in vocabulary("identifier_scheme").codes:
        scheme, number = named[1].lower(), named[2]
        return number, frozenset({(scheme, codes.check(scheme, number).normalised), (scheme, number)})
    found: set[tuple[str | None, str]] = {(None, text)}
    for scheme in schemes:
        checked = codes.check(scheme, text)
        if checked.verdict in ("valid", "suspect"):
            found.add((scheme, checked.normalised))
    return text, frozenset(found)


def _by_number(view: "View", asked: _Asked) -> Iterator[tuple[int, _Rank, str, str]]:
    """Bodies by an identifier in full, or by the beginning of one."""
    source, numbers = view.rows("organisation"), view.child("organisation", "identifiers")
    wanted = sorted({value for _, value in asked.numbers})
    start = _start(wanted, asked.number)
    begins = len(start) >= _LEAST_NUMBER and any(c.isdigit() for c in start) and " " not in start
    met = [numbers.c.normalised.in_(wanted), numbers.c.value.in_(wanted)]
    if begins:
        met.append(numbers.c.normalised.like(f"{_escaped(start)}%", escape="\\"))
    query = (
        select(source.c.id, numbers.c.scheme, numbers.c.normalised, numbers.c.value)
        .join(numbers, numbers.c.facts == source.c.facts)
        .where(view.holding(source), or_(*met))
    )
    for body, scheme, normalised, value in view.execute(query):
        said = {(scheme, normalised), (None, normalised), (scheme, value), (None, value)}
        if said & asked.numbers:
            yield body, (_NUMBER, False), scheme, value
        elif begins and normalised and normalised.startswith(start) and _allows(asked, scheme):
            yield body, (_BEGINNING, True, normalised != start, False), scheme, value


def _start(wanted: Sequence[str], number: str) -> str:
    """What a longer number may begin with: of its forms the shortest, a tax code's digits without its dashes."""
    digits = re.sub(r"[\s.\-]", "", number)
    forms = [*wanted, digits] if digits.isascii() and digits.isdigit() else wanted
    return min(forms, key=lambda value: (len(value), value))


def _allows(asked: _Asked, scheme: str) -> bool:
    return any(s is None or s == scheme for s, _ in asked.numbers)


def _by_certificate(view: "View", asked: _Asked) -> Iterator[tuple[int, _Rank, str, str]]:
    """Bodies by the number of a certificate of a role of theirs, now or once."""
    from stregistry.codes import certificate

    wanted = certificate.compact(asked.number)
    digits = max(re.findall("[0-9]+", wanted), key=len, default="")
    if not digits:
        return
    organisation = view.rows("organisation")
    for kind, cls in KINDS.items():
        if not issubclass(cls, Role):
            continue
        role = view.rows(kind)
        query = (
            select(role.c.organisation, role.c.certificate_number)
            .join(organisation, and_(organisation.c.id == role.c.organisation, view.holding(organisation)))
            # Digits have no case, in which engines differ beyond ASCII.
            .where(role.c.certificate_number.like(f"%{digits}%"))
            .distinct()
        )
        for body, number in view.execute(query):
            compact = certificate.compact(number)
            if compact == wanted:
                yield body, (_NUMBER, False), "certificate", number
            elif fold(compact) == fold(wanted):
                yield body, (_NUMBER, True), "certificate", number


def _by_name(view: "View", asked: _Asked) -> Iterator[tuple[int, _Rank, str, str]]:
    """Bodies by a name of theirs."""
    source, names = view.rows("organisation"), view.child("organisation", "names")
    words = asked.words or (asked.folded,)
    together = func.replace(func.replace(names.c.folded, " ", ""), "-", "")
    met = [names.c.folded.like("%" + "%".join(map(_escaped, words)) + "%", escape="\\")]
    met.append(together.like(f"%{_escaped(''.join(words))}%", escape="\\"))
    query = (
        select(source.c.id, names.c.value, names.c.folded)
        .join(names, names.c.facts == source.c.facts)
        .where(view.holding(source), or_(*met))
    )
    for body, value, folded in view.execute(query):
        said = _split(folded)
        judged = _lies(asked.words, said) if asked.words else _INSIDE if asked.folded in folded else None
        if judged is None:
            continue
        own = _split(_spelling(value))
        spelled = _lies(asked.spelled, own) if asked.spelled else judged
        # A name may hold the words as spelled and, nearer, without their diacritics.
        lies = (judged, True) if spelled is None else min((spelled, False), (judged, True))
        name, sought = map("".join, (said, asked.words) if lies[1] else (own, asked.spelled))
        whole, begins = name == sought, name.startswith(sought)
        yield body, (*lies, not whole, not begins), "name", value


def _lies(asked: Sequence[str], said: Sequence[str]) -> int | None:
    """How words asked for lie among those of a name: the nearest way, or None when they do not."""
    first, last, many = asked[0], asked[-1], len(asked)
    best: int | None = None
    for i in range(len(said) - many + 1):
        if any(said[i + k] != asked[k] for k in range(1, many - 1)):
            continue
        found = _one(first, said[i]) if many == 1 else _ends(first, last, said[i], said[i + many - 1])
        if found is not None and (best is None or found < best):
            best = found
    if best == _WORDS:
        return best
    joined = "".join(asked)
    if _together(joined, said):
        return _JOINED
    return _INSIDE if best is None and any(joined in word for word in said) else best


def _one(asked: str, said: str) -> int | None:
    if said == asked:
        return _WORDS
    return _BEGINNING if said.startswith(asked) else _INSIDE if asked in said else None


def _ends(first: str, last: str, begin: str, end: str) -> int | None:
    """How the first and the last of several words lie; those between are the same already."""
    if not (begin.endswith(first) and end.startswith(last)):
        return None
    if begin != first:
        return _INSIDE
    return _WORDS if end == last else _BEGINNING


def _together(asked: str, said: Sequence[str]) -> bool:
    """Whether some words of a name, written together, are the words asked for written together: hanoi, ha noi."""
    for i in range(len(said)):
        rest = asked
        for word in said[i:]:
            if not rest.startswith(word):
                break
            rest = rest[len(word) :]
            if not rest:
                return True
    return False


def _split(text: str) -> tuple[str, ...]:
    return tuple(word for word in _BETWEEN.split(text) if word)


def _spelling(value: str) -> str:
    """A text as it is spelled, whatever its case and wherever a tone stands in its syllable (hòa, hoà)."""
    return " ".join(map(_tone_first, _split(unicodedata.normalize("NFC", tidy(value).casefold()))))


@functools.lru_cache(maxsize=4096)
def _tone_first(word: str) -> str:
    """A word with its tone before its letters, so that the beginning of the word is one of this too."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word)
    return "".join(sorted(_TONES.findall(parts))) + unicodedata.normalize("NFC", _TONES.sub("", parts))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
