"""Cells of a workbook that hold an error such as #REF!, which the reader gives as empty: a value lost in silence."""

import html
import io
import re
import zipfile
from typing import Final

_CELL: Final = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=\"e\"[^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_AT: Final = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_VALUE: Final = re.compile(rb"<(?:\w+:)?v>([^<]*)<")


def error_cells(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """The errors of a sheet by row and column, both from 0. The parts of the workbook are of bearable size."""
    found: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _part(archive, sheet)
        xml = archive.read(part) if part in archive.namelist() else b""
    if b't="e"' not in xml:
        return found
    for attributes, content in _CELL.findall(xml):
        at, value = _AT.search(attributes), _VALUE.search(content)
        if at is not None and value is not None:
            found[int(at[2]) - 1, _column(at[1])] = value[1].decode("utf-8", "replace")
    return found


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
