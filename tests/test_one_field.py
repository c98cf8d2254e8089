"""Adding a field is one line in one class: everything else follows from the declaration."""

from pathlib import Path

import attrs
import jsonschema_rs
import pytest
from openpyxl import load_workbook

from stregistry.exchange.columns import import_plan
from stregistry.exchange.reference import reference_page
from stregistry.exchange.schema import json_schema, schema_text
from stregistry.exchange.template import template, write_template
from stregistry.fields import code, text, vnd
from stregistry.model import KINDS, About, Deal
from stregistry.store.tables import build_tables
from stregistry.text import Text

ROOT = Path(__file__).parent.parent


@attrs.frozen(kw_only=True)
class GreenDeal(Deal):
    """A deal with three more fields, one line each."""

    about = About(
        kind="green_deal",
        label=Text("Giao dịch công nghệ xanh", "Green deal"),
        state=False,
        on="signed_on",
        span=("signed_on", ("ended_on",)),
        place="transferee",
    )
    saving_vnd: int | None = vnd("Tiết kiệm mỗi năm (đồng)", "Saving a year (VND)")
    green_field: str | None = code("Lĩnh vực xanh", "Green field", "research_field")
    secret_contact: str | None = text("Người liên hệ", "Contact", sensitivity="personal")


def test_the_table_follows():
    """The new fields are columns of the current and the history table, with their types."""
    tables = build_tables(classes=[GreenDeal]).kinds["green_deal"]
    for table in (tables.current, tables.past):
        assert {"saving_vnd", "green_field", "secret_contact"} <= set(table.c.keys())
        assert table.c.saving_vnd.type.python_type is int
    assert "sealed" in tables.current.c  # a personal field brings its seal


def test_import_columns_and_template_follow(tmp_path):
    """The new fields are import columns, stand in the CSV template, and the workbook explains them."""
    plan = import_plan(GreenDeal)
    assert plan.by_id["saving_vnd"].label.vi == "Tiết kiệm mỗi năm (đồng)"
    assert "green_field" in template(GreenDeal).split(",")
    write_template(GreenDeal, tmp_path / "t.xlsx")
    book = load_workbook(tmp_path / "t.xlsx")
    assert any("[saving_vnd]" in str(c.value) for c in book.worksheets[0][2])
    notes = {row[0].value: row for row in book.worksheets[1].iter_rows()}
    assert notes["green_field"][2].value == "Green field"
    assert "natural_sciences" in notes["green_field"][6].value


def test_json_schema_follows():
    """The schema takes the new fields with their codes and refuses what they do not allow."""
    schema = json_schema(GreenDeal)
    checker = jsonschema_rs.Draft202012Validator(schema)
    good = {"kind": "green_deal", "fields": {"saving_vnd": 5, "green_field": "engineering"}}
    assert checker.is_valid(good)
    assert not checker.is_valid({"kind": "green_deal", "fields": {"green_field": "no such code"}})
    assert not checker.is_valid({"kind": "green_deal", "fields": {"saving": 5}})


def test_reference_page_follows():
    """The reference page lists the new fields with both labels, unit and codes, and marks the personal one."""
    page = reference_page(GreenDeal)
    (saving,) = (line for line in page.splitlines() if "`saving_vnd`" in line)
    assert all(f"| {part}" in saving for part in ("**Tiết kiệm mỗi năm (đồng)**", "**Saving a year (VND)**", "VND |"))
    assert "`natural_sciences`" in next(line for line in page.splitlines() if "`green_field`" in line)
    assert "`secret_contact`<br>*cá nhân · personal*" in page


@pytest.mark.parametrize("kind", KINDS)
def test_generated_files_are_current(kind):
    """schemas/ and docs/reference/ are what the model says today; `make schemas` writes them anew."""
    assert (ROOT / "schemas" / f"{kind}.schema.json").read_text("utf-8") == schema_text(kind)
    assert (ROOT / "docs" / "reference" / f"{kind}.md").read_text("utf-8") == reference_page(kind)
