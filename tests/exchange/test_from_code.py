"""Tables made in code go in by the same checks as files."""

import datetime as dt
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pytest

from stregistry import Registry
from stregistry.errors import DomainError, RecordError
from stregistry.model import Deal

ROWS = {
    "id": ["D1", "D2"],
    "signed_on": [dt.date(2024, 5, 17), None],
    "value_vnd": [1_500_000_000, None],
    "transferor": ["Viện A", None],
}


@pytest.fixture
def registry(file_address: str) -> Iterator[Registry]:
    with Registry.open(file_address) as opened:
        yield opened


def test_a_pandas_frame_goes_in_with_its_missing_values(registry: Registry) -> None:
    """Nullable integers, timestamps, NaT and NA: a missing value is missing, and the same frame changes nothing."""
    frame = pd.DataFrame(ROWS).astype({"value_vnd": "Int64", "signed_on": "datetime64[s]"})
    report = registry.load(frame, Deal, source_id="code", actor="tester")
    assert (report.rows, report.new, report.kind) == (2, 2, "deal")
    one, two = registry.at().records(Deal)
    assert (one.value_vnd, str(one.signed_on)) == (1_500_000_000, "2024-05-17")
    assert (two.value_vnd, two.signed_on) == (None, None)
    assert registry.load(frame, "deal", source_id="code", actor="tester").already == report.changeset


def test_an_arrow_table_says_what_the_frame_says(registry: Registry) -> None:
    """The Arrow stream interface gives the same records as pandas: a second table of the same content is known."""
    registry.load(pd.DataFrame(ROWS).astype({"value_vnd": "Int64"}), Deal, source_id="code", actor="tester")
    assert registry.load(pa.table(ROWS), Deal, source_id="code", actor="tester").already is not None


def test_a_bad_cell_is_named_by_row_and_column(registry: Registry) -> None:
    """A wrong value refuses the table, as in a file; nothing is written."""
    frame = pd.DataFrame({"id": ["D1", "D2"], "signed_on": ["2024-05-17", "2024-02-30"]})
    with pytest.raises(RecordError) as caught:
        registry.load(frame, Deal, actor="tester")
    (issue,) = caught.value.issues
    assert (issue.row, issue.column, registry.head()[0]) == (2, "signed_on", 0)


def test_what_is_no_table_or_is_empty_is_refused(registry: Registry) -> None:
    """A list is no table, and a frame without rows says so."""
    with pytest.raises(DomainError, match="list"):
        registry.load([1], Deal, actor="tester")
    with pytest.raises(RecordError):
        registry.load(pd.DataFrame({"id": []}), Deal, actor="tester")
