"""The registry as callers know it: the store, and everything that can be computed from it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stregistry.dates import periods_of
from stregistry.errors import DomainError, StregistryError
from stregistry.store import Store
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.evaluate import Explanation, IndicatorTable
    from stregistry.exchange.importer import ImportReport
    from stregistry.framework import Framework
    from stregistry.snapshot import Snapshot, Verification


def _framework(framework: "Framework | str | Path") -> "Framework":
    from stregistry.framework import Framework

    return framework if isinstance(framework, Framework) else Framework.load(framework)


class Registry(Store):
    """A registry of an innovation ecosystem in one database.

    >>> with Registry.open("sqlite://") as registry:
    ...     registry.head()[0]
    0
    """

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
        progress: Callable[[int], None] | None = None,
    ) -> "ImportReport":
        """Takes in a CSV or XLSX file of one kind, or a ROR file when kind is "ror".

        All or nothing, unless `accept_valid` takes the good rows and writes the others to a
        quarantine file (not for ROR files). Raises RecordError with every problem found.
        """
        if kind == "ror":
            if accept_valid:
                raise StregistryError(
                    Text(
                        "Tệp ROR được nhập toàn bộ hoặc không nhập gì; không dùng với accept_valid.",
                        "A ROR file is taken in whole or not at all; accept_valid does not go with it.",
                    )
                )
            from stregistry.exchange.ror import import_ror

            return import_ror(self, Path(path), source_id=source_id, actor=actor, reason=reason, dry_run=dry_run)
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
            progress=progress,
        )

    def indicators(
        self,
        framework: "Framework | str | Path",
        periods: Any,
        places: str | None = None,
        *,
        valid: Any = None,
        known: Any = None,
    ) -> "IndicatorTable":
        """The indicators of a framework for periods such as "2024", "2020..2025" or ["2024H1", "2024H2"].

        framework: a shipped id, a path or a loaded one. places: a place map instead of its own.
        Every unit of the map appears; `.frame()` gives the table.
        """
        from stregistry.evaluate import indicators

        chosen = _framework(framework)
        view = self.at(valid=valid, known=known)
        return indicators(view, chosen, periods_of(periods, chosen.evaluation.year_ends), places=places)

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
        asked = periods_of(period, chosen.evaluation.year_ends)
        if len(asked) != 1:
            raise DomainError(
                Text(
                    f"Mỗi lần chỉ giải trình một kỳ, không phải '{period}'.",
                    f"One period is explained at a time, not '{period}'.",
                )
            )
        return explain(view, chosen, indicator, place, asked[0], places=places)

    def explain_snapshot(
        self, snapshot: "Snapshot | str | Path", indicator: str, place: str, period: str
    ) -> "Explanation":
        """The records behind one figure of a snapshot, as they were known then; see `snapshot.explain_snapshot`."""
        from stregistry.snapshot import Snapshot, explain_snapshot

        frozen = snapshot if isinstance(snapshot, Snapshot) else Snapshot.read(snapshot)
        return explain_snapshot(self, frozen, indicator, place, period)

    def snapshot(
        self,
        framework: "Framework | str | Path",
        periods: Any,
        places: str | None = None,
        *,
        valid: Any = None,
        known: Any = None,
    ) -> "Snapshot":
        """The indicators frozen with their provenance; see `Snapshot`."""
        from stregistry.snapshot import make_snapshot

        return make_snapshot(self, _framework(framework), periods, places=places, valid=valid, known=known)

    def verify(self, snapshot: "Snapshot | str | Path") -> "Verification":
        """Computes a snapshot again and compares."""
        from stregistry.snapshot import Snapshot, verify

        return verify(self, snapshot if isinstance(snapshot, Snapshot) else Snapshot.read(snapshot))
