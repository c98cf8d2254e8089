"""Pairs of organisations that may be one body: by identifier, by core name within a place, by likeness."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs
from sqlalchemy import select

from stregistry.errors import StregistryError
from stregistry.store.identity.core_name import core_of
from stregistry.store.identity.same import Same, decisions, same_bodies
from stregistry.store.layout import Row
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.store.view import View

# Numbers that name one body. A certificate's number does not: its issuer and date belong to it.
_NAMING: Final = frozenset({"mst", "ror", "isni", "lei", "wikidata", "grid", "fundref", "personal_number"})
_BY_VERDICT: Final = {"valid": 1.0, "unchecked": 0.95, "suspect": 0.9}
_SAME_CORE: Final = 0.95
_ALIKE: Final = 88  # of 100; below it made-up names of unlike bodies outnumber the true pairs
_SHORT, _SHORT_ALIKE = 12, 92  # one letter weighs more in a short name
_OTHER_FORM: Final = 0.85  # an institute and a centre of one name are rarely one body
_OTHER_CODE: Final = 0.6
# Codes of which a body has one, by whoever gives them: two different ones are a word against.
_ONE_EACH: Final = {
    "mst": Text("nhưng mã số thuế khác nhau", "but with different tax codes"),
    "ror": Text("nhưng mã ROR khác nhau", "but with different ROR ids"),
}
_OTHER_WORD: Final = 0.75
_COMMON: Final = 5  # a word in more names than this is no slip of the pen
_LEAST: Final = 0.75
_CROWD: Final = 60  # equal names beyond this many are paired with the first only
_BLOCK: Final = 3000  # names compared all with all; a matrix of 9 MB


@attrs.frozen(kw_only=True)
class Candidate:
    """Two organisations that may be one body.

    score: 0 to 1. relation: "duplicate", or "branch_of": `one` is then a branch of `two` (13-digit
    MST), which is no duplicate. unsure: somebody looked already and could not say.
    """

    one: int
    two: int
    one_name: str
    two_name: str
    score: float
    relation: Literal["duplicate", "branch_of"]
    unsure: bool
    reasons: tuple[Text, ...]


@attrs.define
class _Found:
    score: float
    reasons: list[Text]


@attrs.frozen(eq=False)
class _Names:
    """Every name as columns: whose it is, its core and form, its place."""

    body: list[int]
    core: list[str]
    form: list[str]
    place: list[str]


Pairs = dict[tuple[int, int], _Found]


def find_duplicates(view: "View", least: float = _LEAST) -> list[Candidate]:
    """The candidates on the view's day as known, the surest first; those decided same or different are left out.

    least: the lowest score listed. Raises StregistryError when rapidfuzz is not installed.
    """
    same, decided, names, numbers = _read(view)
    pairs: Pairs = {}
    _by_identifier(numbers, pairs)
    _by_core(names, pairs)
    _by_likeness(names, pairs)
    _weigh(names, numbers, pairs)
    kept = {pair: found for pair, found in pairs.items() if found.score >= least}
    branches = _branches(numbers)
    for branch, parent in branches:
        kept.pop((min(branch, parent), max(branch, parent)), None)
    settled, unsure = _settled(decided, same)
    shown = [p for p in kept if p not in settled]
    titles = view.names(sorted({i for p in (*shown, *branches) for i in p}))
    found = [
        Candidate(
            one=a,
            two=b,
            one_name=titles.get(a, ""),
            two_name=titles.get(b, ""),
            score=round(kept[a, b].score, 3),
            relation="duplicate",
            unsure=(a, b) in unsure,
            reasons=tuple(kept[a, b].reasons),
        )
        for a, b in shown
    ]
    said = Text(
        "chi nhánh: mười số đầu của mã số thuế là của tổ chức kia", "branch of: the tax code begins with the other's"
    )
    found += [
        Candidate(
            one=a,
            two=b,
            one_name=titles.get(a, ""),
            two_name=titles.get(b, ""),
            score=0.0,
            relation="branch_of",
            unsure=False,
            reasons=(said,),
        )
        for a, b in branches
        if (min(a, b), max(a, b)) not in settled
    ]
    return sorted(found, key=lambda c: (-c.score, c.one, c.two))


def _read(view: "View") -> tuple[Same | None, Sequence[Any], _Names, list[Row]]:
    """What is needed, in one read: decisions, names, and (body, scheme, normalised, verdict)."""
    source = view.rows("organisation")
    name, number = view.child("organisation", "names"), view.child("organisation", "identifiers")
    named = (
        select(source.c.id, source.c.place, name.c.folded)
        .join(name, name.c.facts == source.c.facts)
        .where(view.holding(source), name.c.kind.is_(None) | name.c.kind.in_(("official", "alias", "former")))
    )
    day = view.valid
    numbered = (
        select(source.c.id, number.c.scheme, number.c.normalised, number.c.verdict)
        .join(number, number.c.facts == source.c.facts)
        .where(
            view.holding(source),
            number.c.scheme.in_(sorted(_NAMING)),
            number.c.verdict != "invalid",
            number.c.since.is_(None) | (number.c.since <= day),
            number.c.until.is_(None) | (number.c.until > day),
        )
    )
    with view.reading() as conn:
        same = same_bodies(conn, view.tables, view.known)
        decided = decisions(conn, view.tables, view.known)
        rows = conn.execute(named).all()
        numbers = [tuple(r) for r in conn.execute(numbered)]
    of = same.of if same is not None else int
    cores = {folded: core_of(folded) for folded in {r[2] for r in rows}}
    unique = sorted({(of(i), place or "", *cores[folded]) for i, place, folded in rows})
    names = _Names([u[0] for u in unique], [u[2] for u in unique], [u[3] for u in unique], [u[1] for u in unique])
    return same, decided, names, [(of(i), *rest) for i, *rest in numbers]


def _add(pairs: Pairs, a: int, b: int, score: float, reason: Text) -> None:
    if a == b:
        return
    found = pairs.setdefault((a, b) if a < b else (b, a), _Found(0.0, []))
    found.score = max(found.score, score)
    if reason not in found.reasons:
        found.reasons.append(reason)


def _paired(bodies: Iterable[int]) -> Iterable[tuple[int, int]]:
    some = sorted(set(bodies))
    return combinations(some, 2) if len(some) <= _CROWD else ((some[0], other) for other in some[1:])


def _by_identifier(numbers: Sequence[Row], pairs: Pairs) -> None:
    held: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for body, scheme, value, verdict in numbers:
        held[scheme, value].append((body, verdict))
    for (scheme, value), holders in held.items():
        if len(holders) > 1:
            score = min(_BY_VERDICT.get(v, 0.9) for _, v in holders)
            shown = "…" if scheme == "personal_number" or (scheme == "mst" and len(value) == 12) else value
            why = Text(f"cùng mã định danh {scheme} {shown}", f"same identifier {scheme} {shown}")
            for a, b in _paired(b for b, _ in holders):
                _add(pairs, a, b, score, why)


def _by_core(names: _Names, pairs: Pairs) -> None:
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for body, core, place in zip(names.body, names.core, names.place, strict=True):
        alike[place, core].append(body)
    for (place, core), bodies in alike.items():
        if len(bodies) > 1:
            where = (
                Text(f", cùng địa bàn {place}", f", same place {place}")
                if place
                else Text(", chưa rõ địa bàn", ", no place")
            )
            why = Text(f"cùng tên gốc '{core}'{where.vi}", f"same core name '{core}'{where.en}")
            for a, b in _paired(bodies):
                _add(pairs, a, b, _SAME_CORE if place else _SAME_CORE - 0.1, why)


def _by_likeness(names: _Names, pairs: Pairs) -> None:
    import numpy as np

    try:
        from rapidfuzz import fuzz, process
    except ImportError as error:
        raise StregistryError(
            Text(
                "Tìm hồ sơ trùng cần gói rapidfuzz: pip install 'stregistry[matching]'.",
                "Finding duplicates needs rapidfuzz: pip install 'stregistry[matching]'.",
            )
        ) from error
    # Words in order, so that a change of order is no difference; digits decide (Trạm 1 is not Trạm 2).
    words = [" ".join(sorted(core.split())) for core in names.core]
    digits = ["".join(c for c in core if c.isdigit()) for core in names.core]
    common = Counter(word for one in set(words) for word in set(one.split()))
    for block in _blocks(names, words):
        some = [words[i] for i in block]
        scores = process.cdist(some, some, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.uint8)
        rows, columns = np.nonzero(np.triu(scores, 1))
        for r, c in zip(rows.tolist(), columns.tolist(), strict=True):
            i, j, score = block[r], block[c], int(scores[r, c])
            short = min(len(words[i]), len(words[j])) < _SHORT and score < _SHORT_ALIKE
            if names.body[i] == names.body[j] or digits[i] != digits[j] or names.core[i] == names.core[j] or short:
                continue
            why = Text(
                f"tên gốc giống nhau {score}%: '{names.core[i]}', '{names.core[j]}'",
                f"core names {score}% alike: '{names.core[i]}', '{names.core[j]}'",
            )
            likely = _OTHER_WORD if _other_word(words[i], words[j], common) else 1.0
            _add(pairs, names.body[i], names.body[j], likely * 0.93 * score / 100, why)


def _other_word(one: str, two: str, common: Counter[str]) -> bool:
    """Whether they differ by words that others bear too: Minh and Linh are two names, Minh and Mih one misspelt."""
    a, b = Counter(one.split()), Counter(two.split())
    only_one, only_two = a - b, b - a
    return bool(only_one and only_two) and all(min(common[w] for w in only) > _COMMON for only in (only_one, only_two))


def _blocks(names: _Names, words: Sequence[str]) -> Iterable[list[int]]:
    """Positions of names to compare with each other: a place; a crowded place by the words its names share."""
    places: dict[str, list[int]] = defaultdict(list)
    for i, place in enumerate(names.place):
        places[place].append(i)
    for some in places.values():
        if len(some) <= _BLOCK:
            yield some
            continue
        shared: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i in some:
            parts = sorted(set(words[i].split()))
            # Two words in common, or one word where there is no second.
            for key in combinations(parts, 2) if len(parts) > 1 else [(words[i], "")]:
                shared[key].append(i)
        for block in shared.values():
            if len(block) > 1:
                # Of a very common couple, those that stand near each other in the order of words.
                block.sort(key=words.__getitem__)
                for start in range(0, len(block), _BLOCK // 2):
                    yield block[start : start + _BLOCK]
                    if start + _BLOCK >= len(block):
                        break


def _weigh(names: _Names, numbers: Sequence[Row], pairs: Pairs) -> None:
    """Lowers the score of pairs that differ in form, or hold different valid tax codes or ROR ids."""
    forms: dict[int, set[str]] = defaultdict(set)
    for body, form in zip(names.body, names.form, strict=True):
        if form:
            forms[body].add(form)
    codes: dict[str, dict[int, set[str]]] = {scheme: defaultdict(set) for scheme in _ONE_EACH}
    for body, scheme, value, verdict in numbers:
        if scheme in codes and verdict == "valid":
            codes[scheme][body].add(value)
    for (a, b), found in pairs.items():
        if found.score >= min(_BY_VERDICT.values()) and any(r.en.startswith("same identifier") for r in found.reasons):
            continue
        if forms[a] and forms[b] and not forms[a] & forms[b]:
            found.score *= _OTHER_FORM
            found.reasons.append(Text("nhưng loại hình khác nhau", "but of different forms"))
        for scheme, told in _ONE_EACH.items():
            mine, theirs = (codes[scheme].get(body, set()) for body in (a, b))
            if mine and theirs and not mine & theirs:
                found.score *= _OTHER_CODE
                found.reasons.append(told)


def _branches(numbers: Sequence[Row]) -> list[tuple[int, int]]:
    """(branch, body) by tax code: 13 digits that begin with the body's ten."""
    owners = {value: body for body, scheme, value, _ in numbers if scheme == "mst" and len(value) == 10}
    found = {
        (body, owners[value[:10]])
        for body, scheme, value, _ in numbers
        if scheme == "mst" and len(value) == 13 and value[:10] in owners
    }
    return sorted((a, b) for a, b in found if a != b)


def _settled(decided: Sequence[Any], same: Same | None) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """The pairs of bodies decided to be different, and those left unsure, under canonical ids."""
    of = same.of if same is not None else int
    settled: set[tuple[int, int]] = set()
    unsure: set[tuple[int, int]] = set()
    for decision, _ in decided:
        a, b = sorted((of(decision.one), of(decision.two)))
        (unsure if decision.verdict == "unsure" else settled).add((a, b))
    return settled, unsure
