"""A review as Markdown: for a wiki, a message, or another program."""

import re
from collections.abc import Iterator

from stregistry.review.blocks import Block, Heading, Items, Paragraph, Table
from stregistry.review.outline import annex, outline
from stregistry.review.telling import Telling

_RULE = {"left": ":--", "right": "--:", "center": ":-:"}


def markdown(t: Telling) -> str:
    """The report and its annex."""
    head = [f"# {t.title}", "", f"**{t.subject}**", ""]
    body = [line for block in (*outline(t), *annex(t)) for line in (*_lines(block), "")]
    return "\n".join([*head, *body]).rstrip() + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text, level=level):
            yield f"{'#' * (level + 1)} {text}"
        case Paragraph(text=text, style=style):
            yield f"*{escape(text)}*" if style == "note" else escape(text)
        case Items(lines=lines):
            yield from (f"- {escape(line)}" for line in lines)
        case Table():
            yield _row(block.head)
            yield "|" + "|".join(_RULE[way] for way in block.align) + "|"
            for n, row in enumerate(block.rows):
                yield _row(row, bold=n in block.bold)


def _row(cells: tuple[str, ...], bold: bool = False) -> str:
    told = (escape(cell) for cell in cells)
    return "| " + " | ".join(f"**{cell}**" if bold and cell else cell for cell in told) + " |"


def escape(text: str) -> str:
    """The text in one line, with every mark that would mean something: a name of a record may hold anything."""
    return re.sub(r"([\\*|<`])", r"\\\1", " ".join(text.split()))


def unescape(text: str) -> str:
    """The text as a person reads it: what was escaped as it was, without the marks of emphasis."""
    return re.sub(r"\\(.)|\*+", lambda found: found[1] or "", text)
