"""One file into the registry: read, checked, resolved and stated in one changeset, or refused whole."""

import contextlib
import gc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from stregistry.errors import Issue, RecordError
from stregistry.exchange.columns import ImportPlan, import_plan
from stregistry.exchange.content import parse_sheet
from stregistry.exchange.errorbook import ErrorBook
from stregistry.exchange.from_code import read_table
from stregistry.exchange.headerpaths import read_headers
from stregistry.exchange.headers import Header
from stregistry.exchange.issues import Problems, refused
from stregistry.exchange.known import Known
from stregistry.exchange.mapping import FileMap, mapped
from stregistry.exchange.quarantine import free_name, write_quarantine
from stregistry.exchange.read import read_tables
from stregistry.exchange.read_map import read_map
from stregistry.exchange.rowkeys import repeated_across
from stregistry.exchange.sheet import Sheet
from stregistry.exchange.take import Taker
from stregistry.exchange.understood import Understood, understand
from stregistry.exchange.write import Taken
from stregistry.store.changeset import Changeset
from stregistry.store.store import Store
from stregistry.store.write import Counts


@attrs.frozen(kw_only=True)
class ImportReport:
    """What an import did.

    rows: rows of data in the file. taken: rows taken in, without repeats. new, changed, unchanged:
    the records they are about. bodies_new, bodies_changed: the bodies a role file brought.
    successions_new, successions_changed, successions_retracted: the events of succession that a ROR file tells of.
    older: records of a ROR file left out because ROR said something newer of them before.
    refused: rows kept out (with `accept_valid`, or of a file taken in before that had them).
    not_on_record: of a file taken in before, the refused rows whose key names no record since, as the file counts them.
    changeset: its number, None when nothing was written. already: the changeset that had taken in
    this very file before. quarantine: the file the refused rows were written to.
    quarantines: those files, one for each table of the file that has any.
    errors: the workbook of errors, when one was asked for and there was anything to put into it.
    workbook_of_errors: whether one can be asked for; not of a ROR file.
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
    older: int = 0
    refused: int = 0
    not_on_record: tuple[int, ...] = ()
    issues: tuple[Issue, ...] = ()
    changeset: int | None = None
    already: int | None = None
    quarantine: Path | None = None
    quarantines: tuple[Path, ...] = ()
    errors: Path | None = None
    workbook_of_errors: bool = True
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
    map_file: "Path | str | None" = None,
    errors: "Path | str | None" = None,
    lang: str = "vi",
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Takes a CSV or XLSX file of one kind into the registry and reports what changed.

    source_id: whose keys the `id` column holds; (source_id, id) identifies a record.
    accept_valid: take the rows without errors and write the others, with their problems, to
    `<name>.quarantine.csv` beside the file. Otherwise any error refuses the whole file.
    dry_run: check and report, with `understood` in the report, and write nothing.
    map_file: how to read a sheet that fits nothing, see `mapping`.
    errors: a new .xlsx file for the user's own sheet back, when any row or header is refused: bad cells coloured
    and the reason beside the row, in `lang`; see `errorbook`.
    progress: called with the rows found good, before they are written.
    Raises RecordError with every problem found; nothing is written then, and after a dry run its
    parts hold `understood`. NotFoundError for an unknown kind, DefinitionError for a bad map.
    """
    path = Path(path)
    plan = import_plan(kind)
    problems = Problems(path.name or str(path))
    file_map = read_map(map_file, plan) if map_file is not None else None
    book = ErrorBook(Path(errors), path, lang) if errors is not None else None
    if book is not None:
        book.check()
    beside = path if accept_valid else None
    why = f"import {path.name}" + (f", map {file_map.name}" if file_map else "")
    with _collector_at_rest():
        tables = read_tables(path, problems, plan, file_map)
        taking = _Taking(plan, tables, problems, source_id, beside, progress or (lambda _: None), file_map, book)
        return taking.run(store, actor=actor, reason=reason or why, dry_run=dry_run)


@contextlib.contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keeps Python's collector of cycles still: a file becomes millions of cells, none of them in a cycle.

    It would walk them again and again, for a sixth of the time an import takes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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
    taking = _Taking(plan, [(sheet, problems)], problems, source_id, None, lambda _: None)
    return taking.run(store, actor=actor, reason=reason or f"load {plan.kind}", dry_run=dry_run)


@attrs.frozen
class _Taking:
    """The tables of one file on their way in. beside: the file whose refused rows go to a quarantine file, or None."""

    plan: ImportPlan
    tables: Sequence[tuple[Sheet, Problems]]
    problems: Problems
    source_id: str
    beside: Path | None
    tell: Callable[[int], None]
    file_map: FileMap | None = None
    book: ErrorBook | None = None

    def run(self, store: Store, *, actor: str, reason: str, dry_run: bool) -> ImportReport:
        """Takes the tables in. When they are refused, the user's sheet goes back with the reasons."""
        try:
            return self._run(store, actor=actor, reason=reason, dry_run=dry_run)
        except RecordError as error:
            if self.book is not None:
                self.book.write(self.tables, self.problems.issues())
                error.parts["errors"] = self.book.path
            raise

    def _run(self, store: Store, *, actor: str, reason: str, dry_run: bool) -> ImportReport:
        sheets = [sheet for sheet, _ in self.tables]
        file, sha256 = sheets[0].file, sheets[0].sha256
        about = ImportReport(file=file, sha256=sha256, kind=self.plan.kind, rows=sum(map(len, sheets)))
        # By another map the same bytes may say something else.
        already = None if self.file_map else store.known_document(sha256, self.plan.kind, self.source_id)
        stated = 0 if already is None else store.rows_of_document(sha256, self.plan.kind, self.source_id)
        if not dry_run and already is not None and stated >= about.rows:
            return attrs.evolve(about, unchanged=about.rows, already=already, issues=self.problems.issues())
        headers = [read_headers(self.plan, sheet, problems, self.file_map) for sheet, problems in self.tables]
        if self.file_map is not None:
            self.file_map.tell_unused(list(zip(sheets, headers, strict=True)), self.problems)
        if not dry_run and already is not None:
            return self._again(store, headers, attrs.evolve(about, already=already), actor=actor, reason=reason)
        if not dry_run:
            return self._take(store, headers, about, actor=actor, reason=reason, dry_run=False)
        understood = tuple(
            understand(self.plan, sheet, some, self.file_map) for sheet, some in zip(sheets, headers, strict=True)
        )
        about = attrs.evolve(about, already=already, understood=understood)
        try:
            return self._take(store, headers, about, actor=actor, reason=reason, dry_run=True)
        except RecordError as error:
            bad = sum(len(problems.bad) for _, problems in self.tables)
            error.parts.update(understood=understood, rows=about.rows, bad=bad)
            raise

    def _again(
        self, store: Store, headers: Sequence[tuple[Header, ...]], about: ImportReport, *, actor: str, reason: str
    ) -> ImportReport:
        """What became of the rows that were refused when this very file was taken in; nothing is written."""
        trial = attrs.evolve(self, beside=self.beside or Path(about.file))  # good rows are no matter here
        known: Known = {}
        bad: list[tuple[Problems, int, str | None]] = []
        with contextlib.suppress(DryRun, RecordError):
            takers = trial._takers(headers)
            with store.changeset(actor=actor, reason=reason) as tx:
                trial._take_all(tx, takers)
                bad = [(taker.problems, i, taker.keys[i]) for taker in takers for i in sorted(taker.problems.bad)]
                known = tx.keys(self.plan.kind, self.source_id, [key for *_, key in bad if key is not None])
                raise DryRun
        missing = tuple(problems.row_number(i) for problems, i, key in bad if key not in known)
        if bad and self.book is not None:
            self.book.write(self.tables, self.problems.issues())
            about = attrs.evolve(about, errors=self.book.path)
        return attrs.evolve(
            about,
            unchanged=about.rows - len(bad),
            refused=len(bad),
            not_on_record=missing,
            issues=tuple(issue for issue in self.problems.issues() if issue.row is None or issue.level == "error"),
        )

    def _take(
        self,
        store: Store,
        headers: Sequence[tuple[Header, ...]],
        about: ImportReport,
        *,
        actor: str,
        reason: str,
        dry_run: bool,
    ) -> ImportReport:
        takers = self._takers(headers)
        quarantines: list[Path] = []
        number: int | None = None
        taken: list[Taken] = []
        try:
            with store.changeset(actor=actor, reason=reason) as tx:
                taken = self._take_all(tx, takers)
                # Files are written before the commit: rows must not be neither here nor there.
                if self.book is not None and any(problems.bad for _, problems in self.tables):
                    self.book.write(self.tables, self.problems.issues())
                    about = attrs.evolve(about, errors=self.book.path)
                if dry_run:
                    raise DryRun
                if self.beside is not None:
                    quarantines = self._write_quarantines(self.beside, headers)
            number = tx.number if tx.committed else None
        except DryRun:
            pass
        return self._report(about, taken, number, quarantines)

    def _takers(self, headers: Sequence[tuple[Header, ...]]) -> list[Taker]:
        """Every table read and checked as far as it goes without the registry. Raises RecordError."""
        if self.problems.refused:
            raise refused(self.problems)
        parsed = []
        for (sheet, problems), some in zip(self.tables, headers, strict=True):
            read = (sheet, some) if self.file_map is None else mapped(sheet, some, self.file_map, self.plan)
            parsed.append(parse_sheet(read[0], self.plan, read[1], problems))
        if self.problems.refused:
            raise refused(self.problems)
        takers = [
            Taker(
                sheet=sheet,
                parsed=one,
                source_id=self.source_id,
                problems=problems,
                tell=self.tell,
                accept_valid=self.beside is not None,
            )
            for (sheet, problems), one in zip(self.tables, parsed, strict=True)
        ]
        for taker in takers:
            taker.check()
        if len(takers) > 1:
            repeated_across([(t.parsed, t.keys, t.repeats, t.problems) for t in takers])
        return takers

    def _take_all(self, tx: Changeset, takers: Sequence[Taker]) -> list[Taken]:
        """Takes one table after the other, so that a later one may name the bodies of an earlier one.

        A table that is refused does not keep the problems of the next from being found.
        """
        taken: list[Taken] = []
        fault: RecordError | None = None
        for taker in takers:
            try:
                taken.append(taker.take(tx))
            except RecordError as error:
                fault = error
        if fault is not None:
            raise refused(self.problems) from fault
        return taken

    def _write_quarantines(self, beside: Path, headers: Sequence[tuple[Header, ...]]) -> list[Path]:
        written = []
        for (sheet, problems), some in zip(self.tables, headers, strict=True):
            if problems.bad:
                written.append(free_name(beside))
                write_quarantine(written[-1], sheet, problems, some)
        return written

    def _report(
        self, about: ImportReport, taken: Sequence[Taken], number: int | None, quarantines: Sequence[Path]
    ) -> ImportReport:
        own, bodies = (sum((getattr(t, name) for t in taken), Counts()) for name in ("own", "bodies"))
        return attrs.evolve(
            about,
            taken=sum(t.rows for t in taken),
            new=own.new,
            changed=own.changed,
            unchanged=own.unchanged,
            bodies_new=bodies.new,
            bodies_changed=bodies.changed,
            refused=sum(len(problems.bad) for _, problems in self.tables),
            issues=self.problems.issues(),
            changeset=number,
            quarantine=quarantines[0] if quarantines else None,
            quarantines=tuple(quarantines),
        )
