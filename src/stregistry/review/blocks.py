"""What a review is made of on paper: headings, paragraphs, lists and tables, whatever it is written to."""

from collections.abc import Sequence
from typing import Literal

import attrs

Align = Literal["left", "right", "center"]


@attrs.frozen
class Heading:
    """A heading; level 1 for the parts, 2 for the task groups within them."""

    text: str
    level: int = 1


@attrs.frozen
class Paragraph:
    """A paragraph. style: body, note (smaller), or prompt (for the officer to replace)."""

    text: str
    style: Literal["body", "note", "prompt"] = "body"


@attrs.frozen
class Items:
    """A list of short lines."""

    lines: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Table:
    """A table. widths: of each column as a part of the whole. bold: rows that stand out, such as totals."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: tuple[Align, ...]
    widths: tuple[float, ...]
    bold: frozenset[int] = frozenset()


Block = Heading | Paragraph | Items | Table


def table(
    columns: Sequence[tuple[str, Align, float]], rows: Sequence[Sequence[str]], bold: Sequence[int] = ()
) -> Table:
    """A table of columns (head, alignment, width) and rows."""
    heads, aligns, widths = zip(*columns, strict=True)
    whole = sum(widths)
    return Table(
        head=heads,
        rows=tuple(tuple(row) for row in rows),
        align=aligns,
        widths=tuple(width / whole for width in widths),
        bold=frozenset(bold),
    )
