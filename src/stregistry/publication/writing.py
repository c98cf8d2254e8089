"""Writing a publication: every kind as of two times, read in one transaction and written piece by piece."""

import contextlib
import gc
import importlib.metadata
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
from sqlalchemy import Connection, select, union_all

from stregistry.dates import show_day
from stregistry.errors import DomainError, NotFoundError, StregistryError
from stregistry.fields import Field
from stregistry.files import file_sha256
from stregistry.model import JUDGEMENTS, KINDS, Organisation, Record
from stregistry.publication.columns import (
    TableColumn,
    child_table,
    document_table,
    flat_table,
    version_table,
)
from stregistry.publication.manifest import (
    FORMAT,
    LICENCES,
    MANIFEST,
    RECORDS,
    Licence,
    Resource,
    write_manifest,
)
from stregistry.publication.readme import licence_text, readme, title_of
from stregistry.store.flat import PERSONAL_SCHEMES, MergedBodies, child_values, followed, merged_bodies
from stregistry.store.identity.same import Same
from stregistry.store.layout import ChildLayout, Layout, Row, layout
from stregistry.store.migrations import latest
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.publication.parquet import ParquetFile
    from stregistry.store import Store
    from stregistry.store.view import View

_PIECE: Final = 40_000  # rows read at a time
# Who decided on duplicates and why stays in the office; what was decided has to go out for figures to be the same.
_NOT_OF_JUDGEMENTS: Final = ("decided_by", "why")


@attrs.frozen(kw_only=True)
class Published:
    """What was written: the folder, the two times, and the rows of each file (None: no table)."""

    folder: Path
    valid: str
    changeset: int
    rows: Mapping[str, int | None]


def publish(
    store: "Store",
    folder: str | Path,
    *,
    valid: Any = None,
    known: Any = None,
    licence: str = "CC-BY-4.0",
    personal_why: str | None = None,
) -> Published:
    """Writes the registry as true on `valid` and known at `known` as a folder of Parquet files; needs pyarrow.

    folder: made when missing; an earlier publication in it is replaced, and only when all is written.
    licence: an SPDX id of `LICENCES`. personal_why: the reason for publishing personal and internal fields too, which
    stands in the manifest; without it they are left out.
    The same registry and times give the same bytes (with the same versions of stregistry and pyarrow).
    Raises NotFoundError for a licence or changeset that is not there, DomainError for a folder that holds
    something else or a blank reason.
    """
    terms = _licence(licence)
    if personal_why is not None and not personal_why.strip():
        raise DomainError(
            Text(
                "Công bố dữ liệu cá nhân phải nêu lý do.",
                "Publishing personal fields takes a reason.",
            )
        )
    _need_pyarrow()
    target = Path(folder)
    _refuse_other_content(target)
    asked = store.at(valid=valid, known=known)
    # Asked for by number, the view stays what it is while others write.
    view = store.at(valid=show_day(asked.valid), known=asked.known_number)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
        made = Path(beside) / "publication"
        made.mkdir()
        with _rows_uncounted():
            resources = _write(store, view, made, terms, personal_why)
        _put_in_place(made, target, Path(beside) / "replaced")
    return Published(
        folder=target,
        valid=show_day(view.valid),
        changeset=view.known_number,
        rows={r.path: r.rows for r in resources},
    )


@contextlib.contextmanager
def _rows_uncounted() -> Iterator[None]:
    """Without the garbage collector: it looks at millions of rows again and again, and none of them is in a circle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _licence(id: str) -> Licence:
    if id not in LICENCES:
        sentence = Text(f"Không có giấy phép '{id}'", f"There is no licence '{id}'")
        raise NotFoundError.unknown(sentence, id, LICENCES)
    return LICENCES[id]


def _need_pyarrow() -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise StregistryError(
            Text(
                "Công bố dữ liệu cần pyarrow: pip install 'stregistry[parquet]'.",
                "Publishing needs pyarrow: pip install 'stregistry[parquet]'.",
            )
        ) from error


def _refuse_other_content(target: Path) -> None:
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        raise DomainError(
            Text(
                f"Thư mục {target} đã có nội dung khác; hãy chọn một thư mục mới hoặc trống.",
                f"The folder {target} holds something else; choose a new or empty one.",
            )
        )
    if target.exists() and not target.is_dir():
        raise DomainError(
            Text(f"{target} là tệp, không phải thư mục.", f"{target} is a file, not a folder."),
        )


def _put_in_place(made: Path, target: Path, replaced: Path) -> None:
    if target.exists():
        target.rename(replaced)
    made.rename(target)
    shutil.rmtree(replaced, ignore_errors=True)


def _write(store: "Store", view: "View", folder: Path, terms: Licence, why: str | None) -> list[Resource]:
    head = store.hash_at(view.known_number)
    same = view.same_bodies()
    bodies = merged_bodies(view, same) if same is not None else MergedBodies({}, {})
    source = view.rows("organisation")
    everyone = {number for (number,) in view.execute(select(source.c.id).distinct())}
    names = view.names(sorted(everyone))
    (folder / RECORDS).mkdir()
    left_out: dict[str, list[str]] = {}
    flat: list[Resource] = []
    kept: list[Resource] = []
    documents: set[int] = set()
    with view.reading() as conn:
        instant = _instant(conn, view)
        for cls in (*KINDS.values(), *JUDGEMENTS.values()):
            job = _Kind(folder=folder, view=view, cls=cls, personal=why is not None)
            job.write(conn, names, same, bodies)
            flat += job.flat
            kept += job.kept
            documents |= job.documents
            left_out |= {table: list(some) for table, some in job.left_out.items() if some}
        kept.append(_documents(conn, view, folder, documents))
    own = {
        "format": FORMAT,
        "registry": {"changeset": view.known_number, "hash": head, "instant": instant},
        "valid": show_day(view.valid),
        "revision": latest(),
        "personal": {"published": why is not None, "why": why},
        "left_out": left_out,
        "environment": {
            "stregistry": importlib.metadata.version("stregistry"),
            "pyarrow": importlib.metadata.version("pyarrow"),
        },
    }
    resources = [*flat, *kept]
    texts = {
        "README.md": readme(own, terms, resources, "en"),
        "README.vi.md": readme(own, terms, resources, "vi"),
        "LICENSE.txt": licence_text(terms),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    resources += [_resource(folder, name, _TEXT_TITLES[name]) for name in texts]
    write_manifest(folder, own, terms, title_of(own), resources)
    return resources


_TEXT_TITLES: Final = {
    "README.md": Text("Giới thiệu (tiếng Anh)", "About these data (English)"),
    "README.vi.md": Text("Giới thiệu (tiếng Việt)", "About these data (Vietnamese)"),
    "LICENSE.txt": Text("Giấy phép sử dụng", "Licence"),
}


def _resource(folder: Path, path: str, title: Text, **more: Any) -> Resource:
    file = folder / path
    name = path.removesuffix(".parquet").replace("/", "-").lower()
    return Resource(name=name, path=path, title=title, bytes=file.stat().st_size, sha256=file_sha256(file), **more)


def _instant(conn: Connection, view: "View") -> str | None:
    table = view.tables.changeset
    found: str | None = conn.execute(select(table.c.instant).where(table.c.number == view.known_number)).scalar()
    return found


def _documents(conn: Connection, view: "View", folder: Path, wanted: set[int]) -> Resource:
    """The files that the published versions came from."""
    from stregistry.publication.parquet import ParquetFile, arrays_of

    columns, table = document_table(), view.tables.document
    query = select(*(table.c[c.name] for c in columns)).order_by(table.c.number)
    rows = [row for row in conn.execute(query) if row.number in wanted]
    path = f"{RECORDS}/document.parquet"
    with ParquetFile(folder / path, columns) as file:
        file.add(arrays_of(columns, list(zip(*rows, strict=True)) if rows else [()] * len(columns)))
    title = Text("Tệp nguồn của hồ sơ", "Files that records came from")
    return _resource(folder, path, title, rows=file.rows, columns=columns, key=("number",))


class _Kind:
    """One kind being written: its flat table, and its versions and child rows under `records/`."""

    def __init__(self, *, folder: Path, view: "View", cls: type[Record], personal: bool) -> None:
        self.folder, self.view, self.cls, self.personal = folder, view, cls, personal
        self.plan: Layout = layout(cls)
        self.judgement = self.plan.kind in JUDGEMENTS
        self.flat: list[Resource] = []
        self.kept: list[Resource] = []
        self.documents: set[int] = set()
        self.left_out = {self.plan.kind: tuple(c.name for c in self.plan.columns if self._stays(c.name, c.field))}
        for child in self.plan.children:
            self.left_out[child.table] = tuple(c.name for c in child.columns if self._stays(c.name, c.field))
        self.columns = version_table(self.plan, self.left_out[self.plan.kind])
        self.flat_columns = flat_table(cls, self.left_out[self.plan.kind])

    def _stays(self, name: str, info: Field) -> bool:
        """Whether a column stays in the office."""
        if self.judgement and name in _NOT_OF_JUDGEMENTS:
            return True
        return info.sensitivity != "public" and not self.personal

    def write(self, conn: Connection, names: Mapping[int, str], same: Same | None, bodies: MergedBodies) -> None:
        """Reads the versions in the order of their ids and writes all files of the kind."""
        from stregistry.publication.parquet import ParquetFile

        kind, label = self.plan.kind, self.cls.about.label
        path = f"{RECORDS}/{kind}.parquet"
        children = {child.name: child_table(child, self.left_out[child.table]) for child in self.plan.children}
        with contextlib.ExitStack() as stack:
            versions = stack.enter_context(ParquetFile(self.folder / path, self.columns))
            below = {
                child.name: stack.enter_context(
                    ParquetFile(self.folder / RECORDS / f"{child.table}.parquet", children[child.name])
                )
                for child in self.plan.children
            }
            table = None
            if not self.judgement:
                table = stack.enter_context(ParquetFile(self.folder / f"{kind}.parquet", self.flat_columns))
            for rows in self._pieces(conn):
                self._piece(conn, rows, versions, below, table, names, same, bodies)
        if table is not None:
            self.flat.append(
                _resource(
                    self.folder, f"{kind}.parquet", label, rows=table.rows, columns=self.flat_columns, key=("id",)
                )
            )
        title = Text(f"{label.vi}: các phiên bản", f"{label.en}: versions")
        self.kept.append(_resource(self.folder, path, title, rows=versions.rows, columns=self.columns, key=("row",)))
        for child in self.plan.children:
            some = Text(f"{label.vi}: {child.field.label.vi.lower()}", f"{label.en}: {child.field.label.en.lower()}")
            self.kept.append(
                _resource(
                    self.folder,
                    f"{RECORDS}/{child.table}.parquet",
                    some,
                    rows=below[child.name].rows,
                    columns=children[child.name],
                    key=("facts", "n"),
                )
            )

    # ---- reading -------------------------------------------------------------------------

    def _versions(self) -> Any:
        """The versions as known, by id and valid time."""
        kind, known = self.view.tables.kinds[self.plan.kind], self.view.known_number
        names = [c.name for c in self.columns]
        # At the top and not in a derived table, so that SQLite merges two index scans and need not sort.
        current = select(*(kind.current.c[n] for n in names)).where(kind.current.c.tx_from <= known)
        past = select(*(kind.past.c[n] for n in names)).where(kind.past.c.tx_from <= known, kind.past.c.tx_to > known)
        return union_all(current, past).order_by("id", *(["valid_from"] if self.plan.state else []))

    def _pieces(self, conn: Connection) -> Iterator[list[Row]]:
        """The versions piece by piece, those of one record together."""
        at = [c.name for c in self.columns].index("id")
        held: list[Row] = []
        for some in conn.execute(self._versions(), execution_options={"yield_per": _PIECE}).partitions():
            rows = [*held, *some]
            last = rows[-1][at]
            cut = len(rows)
            while cut and rows[cut - 1][at] == last:
                cut -= 1
            held = rows[cut:]
            if cut:
                yield rows[:cut]
        if held:
            yield held

    def _children(self, conn: Connection, child: ChildLayout, low: int, high: int) -> dict[str, Sequence[Any]]:
        """The child rows of the records from one id to another, as columns by name."""
        table, source = self.view.child(self.plan.kind, child.name), self.view.rows(self.plan.kind)
        heads = ["facts", "n", *(c.name for c in child.columns), *(name for name, _ in child.derived)]
        owners = select(source.c.facts).where(source.c.id.between(low, high))
        query = select(*(table.c[n] for n in heads)).where(table.c.facts.in_(owners))
        if child.name == "identifiers" and not self.personal:
            query = query.where(table.c.scheme.not_in(PERSONAL_SCHEMES))
        rows = conn.execute(query.order_by(table.c.facts, table.c.n)).all()
        blank: list[Sequence[Any]] = [()] * len(heads)
        return dict(zip(heads, zip(*rows, strict=True) if rows else blank, strict=True))

    # ---- writing -------------------------------------------------------------------------

    def _piece(
        self,
        conn: Connection,
        rows: list[Row],
        versions: "ParquetFile",
        below: Mapping[str, "ParquetFile"],
        flat: "ParquetFile | None",
        names: Mapping[int, str],
        same: Same | None,
        bodies: MergedBodies,
    ) -> None:
        import pyarrow as pa

        from stregistry.publication.parquet import arrays_of, flat_arrays, holding

        heads = [c.name for c in self.columns]
        values = dict(zip(heads, zip(*rows, strict=True), strict=True))
        arrays = arrays_of(self.columns, list(values.values()))
        versions.add(arrays)
        self.documents.update(d for d in set(values["document"]) if d is not None)
        low, high = values["id"][0], values["id"][-1]
        children: dict[str, dict[str, Sequence[Any]]] = {}
        for child in self.plan.children:
            children[child.name] = found = self._children(conn, child, low, high)
            some = child_table(child, self.left_out[child.table])
            below[child.name].add(arrays_of(some, [found[c.name] for c in some]))
        if flat is None:
            return
        table = pa.Table.from_arrays(arrays, schema=versions.schema)
        if self.plan.state:
            table = holding(table, self.view.valid)
        if same is not None:
            here = bodies.rows if self.cls is Organisation else {}
            table = self._with_bodies(table, same, {n: row for n, row in here.items() if low <= n <= high})
        owners: dict[int, list[int]] = defaultdict(list)
        for number, facts in zip(table["id"].to_pylist(), table["facts"].to_pylist(), strict=True):
            owners[facts].append(number)
        made = child_values(self.plan, children, owners, names, same)
        if self.cls is Organisation:
            for name, of_merged in bodies.columns.items():
                made[name] = {**made.get(name, {}), **of_merged}
        flat.add(flat_arrays(self.flat_columns, table, made))

    def _with_bodies(self, table: Any, same: Same, bodies: Mapping[int, Row]) -> Any:
        """The rows of a flat table with merged bodies as one; see `followed`."""
        import pyarrow as pa

        from stregistry.publication.parquet import arrays_of

        names = ["id", *(["valid_from", "valid_to"] if self.plan.state else [])]
        kept = [n for n in self.plan.names if n not in self.left_out[self.plan.kind]]
        heads = [*names, *kept, "facts"]
        whole = ["id", "valid_from", "valid_to", *self.plan.names, "facts"]
        picked = {number: tuple(row[whole.index(n)] for n in heads) for number, row in bodies.items()}
        rows = list(zip(*(table[n].to_pylist() for n in heads), strict=True))
        rows = followed(self.plan, heads, rows, same, picked)
        by_name: dict[str, TableColumn] = {c.name: c for c in self.columns}
        columns = [by_name[n] for n in heads]
        values = list(zip(*rows, strict=True)) if rows else [()] * len(heads)
        return pa.Table.from_arrays(arrays_of(columns, values), names=heads)
