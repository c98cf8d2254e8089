"""A publication: what stands in its folder, that it is the same each time, and what it does not give away."""

import hashlib
import json
from pathlib import Path
from typing import Any

import frictionless
import pandas as pd
import pyarrow.parquet as pq
import pytest

from stregistry import Deal, DomainError, NotFoundError, Organisation, Registry
from stregistry.model import KINDS
from stregistry.publication import read_manifest
from tests.publication.conftest import EMAIL, VALID, Office, clock, fill


def package(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_bytes())
    return found


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_it_is_a_data_package(office: Office) -> None:
    """The frictionless library finds no fault: every file is there with its bytes and hash, and nothing else is."""
    report = frictionless.validate(str(office.folder / "datapackage.json"))
    assert report.valid, [task.errors for task in report.tasks if not task.valid][:1]
    named = {r["path"] for r in package(office.folder)["resources"]}
    assert named | {"datapackage.json"} == set(bytes_of(office.folder))
    for resource in package(office.folder)["resources"]:
        content = (office.folder / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)


def test_a_changed_file_is_found_by_others_too(office: Office, tmp_path: Path) -> None:
    """The hash of each file stands in the package, where any tool can check it."""
    for name, content in bytes_of(office.folder).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "LICENSE.txt").write_text("all rights reserved")
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert [task.name for task in report.tasks if not task.valid] == ["license.txt"]


def test_one_flat_table_for_each_kind_with_what_a_frame_has(office: Office) -> None:
    """Each kind is one Parquet file: the records of `view.frame`, in the same order, with the same columns."""
    view = office.registry.at(valid=VALID)
    for kind in KINDS:
        frame, table = view.frame(kind), pq.read_table(office.folder / f"{kind}.parquet")
        frame = frame.drop(columns="address", errors="ignore")  # internal
        assert table["id"].to_pylist() == list(frame.index), kind
        assert set(frame.columns) <= set(table.column_names), kind
        extra = set(table.column_names) - set(frame.columns) - {"id"}
        assert all(name.endswith("_precision") for name in extra), kind
        for column in frame.columns:
            ours = frame[column].astype(object).where(frame[column].notna(), None).tolist()
            if pd.api.types.is_datetime64_any_dtype(frame[column]):
                ours = [v and v.date() for v in ours]
            assert ours == table[column].to_pylist(), (kind, column)


def test_types_are_those_of_the_field(office: Office) -> None:
    """Dates are dates, money and ids 64-bit integers, flags booleans; a value beyond 2**53 is whole."""
    schema = pq.read_schema(office.folder / "deal.parquet")
    assert {name: str(schema.field(name).type) for name in ("id", "signed_on", "value_vnd", "state_funded")} == {
        "id": "int64",
        "signed_on": "date32[day]",
        "value_vnd": "int64",
        "state_funded": "bool",
    }
    table = pq.read_table(office.folder / "deal.parquet").to_pylist()
    (row,) = [r for r in table if r["title"] == "Bí quyết sấy lúa"]
    assert row["value_vnd"] == 2**53 + 1
    assert row["signed_on_precision"] == "month"
    assert row["transferee"] == "Công ty Lúa Vàng; Trang trại Chưa Biết"


def test_merged_bodies_are_one_row_and_parties_name_it(office: Office) -> None:
    """As everywhere a body is read under its canonical id."""
    bodies = pq.read_table(office.folder / "organisation.parquet").to_pylist()
    found = [b for b in bodies if b["mst"] == "0100112437" and "Lúa Vàng" in (b["name_vi"] or "")]
    assert len(found) == 1
    deals = pq.read_table(office.folder / "deal.parquet").to_pylist()
    (deal,) = [d for d in deals if d["title"] == "Bí quyết sấy lúa"]
    assert deal["transferee_ids"] == str(found[0]["id"])


def test_personal_and_internal_fields_stay_in_the_office(office: Office) -> None:
    """Neither in a flat table nor among the versions nor in the chain of names; the manifest says what is missing."""
    secrets = (EMAIL, "Nguyễn Văn Bí Mật", "092180001234", "Số 1 đường Bí Mật", "cùng mã số thuế")
    for path in office.folder.rglob("*.parquet"):
        table = pq.read_table(path)
        text = str(table.to_pylist())
        assert not [s for s in secrets if s in text], path
    own = package(office.folder)["stregistry"]
    assert own["personal"] == {"published": False, "why": None}
    assert own["left_out"]["organisation"] == ["address", "contact_name", "email", "phone"]
    assert own["left_out"]["deal_parties"] == ["person"]


def test_personal_fields_go_out_with_a_reason(office: Office, tmp_path: Path) -> None:
    """And the reason stands in the manifest; a blank one is none."""
    office.registry.publish(tmp_path / "all", valid=VALID, personal_why="Thanh tra theo Quyết định 12")
    assert EMAIL in str(pq.read_table(tmp_path / "all" / "organisation.parquet").to_pylist())
    own = package(tmp_path / "all")["stregistry"]
    assert own["personal"] == {"published": True, "why": "Thanh tra theo Quyết định 12"}
    assert "Thanh tra theo Quyết định 12" in (tmp_path / "all" / "README.vi.md").read_text(encoding="utf-8")
    with pytest.raises(DomainError, match="reason"):
        office.registry.publish(tmp_path / "none", personal_why=" ")
    assert not (tmp_path / "none").exists()


def test_the_same_times_give_the_same_bytes(office: Office, tmp_path: Path) -> None:
    """Made again, and made again when more has become known since."""
    number, _ = office.registry.head()
    office.registry.publish(tmp_path / "again", valid=VALID, known=number)
    assert bytes_of(tmp_path / "again") == bytes_of(office.folder)


def test_both_engines_give_the_same_bytes(new_address: Any, tmp_path: Path) -> None:
    """A registry on SQLite and one on PostgreSQL with the same changesets; and one with a later changeset."""
    with Registry.open(new_address(), clock=clock) as registry, Registry.open("sqlite://", clock=clock) as other:
        fill(registry, personal=False)
        fill(other, personal=False)
        number, _ = other.head()
        with registry.changeset(actor="Lan", reason="sau") as tx:
            tx.put(Deal(title="sau", signed_on="2025-01-01"))
        registry.publish(tmp_path / "one", valid=VALID, known=number)
        other.publish(tmp_path / "two", valid=VALID)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_it_is_as_of_the_two_times(office: Office, tmp_path: Path) -> None:
    """An earlier changeset knows less, an earlier day has other states; the manifest says which times they are."""
    office.registry.publish(tmp_path / "early", valid="2020-01-01", known=1)
    found = read_manifest(tmp_path / "early")
    assert (found.changeset, found.valid, found.hash) == (1, "2020-01-01", office.registry.hash_at(1))
    assert pq.read_table(tmp_path / "early" / "deal.parquet").num_rows == 0
    bodies = office.registry.at("2020-01-01", 1).frame(Organisation)
    assert pq.read_table(tmp_path / "early" / "organisation.parquet")["id"].to_pylist() == list(bodies.index)


def test_an_empty_registry_can_be_published(tmp_path: Path) -> None:
    """Every table is there, with its columns and no rows."""
    with Registry.open("sqlite://") as registry:
        made = registry.publish(tmp_path / "empty", valid="2025-01-01")
    assert {rows for rows in made.rows.values() if rows is not None} == {0}
    assert pq.read_table(tmp_path / "empty" / "deal.parquet").num_rows == 0


def test_a_folder_with_something_else_is_refused(office: Office, tmp_path: Path) -> None:
    """What is not a publication is never replaced; a publication is, all at once."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("do not lose")
    with pytest.raises(DomainError, match="something else"):
        office.registry.publish(tmp_path / "mine", valid=VALID)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "do not lose"
    office.registry.publish(tmp_path / "made", valid="2020-01-01")
    office.registry.publish(tmp_path / "made", valid=VALID)
    assert bytes_of(tmp_path / "made") == bytes_of(office.folder)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["made", "mine"], "nothing half made is left behind"


def test_an_unknown_licence_is_refused_with_the_nearest(office: Office, tmp_path: Path) -> None:
    """The data go out under terms that have a name."""
    with pytest.raises(NotFoundError, match=r"did you mean 'CC-BY-4\.0'"):
        office.registry.publish(tmp_path / "no", licence="CC-BY-4")


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_the_readme_names_both_times_the_files_and_the_licence(office: Office, name: str) -> None:
    """In both languages, with the hash of the registry and how to compute from it."""
    text = (office.folder / name).read_text(encoding="utf-8")
    for word in (VALID, read_manifest(office.folder).hash, "deal.parquet", "CC-BY-4.0", "--db publication:", "audit"):
        assert word in text
