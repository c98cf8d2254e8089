"""Rows on the terminal: an aligned table, CSV or JSON; or into a file of the chosen kind."""

import itertools
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import click

from stregistry.cli.base import MARK, lang_of, say
from stregistry.text import Text

Rows = Sequence[dict[str, Any]]

# Integers that name something rather than count it: no thousands mark.
_NUMBERS_OF_THINGS: Final = frozenset(
    {"id", "changeset", "until", "row", "organisation", "parent", "from", "one", "two"}
)
_WIDEST: Final = 60
_NARROWEST: Final = 20  # a column of text is not cut shorter to make room for others
_PIPE_WIDTH: Final = 120  # of a table that does not go to a terminal; the variable COLUMNS sets another
_GAP: Final = "  "


def emit(
    rows: Iterable[dict[str, Any]],
    headers: dict[str, Text],
    *,
    form: str,
    out: str | None,
    types: Mapping[str, str] | None = None,
) -> None:
    """Prints or writes rows, one after another but for a table.

    headers: column id to label; CSV headers and JSON keys are the ids, tables show the labels.
    types: of columns, for a file that states them. A missing value is an empty cell, null in JSON. Only a table
    leaves columns out.
    """
    from stregistry.exchange.out import Sheet, write_csv, write_json, write_sheet

    mark = wants_mark(out or f"stdout.{form}")
    if out:
        sheet = Sheet(columns=list(headers), rows=rows, types=types or {})
        number = write_sheet(sheet, Path(out), mark=mark)
        say(Text(f"Đã ghi {number} dòng vào {out}.", f"Wrote {count(number, 'row')} to {out}."))
    elif form == "csv":
        if mark:
            click.echo("\ufeff", nl=False)
        write_csv(rows, list(headers), sys.stdout)
    elif form == "json":
        write_json(rows, list(headers), sys.stdout)
    else:
        print_table(list(rows), headers)


def wants_mark(name: str) -> bool:
    """Whether --bom was given. Raises UsageError where what is written is no CSV."""
    asked = bool(click.get_current_context().meta.get(MARK))
    if asked and not name.lower().endswith(".csv"):
        raise click.UsageError(Text("--bom chỉ dùng cho CSV.", "--bom goes with CSV only.")[lang_of()])
    return asked


def print_table(
    rows: Rows,
    headers: dict[str, Text],
    right: Sequence[str] = (),
    *,
    wrap: bool = False,
    colour: Sequence[tuple[str, str | None]] = (),
) -> None:
    """Prints rows as a table as wide as the terminal; columns without room are named on stderr.

    wrap: long texts go on in the next line instead of being cut. colour: for each row a column and the colour of its
    cell on a terminal.
    """
    lang = lang_of()
    import shutil

    width = shutil.get_terminal_size(fallback=(_PIPE_WIDTH, 24)).columns
    made = table(rows, headers, lang, right=right, width=width, wrap=wrap, colour=colour)
    click.echo(made.text)
    if made.hidden:
        names = ", ".join(headers[name][lang] for name in made.hidden)
        say(
            Text(
                f"Không đủ chỗ cho {len(made.hidden)} cột: {names}. Xem đủ bằng --format csv hoặc --out.",
                f"No room for {count(len(made.hidden), 'column')}: {names}. See all with --format csv or --out.",
            )
        )


@attrs.frozen
class Table:
    """A table as text. hidden: the ids of the columns that had a value but found no room."""

    text: str
    hidden: tuple[str, ...] = ()


def table(
    rows: Rows,
    headers: dict[str, Text],
    lang: str,
    *,
    right: Sequence[str] = (),
    width: int,
    wrap: bool = False,
    colour: Sequence[tuple[str, str | None]] = (),
) -> Table:
    """Rows as an aligned table; columns that are empty throughout are left out (a column of zeros is not empty).

    right: columns to align to the right although they hold text; those of numbers are anyway.
    width: characters a line may have. Long texts are cut first, then the last columns go; numbers are never cut.
    """
    if not rows:
        return Table("Không có dòng nào." if lang == "vi" else "No rows.")
    shown = [n for n in headers if any(_holds(row.get(n)) for row in rows)] or list(headers)
    cells = [[headers[n][lang] for n in shown]]
    cells += [[_shown(n, row.get(n), lang) for n in shown] for row in rows]
    to_right = [n in right or all(isinstance(row.get(n), (int, float, type(None))) for row in rows) for n in shown]
    natural = [max(len(line[i]) for line in cells) for i in range(len(shown))]
    widths = _fitting(natural, to_right, width)
    lines = []
    for n, line in enumerate(cells):
        name, own = colour[n - 1] if 0 < n <= len(colour) else ("", None)
        fitted = [_folded(text, w) if wrap else [_cut(text, w)] for text, w in zip(line, widths, strict=False)]
        for part in itertools.zip_longest(*fitted, fillvalue=""):
            padded = [
                text.rjust(w) if flush else text.ljust(w)
                for text, w, flush in zip(part, widths, to_right, strict=False)
            ]
            if own is not None and name in shown[: len(padded)]:
                at = shown.index(name)
                padded[at] = click.style(padded[at], fg=own)
            if text := _GAP.join(padded).rstrip():  # a row may hold nothing but what found no room
                lines.append(text)
        if n == 0:
            lines.append(_GAP.join("-" * w for w in widths))
    return Table("\n".join(lines), tuple(shown[len(widths) :]))


def _holds(value: Any) -> bool:
    """Whether a cell says something: 0 does, a plain no does not."""
    return value is not None and value is not False and value != ""


def _fitting(natural: Sequence[int], fixed: Sequence[bool], room: int) -> list[int]:
    """The widths of as many leading columns as fit, the widest texts cut first."""
    widths = [n if keep else min(n, _WIDEST) for n, keep in zip(natural, fixed, strict=True)]
    least = [n if keep else min(n, _NARROWEST) for n, keep in zip(widths, fixed, strict=True)]
    while len(least) > 1 and sum(least) + len(_GAP) * (len(least) - 1) > room:
        least.pop()
    widths = widths[: len(least)]
    over = sum(widths) + len(_GAP) * (len(widths) - 1) - room
    while over > 0 and widths != least:
        widest = max(range(len(widths)), key=lambda i: widths[i] - least[i] and widths[i])
        widths[widest] -= 1
        over -= 1
    return widths


def _shown(name: str, value: Any, lang: str) -> str:
    return str(value) if name in _NUMBERS_OF_THINGS and value is not None else show(value, lang)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _folded(text: str, width: int) -> list[str]:
    """The text on lines of that width; those after the first stand in as far as the first, and a little more."""
    inner = " " * (len(text) - len(text.lstrip()) + 2)
    return [text] if len(text) <= width else textwrap.wrap(text, width, subsequent_indent=inner)


def count(n: int, noun: str) -> str:
    """An English count: 1 row, 2 rows."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def show(value: Any, lang: str) -> str:
    """A value for reading: thousands apart, the decimal mark of the language, at most 4 decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return {"vi": ("không", "có"), "en": ("no", "yes")}[lang][value]
    if isinstance(value, float):
        text = f"{value:,.4f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:g}"
        return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text
    if isinstance(value, int):
        return f"{value:,}".replace(",", "." if lang == "vi" else ",")
    return " ".join(str(value).split("\n"))
