"""Which bodies bear a name: what a cell that gives a name instead of a code may have meant."""

from collections.abc import Iterable

import attrs
from sqlalchemy import Connection, select

from stregistry.store.tables import Tables
from stregistry.store.write import chunks
from stregistry.text import fold, tidy

_CODES = ("mst", "ror")  # in the order they are told


@attrs.frozen(kw_only=True)
class NamedBody:
    """An organisation that bears a name now.

    code: `mst:…` or `ror:…`, else what a source may write for it; None when there is nothing. place: its code.
    """

    id: int
    code: str | None
    place: str | None


def bodies_named(conn: Connection, tables: Tables, names: Iterable[str]) -> dict[str, list[NamedBody]]:
    """The organisations that bear each name, letter by letter but for capitals; a name nobody bears is left out."""
    kind = tables.kinds["organisation"]
    called, held, current = kind.children["names"], kind.children["identifiers"], kind.current
    wanted: dict[str, list[str]] = {}
    for name in names:
        wanted.setdefault(tidy(name).casefold(), []).append(name)
    places: dict[int, str | None] = {}
    bearers: dict[str, set[int]] = {}
    for some in chunks(list(dict.fromkeys(fold(name) for name in wanted))):
        query = (
            select(called.c.value, current.c.id, current.c.place)
            .join(current, current.c.facts == called.c.facts)
            .where(called.c.folded.in_(some))
            .order_by(current.c.row)
        )
        for value, number, place in conn.execute(query):
            for name in wanted.get(tidy(value).casefold(), ()):
                bearers.setdefault(name, set()).add(number)
                places[number] = place
    codes: dict[int, dict[str, str]] = {}
    for few in chunks(sorted(places)):
        query = (
            select(current.c.id, held.c.scheme, held.c.normalised)
            .join(current, current.c.facts == held.c.facts)
            .where(current.c.id.in_(few), held.c.scheme.in_(_CODES))
        )
        for number, scheme, value in conn.execute(query):
            codes.setdefault(number, {}).setdefault(scheme, f"{scheme}:{value}")

    def body(number: int) -> NamedBody:
        code = next((codes[number][s] for s in _CODES if s in codes.get(number, {})), None)
        return NamedBody(id=number, code=code, place=places[number])

    return {name: [body(number) for number in sorted(ids)] for name, ids in bearers.items()}
