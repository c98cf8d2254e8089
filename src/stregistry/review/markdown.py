"""A review as Markdown: for a wiki, a message, or another program."""

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
            yield f"*{_plain(text)}*" if style == "note" else _plain(text)
        case Items(lines=lines):
            yield from (f"- {_plain(line)}" for line in lines)
        case Table():
            yield _row(block.head)
            yield "|" + "|".join(_RULE[way] for way in block.align) + "|"
            for n, row in enumerate(block.rows):
                yield _row(tuple(f"**{cell}**" if cell else "" for cell in row) if n in block.bold else row)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _plain(text: str) -> str:
    # A name of a record may hold anything; a bar would open a column, a line break a row.
    return " ".join(text.split()).replace("|", "\\|")
