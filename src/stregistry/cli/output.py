"""Rows on the terminal: an aligned table, CSV or JSON; or into a file of the chosen kind."""

import sys
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


def print_table(rows: Rows, headers: dict[str, Text], right: Sequence[str] = ()) -> None:
    """Prints rows as a table as wide as the terminal; columns without room are named on stderr."""
    lang = lang_of()
    import shutil

    width = shutil.get_terminal_size(fallback=(_PIPE_WIDTH, 24)).columns
    made = table(rows, headers, lang, right=right, width=width)
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


def table(rows: Rows, headers: dict[str, Text], lang: str, *, right: Sequence[str] = (), width: int) -> Table:
    """Rows as an aligned table; columns that are empty throughout are left out.

    right: columns to align to the right although they hold text; those of numbers are anyway.
    width: characters a line may have. Long texts are cut first, then the last columns go; numbers are never cut.
    """
    if not rows:
        return Table("Không có dòng nào." if lang == "vi" else "No rows.")
    shown = [n for n in headers if any(row.get(n) not in (None, "", False) for row in rows)] or list(headers)
    cells = [[headers[n][lang] for n in shown]]
    cells += [[_shown(n, row.get(n), lang) for n in shown] for row in rows]
    to_right = [n in right or all(isinstance(row.get(n), (int, float, type(None))) for row in rows) for n in shown]
    natural = [max(len(line[i]) for line in cells) for i in range(len(shown))]
    widths = _fitting(natural, to_right, width)
    lines = []
    for line in cells:
        parts = [_fit(text, w, flush) for text, w, flush in zip(line, widths, to_right, strict=False)]
        if text := _GAP.join(parts).rstrip():  # a row may hold nothing but what found no room
            lines.append(text)
    lines.insert(1, _GAP.join("-" * w for w in widths))
    return Table("\n".join(lines), tuple(shown[len(widths) :]))


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


def _fit(text: str, width: int, to_right: bool) -> str:
    if len(text) > width:
        text = text[: width - 1] + "…"
    return text.rjust(width) if to_right else text.ljust(width)


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
