"""A snapshot as tables: its values, scores and the rest, and where they come from."""

from typing import Any, Final

from stregistry.exchange.out import Sheet
from stregistry.snapshot.frozen import Snapshot
from stregistry.text import Text

_TITLES: Final = {
    "values": Text("Giá trị chỉ tiêu", "Values"),
    "scores": Text("Điểm và thứ hạng", "Scores"),
    "intervals": Text("Khoảng bất định", "Intervals"),
    "targets": Text("Mục tiêu", "Targets"),
    "breakdowns": Text("Phân tổ", "Breakdowns"),
    "left_out": Text("Không tính", "Left out"),
}
_SOURCE: Final = Text("Nguồn gốc", "Provenance")


def snapshot_sheets(snapshot: Snapshot, lang: str) -> tuple[Sheet, ...]:
    """The values first, then each part that has rows, then the provenance as name and value."""
    content = snapshot.content
    found = []
    for part, title in _TITLES.items():
        rows: list[dict[str, Any]] = content.get(part, [])
        if rows or part == "values":
            columns = list(dict.fromkeys(name for row in rows for name in row))
            found.append(Sheet(name=title[lang], columns=columns, rows=rows))
    about = {
        "framework": content["framework"]["id"],
        "version": content["framework"]["version"],
        "framework_sha256": content["framework"]["sha256"],
        "changeset": content["registry"]["changeset"],
        "registry_hash": content["registry"]["hash"],
        "valid": content["valid"],
        "places": content["places"]["map"],
        "periods": ", ".join(content["periods"]),
        "sha256": snapshot.sha256,
        **snapshot.environment,
    }
    told = [{"name": name, "value": value} for name, value in about.items()]
    return (*found, Sheet(name=_SOURCE[lang], columns=("name", "value"), rows=told))
