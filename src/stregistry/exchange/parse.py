"""From cells to typed columns: each distinct cell is read once, and every problem is noted with its row."""

import datetime as dt
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from typing import Any, Final

from stregistry import places, vocab
from stregistry.dates import parse_days
from stregistry.errors import DomainError, NotFoundError
from stregistry.exchange.cells import Cell, as_text, is_blank
from stregistry.exchange.headers import Header
from stregistry.exchange.issues import Problems, near_text
from stregistry.store.layout import join_codes
from stregistry.text import Text, fold

Values = list[Any]  # one value a row, None where the cell is empty or wrong


class Wrong(Exception):
    """A cell that cannot be read: the code of the problem and the parts of its message."""

    def __init__(self, code: str, **parts: Any) -> None:
        super().__init__(code)
        self.code, self.parts = code, parts


def read_once(
    cells: Sequence[Any], read: Callable[[Any], Any], header: Header, problems: Problems, *, empty: Any = None
) -> Values:
    """The value of every cell; `read` meets each distinct cell once and raises Wrong for a bad one.

    Empty cells, and those of nothing but spaces, become `empty`.
    """
    memo: dict[Any, Any] = {}
    wrong: dict[Any, Wrong] = {}
    for cell in set(cells):
        if is_blank(cell):
            memo[cell] = empty
            continue
        try:
            memo[cell] = read(cell)
        except Wrong as error:
            memo[cell], wrong[cell] = empty, error
    if wrong:
        for i, cell in enumerate(cells):
            if cell in wrong:
                bad = wrong[cell]
                problems.at(i, bad.code, column=header.text, value=shown(cell), **bad.parts)
    return list(map(memo.__getitem__, cells))


def shown(cell: Any) -> str:
    """The cell as it stands in a message: as text, cut where it is long."""
    text = as_text(cell)
    return text if len(text) <= 100 else text[:99] + "…"


# ---- text ----------------------------------------------------------------------------------

# White space that `tidy` would change, and the invisible characters it drops.
_UNTIDY = re.compile(r"[^\S ]|  |\x00 | \x00|[\u200b\u200c\u200d\u2060\ufeff]")


def read_texts(cells: Sequence[Cell]) -> Values:
    """Every cell as tidied text, None when empty.

    Most columns of most files are tidy already, and one look at the whole column tells.
    """
    try:
        joined = "\x00".join(cells)  # type: ignore[arg-type]  # a workbook's numbers raise TypeError
    except TypeError:
        return [as_text(cell) or None for cell in cells]
    edges = joined[:1] == " " or joined[-1:] == " "
    if not edges and unicodedata.is_normalized("NFC", joined) and not _UNTIDY.search(joined):
        return [cell or None for cell in cells]
    memo = {cell: as_text(cell) or None for cell in set(cells)}
    return [memo[cell] for cell in cells]


# ---- dates ---------------------------------------------------------------------------------


# The orders a map file may say a column's days are written in; the groups are named y, m and d.
DATE_ORDERS: Final = {
    "dd/mm/yyyy": re.compile(r"(?P<d>\d{1,2})[/.\-](?P<m>\d{1,2})[/.\-](?P<y>\d{4})"),
    "mm/dd/yyyy": re.compile(r"(?P<m>\d{1,2})[/.\-](?P<d>\d{1,2})[/.\-](?P<y>\d{4})"),
    "yyyy/mm/dd": re.compile(r"(?P<y>\d{4})[/.\-](?P<m>\d{1,2})[/.\-](?P<d>\d{1,2})"),
    "dd/mm/yy": re.compile(r"(?P<d>\d{1,2})[/.\-](?P<m>\d{1,2})[/.\-](?P<y>\d{2})"),  # of this century
    "yyyymmdd": re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    "ddmmyyyy": re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4})"),
}
# Days written in full, which an order settles; months, years and days in ISO form it leaves alone.
_FULL_DAY = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{8}")


def _days(cell: Cell) -> tuple[int, int]:
    if isinstance(cell, dt.date):
        return cell.toordinal(), cell.toordinal()
    try:
        return parse_days(as_text(cell))
    except DomainError as error:
        raise Wrong("bad_date", reason=error.message) from None


def _days_in(order: str) -> Callable[[Cell], tuple[int, int]]:
    """`_days` for a column whose days are written in an order a map file names."""

    def read(cell: Cell) -> tuple[int, int]:
        text = "" if isinstance(cell, dt.date) else as_text(cell).strip()
        match = DATE_ORDERS[order].fullmatch(text)
        if match is None:
            if _FULL_DAY.fullmatch(text) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
                raise Wrong("not_in_order", order=order)
            return _days(cell)
        year, month, day = (int(match[name]) for name in "ymd")
        try:
            number = dt.date(year + 2000 if year < 100 else year, month, day).toordinal()
        except ValueError:
            raise Wrong("not_in_order", order=order) from None
        return number, number

    return read


def _reads_days(header: Header) -> Callable[[Cell], tuple[int, int]]:
    return _days if header.rule is None or header.rule.dates is None else _days_in(header.rule.dates)


_TWO_AND_YEAR = re.compile(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{4}\s*")


def _check_order(cells: Sequence[Cell], header: Header, problems: Problems) -> None:
    """Refuses a column whose days only make sense after their months: read day first, the rest would be wrong.

    One day over 12 in first place shows that the column is day first; another cell is then a slip of its own.
    """
    if header.rule is not None and header.rule.dates is not None:
        return
    shows: dict[bool, Cell] = {}
    for cell in set(cells):
        match = _TWO_AND_YEAR.fullmatch(cell) if isinstance(cell, str) else None
        if match and (int(match[1]) > 12) != (int(match[2]) > 12):
            shows.setdefault(int(match[2]) > 12, cell)
    if True in shows and False not in shows:
        i = next(i for i, cell in enumerate(cells) if isinstance(cell, str) and _is_month_first(cell))
        problems.whole("month_first", column=header.text, value=shown(cells[i]), row=problems.row_number(i))


def _is_month_first(cell: str) -> bool:
    match = _TWO_AND_YEAR.fullmatch(cell)
    return match is not None and int(match[2]) > 12 >= int(match[1])


def read_dates(cells: Sequence[Cell], header: Header, problems: Problems) -> tuple[Values, Values]:
    """The first and the last day each cell can mean."""
    _check_order(cells, header, problems)
    pairs = read_once(cells, _reads_days(header), header, problems, empty=(None, None))
    return [first for first, _ in pairs], [last for _, last in pairs]


def read_days(cells: Sequence[Cell], header: Header, problems: Problems) -> Values:
    """The day number of each cell, which must be known to the day."""
    _check_order(cells, header, problems)
    read = _reads_days(header)

    def day(cell: Cell) -> int:
        first, last = read(cell)
        if first != last:
            raise Wrong("not_a_day")
        return first

    return read_once(cells, day, header, problems)


# ---- codes, flags, countries ---------------------------------------------------------------


@cache
def _code_reader(vocabulary: str) -> Callable[[str], str]:
    known = vocab.vocabulary(vocabulary)

    def read(text: str) -> str:
        found = known.find(text)
        if found is None:
            near = near_text(known.suggest(text))
            # The codes are English words; what they mean stands beside them for who writes Vietnamese.
            meant = ", ".join(f"{code} ({known.label(code, 'vi')})" for code in known.codes)
            codes = Text(meant, ", ".join(known.codes))
            raise Wrong("unknown_code", vocabulary=known.title, codes=codes, near=near)
        return found

    return read


def read_codes(cells: Sequence[Cell], header: Header, problems: Problems, *, several: bool) -> Values:
    """One code a cell, or (several) codes split by `;` as they are stored; a label counts as its code."""
    find = _code_reader(header.column.field.vocabulary or "")
    if not several:
        return read_once(cells, lambda cell: find(as_text(cell)), header, problems)
    return read_once(cells, lambda cell: join_codes(sorted({find(t) for t in pieces(cell)})), header, problems)


_FLAGS: Final = {
    **dict.fromkeys(("co", "yes", "y", "true", "1", "x", "dung"), 1),
    **dict.fromkeys(("khong", "no", "n", "false", "0", "sai"), 0),
}


def _flag(cell: Cell) -> int:
    found = _FLAGS.get(fold(as_text(cell)))
    if found is None:
        raise Wrong("bad_flag")
    return found


def read_flags(cells: Sequence[Cell], header: Header, problems: Problems) -> Values:
    """1 for yes, 0 for no."""
    return read_once(cells, _flag, header, problems)


def _country(text: str) -> str:
    if not re.fullmatch("[A-Za-z]{2}", text):
        raise Wrong("bad_country")
    return text.upper()


def read_countries(cells: Sequence[Cell], header: Header, problems: Problems, *, several: bool) -> Values:
    """Two-letter country codes; only their form is checked, since the ISO list changes."""
    if not several:
        return read_once(cells, lambda cell: _country(as_text(cell)), header, problems)
    return read_once(cells, lambda cell: join_codes(sorted({_country(t) for t in pieces(cell)})), header, problems)


def pieces(cell: Any) -> tuple[str, ...]:
    """The parts of a cell that holds several, split by `;`.

    >>> pieces("mst:0312345678; Viện A;")
    ('mst:0312345678', 'Viện A')
    """
    return tuple(t for t in (part.strip() for part in as_text(cell).split(";")) if t)


_NAMED_CODE = re.compile(r"(?P<name>\S(?:.*\S)?)\s*\[(?P<code>[a-z]+:[^\[\]]+)\]")


_WRITTEN_CODE = re.compile(
    r"[(\[,–—-] ?(?:mst|msdn|mã số thuế|mã số doanh nghiệp|tax code)(?: số)? ?[:.]? ?"
    r"(?P<number>\d[\d .]{8,14}\d(?:-\d{3})?) ?[)\]]?$",
    re.IGNORECASE,
)


def named_code(name: str | None, scheme: str, number: str | None) -> str:
    """A body by its name and a code, either of which may be missing, as one piece of a cell.

    >>> named_code("Viện A", "mst", "0312345678"), named_code(None, "mst", "0312345678")
    ('Viện A [mst:0312345678]', 'mst:0312345678')
    """
    code = None if number is None else number if number.startswith(f"{scheme}:") else f"{scheme}:{number}"
    return f"{name} [{code}]" if name and code else name or code or ""


def split_named_code(piece: str) -> tuple[str, str | None]:
    """What a piece of a cell that names a body says: a word, and the code after it, if any.

    The code is written in square brackets with its scheme, or as offices write a tax code.

    >>> split_named_code("Viện A [mst:0312345678]"), split_named_code("Viện A")
    (('Viện A', 'mst:0312345678'), ('Viện A', None))
    >>> split_named_code("Công ty B (MST: 0312345678)"), split_named_code("Công ty B, mã số thuế 0312 345 678")
    (('Công ty B', 'mst:0312345678'), ('Công ty B', 'mst:0312345678'))
    """
    if match := _NAMED_CODE.fullmatch(piece):
        return match["name"], match["code"]
    if (match := _WRITTEN_CODE.search(piece)) and (name := piece[: match.start()].rstrip(" ,-–—")):
        return name, f"mst:{re.sub(r'[ .]', '', match['number'])}"
    return piece, None


# ---- places --------------------------------------------------------------------------------


def read_places(cells: Sequence[Cell], days: Values | None, header: Header, problems: Problems) -> Values:
    """The code of each place, read on the record's own day; without a day, as of the newest map."""
    cuts = places.place_table().cuts
    eras: dict[int | None, int | None] = {None: None}
    if days is not None:
        eras |= {d: bisect_right(cuts, d) for d in set(days) if d is not None}
    # Between two cuts no place changes, so (text, era) is read once, on any day of the era.
    day_of = {era: d for d, era in eras.items()}
    keys: list[Hashable] = [
        (cell, eras[d]) if cell != "" else "" for cell, d in zip(cells, days or [None] * len(cells), strict=True)
    ]

    def read(key: tuple[Cell, int | None]) -> str:
        try:
            return places.find_place(as_text(key[0]), day_of[key[1]]).code
        except NotFoundError as error:
            raise Wrong("unknown_place", reason=error.message) from None

    return read_once(keys, read, header, problems)
