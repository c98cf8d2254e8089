"""The registry as callers know it: the store, and everything that can be computed from it."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from stregistry.dates import Period, periods_of
from stregistry.errors import DomainError, StregistryError
from stregistry.model import JUDGEMENTS, record_class
from stregistry.publication.opened import SCHEME, PublishedStore
from stregistry.store.store import Store, now
from stregistry.text import Text

if TYPE_CHECKING:
    from typing import Unpack

    from stregistry.evaluate import Counted, Explanation, IndicatorTable
    from stregistry.exchange.importer import ImportReport
    from stregistry.framework import Framework
    from stregistry.model import Record
    from stregistry.plan import Ask, Asked, DutyTable, TargetTable, TaskTable
    from stregistry.plan.eligibility import Judgement
    from stregistry.publication import Published
    from stregistry.review import Review
    from stregistry.scored import ScoreExplanation, Standings
    from stregistry.scores import Scores
    from stregistry.snapshot import Kept, Snapshot, SnapshotDiff, Verification
    from stregistry.store.identity.duplicates import Candidate
    from stregistry.store.view import View


def _framework(framework: "Framework | str | Path") -> "Framework":
    from stregistry.framework import Framework

    return framework if isinstance(framework, Framework) else Framework.load(framework)


def _one_period(framework: "Framework", period: Any) -> Period:
    asked = periods_of(period, framework.evaluation.year_ends)
    if len(asked) != 1:
        raise DomainError(
            Text(
                f"Mỗi lần chỉ giải trình một kỳ, không phải '{period}'.",
                f"One period is explained at a time, not '{period}'.",
            )
        )
    return asked[0]


def _not_from_files(kind: str) -> DomainError:
    return DomainError(
        Text(
            f"'{kind}' không nhập từ tệp; hãy dùng decide, để quyết định trái nhau bị từ chối.",
            f"'{kind}' does not come from files; use decide, which refuses decisions that contradict.",
        )
    )


class Registry(Store):
    """A registry of an innovation ecosystem in one database.

    >>> with Registry.open("sqlite://") as registry:
    ...     registry.head()[0]
    0
    """

    @classmethod
    def open(cls, url: str, schema: str | None = None, *, clock: Callable[[], dt.datetime] = now) -> Self:
        """The registry at a database address, created when missing; or a publication, `publication:FOLDER`.

        A publication is read-only and answers for its known time (extra `duckdb`).
        Raises NotFoundError for an address that cannot be read, StregistryError for a database or
        publication that cannot be opened or was made by another version.
        """
        if url.startswith(SCHEME):
            return cast(Self, _PublishedRegistry(url.removeprefix(SCHEME), clock=clock))
        return super().open(url, schema, clock=clock)

    def import_file(
        self,
        path: str | Path,
        kind: str,
        *,
        source_id: str = "default",
        actor: str,
        reason: str | None = None,
        accept_valid: bool = False,
        dry_run: bool = False,
        map_file: str | Path | None = None,
        errors: str | Path | None = None,
        lang: str = "vi",
        progress: Callable[[int], None] | None = None,
    ) -> "ImportReport":
        """Takes in a CSV or XLSX file of one kind, or a ROR file when kind is "ror".

        All or nothing, unless `accept_valid` takes the good rows and writes the others to a
        quarantine file. map_file: TOML that says how to read a sheet that fits nothing.
        errors: a new .xlsx file for the user's sheet back, bad cells coloured and reasons beside the rows, in `lang`.
        Raises RecordError with every problem found, DefinitionError for a bad map.
        """
        if kind in JUDGEMENTS:
            raise _not_from_files(kind)
        if kind == "ror":
            if map_file is not None or errors is not None:
                raise StregistryError(
                    Text(
                        "Tệp ROR không phải bảng tính; không dùng tệp ánh xạ hay tệp báo lỗi.",
                        "A ROR file is no sheet; neither a map file nor a file of errors goes with it.",
                    )
                )
            from stregistry.exchange.ror.take import import_ror

            return import_ror(
                self,
                Path(path),
                source_id=source_id,
                actor=actor,
                reason=reason,
                accept_valid=accept_valid,
                dry_run=dry_run,
            )
        from stregistry.exchange.importer import import_file

        return import_file(
            self,
            Path(path),
            kind,
            source_id=source_id,
            actor=actor,
            reason=reason,
            accept_valid=accept_valid,
            dry_run=dry_run,
            map_file=map_file,
            errors=errors,
            lang=lang,
            progress=progress,
        )

    def load(
        self,
        table: Any,
        kind: "str | type[Record]",
        *,
        source_id: str = "default",
        actor: str,
        reason: str | None = None,
        name: str | None = None,
        dry_run: bool = False,
    ) -> "ImportReport":
        """Takes in a table made in code: the columns, checks and report of a file import, all or nothing.

        table: a pandas DataFrame, or anything with the Arrow stream interface (pyarrow, polars, DuckDB).
        kind: a class of record or its word. name: stands for the file's name in the provenance; rows count from 1.
        Raises RecordError with every problem found, DomainError for what is no table.
        """
        from stregistry.exchange.importer import load_table

        word = record_class(kind).about.kind
        if word in JUDGEMENTS:
            raise _not_from_files(word)
        return load_table(
            self, table, word, source_id=source_id, actor=actor, reason=reason, name=name, dry_run=dry_run
        )

    def decide(self, one: int, two: int, verdict: str, *, by: str, why: str) -> int:
        """Decides whether two organisations are the "same" body, "different" or "unsure"; see `Changeset.decide`.

        A changeset of its own; returns the decision's id. Reads follow: the records of one body are
        read under its canonical id. Decide the pair again to undo.
        """
        with self.changeset(actor=by, reason=why) as tx:
            return tx.decide(one, two, verdict, by=by, why=why)

    def find_duplicates(self, *, valid: Any = None, known: Any = None, least: float = 0.75) -> "list[Candidate]":
        """Pairs of organisations that may be one body, the surest first, each with a score and reasons.

        By identifier, by core name within a place, by likeness (`stregistry[matching]`). Pairs decided
        "different" are left out, "unsure" ones are marked, a branch is said to be one.
        least: the lowest score listed, 0 to 1.
        """
        from stregistry.store.identity.duplicates import find_duplicates

        return find_duplicates(self.at(valid=valid, known=known), least)

    def pin(self, body: int, field: str, *, by: str, why: str) -> int:
        """Takes the value of one field of a merged body from this one of its records; see `Changeset.pin`."""
        with self.changeset(actor=by, reason=why) as tx:
            return tx.pin(body, field, by=by, why=why)

    def publish(
        self,
        folder: str | Path,
        *,
        valid: Any = None,
        known: Any = None,
        licence: str = "CC-BY-4.0",
        personal_why: str | None = None,
    ) -> "Published":
        """Writes the registry as of two times as a folder of Parquet files; see `publication.publish`."""
        from stregistry.publication import publish

        return publish(self, folder, valid=valid, known=known, licence=licence, personal_why=personal_why)

    def indicators(
        self,
        framework: "Framework | str | Path",
        periods: Any,
        places: str | None = None,
        *,
        units: Collection[str] | None = None,
        valid: Any = None,
        known: Any = None,
    ) -> "IndicatorTable":
        """The indicators of a framework for periods such as "2024", "2020..2025" or ["2024H1", "2024H2"].

        framework: a shipped id, a path or a loaded one. places: a place map instead of its own.
        Every unit of the map appears, or with `units`, which are place codes, only these, and of what was left out
        what may belong to them; `.frame()` gives the table.
        """
        from stregistry.evaluate import indicators

        chosen = _framework(framework)
        view = self.at(valid=valid, known=known)
        asked = periods_of(periods, chosen.evaluation.year_ends)
        return indicators(view, chosen, asked, places=places, units=units)

    def counted_records(
        self,
        framework: "Framework | str | Path",
        periods: Any,
        places: str | None = None,
        *,
        units: Collection[str] | None = None,
        valid: Any = None,
        known: Any = None,
    ) -> "Iterator[tuple[str, str, str, Counted]]":
        """The records behind every figure of `indicators`: (indicator, place, period, record), one after another.

        units: place codes; only their figures. See `evaluate.counted_records`.
        """
        from stregistry.evaluate import counted_records

        chosen = _framework(framework)
        view = self.at(valid=valid, known=known)
        return counted_records(view, chosen, periods_of(periods, chosen.evaluation.year_ends), places, units)

    def explain(
        self,
        framework: "Framework | str | Path",
        indicator: str,
        place: str,
        period: Any,
        *,
        places: str | None = None,
        valid: Any = None,
        known: Any = None,
    ) -> "Explanation":
        """The records behind one figure, each with its contribution, file and row.

        Raises NotFoundError for an unknown indicator or place, DomainError for more than one period.
        """
        from stregistry.evaluate import explain

        chosen = _framework(framework)
        view = self.at(valid=valid, known=known)
        asked = _one_period(chosen, period)
        return explain(view, chosen, indicator, place, asked, places=places)

    def explain_snapshot(
        self, snapshot: "Snapshot | str | Path", indicator: str, place: str, period: str | None = None
    ) -> "Explanation":
        """The records behind one figure of a snapshot, as they were known then; see `snapshot.explain_snapshot`."""
        from stregistry.snapshot import explain_snapshot

        return explain_snapshot(self, self.open_snapshot(snapshot), indicator, place, period)

    def scores(
        self,
        framework: "Framework | str | Path",
        periods: Any,
        places: str | None = None,
        *,
        valid: Any = None,
        known: Any = None,
    ) -> "Scores":
        """The scores of a framework's units by its [method]; units are place codes. See `stregistry.score`.

        Raises DomainError without [method] and for what the method cannot take, naming indicator and unit.
        """
        from stregistry.scored import scores

        chosen = _framework(framework)
        asked = periods_of(periods, chosen.evaluation.year_ends)
        return scores(self.at(valid=valid, known=known), chosen, asked, places)[0]

    def standings(
        self,
        framework: "Framework | str | Path",
        periods: Any,
        places: str | None = None,
        *,
        valid: Any = None,
        known: Any = None,
        seed: int | None = None,
    ) -> "Standings":
        """The scores as rows: group, place, period, score, rank; with a seed also the intervals of [uncertainty]."""
        from stregistry.scored import Standings, intervals, scores, standings

        chosen = _framework(framework)
        asked = periods_of(periods, chosen.evaluation.year_ends)
        found, cells = scores(self.at(valid=valid, known=known), chosen, asked, places)
        spread = intervals(found, seed=seed)[0] if seed is not None else ()
        return Standings(
            places=places or chosen.evaluation.places, scores=found, rows=standings(found, cells), intervals=spread
        )

    def explain_score(
        self,
        framework: "Framework | str | Path",
        group: str,
        place: str,
        period: Any,
        *,
        places: str | None = None,
        valid: Any = None,
        known: Any = None,
    ) -> "ScoreExplanation":
        """The tree below one score: what each group and indicator adds, and the records behind each indicator.

        The scores are those of this period alone. Raises NotFoundError and DomainError as `explain`.
        """
        from stregistry.scored import explain_score, scores

        chosen = _framework(framework)
        asked = _one_period(chosen, period)
        view = self.at(valid=valid, known=known)
        found, _ = scores(view, chosen, [asked], places)
        return explain_score(view, chosen, found, group, place, asked.label, places=places)

    def explain_snapshot_score(
        self, snapshot: "Snapshot | str | Path", group: str, place: str, period: str | None = None
    ) -> "ScoreExplanation":
        """The tree below one score of a snapshot; see `snapshot.explain_snapshot_score`."""
        from stregistry.snapshot import explain_snapshot_score

        return explain_snapshot_score(self, self.open_snapshot(snapshot), group, place, period)

    def targets(
        self,
        framework: "Framework | str | Path",
        periods: Any,
        places: str | None = None,
        *,
        valid: Any = None,
        known: Any = None,
    ) -> "TargetTable":
        """How each target of a framework stands in each period; `.frame()` gives the table.

        A target outside its dates has the status not_in_force; `.standing(…)` of such a one raises DomainError.
        """
        from stregistry.plan import targets

        chosen = _framework(framework)
        view = self.at(valid=valid, known=known)
        return targets(view, chosen, periods_of(periods, chosen.evaluation.year_ends), places)

    def due(
        self, framework: "Framework | str | Path", on: Any = None, within: int = 60, **asked: "Unpack[Asked]"
    ) -> "DutyTable":
        """The obligations of a framework and tasks of the plan that are late on `on`, or due within so many days of it.

        on: a date; the day of `valid` when left out, else today. within: days, 0 or more. asked: body, since, done,
        valid, known; see `plan.Asked`. A date known to the month or year gives a range of days and "may be late".
        `.frame()` gives the table.
        """
        from stregistry.plan import due

        view, ask = self._ask(on, within, asked)
        return due(view, _framework(framework), ask)

    def tasks(self, on: Any = None, within: int = 60, **asked: "Unpack[Asked]") -> "TaskTable":
        """The tasks of the plan that are late at the end of the day `on`, due within so many days, or have no deadline.

        on, within, asked: as of `due`; a recurring task has a row for each time it is due, and `done` takes in what
        was cancelled too. `.by_body()` and `.by_group()` sort them, `.frame()` gives the table.
        """
        from stregistry.plan import tasks

        return tasks(*self._ask(on, within, asked))

    def _ask(self, on: Any, within: int, asked: "Asked") -> "tuple[View, Ask]":
        from stregistry.plan import Ask, Asked

        for name in asked.keys() - Asked.__annotations__:
            raise TypeError(f"unexpected keyword argument {name!r}; expected {', '.join(Asked.__annotations__)}")
        view = self._at_the_day(on, asked.get("valid"), asked.get("known"))
        return view, Ask.of(view.valid, on, within, asked)

    def _at_the_day(self, on: Any, valid: Any, known: Any) -> "View":
        """The view a question about a day is asked of: states as of `valid`, or else of that day."""
        return self.at(valid=on if valid is None else valid, known=known)

    def eligibility(
        self, body: int, criteria: str | None = None, *, on: Any = None, valid: Any = None, known: Any = None
    ) -> "tuple[Judgement, ...]":
        """Whether an organisation meets the criteria in law, as far as the registry can tell: one judgement each.

        criteria: startup-sme-law, startup-decree-268 or st-enterprise; all of them when left out. on: a date; the day
        of `valid` when left out, else today. Each clause meets, does not meet, or cannot be told: then what is
        missing. No judgement replaces the decision of the authority. Raises NotFoundError for what is no organisation.
        """
        import datetime as dt

        from stregistry.dates import day
        from stregistry.plan.criteria import criteria as definition
        from stregistry.plan.criteria import criteria_ids
        from stregistry.plan.eligibility import eligibility

        view = self._at_the_day(on, valid, known)
        at = dt.date.fromordinal(view.valid if on is None else day(on))
        asked = criteria_ids() if criteria is None else (criteria,)
        return tuple(eligibility(view, body, definition(one), at) for one in asked)

    def review(
        self,
        framework: "Framework | str | Path",
        period: Any,
        *,
        place: str | None = None,
        valid: Any = None,
        known: Any = None,
    ) -> "Review":
        """The plan at the end of a period: figures by task group, targets, tasks, duties, what moved and why.

        place: the code of a place; default the one most targets are set for. `stregistry.review.write_review` makes a
        Word, Markdown or JSON file of it. Raises DomainError for more than one period.
        """
        from stregistry.review import gather

        return gather(self, _framework(framework), period, place=place, valid=valid, known=known)

    def snapshot(
        self,
        framework: "Framework | str | Path",
        periods: Any,
        places: str | None = None,
        *,
        valid: Any = None,
        known: Any = None,
        seed: int = 1,
    ) -> "Snapshot":
        """The indicators frozen with their provenance, and their scores by [method]; see `Snapshot`.

        seed: of the draws of [uncertainty].
        """
        from stregistry.snapshot import make_snapshot

        return make_snapshot(self, _framework(framework), periods, places=places, valid=valid, known=known, seed=seed)

    def open_snapshot(self, snapshot: "Snapshot | str | Path") -> "Snapshot":
        """The snapshot in a file, or the kept one of a name, a hash or the first eight letters of it.

        Of a name it is the approved one that holds, else the latest. Raises NotFoundError, SnapshotError.
        """
        from stregistry.snapshot import Snapshot, open_snapshot

        return snapshot if isinstance(snapshot, Snapshot) else open_snapshot(self, snapshot)

    def kept(self) -> "tuple[Kept, ...]":
        """The snapshots kept in the registry, with who approved them and when, in the order they were kept."""
        from stregistry.snapshot import kept

        return kept(self)

    def keep(
        self, snapshot: "Snapshot | str | Path", *, name: str | None = None, by: str, why: str | None = None
    ) -> "Kept":
        """Keeps a snapshot in the registry as a draft, in a changeset of its own; see `snapshot.keep`."""
        from stregistry.snapshot import keep

        return keep(self, self.open_snapshot(snapshot), name=name, by=by, why=why)

    def approve(
        self, snapshot: "Snapshot | str | Path", *, by: str, why: str | None = None, name: str | None = None
    ) -> "Kept":
        """Approves a snapshot in the name of a person, in a changeset of its own; see `snapshot.approve`."""
        from stregistry.snapshot import approve

        return approve(self, snapshot, by=by, why=why, name=name)

    def verify(self, snapshot: "Snapshot | str | Path") -> "Verification":
        """Computes a snapshot again and compares."""
        from stregistry.snapshot import verify

        return verify(self, self.open_snapshot(snapshot))

    def diff_snapshots(
        self,
        old: "Snapshot | str | Path",
        new: "Snapshot | str | Path",
        *,
        place: str | None = None,
        indicator: str | None = None,
        periods: tuple[str, str] | None = None,
    ) -> "SnapshotDiff":
        """Why the figures of two snapshots differ, split exactly over causes and records; see `snapshot.diff`."""
        from stregistry.snapshot import diff_snapshots

        return diff_snapshots(
            self, self.open_snapshot(old), self.open_snapshot(new), place=place, indicator=indicator, periods=periods
        )


class _PublishedRegistry(PublishedStore, Registry):
    """A registry read from a publication: everything that is computed, nothing that is written."""
