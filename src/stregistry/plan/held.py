"""The records a rule looks at: their versions, whether it binds each, and how many do not say."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Final

import attrs
from sqlalchemy import ColumnElement, FromClause, and_, false, func, not_, null, or_, select, true

from stregistry.dates import ALWAYS, FOREVER, PartialDate
from stregistry.framework import Obligation
from stregistry.measures import BodyTest
from stregistry.measures.bodies import surviving, tested
from stregistry.measures.conditions import Conditions
from stregistry.measures.offer import offer
from stregistry.plan.ask import Ask
from stregistry.store.identity.counted import counted_already
from stregistry.store.view import View

# What a record calls itself, the first that it has.
_TITLES: Final = ("title", "contract_number", "certificate_number", "number")


@attrs.frozen(kw_only=True)
class Held:
    """One version of a record that a rule may bind. dates: its date fields; bound: whether the rule binds it.

    facts: what its parties stand under; None for a body. bodies: those its fields refer to, of the fields that may
    say who owes it.
    """

    id: int
    facts: int | None
    bodies: Mapping[str, int]
    start: int
    end: int
    bound: bool
    title: str | None
    dates: Mapping[str, PartialDate]
    changeset: int
    document: int | None
    line: int | None


class Looked:
    """What a rule looks at, as the registry's reads give it: merged bodies are one, under their surviving values."""

    def __init__(self, view: View, rule: Obligation, ask: Ask) -> None:
        self.view, self.rule, self.ask = view, rule, ask
        fields = offer(rule.of).fields
        self._titles = [name for name in _TITLES if name in fields]
        self._refs = [name for name in owing_fields(rule) if name in offer(rule.of).refs]
        names = (*rule.after, rule.due.get("on"), rule.done, "ended_on")
        self._dates = list(dict.fromkeys(name for name in names if name in fields))
        tests = [test for where in rule.binds for test in where]
        own = tested(test for test in tests if not isinstance(test, BodyTest)) if rule.of == "organisation" else {}
        days = [f"{name}{end}" for name in (*self._dates, offer(rule.of).about.on) for end in ("", "_last")]
        columns = (*self._titles, *self._refs, *days, *own) if rule.of == "organisation" else ()
        bodies = surviving(view, columns, rule.binds)
        rows = bodies.records if rule.of == "organisation" else view.rows(rule.of)
        self._record: FromClause = rows.alias("record")
        self._conditions = Conditions(view, rule.of, self._record, bodies.states)

    @cached_property
    def records(self) -> dict[int, list[Held]]:
        """The versions of each record, by the day they hold from."""
        columns, state = self._record.c, offer(self.rule.of).about.state
        title = func.coalesce(*(columns[n] for n in self._titles), null()) if self._titles else null()
        query = select(
            *(columns[n] for n in ("id", "tx_from", "document", "line")),
            (columns.facts if self.rule.of != "organisation" else null()).label("facts"),
            title.label("title"),
            self._binds.label("bound"),
            *([columns.valid_from, columns.valid_to] if state else []),
            *(columns[n] for n in self._refs),
            *(columns[f"{n}{end}"] for n in self._dates for end in ("", "_last")),
        ).order_by(columns.id)
        if not state:
            query = query.where(self._binds)
            if not self.ask.done:
                query = query.where(self._open)
        # A merged body is read as one already.
        once = counted_already(self.view, self.rule.of) if self.rule.of != "organisation" else frozenset()
        found: dict[int, list[Held]] = defaultdict(list)
        start = 9 if state else 7
        for row in self.view.execute(query):
            if row.id in once:
                continue
            refs, days = row[start : start + len(self._refs)], row[start + len(self._refs) :]
            bodies = {name: body for name, body in zip(self._refs, refs, strict=True) if body is not None}
            dates = {
                name: PartialDate(dt.date.fromordinal(low), dt.date.fromordinal(high))
                for name, low, high in zip(self._dates, days[::2], days[1::2], strict=True)
                if low is not None
            }
            found[row.id].append(
                Held(
                    id=row.id,
                    facts=row.facts,
                    bodies=bodies,
                    start=row.valid_from if state else ALWAYS,
                    end=row.valid_to if state else FOREVER,
                    bound=bool(row.bound),
                    title=row.title,
                    dates=dates,
                    changeset=row.tx_from,
                    document=row.document,
                    line=row.line,
                )
            )
        return {number: sorted(versions, key=lambda v: v.start) for number, versions in found.items()}

    @property
    def unclear(self) -> int:
        """How many events the rule may bind, which it counts from and nothing answered, do not say whether it does."""
        rule, record = self.rule, self._record.c
        if offer(rule.of).about.state or not rule.binds or not rule.after or rule.done is None:
            return 0
        perhaps = or_(*(self._conditions.perhaps(where) for where in rule.binds))
        counted = or_(*(record[f"{n}_last"] >= rule.in_force.toordinal() for n in rule.after))
        begun = or_(*(record[n] <= self.ask.at.toordinal() for n in rule.after))
        sure = func.coalesce(self._binds, false())
        query = select(func.count()).select_from(self._record)
        query = query.where(and_(perhaps, not_(sure), counted, begun, record[rule.done].is_(None)))
        return int(self.view.execute(query)[0][0])

    @cached_property
    def _binds(self) -> ColumnElement[bool]:
        if not self.rule.binds:
            return true()
        met = (self._conditions.met(where) for where in self.rule.binds)
        return or_(false(), *met)

    @property
    def _open(self) -> ColumnElement[bool]:
        """Events that may still be owed: nothing done by the day looked at, nor since what it is to follow."""
        done = self.rule.done
        if done is None:
            return true()
        record, at = self._record.c, self.ask.at.toordinal()
        column, last = record[done], record[f"{done}_last"]
        return or_(column.is_(None), column > at, *(last < record[name] for name in self.rule.after))


def owing_fields(rule: Obligation) -> tuple[str, ...]:
    """The fields and party roles that say who owes it."""
    return rule.owed_by or (("organisation",) if "organisation" in offer(rule.of).refs else ())
