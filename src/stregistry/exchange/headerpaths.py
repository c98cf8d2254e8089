"""Headers of more than one row: a group over its columns, joined to the path each column is read by."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from stregistry.exchange.cells import is_blank
from stregistry.exchange.columns import ImportPlan
from stregistry.exchange.headers import (
    NAME_WORDS,
    PATH_MARK,
    Header,
    coded_column,
    header_key,
    is_tax_code,
    is_templated,
    near_column,
    parse_unit,
    passed_over,
    read_header,
    split_unit,
)
from stregistry.exchange.issues import Problems, near_text
from stregistry.exchange.mapping import FileMap
from stregistry.exchange.sheet import Sheet
from stregistry.text import Text, fold, tidy

_TOLD: Final = 12  # rows that a message lists
# How dates are to be written, below the name of a column of dates.
_FORM_OF_DATES: Final = re.compile(r"\(?(d{1,2}|ngay)\s*[/.-]\s*(m{1,2}|thang)\s*[/.-]\s*(y{2,4}|nam)\)?")

Path = tuple[str, ...]  # the words of a header from the top row down, without blanks
Merge = tuple[tuple[int, int], tuple[int, int]]  # first and last cell of merged cells, both as (row, column) from 0


def path_text(path: Path) -> str:
    """A path as one header in messages.

    >>> path_text(("Giá trị", "USD"))
    'Giá trị › USD'
    """
    return PATH_MARK.join(path)


def read_path(plan: ImportPlan, position: int, path: Path) -> Header | None:
    """The column the header of one or more rows means, or None.

    The words of a group and of the column below it are read together: as an amount and its unit, one
    after the other, or, where the group means nothing by itself, the column's words alone.
    """
    if not path:
        return None
    if len(path) == 1:
        return read_header(plan, position, path[0])
    found = next((h for text in _joined(plan, path) if (h := read_header(plan, position, text))), None)
    return attrs.evolve(found, text=path_text(path)) if found else None


def _joined(plan: ImportPlan, path: Path) -> Iterator[str]:
    """The texts a path may be read as, the surest first."""
    *above, word = path
    group = " ".join(above)
    if any(is_templated(text) for text in path):
        return  # a template's header is whole in one cell
    unit = word.strip("()[] ")
    if parse_unit(unit):
        base, _ = split_unit(group)
        yield f"{base} ({unit})"
    yield f"{word} {group}"
    yield f"{group} {word}"
    known = read_header(plan, 0, group)
    if known is None:
        base, stated = split_unit(group)
        if stated:
            yield f"{word} ({stated})"
        yield word
    elif _adds_nothing(known, word):
        yield group


def _adds_nothing(known: Header, word: str) -> bool:
    """Whether the word below a known header says only how or by what its cells are written."""
    if known.column.cell in ("party", "ref"):
        return header_key(word) in NAME_WORDS
    return known.column.cell in ("date", "day") and bool(_FORM_OF_DATES.fullmatch(fold(word)))


Reader = Callable[[int, Path], Header | None]


def header_reader(plan: ImportPlan, file_map: FileMap | None = None) -> Reader:
    """A function from a column's place and header to what it means; a map file has the first word.

    It remembers: the same words are asked about again and again.
    """
    memo: dict[tuple[int, Path], Header | None] = {}

    def read(position: int, path: Path) -> Header | None:
        place = position if file_map is not None else 0
        if (place, path) not in memo:
            said = None
            if file_map is not None:
                said = file_map.header(plan, position, path)
                if said is None and file_map.ignores(path):
                    return None
            memo[place, path] = said or read_path(plan, position, path)
        got = memo[place, path]
        return got if got is None or got.position == position else attrs.evolve(got, position=position)

    return read


Merges = Mapping[int, Sequence[Merge]]  # by their first row


def header_paths(grid: Sequence[Sequence[Any]], rows: Sequence[int], merges: Merges) -> list[Path]:
    """For each column of the grid the words of its header in the given rows.

    A group reaches over its merged cells; where nothing is merged, over the blank cells to its right
    that have a word below them, as a CSV export leaves it.
    """
    width = max(len(grid[i]) for i in rows)
    texts = [[_word(grid[i][j]) if j < len(grid[i]) else "" for j in range(width)] for i in rows]
    reached: set[tuple[int, int]] = set()
    for (top, left), (bottom, right) in (merge for i in rows for merge in merges.get(i, ())):
        if left >= width:
            continue
        at = rows.index(top)
        reached.update((at, j) for j in range(left, right + 1))
        texts[at][left : right + 1] = [texts[at][left]] * (min(right + 1, width) - left)
        for under in range(at + 1, min(bottom - top + at + 1, len(rows))):
            texts[under][left : right + 1] = [""] * (min(right + 1, width) - left)
    for at, line in enumerate(texts[:-1]):
        below = texts[at + 1]
        for j in range(1, width):
            if not line[j] and (at, j) not in reached and below[j] and below[j - 1] and line[j - 1]:
                line[j] = line[j - 1]
        if len(set(line) - {""}) == 1 and all(line[j] for j in range(width) if below[j]):
            line[:] = [""] * width  # over every column: a title
    return [tuple(dict.fromkeys(line[j] for line in texts if line[j])) for j in range(width)]


def _word(cell: Any) -> str:
    return tidy(cell) if isinstance(cell, str) else str(cell)


def read_headers(
    plan: ImportPlan, sheet: Sheet, problems: Problems, file_map: FileMap | None = None
) -> tuple[Header, ...]:
    """The columns of a sheet, in its order; what is wrong with them goes to `problems`.

    A column without header and without data is passed over, and so are those of a quarantine file and
    running numbers. An amount whose own header names no unit takes that of the title row.
    file_map: what it says of a column holds before anything else.
    """
    read = header_reader(plan, file_map)
    found: dict[str, Header] = {}
    before: Header | None = None
    for position, text in enumerate(sheet.header):
        if passed_over(text) == "problem":
            continue
        path = sheet.paths[position] if sheet.paths else (text,) if tidy(text) else ()
        got = read(position if sheet.at is None else sheet.at[position], path)
        got = attrs.evolve(got, position=position) if got else None
        if got is None and not path:
            if any(cell != "" for cell in sheet.columns[position]):
                problems.whole("unnamed_column", position=position + 1)
            continue
        if file_map is not None and file_map.ignores(path) and (got is None or got.rule is None):
            problems.whole("map_ignored", column=text, map=file_map.name)
            continue
        if got is None or got.rule is None:
            got = _with_unit(plan, got, position, path, sheet.unit[0] if sheet.unit else None)
        if got is None and before is not None and before.column.cell in ("party", "ref") and is_tax_code(text):
            got = attrs.evolve(before, position=position, text=text, column=coded_column(before.column), match="alias")
        before = got
        if got is None and passed_over(text) == "serial":
            problems.whole("serial_column", column=text)
        elif got is None and passed_over(text) == "remark":
            if told := [n for n, cell in zip(sheet.lines, sheet.columns[position], strict=True) if not is_blank(cell)]:
                problems.whole("remark_column", column=text, cells=len(told), rows=_some(told))
        elif got is None:
            near = near_text(near_column(plan, text)) or _leave_out(text)
            problems.whole("unknown_column", column=text, header=text, kind=plan.kind, near=near)
        elif (first := found.setdefault(got.column.id, got)) is not got:
            problems.whole("doubled_column", column=text, first=first.text, second=text, id=got.column.id)
        elif got.column.cell == "vnd" and got.currency not in (None, "VND"):
            problems.whole("unit_currency", column=text, id=got.column.id, currency=got.currency)
    for field in file_map.constants if file_map else ():
        if field in found and file_map is not None:
            problems.whole(
                "map_constant", id=field, map=file_map.name, column=found[field].text, header=found[field].text
            )
    if sheet.unit and any(h.unit_from == "title" for h in found.values()):
        problems.whole("title_unit", title=sheet.unit[2], row=sheet.unit[1])
    for column in plan.columns:
        if column.required and column.id not in found and not (file_map and column.id in file_map.constants):
            problems.whole("missing_column", column=column.id, id=column.id, label=column.label)
    key = file_map.key_header(found.values(), plan, problems) if file_map else None
    return tuple(found.values()) if key is None else (key, *found.values())


def _some(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows[:_TOLD])) + ("…" if len(rows) > _TOLD else "")


def _leave_out(header: str) -> Text:
    return Text(
        f'Hãy ghi tên trường vào tiêu đề, hoặc dùng tệp ánh xạ (--map) có dòng "{header}" = "tên trường" dưới '
        f'[columns], hay để bỏ qua: ignore = ["{header}"].',
        f'Write the name of a field in the header, or use a map file (--map) with the line "{header}" = "field" below '
        f'[columns], or, to pass over it: ignore = ["{header}"].',
    )


def _with_unit(plan: ImportPlan, got: Header | None, position: int, path: Path, unit: str | None) -> Header | None:
    """What a header was read as; an amount that names no unit itself takes the one of the title row."""
    if unit is None or any(split_unit(word)[1] for word in path) or parse_unit(path[-1].strip("()[] ")):
        return got
    if got is None:
        titled = read_path(plan, position, (*path, unit))
        return attrs.evolve(titled, text=path_text(path), unit_from="title") if titled else None
    if got.column.cell not in ("vnd", "money"):
        return got
    scale, currency = parse_unit(unit) or (1, None)
    return attrs.evolve(got, scale=scale, currency=currency, unit_from="title")
