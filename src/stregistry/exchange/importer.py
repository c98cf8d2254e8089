"""One file into the registry: read, checked, resolved and stated in one changeset, or refused whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from stregistry.errors import Issue, RecordError
from stregistry.exchange.columns import ImportPlan, import_plan
from stregistry.exchange.content import parse_sheet
from stregistry.exchange.from_code import read_table
from stregistry.exchange.headers import Header, read_headers
from stregistry.exchange.issues import Problems
from stregistry.exchange.quarantine import free_name, write_quarantine
from stregistry.exchange.read import Sheet, read_file, refused
from stregistry.exchange.take import Taker
from stregistry.exchange.understood import Understood, understand
from stregistry.exchange.write import Taken
from stregistry.store.store import Store


@attrs.frozen(kw_only=True)
class ImportReport:
    """What an import did.

    rows: rows of data in the file. taken: rows taken in, without repeats. new, changed, unchanged:
    the records they are about. bodies_new, bodies_changed: the bodies a role file brought.
    successions_new, successions_changed, successions_retracted: the events of succession that a ROR file tells of.
    refused: rows kept out (with `accept_valid` only).
    changeset: its number, None when nothing was written. already: the changeset that had taken in
    this very file before. quarantine: the file the refused rows were written to.
    understood: how each table of the file was read, column by column; of a dry run only.
    """

    file: str
    sha256: str
    kind: str
    rows: int
    taken: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bodies_new: int = 0
    bodies_changed: int = 0
    successions_new: int = 0
    successions_changed: int = 0
    successions_retracted: int = 0
    refused: int = 0
    issues: tuple[Issue, ...] = ()
    changeset: int | None = None
    already: int | None = None
    quarantine: Path | None = None
    understood: tuple[Understood, ...] = ()


class DryRun(Exception):
    """Leaves a changeset without committing it; never seen by a caller."""


def import_file(
    store: Store,
    path: "Path | str",
    kind: str,
    *,
    source_id: str = "default",
    actor: str,
    reason: str | None = None,
    accept_valid: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Takes a CSV or XLSX file of one kind into the registry and reports what changed.

    source_id: whose keys the `id` column holds; (source_id, id) identifies a record.
    accept_valid: take the rows without errors and write the others, with their problems, to
    `<name>.quarantine.csv` beside the file. Otherwise any error refuses the whole file.
    dry_run: check and report, with `understood` in the report, and write nothing.
    progress: called with the rows found good, before they are written.
    Raises RecordError with every problem found; nothing is written then, and after a dry run its
    parts hold `understood`. NotFoundError for an unknown kind.
    """
    path = Path(path)
    plan = import_plan(kind)
    problems = Problems(path.name)
    sheet = read_file(path, problems, plan)
    beside = path if accept_valid else None
    taking = _Taking(plan, sheet, problems, source_id, beside, progress or (lambda _: None))
    return taking.run(store, actor=actor, reason=reason or f"import {path.name}", dry_run=dry_run)


def load_table(
    store: Store,
    table: Any,
    kind: str,
    *,
    source_id: str = "default",
    actor: str,
    reason: str | None = None,
    name: str | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Takes a table made in code into the registry by the same checks as a file; see `import_file`.

    table: see `read_table`. name: what stands for the file's name in the provenance; by default the kind.
    Any error refuses the whole table, since the caller holds the rows.
    """
    plan = import_plan(kind)
    name = name or f"load:{plan.kind}"
    problems = Problems(name)
    sheet = read_table(table, name, problems)
    taking = _Taking(plan, sheet, problems, source_id, None, lambda _: None)
    return taking.run(store, actor=actor, reason=reason or f"load {plan.kind}", dry_run=dry_run)


@attrs.frozen
class _Taking:
    """One sheet on its way in. beside: the file whose refused rows go to a quarantine file; None refuses all."""

    plan: ImportPlan
    sheet: Sheet
    problems: Problems
    source_id: str
    beside: Path | None
    tell: Callable[[int], None]

    def run(self, store: Store, *, actor: str, reason: str, dry_run: bool) -> ImportReport:
        plan, sheet, problems = self.plan, self.sheet, self.problems
        about = ImportReport(file=sheet.file, sha256=sheet.sha256, kind=plan.kind, rows=len(sheet))
        already = store.known_document(sheet.sha256, plan.kind, self.source_id)
        if already is not None and not dry_run:
            return attrs.evolve(about, unchanged=len(sheet), already=already, issues=problems.issues())
        headers = read_headers(plan, sheet.header, sheet.columns, problems, sheet.unit)
        if not dry_run:
            return self._take(store, headers, about, actor=actor, reason=reason, dry_run=False)
        about = attrs.evolve(about, already=already, understood=(understand(plan, sheet, headers),))
        try:
            return self._take(store, headers, about, actor=actor, reason=reason, dry_run=True)
        except RecordError as error:
            error.parts.update(understood=about.understood, rows=about.rows, bad=len(self.problems.bad))
            raise

    def _take(
        self,
        store: Store,
        headers: tuple[Header, ...],
        about: ImportReport,
        *,
        actor: str,
        reason: str,
        dry_run: bool,
    ) -> ImportReport:
        sheet, problems = self.sheet, self.problems
        if problems.refused:
            raise refused(problems)
        parsed = parse_sheet(sheet, self.plan, headers, problems)
        if problems.refused:
            raise refused(problems)
        taker = Taker(
            parsed=parsed,
            source_id=self.source_id,
            problems=problems,
            tell=self.tell,
            accept_valid=self.beside is not None,
        )
        quarantine: Path | None = None
        number: int | None = None
        try:
            with store.changeset(actor=actor, reason=reason) as tx:
                taken = taker.take(tx, file=sheet.file, sheet=sheet)
                if dry_run:
                    raise DryRun
                if problems.bad and self.beside is not None:
                    # Written before the commit: rows must not be neither here nor there.
                    quarantine = free_name(self.beside)
                    write_quarantine(quarantine, sheet, problems)
            number = tx.number if tx.committed else None
        except DryRun:
            pass
        return _report(about, taken, problems, number, quarantine)


def _report(
    about: ImportReport, taken: Taken, problems: Problems, number: int | None, quarantine: Path | None
) -> ImportReport:
    return attrs.evolve(
        about,
        taken=taken.rows,
        new=taken.own.new,
        changed=taken.own.changed,
        unchanged=taken.own.unchanged,
        bodies_new=taken.bodies.new,
        bodies_changed=taken.bodies.changed,
        refused=len(problems.bad),
        issues=problems.issues(),
        changeset=number,
        quarantine=quarantine,
    )
