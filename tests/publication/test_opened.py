"""A publication opened as a registry: the same figures, explanations and snapshot bytes, and nothing is written."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import rfc8785
from sqlalchemy import func, literal, select

from stregistry import Deal, Framework, NotFoundError, Registry, Startup, StregistryError
from stregistry.model import KINDS
from tests.publication.conftest import VALID, Office

# The city's framework has 47 indicators, which DuckDB plans for longer than it computes them.
FRAMEWORKS = ("ecosystem-core", "sti-national-2030", pytest.param("cantho-kl69", marks=pytest.mark.slow))


@pytest.fixture(scope="module")
def opened(office: Office) -> Iterator[Registry]:
    with Registry.open(f"publication:{office.folder}") as registry:
        yield registry


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_snapshot_has_the_same_bytes(office: Office, opened: Registry, framework: str, tmp_path: Path) -> None:
    """Years before and after the merger of provinces; and either verifies the snapshot of the other."""
    ours = opened.snapshot(framework, "2024..2025")
    theirs = office.registry.snapshot(framework, "2024..2025")
    assert rfc8785.dumps(ours.content) == rfc8785.dumps(theirs.content)
    assert ours.sha256 == theirs.sha256
    theirs.write(tmp_path / "made.json")
    assert opened.verify(tmp_path / "made.json").outcome == "identical"
    assert office.registry.verify(ours).outcome == "identical"


def test_an_explanation_lists_the_same_records(office: Office, opened: Registry) -> None:
    """With the file and row each came from, for every indicator of a framework."""
    framework = Framework.load("ecosystem-core")
    counted = 0
    for indicator in framework.indicators:
        theirs = office.registry.explain(framework, indicator.id, "92", "2024", valid=VALID)
        assert opened.explain(framework, indicator.id, "92", "2024") == theirs, indicator.id
        counted += len(theirs.records)
    assert counted > 10


def test_reads_give_the_same_records(office: Office, opened: Registry) -> None:
    """Frames, single records but for what was left out, lists and search, merged bodies included."""
    here, there = opened.at(), office.registry.at(valid=VALID)
    for kind in KINDS:
        left_out = ["address", "contact_name", "email", "phone"]
        ours, theirs = (view.frame(kind).drop(columns=left_out, errors="ignore") for view in (here, there))
        assert ours.equals(theirs), kind
    assert here.search("lua vang") == there.search("lua vang")
    startup = there.records(Startup)[0]
    assert here.get(startup.id or 0) == startup
    assert here.same_bodies() is not None


def test_another_valid_day_can_be_asked(office: Office, opened: Registry) -> None:
    """Every version known is there, so states on another day are too."""
    assert list(opened.at("2021-06-30").frame(Startup).index) == list(
        office.registry.at("2021-06-30").frame(Startup).index
    )


def test_another_known_time_is_refused(opened: Registry, office: Office) -> None:
    """A publication knows one changeset; the message says which."""
    number, _ = office.registry.head()
    assert opened.head() == office.registry.head()
    assert opened.at(known=number).known_number == number
    for known in (number - 1, "2024-12-31"):
        with pytest.raises(NotFoundError, match=f"changeset {number}"):
            opened.at(known=known)


def _write(registry: Registry) -> None:
    with registry.changeset(actor="Lan", reason="thử") as tx:
        tx.put(Deal(title="x"))


@pytest.mark.parametrize(
    "act",
    [
        _write,
        lambda r: r.load(pd.DataFrame({"id": ["1"], "title": ["x"]}), Deal, actor="Lan"),
        lambda r: r.erase(1, ["email"], why="thử", actor="Lan"),
        lambda r: r.decide(1, 2, "same", by="Lan", why="thử"),
    ],
    ids=["changeset", "load", "erase", "decide"],
)
def test_nothing_can_be_written(opened: Registry, act: Any) -> None:
    """And the message says what to do instead."""
    with pytest.raises(StregistryError, match="read-only"):
        act(opened)


@pytest.mark.parametrize("name", ["history", "changes", "changesets", "diff", "version"])
def test_what_was_known_before_is_not_there(opened: Registry, name: str) -> None:
    """It is said, rather than an empty history given."""
    words: dict[str, tuple[Any, ...]] = {"history": (1,), "diff": (1,), "version": (1,)}
    with pytest.raises(StregistryError, match="no history"):
        list(getattr(opened, name)(*words.get(name, ())))


def test_a_figure_of_a_field_left_out_is_refused(opened: Registry, office: Office) -> None:
    """A field that was not published would read as missing, and a count of missing ones as all of them."""
    document: dict[str, Any] = {
        "framework": {
            "id": "thu",
            "version": "1",
            "title": {"vi": "Thử", "en": "Try"},
            "sources": [{"id": "ours", "title": {"vi": "Của ta", "en": "Ours"}}],
        },
        "evaluation": {"places": "vn-2025", "level": "province", "period": "year"},
        "indicator": [
            {
                "id": "unreachable",
                "name": {"vi": "Không có thư", "en": "No email"},
                "measured_in": {"vi": "tổ chức", "en": "bodies"},
                "direction": "down",
                "measure": "count",
                "params": {"of": "organisation", "when": "stock", "where": {"email": {"missing": True}}},
                "source": "ours",
            }
        ],
    }
    framework = Framework.from_document(document, "thu")
    assert office.registry.indicators(framework, "2024").cells
    with pytest.raises(StregistryError, match=r"organisation\.email"):
        opened.indicators(framework, "2024")


def test_an_audit_compares_every_file_with_its_hash(office: Office, opened: Registry, tmp_path: Path) -> None:
    """A byte changed anywhere is named; a file cut short is not opened at all."""
    assert opened.audit().ok
    folder = Path(shutil.copytree(office.folder, tmp_path / "made"))
    file = folder / "deal.parquet"
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    with Registry.open(f"publication:{folder}") as altered:
        report = altered.audit()
        assert not report.ok
        assert [p.en for p in report.problems] == ["The file deal.parquet has not the hash of the manifest."]
    file.write_bytes(content[:-1])
    with pytest.raises(StregistryError, match=r"deal\.parquet"):
        Registry.open(f"publication:{folder}")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (None, "datapackage.json"),
        ("{", "manifest"),
        ('{"stregistry": {"format": "other/1"}}', "format"),
        ("[]", "manifest"),
    ],
)
def test_what_is_no_publication_is_said_to_be_none(tmp_path: Path, text: str | None, word: str) -> None:
    """A folder without a manifest, or with another one."""
    if text is not None:
        (tmp_path / "datapackage.json").write_text(text)
    with pytest.raises(StregistryError, match=word):
        Registry.open(f"publication:{tmp_path}")


def test_a_manifest_cannot_name_files_elsewhere(office: Office, tmp_path: Path) -> None:
    """A path out of the folder is refused before anything is read."""
    folder = Path(shutil.copytree(office.folder, tmp_path / "made"))
    manifest = folder / "datapackage.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"deal.parquet"', '"../deal.parquet"'))
    with pytest.raises(StregistryError, match=r"\.\./deal\.parquet"):
        Registry.open(f"publication:{folder}")


def test_an_aggregate_of_some_rows_is_the_same_as_case(opened: Registry) -> None:
    """FILTER is written as CASE, which DuckDB runs faster; of `count(*)` too, and a sum of nothing stays NULL."""
    table = opened.tables.kinds["deal"].current
    some, none = table.c.direction == "domestic", table.c.direction == "none"
    query = select(
        func.count().filter(some), func.count(table.c.value_vnd).filter(some), func.sum(table.c.value_vnd).filter(none)
    )
    assert "FILTER" not in str(query.compile(opened.engine))
    (row,) = opened.at().execute(query)
    frame = opened.at().frame(Deal)
    chosen = frame[frame["direction"] == "domestic"]
    assert tuple(row) == (len(chosen), chosen["value_vnd"].notna().sum(), None)


@pytest.mark.parametrize("text", ["'", "''; DROP VIEW deal; --", "\\", "\\'", "%", "?", ":x", "Lúa 'Vàng'", "\n"])
def test_values_written_out_are_values(opened: Registry, text: str) -> None:
    """Whatever a value holds, it is compared as it is and runs as nothing."""
    table = opened.tables.kinds["deal"].current
    query = select(func.count()).where(literal(text) == text, table.c.title != text)
    ((count,),) = opened.at().execute(query)
    assert count == len(opened.at().frame(Deal))
    assert opened.at().search(text) is not None
