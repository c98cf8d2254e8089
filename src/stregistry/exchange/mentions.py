"""Cells that name bodies: party columns and references become ids, or stay names with a warning."""

from collections.abc import Iterable, Sequence
from typing import Final

from stregistry.exchange.childrows import Rows, row_maker
from stregistry.exchange.content import Content, Mentions
from stregistry.exchange.issues import Problems
from stregistry.exchange.known import Directory
from stregistry.exchange.parse import Values, pieces
from stregistry.store.layout import ChildLayout
from stregistry.text import fold

_PERSON: Final = ("person", "ca nhan")  # the word before a colon, folded


def person_of(word: str) -> str | None:
    """The individual that `person:…` or `cá nhân: …` names, None for anything else."""
    mark, colon, name = word.partition(":")
    return name.strip() or None if colon and fold(mark) in _PERSON else None


def mentioned(mentions: Iterable[Mentions], rows: Sequence[int]) -> set[str]:
    """Every word that may name a body, in the given rows."""
    words: set[str] = set()
    for one in mentions:
        cells = {one.texts[i] for i in rows}
        words.update(word for cell in cells if cell for word in pieces(cell) if person_of(word) is None)
    return words


def resolve_mentions(content: Content, rows: Sequence[int], directory: Directory, problems: Problems) -> Content:
    """The content with its references as ids and its parties as child rows.

    rows: those still in good standing; the others keep empty references. A reference that names no
    known body is an error; a party stays as it was written, with a warning.
    """
    bodies = directory.look_up(mentioned(content.mentions, rows))
    columns, slots = dict(content.columns), {name: list(lists) for name, lists in content.slots.items()}
    for one in content.mentions:
        target = one.header.column.target or ""
        if one.many:
            child = content.layout.child(target)
            slots.setdefault(target, []).append(_parties(one, child, rows, bodies, problems))
        else:
            columns[target] = resolve_refs(one, rows, bodies, problems)
    return Content(layout=content.layout, columns=columns, slots=slots, said_of=content.said_of)


def resolve_refs(one: Mentions, rows: Sequence[int], bodies: dict[str, int], problems: Problems) -> Values:
    """The id each cell of a reference column names."""
    found: Values = [None] * len(one.texts)
    for i in rows:
        text = one.texts[i]
        if not text:
            continue
        words = pieces(text)
        if len(words) > 1:
            problems.at(i, "several_refs", column=one.header.text, value=text, found=len(words))
        elif words and words[0] in bodies:
            found[i] = bodies[words[0]]
        else:
            problems.at(i, "unresolved_ref", column=one.header.text, value=text)
    return found


def _parties(
    one: Mentions, child: ChildLayout, rows: Sequence[int], bodies: dict[str, int], problems: Problems
) -> list[Rows]:
    fixed = one.header.column.fixed
    known, named, person = (row_maker(child, vary, **fixed) for vary in ("body", "name", "person"))
    memo: dict[str | None, Rows] = {None: ()}
    unknown: dict[str | None, list[str]] = {}
    for cell in set(one.texts):
        if cell is None:
            continue
        made = []
        for word in dict.fromkeys(pieces(cell)):
            individual = person_of(word)
            if individual is not None:
                made.append(person(individual))
            elif word in bodies:
                made.append(known(bodies[word]))
            else:
                made.append(named(word))
                unknown.setdefault(cell, []).append(word)
        memo[cell] = tuple(made)
    if unknown:
        for i in rows:
            for word in unknown.get(one.texts[i], ()):
                problems.at(i, "unresolved_party", column=one.header.text, value=word)
    return [memo[cell] for cell in one.texts]
