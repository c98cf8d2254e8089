"""The file that refused rows go to: the same columns and the reasons, to be mended and imported again."""

import csv
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from stregistry.exchange.cells import Cell, as_text
from stregistry.exchange.headers import PROBLEM_COLUMNS, Header, header_alone, passed_over
from stregistry.exchange.issues import Problems
from stregistry.exchange.sheet import Sheet
from stregistry.files import new_file


def free_name(path: Path, ending: str = "csv") -> Path:
    """`<name>.quarantine.csv` beside the file; numbered when one is there, since somebody may be mending it."""
    found = path.with_name(f"{path.stem}.quarantine.{ending}")
    n = 2
    while found.exists():
        found = path.with_name(f"{path.stem}.quarantine-{n}.{ending}")
        n += 1
    return found


def write_quarantine(path: Path, sheet: Sheet, problems: Problems, headers: Iterable[Header]) -> None:
    """Writes the refused rows as they stood in the file, each with its row number and all its problems.

    headers: what the sheet's columns were read as; one that leaned on a title or a group above it is written in full.
    """
    names = dict(enumerate(sheet.header)) | {h.position: header_alone(h) for h in headers}
    reasons = _reasons(problems)
    kept = [j for j, text in enumerate(sheet.header) if passed_over(text) != "problem"]
    with new_file(path) as beside, beside.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*(names[j] for j in kept), *PROBLEM_COLUMNS])
        for i in sorted(problems.bad):
            cells = [_written(sheet.columns[j][i]) for j in kept]
            lost = [f"+ {', '.join(sheet.extra[i])}"] if sheet.extra.get(i) else []
            writer.writerow([*cells, problems.row_number(i), " | ".join([*reasons.get(i, ()), *lost])])


def write_ror_quarantine(path: Path, data: bytes, raw: Sequence[Any], problems: Problems) -> None:
    """Writes the refused records of a ROR file, one a line, each with where it stood and all its problems.

    raw: the records as read, by index; None for a line that is no JSON, which is kept as text.
    """
    reasons, lines = _reasons(problems), data.decode("utf-8-sig").split("\n")
    with new_file(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as stream:
        for i in sorted(problems.bad):
            row, record = problems.row_number(i), raw[i]
            kept = record if isinstance(record, dict) else {"record": lines[row - 1] if record is None else record}
            told = dict(zip(PROBLEM_COLUMNS, (row, " | ".join(reasons.get(i, ()))), strict=True))
            stream.write(json.dumps(kept | told, ensure_ascii=False) + "\n")


def _reasons(problems: Problems) -> dict[int, list[str]]:
    """What is wrong with each row, in both languages."""
    reasons: dict[int, list[str]] = {}
    for row, found in problems.of_rows():
        message, advice = found.texts()
        where = f"{found.column}: " if found.column else ""
        for lang, text in (("vi", message.vi), ("en", message.en)):
            more = f" {advice[lang]}" if advice else ""
            reasons.setdefault(row, []).append(f"{where}{text}{more}")
    return reasons


def _written(cell: Cell) -> str:
    """A cell as text that is read back as the same value."""
    if isinstance(cell, str):
        return cell
    text = as_text(cell)
    # 1.234 from a workbook is a number; as text it might be thousands, and one more zero settles it.
    whole, point, decimals = text.partition(".")
    return f"{text}0" if isinstance(cell, Decimal) and point and len(decimals) == 3 and len(whole) <= 4 else text
