"""A Markdown text as a person reads it on a terminal: tables aligned, headings bold."""

import itertools
import re
from collections.abc import Iterator

import click

from stregistry.cli.table import table
from stregistry.review.markdown import unescape
from stregistry.text import Text

_CELLS = re.compile(r"(?<!\\)\|")


def for_terminal(text: str, width: int) -> str:
    """The text with its pipe tables laid out to a width; long cells go on in the next line."""
    parts: list[str] = []
    for is_table, some in itertools.groupby(text.splitlines(), key=lambda line: line.startswith("|")):
        lines = list(some)
        parts.extend(_aligned(lines, width) if is_table else map(_prose, lines))
    return "\n".join(parts)


def _prose(line: str) -> str:
    if line.startswith("#"):
        return click.style(line.lstrip("#").strip(), bold=True)
    return unescape(line)


def _aligned(lines: list[str], width: int) -> Iterator[str]:
    rows = [[unescape(cell.strip()) for cell in _CELLS.split(line)[1:-1]] for line in lines]
    if len(rows) < 2 or not all(set(cell) <= set(":-") for cell in rows[1]):
        yield from map(unescape, lines)
        return
    names = [f"c{n}" for n in range(len(rows[0]))]
    headers = {name: Text(label or " ", label or " ") for name, label in zip(names, rows[0], strict=True)}
    right = [name for name, rule in zip(names, rows[1], strict=True) if rule.endswith(":") and not rule.startswith(":")]
    body = [dict(zip(names, row, strict=False)) for row in rows[2:]]
    yield table(body, headers, "vi", right=right, width=width, wrap=True).text
