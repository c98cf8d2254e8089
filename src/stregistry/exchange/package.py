"""A workbook as the zip it is: whether it can be opened without harm, and what its reader does not tell of its cells.

Each part is inflated once, in pieces, since a zip may lie about sizes and a little file may hold a lot.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterable
from typing import Final

import attrs

from stregistry.exchange.issues import Problems
from stregistry.exchange.sheet import column_letters
from stregistry.text import Text

MAX_INFLATED: Final = 2**30
# A sheet of real rows shrinks to a twentieth; what shrinks to less than a hundredth was made to burst.
_LARGE: Final = 2**25
_RATIO: Final = 100
# The reader sets aside room for every cell up to the last one, so one cell far out would take gigabytes.
_WIDE: Final = 4_000_000
_SPARSE: Final = 4  # cells set aside for each one that is there

_PIECE: Final = 2**20
_OVERLAP: Final = 200  # longer than any mark looked for
_REFERENCE: Final = re.compile(rb'r="([A-Z]{1,3})([0-9]{1,7})"')
# Beyond column AZ or row 99,999. A literal beginning makes the search quick.
_FAR: Final = re.compile(rb'r="((?:[A-Z]{3}|[B-Z][A-Z])[0-9]+|[A-Z]{1,2}[0-9]{6,7})"')
_NEAR_COLUMNS: Final = 52
_NEAR_ROWS: Final = 99_999
_ERROR_MARK: Final = b't="e"'
# A formula that nobody computed: no value after it, or an empty one. A text that is empty (t="str") is a value.
_FORMULA_END: Final = b"</f>"
_BARE_MARKS: Final = (b"</f></c>", b"</f><v/>", b"</f><v></v>", b"</f><v />")
_BARE: Final = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
NOT_COMPUTED: Final = "#FORMULA!"  # stands for such a cell
_CELL: Final = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=\"e\"[^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_AT: Final = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_VALUE: Final = re.compile(rb"<(?:\w+:)?v>([^<]*)<")


@attrs.frozen(eq=False)
class Package:
    """The bytes of a workbook of bearable size. faulty: its parts that hold errors or formulas not computed."""

    data: bytes
    faulty: frozenset[str]

    def property(self, name: str) -> str:
        """A property somebody gave the workbook, empty when it has none of that name."""
        part = "docProps/custom.xml"
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            if part not in archive.namelist():
                return ""
            text = archive.read(part).decode("utf-8", "replace")
        match = re.search(rf'<[^>]*\bname="{re.escape(name)}"[^>]*>\s*<[^>]*>([^<]*)<', text)
        return html.unescape(match[1]).strip() if match else ""

    def error_cells(self, sheet: str) -> dict[tuple[int, int], str]:
        """The errors of a sheet, such as #REF!, by row and column from 0; its reader gives them as empty cells.

        NOT_COMPUTED for a formula without a value, which programs other than Excel may leave.
        """
        found: dict[tuple[int, int], str] = {}
        if not self.faulty:
            return found
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            part = _part(archive, sheet)
            if part not in self.faulty:
                return found
            xml = archive.read(part)
        for attributes, content in _CELL.findall(xml):
            at, value = _AT.search(attributes), _VALUE.search(content)
            if at is not None and value is not None:
                found[int(at[2]) - 1, _column(at[1])] = value[1].decode("utf-8", "replace")
        for attributes in _BARE.findall(xml):
            at = _AT.search(attributes)
            if at is not None and b't="str"' not in attributes:
                found[int(at[2]) - 1, _column(at[1])] = NOT_COMPUTED
        return found


def open_package(data: bytes, problems: Problems) -> Package | None:
    """The workbook that the bytes are; None (and a problem) when they are none, or one that would do harm."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        problems.whole("not_xlsx", reason=Text("tệp Excel cũ hoặc có mật khẩu", "an old or encrypted Excel file"))
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                problems.whole("not_xlsx", reason=Text("tệp nén loại khác", "another kind of zip"))
                return None
            if not _is_bearable(archive, problems):
                return None
            faulty = set()
            for part in archive.infolist():
                facts = _inflate(archive, part, exact=False)
                if facts.is_sparse:
                    facts = _inflate(archive, part, exact=True)
                if facts.errors:
                    faulty.add(part.filename)
                if facts.is_sparse:
                    cell = f"{column_letters(facts.columns - 1)}{facts.rows}"
                    problems.whole("far_cell", cell=cell, area=facts.rows * facts.columns, cells=facts.cells)
                    return None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        broken = Text(f"tệp bị hỏng hoặc bị cắt cụt ({error})", f"the file is broken or cut short ({error})")
        other = Text("nội dung thuộc loại khác", "its content is of another kind")
        problems.whole("not_xlsx", reason=broken if data.startswith(b"PK") else other)
        return None
    return Package(data, frozenset(faulty))


def _is_bearable(archive: zipfile.ZipFile, problems: Problems) -> bool:
    total = sum(part.file_size for part in archive.infolist())
    if total > MAX_INFLATED:
        problems.whole("too_large", found=total // 2**20, limit=MAX_INFLATED // 2**20)
        return False
    for part in archive.infolist():
        if part.file_size > _LARGE and part.file_size > part.compress_size * _RATIO:
            times = part.file_size // max(part.compress_size, 1)
            problems.whole("too_compressed", part=part.filename, times=times, found=part.file_size // 2**20)
            return False
    return True


@attrs.define
class _Facts:
    """What a part holds: cells, the last row and column that any can stand in, and whether one is an error."""

    cells: int = 0
    rows: int = 0
    columns: int = 0
    errors: bool = False

    @property
    def is_sparse(self) -> bool:
        area = self.rows * self.columns
        return area > _WIDE and area > self.cells * _SPARSE

    def reach(self, references: Iterable[tuple[bytes, bytes]]) -> None:
        """Takes in cells by column and row."""
        letters = set()
        for column, row in references:
            letters.add(column)
            self.rows = max(self.rows, int(row))
        self.columns = max(self.columns, *(_column(some) + 1 for some in letters), 0)


def _inflate(archive: zipfile.ZipFile, part: zipfile.ZipInfo, *, exact: bool) -> _Facts:
    """Reads a part to its end, which compares the stated size and checksum with the content.

    exact: looks at every cell for the last row and column of a sheet; otherwise only at those far out,
    and cells near by are taken to reach to the end of what counts as near.
    """
    facts = _Facts() if exact else _Facts(rows=_NEAR_ROWS, columns=_NEAR_COLUMNS)
    far = False
    rest = b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            if not part.filename.startswith("xl/worksheets/"):
                continue
            text = rest + piece
            # A mark cut in two by the end of a piece is found in the next one; a cell found twice does no harm.
            rest = text[-_OVERLAP:]
            facts.errors = facts.errors or _ERROR_MARK in text or _has_bare(text)
            facts.cells += text.count(b'r="')
            if exact:
                facts.reach(_REFERENCE.findall(text))
            elif found := _FAR.findall(text):
                far = True
                facts.reach((m[1], m[2]) for ref in found if (m := _SPLIT.fullmatch(ref)))
    if not far and not exact:
        facts.rows = facts.columns = 0  # all of it is near by
    return facts


def _has_bare(text: bytes) -> bool:
    """Whether a formula may stand in a piece of a sheet without its value; most sheets have no formula at all."""
    return _FORMULA_END in text and any(mark in text for mark in _BARE_MARKS)


_SPLIT: Final = re.compile(rb"([A-Z]+)([0-9]+)")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """The part that holds a sheet, empty when the workbook does not say it in the usual way."""
    names = archive.namelist()
    links = "xl/_rels/workbook.xml.rels"
    if links not in names:
        return ""
    for element in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", archive.read("xl/workbook.xml").decode("utf-8", "replace")):
        name, link = re.search(r'\bname="([^"]*)"', element), re.search(r'\br:id="([^"]*)"', element)
        if name is None or link is None or html.unescape(name[1]) != sheet:
            continue
        for relation in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", archive.read(links).decode("utf-8", "replace")):
            target = re.search(r'\bTarget="([^"]*)"', relation)
            if f'Id="{link[1]}"' in relation and target is not None:
                return target[1].lstrip("/") if target[1].startswith("/") else f"xl/{target[1]}"
    return ""
