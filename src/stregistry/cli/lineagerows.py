"""What a body came from and went on as, as rows to print and as JSON."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from stregistry.text import Text
from stregistry.vocab import vocabulary

if TYPE_CHECKING:
    from stregistry.cli.rows import Written
    from stregistry.store.lineage import Step

Bodies = Iterable[tuple[int | None, str]]
_DIRECTIONS: Final = {"before": Text("Kế thừa từ", "Came from"), "after": Text("Về sau", "Went on as")}


def lineage_rows(steps: "Sequence[Step]", lang: str, written: "Written") -> list[dict[str, Any]]:
    """One row for each event that led to the body or on from it: day, event, from whom to whom, by which document.

    written: how a date is.
    """
    events = vocabulary("succession_event")
    rows = []
    for step in steps:
        on = step.record.happened_on
        told = [written(on, lang) if on else "", events.label(step.record.event or "", lang)]
        told.append(f"{_listed(step.predecessors)} → {_listed(step.successors)}".strip(" →"))
        told += [step.record.decision or "", f"(#{step.record.id})"]
        rows.append({"field": _DIRECTIONS[step.direction][lang], "value": " · ".join(part for part in told if part)})
    return rows


def lineage_document(steps: "Sequence[Step]") -> list[dict[str, Any]]:
    """The same events as JSON; the id of a body known by name only is null."""
    return [
        {
            "direction": step.direction,
            "id": step.record.id,
            "event": step.record.event,
            "happened_on": None if step.record.happened_on is None else str(step.record.happened_on),
            "decision": step.record.decision,
            "predecessors": _named(step.predecessors),
            "successors": _named(step.successors),
        }
        for step in steps
    ]


def _listed(bodies: Bodies) -> str:
    return "; ".join(f"{name} (#{number})" if number else name for number, name in bodies)


def _named(bodies: Bodies) -> list[dict[str, Any]]:
    return [{"id": number, "name": name} for number, name in bodies]
