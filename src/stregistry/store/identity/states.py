"""The states of bodies as counts read them: merged records under their surviving values, predecessors as successors.

Nothing of it costs where nobody decided and no indicator follows successions: then it is the table itself.
"""

import itertools
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import BindParameter, Connection, FromClause, bindparam, cast, column, select, union_all, values

from stregistry.dates import ALWAYS
from stregistry.model import Organisation
from stregistry.store.identity.merged import Ranked, ranked_by
from stregistry.store.identity.same import Same
from stregistry.store.layout import layout
from stregistry.store.read import Version, load_versions
from stregistry.store.write import chunks

if TYPE_CHECKING:
    from stregistry.store.view import View

META = ("row", "id", "valid_from", "valid_to", "tx_from", "document", "line")


@attrs.frozen(kw_only=True, eq=False)
class BodyStates:
    """What stands for the table of organisations.

    states: by the id of any record, the states a count reads it with. records: the same, each body once, under its
    canonical id. Both have `META`, the columns asked for, and `since`: the day from which the place code is said.
    ids: the id a record counts under, where it is another: the canonical one, or that of the last successor.
    followed: the records that count as a successor, with its id.
    """

    states: FromClause
    records: FromClause
    ids: Mapping[int, int]
    followed: Mapping[int, int]

    @property
    def plain(self) -> bool:
        """Whether every record stands for itself."""
        return not self.ids


def body_states(
    view: "View", columns: Collection[str], followed: Mapping[int, int], conn: Connection, same: Same | None
) -> BodyStates:
    """The states of organisations with the given columns of their table.

    followed: body to the one that took its place; it is counted with that one's states, of which the first
    reaches back to before the body was there.
    """
    source = view.rows("organisation")
    names = (*META, *dict.fromkeys(name for name in columns if name not in META))
    if same is None and not followed:
        return BodyStates(states=source, records=source, ids={}, followed={})
    canonical = dict(same.canonical) if same is not None else {}
    heirs = {record: heir for record, heir in followed.items() if heir != canonical.get(record, record)}
    wanted = {*canonical, *heirs.values()}
    spread = same.spread(wanted) if same is not None else wanted
    pieces = _pieces(conn, view, same, sorted(spread))
    made: list[dict[str, Any]] = []
    own: list[dict[str, Any]] = []
    for record in sorted({*canonical, *heirs}):
        body = heirs.get(record)
        states = pieces.get(canonical.get(record, record) if body is None else body, [])
        for n, version in enumerate(states):
            row = _row(version, names, -(len(made) + 1)) | {"id": record, "since": version.valid_from}
            if body is not None and n == 0:
                row["valid_from"] = ALWAYS
            made.append(row)
            if body is None and canonical.get(record) == record:
                own.append(row)
    ids = {m: c for m, c in canonical.items() if m != c} | heirs
    return BodyStates(
        states=_instead(source, names, {*canonical, *heirs}, made, "counted_bodies"),
        records=_instead(source, names, set(canonical), own, "merged_bodies"),
        ids=ids,
        followed=heirs,
    )


def _pieces(conn: Connection, view: "View", same: Same | None, ids: Sequence[int]) -> dict[int, list[Version]]:
    """For each body, by canonical id, its states one after another; a new one where any of its records changes."""
    source = view.rows("organisation")
    tables = view.tables.kinds["organisation"]
    versions = [v for some in chunks(ids) for v in load_versions(conn, tables, source, source.c.id.in_(some))]
    groups: dict[int, list[Version]] = defaultdict(list)
    for version in versions:
        number = version.record.id or 0
        groups[number if same is None else same.of(number)].append(version)
    if same is None:
        return groups
    ranked: Ranked = ranked_by(conn, view.tables, view.known, same, versions)
    found: dict[int, list[Version]] = {}
    for canonical, group in groups.items():
        if len({v.record.id for v in group}) == 1 and canonical not in same.members:
            found[canonical] = group
            continue
        days = sorted({day for v in group for day in (v.valid_from, v.valid_to)})
        found[canonical] = []
        for start, end in itertools.pairwise(days):
            here = [v for v in group if v.valid_from <= start and end <= v.valid_to]
            if here:
                one = ranked.one(canonical, here).version
                found[canonical].append(attrs.evolve(one, valid_from=start, valid_to=end))
    return found


def _row(version: Version, names: Sequence[str], number: int) -> dict[str, Any]:
    plan = layout(Organisation)
    content, _ = plan.encode(version.record)
    meta = {
        "row": number,
        "id": version.record.id,
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "tx_from": version.tx_from,
        "document": version.document,
        "line": version.line,
    }
    return {name: meta[name] if name in meta else content[plan.at[name]] for name in names}


def _instead(
    source: FromClause, names: Sequence[str], left: Collection[int], made: Sequence[dict[str, Any]], name: str
) -> FromClause:
    """The source without the records of some ids, and with these rows."""
    # Written out, since a database takes only so many bound values.
    out: BindParameter[Any] = bindparam(f"{name}_out", sorted(left), expanding=True, literal_execute=True)
    kept = select(*(source.c[n] for n in names), source.c.valid_from.label("since")).where(source.c.id.not_in(out))
    if not made:
        return kept.subquery(name)
    types = {n: source.c[n].type for n in names} | {"since": source.c.valid_from.type}
    rows = values(*(column(n, t) for n, t in types.items()), name=f"{name}_rows", literal_binds=True)
    listed = rows.data([tuple(row[n] for n in types) for row in made]).cte(f"{name}_listed")
    # PostgreSQL takes a column without any value for text.
    return union_all(kept, select(*(cast(listed.c[n], t).label(n) for n, t in types.items()))).subquery(name)
