"""Taking a parsed sheet into a changeset: keys, bodies, references, and what is new about them."""

from collections.abc import Callable

import attrs

from stregistry.exchange import rowkeys
from stregistry.exchange.bodies import BodySettler
from stregistry.exchange.content import Content, Parsed
from stregistry.exchange.issues import Problems, refused
from stregistry.exchange.known import Directory
from stregistry.exchange.mentions import find_bodies, resolve_mentions, resolve_refs
from stregistry.exchange.parse import Values
from stregistry.exchange.sheet import Sheet
from stregistry.exchange.write import BODY, Settled, Spans, Taken, Writer
from stregistry.store.changeset import Changeset


@attrs.define(kw_only=True, eq=False)
class Taker:
    """Takes one parsed sheet into one changeset.

    keys, repeats: the key of each row, and the rows that repeat another; found by `check`.
    """

    sheet: Sheet
    parsed: Parsed
    source_id: str
    problems: Problems
    tell: Callable[[int], None]
    accept_valid: bool
    keys: Values = attrs.field(factory=list)
    repeats: set[int] = attrs.field(factory=set)
    _own_spans: Spans = None
    _body_spans: Spans = None

    def check(self) -> None:
        """Notes what is wrong with the keys and days of the rows, which needs nothing but the sheet."""
        parsed, problems = self.parsed, self.problems
        self.keys = rowkeys.row_keys(parsed, problems)
        if parsed.plan.layout.state:
            self._own_spans = rowkeys.spans(parsed.record, parsed.n, parsed.valid_from, parsed.valid_to)
            rowkeys.check_spans(self._own_spans, problems)
        self.repeats = rowkeys.repeated_rows(parsed, self.keys, self._own_spans, problems)
        if parsed.body is not None:
            self._body_spans = rowkeys.spans(parsed.body, parsed.n)
            rowkeys.check_spans(self._body_spans, problems)

    def take(self, tx: Changeset) -> Taken:
        """States every row in good standing. Raises RecordError when a row is not, unless `accept_valid`."""
        self._stop_if_bad()
        settled = self._settle(tx, self.keys, self.repeats)
        self.tell(len(settled.rows))
        sheet = self.sheet
        document = tx.document(
            name=sheet.file,
            sha256=sheet.sha256,
            sheet=sheet.sheet,
            kind=self.parsed.plan.kind,
            source_id=self.source_id,
        )
        writer = Writer(
            tx=tx,
            parsed=self.parsed,
            source_id=self.source_id,
            problems=self.problems,
            keys=self.keys,
            settled=settled,
            document=document,
        )
        return writer.write(self._own_spans, self._body_spans)

    def _stop_if_bad(self) -> None:
        if self.problems.bad and not self.accept_valid:
            raise refused(self.problems)

    def _settle(self, tx: Changeset, keys: Values, repeats: set[int]) -> Settled:
        """Bodies and references of the good rows.

        A row that falls may be one that another row refers to, so the rest is looked up again
        until all that is left stands.
        """
        while True:
            rows = [i for i in range(self.parsed.n) if i not in self.problems.bad and i not in repeats]
            trial = self.problems.trial()
            settled = self._try(tx, keys, rows, trial)
            self.problems.absorb(trial, warnings=not trial.bad or not self.accept_valid)
            if not trial.bad:
                return settled
            self._stop_if_bad()

    def _try(self, tx: Changeset, keys: Values, rows: list[int], trial: Problems) -> Settled:
        parsed, directory = self.parsed, Directory(tx=tx, source_id=self.source_id)
        record, bodies, known_bodies = parsed.record, None, {}
        if parsed.plan.layout.state:
            known_bodies = tx.keys(BODY, self.source_id)
            explicit = None
            if parsed.body is not None:
                record, explicit = self._explicit(record, rows, directory, trial)
            bodies = BodySettler(
                tx=tx,
                parsed=parsed,
                keys=keys,
                known=known_bodies,
                directory=directory,
                explicit=explicit,
                problems=trial,
            ).settle(rows)
            rows = [i for i in rows if i in bodies.ids]
        record = resolve_mentions(record, rows, directory, trial)
        body = resolve_mentions(parsed.body, rows, directory, trial) if parsed.body is not None else None
        if body is not None and bodies is not None:
            record.columns[BODY] = [bodies.ids.get(i) for i in range(parsed.n)]
        return Settled(rows=rows, record=record, body=body, bodies=bodies, known_bodies=known_bodies)

    def _explicit(
        self, record: Content, rows: list[int], directory: Directory, trial: Problems
    ) -> tuple[Content, Values | None]:
        """The body each role row names in its `organisation` column, and the content without that column."""
        naming = [m for m in record.mentions if m.header.column.target == BODY]
        if not naming:
            return record, None
        rest = [m for m in record.mentions if m is not naming[0]]
        found = resolve_refs(naming[0], rows, find_bodies(naming, rows, directory), trial)
        return attrs.evolve(record, mentions=rest), found
