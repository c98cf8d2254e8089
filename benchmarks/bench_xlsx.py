"""What it costs to take a workbook of 100 000 deals by 20 columns in, against reading it and writing its rows."""

import csv
import gc
import io
import itertools
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import xlsxwriter

from benchmarks.bench_import import Stored, stored_rows, take_in, write_raw
from benchmarks.deals import Deals, registry_at

pytestmark = pytest.mark.benchmark(timer=time.process_time)

ROWS, COLUMNS = 100_000, 20
# Columns the made-up deals do not fill, with what stands in each row; {n} is its number.
MORE = {
    "contract_number": "{n}/2024/HĐCN",
    "registration_number": "ĐK-{n}",
    "registered_on": "17/05/2024",
    "status": "completed",
    "channel": "direct",
    "form": "standalone",
    "object": "know_how",
    "right": "licence",
    "payment": "lump_sum",
    "state_funded": "không",
    "evidence": "hop-dong-{n}.pdf",
    "broker": "",
    "advisor": "",
    "ended_on": "",
}


@pytest.fixture(scope="module")
def book(deals: Deals, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first deals of the file as a workbook: amounts are numbers, everything else text, as an office types it."""
    path = tmp_path_factory.mktemp("xlsx") / "deals.xlsx"
    with (
        deals.file.open(encoding="utf-8", newline="") as file,
        xlsxwriter.Workbook(path, {"constant_memory": True}) as made,
    ):
        reader = csv.reader(file)
        header = next(reader)
        more = [name for name in MORE if name not in header][: COLUMNS - len(header)]
        sheet = made.add_worksheet("deal")
        sheet.write_row(0, 0, header + more)
        for n, row in enumerate(itertools.islice(reader, ROWS), 1):
            for j, cell in enumerate(row + [MORE[name].format(n=n) for name in more]):
                if cell and j < len(header) and header[j] == "value_vnd":
                    sheet.write_number(n, j, int(cell))
                elif cell:
                    sheet.write_string(n, j, cell)
    return path


@pytest.fixture(scope="module")
def stored(deals: Deals, book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    full = shutil.copy(deals.bodies, tmp_path_factory.mktemp("full") / "full.db")
    with registry_at(full) as registry:
        registry.import_file(book, "deal", actor="bench")
    found = stored_rows(attrs.evolve(deals, full=full))
    gc.collect()
    gc.freeze()
    yield found
    gc.unfreeze()


@pytest.fixture
def copies(deals: Deals, tmp_path: Path) -> Callable[[], tuple[Path, Path]]:
    def fresh() -> tuple[Path, Path]:
        for old in tmp_path.iterdir():
            old.unlink()
        return tuple(Path(shutil.copy(deals.bodies, tmp_path / name)) for name in ("floor.db", "ours.db"))

    return fresh


def read_bare(path: Path) -> None:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())) as made:
        made.get_sheet_by_index(0).to_python()


def test_import_of_a_workbook(compare: Any, book: Path, stored: Stored, copies: Any) -> None:
    """From XLSX into the registry: at most 2.5 times calamine and raw `executemany`."""

    def floor(path: Path, _: Path) -> None:
        read_bare(book)
        write_raw(path, stored)

    compare(
        "import of 100 000 x 20 from XLSX / calamine + executemany",
        floor=floor,
        ours=lambda _, path: take_in(path, book),
        bar=2.5,
        rounds=3,
        fresh=copies,
    )
