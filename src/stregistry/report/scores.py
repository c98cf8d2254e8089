"""Where the framework scores: the headline, the ranking with its uncertainty, the tree with its contributions."""

from typing import Any

from markupsafe import Markup

from stregistry.missing import why_missing
from stregistry.report.charts import bar, said_number, whisker
from stregistry.report.gather import Matter, Row
from stregistry.report.words import W
from stregistry.text import Text


def headline(matter: Matter) -> dict[str, Any] | None:
    """Score, rank and interval of the place; None where the framework does not score."""
    if matter.framework.method is None or "scores" not in matter.latest.content:
        return None
    own = next((row for row in matter.standings(matter.top) if row["place"] == matter.focus), None)
    if own is None:
        return None
    return {"row": own, "interval": matter.intervals().get(matter.focus), "why": _why(own)}


def ranking(matter: Matter, lang: str) -> list[dict[str, Any]]:
    """A row for each place, best first; none where the framework does not score or there is nobody to compare with."""
    if headline(matter) is None or len(matter.places) < 2:
        return []
    rows, spread = matter.standings(matter.top), matter.intervals()
    ends = [row["score"] for row in rows if row["score"] is not None]
    ends += [one[key] for one in spread.values() for key in ("score_low", "score_high")]
    scale = (min(ends), max(ends)) if ends else (0.0, 1.0)
    return [
        {
            "row": row,
            "interval": spread.get(row["place"]),
            "why": _why(row),
            "chart": _whisker(row, spread, scale, lang),
        }
        for row in rows
    ]


def _whisker(row: Row, spread: dict[str, Row], scale: tuple[float, float], lang: str) -> Markup | None:
    if row["score"] is None:
        return None
    one = spread.get(row["place"])
    low, high = (one["score_low"], one["score_high"]) if one else (None, None)
    a, b, c = said_number(row["score"]), said_number(low), said_number(high)
    said = Text(
        f"{W['score'].vi} {a.vi}" + (f", {W['interval_score'].vi} {b.vi} – {c.vi}" if one else ""),
        f"{W['score'].en} {a.en}" + (f", {W['interval_score'].en} {b.en} – {c.en}" if one else ""),
    )
    return whisker(low, row["score"], high, scale, said, lang)


def tree(matter: Matter, lang: str) -> list[dict[str, Any]]:
    """The tree below the index of the place, depth first; no rows without scores."""
    if headline(matter) is None:
        return []
    from stregistry.scored import score_tree

    members = score_tree(matter.latest.scores, matter.top, matter.focus, matter.last.label)
    whole = members[0].score or 0
    names = {g.id: g.name for g in matter.framework.groups} | {i.id: i.name for i in matter.framework.indicators}
    units = {i.id: i.measured_in for i in matter.framework.indicators}
    found = []
    for one in members:
        points = one.contribution
        said = said_number(points)
        text = Text(f"{said.vi} điểm", f"{said.en} points")
        found.append(
            {
                "one": one,
                "name": names[one.id],
                "unit": units.get(one.id),
                "weight": None if one.weight is None else one.weight * 100,
                "bar": None if points is None else bar(points, whole, text, lang),
            }
        )
    return found


def _why(row: Row) -> Text | None:
    return None if row["missing"] is None else why_missing(row["missing"])
