"""The provinces as tiles, each roughly where it lies; one grid, and a choice of what it shows."""

from collections.abc import Callable
from typing import Any

from stregistry.figures import NONE, number, with_decimals
from stregistry.places import read_rows
from stregistry.report.gather import Matter
from stregistry.report.words import W
from stregistry.text import Text

_CLASSES = 5


def tiles(matter: Matter, lang: str) -> dict[str, Any] | None:
    """Where each tile stands and what can be shown; None when the places are not those of the layout."""
    at = {row["code"]: row for row in read_rows("tiles")}
    if set(matter.places) != set(at):
        return None
    shown = []
    scores = _index(matter)
    if any(row["score"] is not None for row in scores):
        said = _with(2, lang)
        shown.append(_choice(W["index"], {row["place"]: row["score"] for row in scores}, matter, said))
    for one in matter.framework.indicators:
        values = {p: matter.row(one.id, p, matter.last.label)["value"] for p in matter.places}
        if any(value is not None for value in values.values()):
            unit = one.measured_in
            name = Text(f"{one.name.vi} ({unit.vi})", f"{one.name.en} ({unit.en})") if unit else one.name
            shown.append(_choice(name, values, matter, _with(None, lang)))
    # What is the same nearly everywhere tells nothing on a map: the first that differs is shown first.
    first = next((n for n, one in enumerate(shown) if len(set(one["classes"]) - {"x"}) == _CLASSES), 0)
    return {"at": at, "choices": shown, "first": first, "islands": read_rows("islands")} if shown else None


def _index(matter: Matter) -> list[dict[str, Any]]:
    return matter.standings(matter.top) if matter.framework.groups else []


def _choice(
    name: Text, values: dict[str, float | None], matter: Matter, said: Callable[[float | None], str]
) -> dict[str, Any]:
    """The name; for each place in order its class (x: missing) and its figure; what figures each class has."""
    known = sorted(v for v in values.values() if v is not None)
    classes = "".join(_class(values.get(p), known) for p in matter.places)
    of = {q: [v for v in known if _class(v, known) == str(q)] for q in range(_CLASSES)}
    ranges = [_range(said(some[0]), said(some[-1])) if some else NONE for some in of.values()]
    return {"name": name, "classes": classes, "said": [said(values.get(p)) for p in matter.places], "ranges": ranges}


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} – {high}"


def _class(value: float | None, known: list[float]) -> str:
    return "x" if value is None else str(known.index(value) * _CLASSES // len(known))


def _with(decimals: int | None, lang: str) -> Callable[[float | None], str]:
    """Says a figure; scores with as many decimals everywhere."""
    if decimals is None:
        return lambda value: number(value, lang)
    return lambda value: NONE if value is None else with_decimals(value, decimals, lang)
