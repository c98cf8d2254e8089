"""What `list` writes: the cells of every record, as somebody would say them who has the record before him."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stregistry import Registry
from stregistry.dates import show_day
from stregistry.exchange.listed import Listed, cells_of
from stregistry.exchange.out import EXPORTERS, Pieces, Sheet, write_sheet
from stregistry.fields import fields_of
from stregistry.model import KINDS, Organisation, Record, Startup
from stregistry.store import View
from stregistry.store.layout import layout
from tests.exchange.test_out import rows_of
from tests.publication.conftest import EMAIL, fill
from tests.store.test_round_trip import parts

SECRETS = (EMAIL, "Nguyễn Văn Bí Mật", "092180001234")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """With personal fields, a merged body that holds a role, a name that begins like a formula and corrections."""
    with Registry.open(f"sqlite:///{tmp_path_factory.mktemp('listed') / 'registry.db'}") as registry:
        fill(registry)
        with registry.changeset(actor="Lan", reason="vai trò") as tx:
            tx.put(Startup(organisation=2, product="-5"), valid_from="2020-01-01")
        yield registry


def said(view: View, kind: str, personal: bool) -> list[dict[str, Any]]:
    """The rows of a kind from its records, one by one."""
    found, names = [], view.names(range(1, 200))
    for page in view.pages(kind):
        for version in page:
            span = (
                {"valid_from": version.valid_from, "valid_to": version.valid_to} if version.record.about.state else {}
            )
            days = {name: show_day(number) or None for name, number in span.items()}
            found.append({"id": version.record.id} | days | said_of(version.record, names, personal))
    return found


def said_of(record: Record, names: Mapping[int, str], personal: bool) -> dict[str, Any]:
    def party(p: Any) -> str:
        if p.body is not None:
            return names.get(p.body, f"#{p.body}")
        return (p.person if personal else "(cá nhân)") if p.person else p.name or ""

    def plain(info: Any, value: Any) -> Any:
        if info.kind == "codes":
            return ";".join(value)
        return value if value is None or isinstance(value, (bool, int, str)) else str(value)

    row: dict[str, Any] = {}
    if isinstance(record, Organisation):
        row["name"] = record.name
        shown = (i for i in record.identifiers if personal or i.scheme != "personal_number")
        row["identifiers"] = "; ".join(f"{i.scheme}:{i.value}" for i in shown)
    for info in fields_of(type(record)):
        value = getattr(record, info.name)
        if info.kind == "part" and info.of is not None:
            row |= {f.column or f.name: plain(f, getattr(value, f.name, None)) for f in fields_of(info.of)}
        elif info.roles:
            row |= {role: "; ".join(party(p) for p in value if p.role == role) for role in info.roles}
        elif info.kind != "children" and (personal or not info.personal):
            row[info.name] = plain(info, value)
            if info.name == "organisation":
                row["organisation_name"] = names.get(value)
    return row


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10, deadline=None)
@given(st.data())
def test_cells_say_what_the_record_says(kind: str, data: st.DataObject) -> None:
    """For every kind and any content, column by column from the stored row and field by field from the record."""
    plan = layout(kind)
    record = plan.decode(*plan.encode(data.draw(parts(KINDS[kind]))))
    assert cells_of(record) == {"id": None} | said_of(record, {}, personal=False)


@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_rows_read_in_pieces_are_the_records_read_one_by_one(registry: Registry, data: st.DataObject) -> None:
    """For every kind, now and as known before, on a day, with personal fields or not, however small the pieces."""
    with registry.changeset(actor="Lan", reason="thêm") as tx:
        for cls in KINDS.values():
            for record in data.draw(st.lists(parts(cls), max_size=2)):
                tx.put(record, **({"valid_from": "2024-02-01"} if cls.about.state else {}))
    for view in (registry.at(), registry.at(valid="2025-02-01", known=2), registry.at(valid="2024-01-01", known=4)):
        for kind in KINDS:
            for personal, size in ((True, 3), (False, 10_000)):
                listed = Listed(view=view, kind=kind, personal=personal, size=size)
                assert list(listed.rows) == said(view, kind, personal), kind
    assert len(list(Listed(view=registry.at(valid="2025-02-01", known=4), kind="organisation").rows)) == 2


@pytest.mark.parametrize("ending", list(EXPORTERS))
def test_files_hold_nothing_personal_and_no_formula(registry: Registry, tmp_path: Path, ending: str) -> None:
    """In every format, unless asked for: then every personal field is there."""
    view = registry.at(valid="2025-02-01", known=4)
    for kind in ("organisation", "deal", "startup"):
        for personal in (False, True):
            listed = Listed(view=view, kind=kind, personal=personal)
            path = tmp_path / f"{kind}-{personal}.{ending}"
            write_sheet(Sheet(columns=list(listed.headers), rows=listed.rows, types=listed.types), path)
    told = {p: str([rows_of(tmp_path / f"{k}-{p}.{ending}") for k in ("organisation", "deal")]) for p in (False, True)}
    assert [secret in told[False] for secret in SECRETS] == [False] * 3
    assert [secret in told[True] for secret in SECRETS] == [True] * 3
    (startup,) = rows_of(tmp_path / f"startup-False.{ending}")
    names = {row["name"] for row in rows_of(tmp_path / f"organisation-False.{ending}")}
    if ending == "csv":
        assert (startup["product"], startup["organisation"]) == ("'-5", "1")
        assert names == {"Công ty Lúa Vàng", "'=1+1"}
    else:
        assert (startup["product"], startup["organisation"]) == ("-5", 1)
        assert names == {"Công ty Lúa Vàng", "=1+1"}


@pytest.mark.parametrize("ending", list(EXPORTERS))
def test_a_file_does_not_hang_on_how_its_rows_came(tmp_path: Path, ending: str) -> None:
    """Columns of one sort are written at once, mixed ones value by value: the same cells, whatever the pieces."""
    texts = ["=1", "'x", "Cần Thơ", None, "", 'a;"b"\n', "2024", "@", "％ 100%"]
    numbers = [2**53 + 1, 7, None, 0, -1, 1, 2, 3, 4]
    rows = [{"chữ %": text, "số": number} for text, number in zip(texts, numbers, strict=True)]
    columns, types = ("chữ %", "số"), {"số": "int64", "chữ %": "string"}
    pieces = [[texts[:2], numbers[:2]], [texts[2:], numbers[2:]]]
    write_sheet(Sheet(columns=columns, rows=rows, types=types), tmp_path / f"rows.{ending}")
    some = Pieces(columns=columns, pieces=pieces)
    write_sheet(Sheet(columns=columns, rows=some, types=types), tmp_path / f"pieces.{ending}")
    assert (tmp_path / f"pieces.{ending}").read_bytes() == (tmp_path / f"rows.{ending}").read_bytes()
    if ending != "parquet":
        write_sheet(Sheet(columns=columns, rows=[*rows, {"chữ %": 1.5, "số": 1.5}]), tmp_path / f"mixed.{ending}")
        assert rows_of(tmp_path / f"mixed.{ending}")[:-1] == rows_of(tmp_path / f"rows.{ending}")
