"""Which records a count leaves out, so that a merged body is counted once."""

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from stregistry.model import Organisation, Role, record_class
from stregistry.store.identity.same import same_bodies
from stregistry.store.write import chunks

if TYPE_CHECKING:
    from stregistry.store.view import View


def counted_already(view: "View", kind: str) -> frozenset[int]:
    """Records of a kind that another record of the same merged body stands for; one small read without any.

    Of bodies the canonical record counts, of roles (of one kind) that of the canonical one; a record that
    holds at no time together with it is counted too. Events are counted as they are.
    """
    cls = record_class(kind)
    if not issubclass(cls, (Organisation, Role)):
        return frozenset()
    with view.reading() as conn:
        same = same_bodies(conn, view.tables, view.known)
        if same is None:
            return frozenset()
        source = view.rows(kind)
        body = source.c.id if cls is Organisation else source.c.organisation
        query = select(body, source.c.id, source.c.valid_from, source.c.valid_to)
        groups: dict[int, list[tuple[bool, int, int, int, int]]] = defaultdict(list)
        for some in chunks(sorted(same.canonical)):
            for owner, number, start, end in conn.execute(query.where(body.in_(some))):
                canonical = same.of(owner)
                groups[canonical].append((owner != canonical, owner, number, start, end))
    out: set[int] = set()
    for group in groups.values():
        kept: list[tuple[int, int, int]] = []
        for _, owner, number, start, end in sorted(group):
            if any(who != owner and start < until and since < end for who, since, until in kept):
                out.add(number)
            else:
                kept.append((owner, start, end))
    return frozenset(out)
