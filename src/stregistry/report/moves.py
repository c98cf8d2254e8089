"""What moved at the place since an earlier period, and why: figures with causes and the records that weigh most."""

from typing import Any, Final

import attrs
from markupsafe import Markup

from stregistry.evaluate.moved import FigureMove, Moved
from stregistry.evaluate.observations import series_name
from stregistry.evaluate.words import CAUSES, WHAT
from stregistry.figures import with_decimals
from stregistry.framework import Indicator
from stregistry.measures import Series
from stregistry.missing import MISSING
from stregistry.model import KINDS
from stregistry.report.charts import said_number, signed_bar
from stregistry.report.gather import Matter
from stregistry.report.words import W
from stregistry.snapshot.score_moves import ScoreMove
from stregistry.text import LANGS, Text

_SHOWN: Final = 3  # records of a figure; the workbook of `diff` has them all


@attrs.frozen(kw_only=True)
class MovedFigure:
    """A figure that moved. change: None where it came or went, and then `why` says by what.

    causes: what each adds. records: those that add most; more: how many others.
    """

    indicator: Indicator
    before: float | None
    after: float | None
    change: float | None
    why: Text | None
    causes: list[tuple[Text, Text]]
    records: list[tuple[Text, Text, str]]
    more: int

    @property
    def others(self) -> Text:
        """How many records more, in words."""
        return Text(f"và {self.more} hồ sơ khác", f"and {self.more} other{'' if self.more == 1 else 's'}")


def moved(matter: Matter, lang: str) -> dict[str, Any] | None:
    """The section; None when nothing was compared."""
    if matter.moved is None:
        return None
    mine = [move for move in matter.moved.figures if move.place == matter.focus]
    known = {one.id: one for one in matter.framework.indicators}
    before, after = matter.moved.periods[0]
    score = next((move for move in matter.moved.scores if move.place == matter.focus), None)
    return {
        "before": before,
        "after": after,
        "known": (matter.moved.old.changeset, matter.moved.new.changeset),
        "figures": [_figure(move, known[move.indicator]) for move in mine if move.indicator in known],
        "still": len(known) - sum(move.indicator in known for move in mine),
        "score": None if score is None else _score(matter, score, lang),
    }


def _figure(move: FigureMove, indicator: Indicator) -> MovedFigure:
    most = sorted(move.records, key=lambda one: -abs(one.contribution))
    return MovedFigure(
        indicator=indicator,
        before=move.before,
        after=move.after,
        change=None if move.change is None else float(move.change),
        why=_came_or_went(move) if move.change is None else None,
        causes=[(CAUSES[cause], signed(float(points))) for cause, points in move.causes.items()],
        records=[_record(move, one, indicator) for one in most[:_SHOWN]],
        more=max(len(most) - _SHOWN, 0),
    )


def _came_or_went(move: FigureMove) -> Text:
    reason = MISSING.get(move.missing_before or move.missing_after or "", W["no_figure"])
    by = CAUSES.get(move.by or "", W["cause"])
    said = W["appeared"] if move.before is None else W["disappeared"]
    return Text(f"{said.vi} ({by.vi}; {reason.vi})", f"{said.en} ({by.en}; {reason.en})")


def _record(move: FigureMove, one: Moved, indicator: Indicator) -> tuple[Text, Text, str]:
    """What it adds, to which part, and what happened to it; its name, and where it was stated."""
    points, what = signed(float(one.contribution)), WHAT.get(one.what, Text(one.what, one.what))
    if part := move.part(one):
        what = Text(f"{what.vi}, {part.vi}", f"{what.en}, {part.en}")
    stated = f"{one.document}:{one.line}" if one.document and one.line else one.document or ""
    return Text(f"{points.vi}, {what.vi}", f"{points.en}, {what.en}"), _name(one, indicator), stated


def _name(one: Moved, indicator: Indicator) -> Text:
    """What the record is called: an observation by its series or the indicator, one without a name by its kind."""
    if one.kind == "observation":
        known = series_name(one.name)
        itself = isinstance(indicator.rule, Series) and indicator.rule.series == one.name
        return indicator.name if itself and known.en == one.name else known
    return Text(one.name, one.name) if one.name and one.name != one.kind else KINDS[one.kind].about.label


def _score(matter: Matter, move: ScoreMove, lang: str) -> dict[str, Any]:
    """The index: from where to where, by causes and by indicators."""
    names = {one.id: one.name for one in matter.framework.indicators}
    names |= {one.id: one.name for one in matter.framework.groups}
    shares = [(names.get(id, Text(id, id)), points) for id, points in move.indicators.items()]
    if move.weights:
        shares.append((W["weights"], move.weights))
    shares.sort(key=lambda pair: -abs(pair[1]))
    most = max((abs(points) for _, points in shares), default=0.0)
    return {
        "move": move,
        "change": None if move.change is None else signed(move.change, 2),
        "causes": [(CAUSES[cause], signed(points, 2)) for cause, points in move.causes.items()],
        "shares": [(name, points, _bar(name, points, most, lang)) for name, points in shares],
    }


def _bar(name: Text, points: float, most: float, lang: str) -> Markup:
    said = signed(points, 2)
    return signed_bar(points, most, Text(f"{name.vi}: {said.vi} điểm", f"{name.en}: {said.en} points"), lang)


def signed(value: float, decimals: int | None = None) -> Text:
    """A change with its sign, in the marks of each language; with as many decimals where a column is to align.

    >>> signed(0.25).vi, signed(-1234.5).en, signed(0.0).en, signed(0.641, 2).en
    ('+0,25', '−1,234', '0', '+0.64')
    """
    said = said_number(value) if decimals is None else Text(*(with_decimals(value, decimals, n) for n in LANGS))
    return Text(f"+{said.vi}", f"+{said.en}") if value > 0 else said
