"""Rows as an aligned table of text, for a terminal or a pipe of any width."""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import click
import wcwidth

from stregistry.text import Text

Rows = Sequence[dict[str, Any]]
# Integers that name something rather than count it: no thousands mark.
_NUMBERS_OF_THINGS: Final = frozenset(
    {"id", "changeset", "until", "row", "record", "organisation", "parent", "from", "one", "two"}
)
_WIDEST: Final = 60
_NARROWEST: Final = 20  # a column of text is not cut shorter to make room for others
_SHORT, _SHORTEST = 24, 12  # a column of texts no wider than the one may be folded down to the other
_GAP: Final = "  "
_SEAM: Final = "\u2060"  # takes no room; marks where a long word may be parted without a space

# What stands in a cell, a text for each line; how long lines are folded is not settled yet.
_Cell = tuple[str, ...]


@attrs.frozen
class Table:
    """A table as text. hidden: the ids of the columns that had a value but found no room."""

    text: str
    hidden: tuple[str, ...] = ()


def table(
    rows: Rows,
    headers: Mapping[str, Text],
    lang: str,
    *,
    right: Sequence[str] = (),
    width: int,
    wrap: bool = False,
    colour: Sequence[tuple[str, str | None]] = (),
    sections: Mapping[int, str] | None = None,
    gives_way: Sequence[str] = (),
) -> Table:
    """Rows as an aligned table; columns that are empty throughout are left out (a column of zeros is not empty).

    A tuple of texts stands in its cell a line each.
    right: columns to align to the right although they hold text; those of numbers are anyway.
    width: columns of the terminal a line may have, counted as they are shown: a letter and the marks on it are one.
    Long texts are cut first, then columns go: those of gives_way in their order, then from the last. Numbers are
    never cut. wrap, colour, sections: see `print_table`; rows stand in under their sections.
    """
    if not rows:
        return Table("Không có dòng nào." if lang == "vi" else "No rows.")
    indent = "  " if sections else ""
    shown = [n for n in headers if any(_holds(row.get(n)) for row in rows)] or list(headers)
    cells: list[list[_Cell]] = [[(headers[n][lang],) for n in shown]]
    cells += [[_shown(n, row.get(n), lang) for n in shown] for row in rows]
    to_right = [n in right or all(isinstance(row.get(n), (int, float, type(None))) for row in rows) for n in shown]
    extents = [
        _extent(column, flush, fold=wrap) for column, flush in zip(zip(*cells, strict=True), to_right, strict=True)
    ]
    kept = _kept(extents, [shown.index(n) for n in gives_way if n in shown], width - len(indent))
    hidden = tuple(n for i, n in enumerate(shown) if i not in kept)
    widths = _fitting([extents[i] for i in kept], width - len(indent))
    shown, to_right = [shown[i] for i in kept], [to_right[i] for i in kept]
    cells = [[line[i] for i in kept] for line in cells]
    lines = []
    for n, line in enumerate(cells):
        name, own = colour[n - 1] if 0 < n <= len(colour) else ("", None)
        if sections and n - 1 in sections:
            lines += [click.style(part, bold=True) for part in _folded(sections[n - 1], width)]
        for padded in _lines(line, widths, to_right, fold=wrap):
            if own is not None and name in shown and padded[at := shown.index(name)].strip():
                padded[at] = click.style(padded[at], fg=own)
            if text := _GAP.join(padded).rstrip():  # a row may hold nothing but what found no room
                lines.append(indent + text)
        if n == 0:
            lines.append(indent + _GAP.join("-" * w for w in widths))
    return Table("\n".join(lines), hidden)


def _holds(value: Any) -> bool:
    """Whether a cell says something: 0 does, a plain no does not."""
    return value is not None and value is not False and value not in ("", ())


def _shown(name: str, value: Any, lang: str) -> _Cell:
    if isinstance(value, tuple):
        return tuple(show(line, lang) for line in value)
    return (str(value) if name in _NUMBERS_OF_THINGS and value is not None else show(value, lang),)


def _lines(
    cells: Sequence[_Cell], widths: Sequence[int], to_right: Sequence[bool], *, fold: bool
) -> Iterator[list[str]]:
    """The lines of one row, each as its cells padded to the widths."""
    fitted = [
        [part for text in cell for part in (_folded(text, w) if fold else [_cut(text, w)])]
        for cell, w in zip(cells, widths, strict=True)
    ]
    for parts in itertools.zip_longest(*fitted, fillvalue=""):
        yield [_padded(text, w, flush) for text, w, flush in zip(parts, widths, to_right, strict=True)]


def _kept(columns: Sequence[tuple[int, int]], gives_way: Sequence[int], room: int) -> list[int]:
    """The columns there is room for when each is as narrow as it may get; one at least."""
    kept = list(range(len(columns)))
    for goes in [*gives_way, *reversed(kept)]:
        if len(kept) == 1 or sum(columns[i][1] for i in kept) + len(_GAP) * (len(kept) - 1) <= room:
            break
        if goes in kept:
            kept.remove(goes)
    return kept


def _fitting(columns: Sequence[tuple[int, int]], room: int) -> list[int]:
    """The widths of columns, the widest texts cut first."""
    widths, least = [most for most, _ in columns], [least for _, least in columns]
    over = sum(widths) + len(_GAP) * (len(widths) - 1) - room
    while over > 0 and widths != least:
        widest = max(range(len(widths)), key=lambda i: widths[i] - least[i] and widths[i])
        widths[widest] -= 1
        over -= 1
    return widths


def _extent(column: Sequence[_Cell], flush: bool, *, fold: bool) -> tuple[int, int]:
    """How wide a column would be, and how narrow it may get: a number is never cut, a header may be folded."""
    header, *body = [max(map(_width, cell), default=0) for cell in column]
    natural, most = max([header, *body]), max(body, default=0)
    words = column if most <= _SHORT and not flush else column[:1]
    longest = max(_width(word) for cell in words for text in cell for word in text.split() or [""])
    if flush:
        return natural, max(most, longest) if fold else natural
    wide = min(natural, _WIDEST)
    return wide, min(wide, max(longest, _SHORTEST) if fold and most <= _SHORT else _NARROWEST)


def _width(text: str) -> int:
    """How many columns of a terminal the text takes: a mark on a letter none, a Chinese character two."""
    return len(text) if text.isascii() else wcwidth.width(text)


def _padded(text: str, width: int, flush: bool) -> str:
    room = " " * (width - _width(text))
    return room + text if flush else text + room


def _cut(text: str, width: int) -> str:
    return text if _width(text) <= width else wcwidth.clip(text, 0, width - 1) + "…"


def _folded(text: str, width: int) -> list[str]:
    """The text on lines of that width; those after the first stand in as far as the first, and a little more.

    In a narrow column they do not: every letter counts there.
    """
    if _width(text) <= width:
        return [text]
    inner = " " * (len(text) - len(text.lstrip()) + 2) if width >= _NARROWEST else ""
    # The first word has the whole line, a later one may stand in.
    loose = re.sub(r"\S+", lambda word: _loose(word[0], width - (len(inner) if word.start() else 0)), text)
    lines = wcwidth.wrap(loose, width, subsequent_indent=inner, break_on_hyphens=False)
    return [line.replace(f"{_SEAM} ", "").replace(_SEAM, "") for line in lines]


def _loose(word: str, width: int) -> str:
    """The word, with seams before its marks where a line is too short for it: the name of a file is cut at a dot."""
    if _width(word) <= width:
        return word
    pieces = [""]
    for part in re.split(r"(?<=\w)(?=[._/:-])", word):
        if pieces[-1] and _width(pieces[-1] + part) > width:
            pieces.append(part)
        else:
            pieces[-1] += part
    return f"{_SEAM} ".join(pieces)


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
    return _printable(str(value))


def _printable(text: str) -> str:
    """The text on one line, composed, with control characters made visible: a file must not steer the terminal."""
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", " ".join(text.split("\n")))
    return "".join("\ufffd" if unicodedata.category(char) == "Cc" else char for char in text)
