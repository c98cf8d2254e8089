"""The places that ship with the library, and a fuller list of one's own beside them; read when first asked for.

A list of one's own is a folder with any of `vn.csv`, `succession.csv`, `maps.csv`, `aliases.csv` in
the columns of `definitions/places/`. It is named by STREGISTRY_PLACES, or by `use_places`.
"""

import csv
import functools
import importlib.resources
import os
from pathlib import Path

from stregistry.dates import FOREVER
from stregistry.dates import day as day_number
from stregistry.errors import DefinitionError
from stregistry.places.maps import PlaceMap
from stregistry.places.names import Gazetteer
from stregistry.places.territory import Place, PlaceTable, unknown
from stregistry.text import Text

# The columns a row is told apart by: a row of one's own takes the place of the shipped one.
_KEYS = {
    "vn": ("code", "from"),
    "succession": ("from_code", "from_start", "to_code", "to_start"),
    "maps": ("id",),
    "aliases": ("alias",),
}
_chosen: str | None = None


def use_places(folder: str | Path | None) -> PlaceTable:
    """Reads a list of places of one's own beside the shipped one, from now on; None goes back to the shipped one.

    A territory (code, from) that the folder has replaces the shipped one of that key. Comes back
    with the whole table. Raises DefinitionError, and changes nothing, when the folder holds no
    list or when the list contradicts itself.
    """
    global _chosen  # noqa: PLW0603  # one list for the whole process, as with STREGISTRY_PLACES
    before, _chosen = _chosen, str(Path(folder).resolve()) if folder is not None else ""
    try:
        return place_table()
    except DefinitionError:
        _chosen = before
        raise


def _folder() -> str:
    if _chosen is not None:
        return _chosen
    named = os.environ.get("STREGISTRY_PLACES", "")
    return str(Path(named).resolve()) if named else ""


def place_table() -> PlaceTable:
    """The provinces of Việt Nam before and after 1 July 2025, and the districts and communes of Cần Thơ.

    With them, the places of a list of one's own. What went on before is not recorded: the older
    units have an open start.
    """
    return _table(_folder())


@functools.cache
def _table(folder: str) -> PlaceTable:
    return PlaceTable.from_rows(_rows("vn", folder), _rows("succession", folder))


def place_names() -> Gazetteer:
    """The names of these places, with their usual abbreviations."""
    return _names(_folder())


@functools.cache
def _names(folder: str) -> Gazetteer:
    return Gazetteer(_table(folder), [(row["alias"], row["code"]) for row in _rows("aliases", folder)])


def place_map(map_id: str) -> PlaceMap:
    """The map of that id: `vn-2024` (before 1 July 2025), `vn-2025` (from then on), or one of one's own list.

    Raises NotFoundError, which names the nearest.

    >>> place_map("vn-2025").resolve("93", day_number("2024-05-17"), "province").unit
    '92'
    """
    return _map(map_id, _folder())


@functools.cache
def _map(map_id: str, folder: str) -> PlaceMap:
    rows = {row["id"]: row for row in _rows("maps", folder)}
    if map_id not in rows:
        raise unknown(Text("danh mục đơn vị hành chính", "place map"), map_id, rows)
    row = rows[map_id]
    return PlaceMap(_table(folder), map_id, day_number(row["on"]), Text(row["name_vi"], row["name_en"]))


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of the shipped `definitions/places/<name>.csv`, in order."""
    source = importlib.resources.files("stregistry") / "definitions" / "places" / f"{name}.csv"
    return list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))


def _rows(name: str, folder: str) -> list[dict[str, str]]:
    """The shipped rows, with those of the folder instead of or after them."""
    shipped = read_rows(name)
    if not folder:
        return shipped
    if not any((Path(folder) / f"{file}.csv").is_file() for file in _KEYS):
        expected = ", ".join(f"{file}.csv" for file in _KEYS)
        raise DefinitionError(
            Text(
                f"Danh mục địa bàn: thư mục '{folder}' không có tệp nào trong {expected}. "
                "Hãy kiểm tra STREGISTRY_PLACES.",
                f"List of places: the folder '{folder}' has none of {expected}. Check STREGISTRY_PLACES.",
            ),
            file=folder,
        )
    path = Path(folder) / f"{name}.csv"
    own = _read_own(path, tuple(shipped[0])) if path.is_file() else []
    key = _KEYS[name]
    replaced = {tuple(row[k] for k in key) for row in own}
    return [row for row in shipped if tuple(row[k] for k in key) not in replaced] + own


def _read_own(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a file of one's own, with every column of the shipped one (document and source may be left out)."""
    try:
        reader = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
        rows = [{c: (row.get(c) or "").strip() for c in columns} for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(
            Text(f"Danh mục địa bàn: không đọc được {path}: {error}", f"List of places: cannot read {path}: {error}"),
            file=str(path),
        ) from None
    lacking = [c for c in columns if c not in (reader.fieldnames or ()) and c not in ("document", "source")]
    if lacking:
        listed = ", ".join(lacking)
        raise DefinitionError(
            Text(
                f"Danh mục địa bàn: {path} thiếu cột {listed}; cần {', '.join(columns)}.",
                f"List of places: {path} lacks the columns {listed}; expected {', '.join(columns)}.",
            ),
            file=str(path),
            key=listed,
        )
    return rows


def find_place(text: str, day: int | None = None) -> Place:
    """The territory a code or name stands for in a record of that day: see `Gazetteer.find`.

    >>> find_place("TP. Can Tho").code
    '92'
    """
    return place_names().find(text, day)


def label(code: str, lang: str, day: int | None = None) -> str:
    """The name, with its type, of the territory a code meant on a day (None: the newest).

    An unknown code comes back as it is, since a report must still print it.

    >>> label("46", "vi"), label("46", "en", 738000)
    ('Thành phố Huế', 'Thua Thien Hue Province')
    """
    on = FOREVER - 1 if day is None else day
    place = place_table().meant(code, on)
    return place.naming(on).full[lang] if place else code
