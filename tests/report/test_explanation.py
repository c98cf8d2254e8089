"""The workbook of an explanation: what stands on its sheets, and that an officer can check the figure with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from stregistry import (
    Deal,
    Framework,
    Money,
    Name,
    Observation,
    Organisation,
    Party,
    Registry,
    StregistryError,
)
from stregistry.cli import main_group
from stregistry.cli.run import run
from stregistry.dates import PartialDate
from stregistry.report.explanation import write_explanation

BOTH = {"vi": "Giá trị trên một trăm nghìn dân", "en": "Value per hundred thousand people"}
DOCUMENT: dict[str, Any] = {
    "framework": {
        "id": "thu",
        "version": "1",
        "title": BOTH,
        "sources": [{"id": "doc", "number": "88/KH-UBND", "issued": "2025-04-01", "title": BOTH}],
    },
    "indicator": [
        {
            "id": "value",
            "name": BOTH,
            "direction": "up",
            "measure": "sum",
            "params": {"of": "deal", "field": "value_vnd"},
            "scale": 1e-9,
            "per": {"series": "population", "basis": "average", "scale": 1e5},
            "source": "doc",
        },
        {
            "id": "share",
            "name": BOTH,
            "direction": "up",
            "measure": "share",
            "params": {"of": "deal", "where": {"status": "void"}},
            "scale": 100,
        },
        {"id": "growth", "name": BOTH, "direction": "up", "measure": "growth", "params": {"indicator": "share"}},
    ],
}


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """Four deals of Cần Thơ, one in dollars only and one that nobody knows the place of; the population of it."""
    with Registry.open(f"sqlite:///{tmp_path}/r.db") as opened:
        with opened.changeset(actor="Lan", reason="viện") as tx:
            body = tx.put(Organisation(names=(Name(value="Viện Lúa"),), place="92"))
        with opened.changeset(actor="Lan", reason="giao dịch") as tx:
            for n, value in enumerate((3 * 10**9, 10**9 + 1, None)):
                tx.put(
                    Deal(
                        title=f"=Giao dịch {n}",
                        value_vnd=value,
                        value=None if value else Money(500, "USD"),
                        status="void" if n else "signed",
                        signed_on=PartialDate.parse("2024-05-05"),
                        parties=(Party(role="transferee", body=body),),
                    )
                )
            tx.put(Deal(title="Không rõ", value_vnd=7, signed_on=PartialDate.parse("2024-05-05")))
            for code, people in (("92", 1_000_000), ("93", 600_000), ("94", 400_000)):
                tx.put(
                    Observation(
                        series="population",
                        basis="average",
                        place=code,
                        period="2024",
                        value=people,
                        source="Niên giám",
                        published_on=PartialDate.parse("2025-06-30"),
                    )
                )
        yield opened


def book(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {s.title: list(s.iter_rows(values_only=True)) for s in openpyxl.load_workbook(path, data_only=True)}


def test_every_sheet_says_its_part(registry: Registry, tmp_path: Path) -> None:
    """Figure, records that add up to it, denominator with its source, what is left out and why, changesets, files."""
    rules = Framework.from_document(DOCUMENT, "thu")
    found = registry.explain(rules, "value", "92", "2024")
    write_explanation(registry, rules, found, tmp_path / "a.xlsx")
    sheets = book(tmp_path / "a.xlsx")
    assert list(sheets) == ["Con số", "Hồ sơ được tính", "Mẫu số", "Không tính", "Đợt cập nhật", "Tệp nguồn"]
    figure = {row[0]: row[1] for row in sheets["Con số"]}
    assert figure["Giá trị"] == figure["Kết quả"] == found.cell.value
    assert figure["Căn cứ của chỉ tiêu"] == f"88/KH-UBND, 2025-04-01: {BOTH['vi']}"
    assert figure["Theo những gì đã ghi nhận đến đợt"] == 2
    counted = [row for row in sheets["Hồ sơ được tính"][1:] if row[0] == "giá trị"]
    assert sum(row[6] for row in counted) == 4 * 10**9 + 1 == figure["Tổng đóng góp, giá trị (2 hồ sơ)"]
    # A name that a spreadsheet would run as a formula is text.
    assert {row[2] for row in counted} == {"'=Giao dịch 0", "'=Giao dịch 1"}
    assert [row[3] for row in sheets["Mẫu số"][1:]] == [1_000_000, 600_000, 400_000]
    assert {row[7] for row in sheets["Mẫu số"][1:]} == {"Niên giám"}
    left = {row[2]: row[0] for row in sheets["Không tính"][1:]}
    assert left == {"'=Giao dịch 2": "không có giá trị", "Không rõ": "không xác định được địa bàn"}
    assert [(row[0], row[2], row[4]) for row in sheets["Đợt cập nhật"][1:]] == [(2, "Lan", 5)]


def test_the_result_is_a_formula_over_the_records(registry: Registry, tmp_path: Path) -> None:
    """An officer who changes a record's row sees the figure change; a figure of other indicators has none."""
    rules = Framework.from_document(DOCUMENT, "thu")
    for indicator, formula in (("value", "=B17*B19/(B20/B21)"), ("share", "=B16/B17*B18"), ("growth", None)):
        found = registry.explain(rules, indicator, "92", "2024")
        write_explanation(registry, rules, found, tmp_path / "f.xlsx", lang="en")
        sheet = openpyxl.load_workbook(tmp_path / "f.xlsx")["Figure"]
        cells = {row[0].value: row[1].value for row in sheet.iter_rows()}
        assert cells.get("Result") == formula
        if formula:
            assert (
                str(cells["Contributions, value (2)" if indicator == "value" else "Contributions, numerator (2)"])[:8]
                == "=SUMIFS("
            )


def test_the_same_explanation_is_the_same_file(registry: Registry, tmp_path: Path) -> None:
    """Byte for byte, also from a snapshot after the records were corrected."""
    rules = Framework.from_document(DOCUMENT, "thu")
    snapshot = registry.snapshot(rules, "2024")
    for name in ("a.xlsx", "b.xlsx"):
        found = registry.explain_snapshot(snapshot, "value", "92")
        write_explanation(registry, snapshot.framework, found, tmp_path / name, snapshot=snapshot)
        with registry.changeset(actor="Lan", reason="sửa") as tx:
            deal = next(r.id for r in found.records if r.kind == "deal")
            tx.amend(deal, {"value_vnd": 5})
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    figure = {row[0]: row[1] for row in book(tmp_path / "b.xlsx")["Con số"]}
    assert figure["Bản chốt số liệu (SHA-256)"] == snapshot.sha256
    with pytest.raises(StregistryError, match="cannot be written"):
        write_explanation(registry, rules, found, tmp_path / "nowhere" / "a.xlsx")


def test_the_command_asks_for_a_period_only_where_there_are_several(
    registry: Registry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`explain SNAPSHOT INDICATOR --place 92 --out F.xlsx` is enough for a snapshot of one year."""
    rules = Framework.from_document(DOCUMENT, "thu")
    registry.snapshot(rules, "2024").write(tmp_path / "one.json")
    registry.snapshot(rules, "2023..2024").write(tmp_path / "two.json")

    def explain(*words: str) -> tuple[int, str]:
        code = run(main_group, ["--db", f"sqlite:///{tmp_path}/r.db", "--lang", "en", "explain", *words])
        return code, capsys.readouterr().err

    value = ("value", "--place", "92")
    code, said = explain(str(tmp_path / "one.json"), *value, "--out", str(tmp_path / "o.xlsx"))
    assert (code, "Wrote the explanation" in said) == (0, True)
    assert "Figure" in book(tmp_path / "o.xlsx")
    code, said = explain(str(tmp_path / "two.json"), *value)
    assert (code, "several periods (2023, 2024); name one" in said) == (1, True)
    code, said = explain("ecosystem-core", "deals", "--place", "92")
    assert (code, "--period" in said) == (2, True)
