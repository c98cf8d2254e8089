"""What is late and what is due soon: obligations of the law and tasks of the plan, the longest late first."""

from typing import Any, Final

import attrs

from stregistry.dates import parse_period
from stregistry.plan import Duty
from stregistry.plan.duty import CHECK_LAW
from stregistry.report.gather import Matter
from stregistry.text import Text

_MOST: Final = 200  # rows on the page; the command `due` lists them all
_KINDS: Final = {"late": "off", "may_be_late": "risk"}


@attrs.frozen(kw_only=True)
class DutyLine:
    """A duty on the page. kind: a key of the classes targets are shown in."""

    duty: Duty
    period: Text | None
    kind: str
    told: Text
    basis: Text
    check: Text | None


def duties(matter: Matter) -> dict[str, Any] | None:
    """The section; None when nobody asked the registry."""
    if matter.duties is None:
        return None
    rows = matter.duties.rows
    return {
        "at": matter.duties.at,
        "late": len(matter.duties.late),
        "soon": len(matter.duties.soon),
        "lines": [_line(row) for row in rows[:_MOST]],
        "more": max(len(rows) - _MOST, 0),
    }


def _line(row: Duty) -> DutyLine:
    return DutyLine(
        duty=row,
        period=parse_period(row.period).words if row.period else None,
        kind=_KINDS.get(row.status, "open"),
        told=Text(row.told("vi"), row.told("en")),
        basis=_basis(row),
        check=CHECK_LAW if row.check_law else None,
    )


def _basis(row: Duty) -> Text:
    """The document and article; that it is a task of the plan where there is none."""
    if row.document is None:
        return Text("nhiệm vụ của kế hoạch", "task of the plan") if row.obligation is None else Text("–", "–")
    article = row.article
    return Text(
        row.document + (f", {article.vi}" if article else ""), row.document + (f", {article.en}" if article else "")
    )
