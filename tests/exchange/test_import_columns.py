"""The columns of an import file follow from the model, and a header is met by id or label."""

import pytest

from stregistry.exchange.columns import import_plan
from stregistry.exchange.headers import Header, header_key, parse_unit, read_header
from stregistry.model import KINDS


def meant(kind: str, text: str) -> Header | None:
    return read_header(import_plan(kind), 0, text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_id_and_unshared_label_finds_its_column(kind: str) -> None:
    """The id of a column names it; its label, in either language, never names another column of the same record."""
    plan = import_plan(kind)
    for column in plan.columns:
        found = meant(kind, column.id)
        assert found is not None
        assert found.column is column
        for label in (column.label.vi, column.label.en, column.label.vi.upper()):
            by_label = meant(kind, label)
            if by_label is not None and by_label.column is not column:
                assert header_key(label) in (header_key(by_label.column.id), header_key(by_label.column.label.vi)) or (
                    column.body and not by_label.column.body
                )


def test_the_contract_names_of_a_role_file() -> None:
    """A role file carries its body's columns; where both have a name, the role's wins."""
    plan = import_plan("st_organisation")
    assert {"name_vi", "name_en", "mst", "ror", "place", "founded_on"} <= plan.by_id.keys()
    assert plan.by_id["name_vi"].body
    assert not plan.by_id["ownership"].body
    assert plan.by_id["organisation_ownership"].body


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("deal", "transferor transferee broker value value_currency value_vnd"),
        ("funding_round", "investor investee"),
        ("partnership", "lead partner funder partner_countries"),
        ("task", "responsible assigned_by partner"),
        ("organisation", "valid_from valid_to parent short_name isni lei wikidata"),
    ],
)
def test_derived_columns(kind: str, columns: str) -> None:
    """Parties give a column for each role, money its currency, states their interval."""
    assert set(columns.split()) <= import_plan(kind).by_id.keys()


def test_events_have_no_interval() -> None:
    """An event carries its own dates, so `valid_from` is no column of it."""
    assert "valid_from" not in import_plan("deal").by_id


@pytest.mark.parametrize(
    ("text", "id", "scale", "currency"),
    [
        ("Ngày ký", "signed_on", 1, None),
        ("NGAY KY", "signed_on", 1, None),
        ("Signed on", "signed_on", 1, None),
        ("signed_on", "signed_on", 1, None),
        ("Bên giao công nghệ", "transferor", 1, None),
        ("Giá trị (đồng)", "value_vnd", 1, None),
        ("Giá trị (triệu đồng)", "value_vnd", 10**6, "VND"),
        ("gia tri (ty dong)", "value_vnd", 10**9, "VND"),
        ("value_vnd (nghìn đồng)", "value_vnd", 10**3, "VND"),
        ("Value (billion VND)", "value_vnd", 10**9, "VND"),
        ("Giá trị theo nguyên tệ (nghìn USD)", "value", 10**3, "USD"),
        ("Giá trị [ĐVT: triệu đồng]", "value_vnd", 10**6, "VND"),
        ("currency", "value_currency", 1, None),
    ],
)
def test_headers_are_understood(text: str, id: str, scale: int, currency: str | None) -> None:
    """Ids and labels of both languages, with or without diacritics; a unit scales an amount."""
    found = meant("deal", text)
    assert found is not None
    assert (found.column.id, found.scale, found.currency) == (id, scale, currency)


@pytest.mark.parametrize("text", ["Giá trị (kg)", "Ngày ký (triệu đồng)", "transferers", "Số tiền"])
def test_headers_are_not_guessed(text: str) -> None:
    """A unit nobody knows, a unit on a date, or a near miss names no column."""
    assert meant("deal", text) is None


def test_a_unit_is_a_scale_and_a_currency() -> None:
    """`tỷ` alone scales and leaves the currency open; words that are no unit give nothing."""
    assert parse_unit("tỷ") == (10**9, None)
    assert parse_unit("triệu đồng/năm") is None
    assert parse_unit("triệu triệu") is None


@pytest.mark.parametrize(
    ("kind", "text", "id"),
    [
        ("deal", "Giá trị HĐ (triệu đồng)", "value_vnd"),
        ("deal", "Tên CN chuyển giao", "title"),
        ("deal", "Tên hợp đồng/công nghệ chuyển giao", "title"),
        ("deal", "Bên giao / Bên nhận", None),
        ("deal", "Số HĐ/ghi chú", None),
        ("startup", "Số GCN", "certificate_number"),
        ("organisation", "Tên DN", "name_vi"),
    ],
)
def test_abbreviations_and_double_names_are_read_when_nothing_else_is_meant(
    kind: str, text: str, id: str | None
) -> None:
    """Both names of a header with a stroke must mean one column; else it means none."""
    found = meant(kind, text)
    assert (found.column.id if found else None) == id
    assert found is None or found.text == text
