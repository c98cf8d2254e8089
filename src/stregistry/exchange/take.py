"""Taking a parsed sheet into a changeset: keys, bodies, references, and what is new about them."""

from collections.abc import Callable

import attrs

from stregistry.exchange import rowkeys
from stregistry.exchange.bodies import BodySettler
from stregistry.exchange.content import Content, Parsed
from stregistry.exchange.issues import Problems
from stregistry.exchange.known import Directory
from stregistry.exchange.mentions import mentioned, resolve_mentions, resolve_refs
from stregistry.exchange.parse import Values
from stregistry.exchange.read import Sheet, refused
from stregistry.exchange.write import BODY, Settled, Taken, Writer
from stregistry.store.changeset import Changeset


@attrs.define(kw_only=True, eq=False)
class Taker:
    """Takes one parsed sheet into one changeset."""

    parsed: Parsed
    source_id: str
    problems: Problems
    tell: Callable[[int], None]
    accept_valid: bool

    def take(self, tx: Changeset, *, file: str, sheet: Sheet) -> Taken:
        """States every row in good standing. Raises RecordError when a row is not, unless `accept_valid`."""
        parsed, problems = self.parsed, self.problems
        keys = rowkeys.row_keys(parsed, problems)
        own_spans = body_spans = None
        if parsed.plan.layout.state:
            own_spans = rowkeys.spans(parsed.record, parsed.n, parsed.valid_from, parsed.valid_to)
            rowkeys.check_spans(own_spans, problems)
        repeats = rowkeys.repeated_rows(parsed, keys, own_spans, problems)
        if parsed.body is not None:
            body_spans = rowkeys.spans(parsed.body, parsed.n)
            rowkeys.check_spans(body_spans, problems)
        self._stop_if_bad()
        settled = self._settle(tx, keys, repeats)
        self.tell(len(settled.rows))
        document = tx.document(
            name=file, sha256=sheet.sha256, sheet=sheet.sheet, kind=parsed.plan.kind, source_id=self.source_id
        )
        writer = Writer(
            tx=tx,
            parsed=parsed,
            source_id=self.source_id,
            problems=problems,
            keys=keys,
            settled=settled,
            document=document,
        )
        return writer.write(own_spans, body_spans)

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
        found = resolve_refs(naming[0], rows, directory.look_up(mentioned(naming, rows)), trial)
        return attrs.evolve(record, mentions=rest), found
