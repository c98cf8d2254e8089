"""The provinces as tiles, each roughly where it lies; one grid, and a choice of what it shows."""

from typing import Any

from stregistry.figures import NONE, number
from stregistry.report.gather import Matter
from stregistry.report.words import W
from stregistry.text import Text

_CLASSES = 5


def tiles(matter: Matter, layout: list[dict[str, str]], lang: str) -> dict[str, Any] | None:
    """Where each tile stands and what can be shown; None when the places are not those of the layout."""
    at = {row["code"]: row for row in layout}
    if set(matter.places) != set(at):
        return None
    shown = []
    scores = _index(matter)
    if any(row["score"] is not None for row in scores):
        shown.append(_choice(W["index"], {row["place"]: row["score"] for row in scores}, matter, lang))
    for one in matter.framework.indicators:
        values = {p: matter.row(one.id, p, matter.last.label)["value"] for p in matter.places}
        if any(value is not None for value in values.values()):
            unit = one.measured_in
            name = Text(f"{one.name.vi} ({unit.vi})", f"{one.name.en} ({unit.en})") if unit else one.name
            shown.append(_choice(name, values, matter, lang))
    return {"at": at, "choices": shown} if shown else None


def _index(matter: Matter) -> list[dict[str, Any]]:
    return matter.standings(matter.top) if matter.framework.groups else []


def _choice(name: Text, values: dict[str, float | None], matter: Matter, lang: str) -> dict[str, Any]:
    """The name, and for each place in order its class (x: missing) and its figure."""
    known = sorted(v for v in values.values() if v is not None)
    classes = "".join(_class(values.get(p), known) for p in matter.places)
    return {"name": name, "classes": classes, "said": [_said(values.get(p), lang) for p in matter.places]}


def _class(value: float | None, known: list[float]) -> str:
    return "x" if value is None else str(known.index(value) * _CLASSES // len(known))


def _said(value: float | None, lang: str) -> str:
    return NONE if value is None else number(value, lang)
