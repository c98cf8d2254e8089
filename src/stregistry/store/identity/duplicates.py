"""Pairs of organisations that may be one body: by identifier, by core name within a place, by likeness."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs
from sqlalchemy import select

from stregistry.places import place_table
from stregistry.store.identity.core_name import core_of
from stregistry.store.identity.likeness import Names, Pairs, add, by_name, paired
from stregistry.store.identity.same import Same, decisions, same_bodies
from stregistry.store.layout import Row
from stregistry.store.write import chunks
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.store.view import View

# Numbers that name one body. A certificate's number does not: its issuer and date belong to it.
_NAMING: Final = frozenset({"mst", "ror", "isni", "lei", "wikidata", "grid", "fundref", "personal_number"})
_BY_VERDICT: Final = {"valid": 1.0, "unchecked": 0.95, "suspect": 0.9}
_OTHER_FORM: Final = 0.85  # an institute and a centre of one name are rarely one body
_OTHER_CODE: Final = 0.6
_WITHDRAWN: Final = 0.93  # by ROR, for another record; now and then the two were predecessor and successor
# Codes of which a body has one, by whoever gives them: two different ones are a word against.
_ONE_EACH: Final = {
    "mst": Text("nhưng mã số thuế khác nhau", "but with different tax codes"),
    "ror": Text("nhưng mã ROR khác nhau", "but with different ROR ids"),
}
_LEAST: Final = 0.75


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


def find_duplicates(view: "View", least: float = _LEAST) -> list[Candidate]:
    """The candidates on the view's day as known, the surest first; those decided same or different are left out.

    least: the lowest score listed. Raises StregistryError when rapidfuzz is not installed.
    """
    same, decided, names, numbers = _read(view)
    pairs: Pairs = {}
    _by_identifier(numbers, pairs)
    _by_withdrawal(view, same, pairs)
    by_name(names, pairs)
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


def _read(view: "View") -> tuple[Same | None, Sequence[Any], Names, list[Row]]:
    """What is needed, in one read: decisions, names, and (body, scheme, normalised, verdict)."""
    source = view.rows("organisation")
    name, number = view.child("organisation", "names"), view.child("organisation", "identifiers")
    named = (
        select(source.c.id, source.c.place, source.c.valid_from, name.c.folded)
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
    cores = {folded: core_of(folded) for folded in {r[3] for r in rows}}
    provinces = {said: _province(*said, day) for said in {(place, start) for _, place, start, _ in rows}}
    unique = sorted({(of(i), provinces[place, start], *cores[folded]) for i, place, start, folded in rows})
    names = Names([u[0] for u in unique], [u[2] for u in unique], [u[3] for u in unique], [u[1] for u in unique])
    return same, decided, names, [(of(i), *rest) for i, *rest in numbers]


def _province(code: str | None, stated: int, day: int) -> str:
    """The code of the province that a place lies in on a day: one file names the commune, another the old province."""
    table = place_table()
    place = table.meant(code, stated) if code else None
    province = table.rolled_up(place, "province") if place else None
    if province is None:
        return code or ""
    while province.end <= day and len(after := table.successors(province)) == 1:
        province = after[0]
    return province.code


def _by_identifier(numbers: Sequence[Row], pairs: Pairs) -> None:
    held: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for body, scheme, value, verdict in numbers:
        held[scheme, value].append((body, verdict))
    for (scheme, value), holders in held.items():
        if len(holders) > 1:
            score = min(_BY_VERDICT.get(v, 0.9) for _, v in holders)
            shown = "…" if scheme == "personal_number" or (scheme == "mst" and len(value) == 12) else value
            why = Text(f"cùng mã định danh {scheme} {shown}", f"same identifier {scheme} {shown}")
            for a, b in paired(b for b, _ in holders):
                add(pairs, a, b, score, why)


def _by_withdrawal(view: "View", same: Same | None, pairs: Pairs) -> None:
    """ROR withdraws a record that was made twice and names the one to use instead as its successor."""
    source = view.rows("organisation")
    code, led = view.child("organisation", "identifiers"), view.child("organisation", "relations")
    withdrawn = (
        select(source.c.id, led.c.body, led.c.identifier, code.c.normalised)
        .join(code, code.c.facts == source.c.facts)
        .join(led, led.c.facts == source.c.facts)
        .where(view.holding(source), code.c.scheme == "ror", code.c.until <= view.valid, led.c.kind == "successor")
    )
    rows = view.execute(withdrawn)
    instead = sorted({ror for _, body, ror, _ in rows if body is None and ror})
    held: dict[str, int] = {}
    for some in chunks(instead):
        query = (
            select(code.c.normalised, source.c.id)
            .join(source, source.c.facts == code.c.facts)
            .where(view.holding(source), code.c.scheme == "ror", code.c.normalised.in_(some))
        )
        held.update((ror, number) for ror, number in view.execute(query))
    of = same.of if same is not None else int
    for number, body, ror, own in rows:
        other = body if body is not None else held.get(ror or "")
        if other is not None:
            why = Text(
                f"ROR đã rút bản ghi {own} và nêu bản ghi kia thay thế",
                f"ROR has withdrawn the record {own} and names the other instead",
            )
            add(pairs, of(number), of(other), _WITHDRAWN, why)


def _weigh(names: Names, numbers: Sequence[Row], pairs: Pairs) -> None:
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
