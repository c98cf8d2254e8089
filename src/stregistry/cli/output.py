"""Rows on the terminal: an aligned table, CSV or JSON; or into a file of the chosen kind."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stregistry.cli.base import MARK, lang_of, say
from stregistry.cli.table import Rows, table
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.cli.told import Told

_PIPE_WIDTH: Final = 120  # of a table that does not go to a terminal; the variable COLUMNS sets another


def emit(
    rows: Iterable[dict[str, Any]],
    headers: dict[str, Text],
    *,
    form: str,
    out: str | None,
    types: Mapping[str, str] | None = None,
    wrap: bool = False,
    told: "Told | None" = None,
) -> None:
    """Prints or writes rows, one after another but for a table.

    headers: column id to label; CSV headers and JSON keys are the ids, tables show the labels.
    types: of columns, for a file that states them. wrap: whether long texts go on in the next line of a table. A
    missing value is an empty cell, null in JSON. Only a table leaves columns out, and only there cells are told.
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
        print_table(in_words(rows, told or {}), headers, wrap=wrap)


def in_words(rows: Iterable[dict[str, Any]], told: "Told") -> list[dict[str, Any]]:
    """The rows with the cells of some columns as a reader has them."""
    lang = lang_of()
    return [{n: told[n](v, lang) if n in told and v not in (None, "") else v for n, v in row.items()} for row in rows]


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
    sections: Mapping[int, str] | None = None,
    gives_way: Sequence[str] = (),
) -> None:
    """Prints rows as a table as wide as the terminal; columns without room are named on stderr.

    wrap: long texts go on in the next line instead of being cut. colour: for each row a column and the colour of its
    cell on a terminal. sections: number of a row to the heading that stands before it. gives_way: the columns that go
    first where there is no room for all; then they go from the last.
    """
    lang = lang_of()
    made = table(
        rows,
        headers,
        lang,
        right=right,
        width=_room(),
        wrap=wrap,
        colour=colour,
        sections=sections,
        gives_way=gives_way,
    )
    click.echo(made.text)
    if made.hidden:
        names = ", ".join(headers[name][lang] for name in made.hidden)
        say(
            Text(
                f"Không đủ chỗ cho {len(made.hidden)} cột: {names}. Xem đủ bằng --format csv hoặc --out.",
                f"No room for {count(len(made.hidden), 'column')}: {names}. See all with --format csv or --out.",
            )
        )


def has_room(rows: Rows, headers: dict[str, Text], right: Sequence[str] = ()) -> bool:
    """Whether the terminal has room for every column of a table whose long texts go on in the next line."""
    return not table(rows, headers, lang_of(), right=right, width=_room(), wrap=True).hidden


def _room() -> int:
    import shutil

    return shutil.get_terminal_size(fallback=(_PIPE_WIDTH, 24)).columns


def count(n: int, noun: str) -> str:
    """An English count: 1 row, 2 rows."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
