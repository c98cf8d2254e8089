"""A publication opened for reading: what it holds answers like the registry it came from; the rest is refused."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from stregistry.errors import NotFoundError, StregistryError
from stregistry.store.migrations import latest
from stregistry.store.store import Known, Store, now, tables_in
from stregistry.store.transactions import Transactions
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.store.audit import AuditReport
    from stregistry.store.changeset import Changeset
    from stregistry.store.erasing import Erasure
    from stregistry.store.feed import Change, RegistryDiff
    from stregistry.store.history import ChangesetInfo, HistoryEntry
    from stregistry.store.view import View

SCHEME: Final = "publication:"


class PublishedStore(Store):
    """The store of a publication: one known time, read-only, through DuckDB.

    folder: as `publish` wrote it. Raises StregistryError when it is no publication, was made for other tables, or
    a file is missing or has another size; `audit` compares every byte.
    """

    def __init__(self, folder: str | Path, *, clock: Callable[[], dt.datetime] = now) -> None:
        from stregistry.publication.duck import open_files
        from stregistry.publication.manifest import RECORDS, Manifest, read_manifest

        self.folder = Path(folder)
        self.manifest: Manifest = read_manifest(self.folder)
        self._check_files()
        self.tables = tables_in(None)
        self.engine = open_files(self.folder, self.tables, RECORDS, self.manifest.left_out)
        self._transactions = Transactions(self.engine)
        self._owner = True
        self._clock = clock

    def _check_files(self) -> None:
        if self.manifest.revision != latest():
            raise StregistryError(
                Text(
                    f"Bộ dữ liệu {self.folder} được công bố bằng một phiên bản stregistry khác (cấu trúc "
                    f"{self.manifest.revision}, nay là {latest()}); hãy mở bằng phiên bản đó, hoặc công bố lại.",
                    f"The publication {self.folder} was made by another version of stregistry (tables "
                    f"{self.manifest.revision}, now {latest()}); open it with that version, or publish again.",
                ),
                found=self.manifest.revision,
                expected=latest(),
            )
        for path, (size, _, _) in self.manifest.files.items():
            file = self.folder / path
            if not file.is_file() or file.stat().st_size != size:
                raise StregistryError(
                    Text(
                        f"Tệp {path} của bộ dữ liệu công bố bị thiếu hoặc khác kích thước ghi trong bản kê; "
                        "hãy lấy lại bộ dữ liệu.",
                        f"The file {path} of the publication is missing or has another size than its manifest says; "
                        "get the publication again.",
                    ),
                    path=path,
                )

    # ---- what it answers -----------------------------------------------------------------

    @property
    def address(self) -> str:
        """`publication:` and the folder."""
        return f"{SCHEME}{self.folder}"

    def head(self) -> tuple[int, str]:
        """The changeset the publication was made at, and its hash."""
        return self.manifest.changeset, self.manifest.hash

    def hash_at(self, number: int) -> str:
        """The hash of the one changeset it knows. Raises NotFoundError for another."""
        if number != self.manifest.changeset:
            raise self._another_time()
        return self.manifest.hash

    def at(self, valid: "dt.date | str | int | None" = None, known: Known = None) -> "View":
        """The registry as published; valid: the day states are read on, default that of the publication.

        Raises NotFoundError for another known time than that of the publication.
        """
        from stregistry.dates import day
        from stregistry.store.view import View

        number = self.manifest.changeset
        if known is not None and str(known) != str(number):
            raise self._another_time()
        chosen = day(self.manifest.valid if valid is None else valid)
        return View(self, valid=chosen, known=None, known_number=number)

    def audit(self) -> "AuditReport":
        """Compares every file with its hash in the manifest; the chain itself is in the registry."""
        from stregistry.files import file_sha256
        from stregistry.publication.manifest import RECORDS
        from stregistry.store.audit import AuditReport

        problems = tuple(
            Text(
                f"Tệp {path} không đúng mã băm ghi trong bản kê.", f"The file {path} has not the hash of the manifest."
            )
            for path, (_, stated, _) in self.manifest.files.items()
            if file_sha256(self.folder / path) != stated
        )
        kinds = {kind.current.name for kind in self.tables.kinds.values()}
        versions = sum(
            rows or 0
            for path, (_, _, rows) in self.manifest.files.items()
            if path.startswith(f"{RECORDS}/") and Path(path).stem in kinds
        )
        return AuditReport(changesets=0, versions=versions, head=self.head(), problems=problems)

    # ---- what it does not ----------------------------------------------------------------

    def _another_time(self) -> NotFoundError:
        number, instant = self.manifest.changeset, self.manifest.instant
        when = f", {instant[:10]}" if instant else ""
        return NotFoundError(
            Text(
                f"Bộ dữ liệu công bố chỉ có những gì đã ghi nhận đến đợt cập nhật {number}{when}; "
                f"hãy bỏ --known, hoặc ghi --known {number}. Thời điểm khác thì đọc từ sổ đăng ký.",
                f"The publication only holds what was known at changeset {number}{when}; leave --known out or "
                f"say --known {number}. Other times are in the registry.",
            ),
            number=number,
        )

    def _no_history(self) -> StregistryError:
        return StregistryError(
            Text(
                "Bộ dữ liệu công bố không có lịch sử ghi nhận; lịch sử nằm trong sổ đăng ký.",
                "A publication has no history of what was known; that is in the registry.",
            )
        )

    def _read_only(self) -> StregistryError:
        return StregistryError(
            Text(
                "Bộ dữ liệu công bố chỉ để đọc; hãy ghi vào sổ đăng ký rồi công bố lại.",
                "A publication is read-only; write to the registry and publish again.",
            )
        )

    def on(self, connection: Any) -> Self:
        raise self._read_only()

    @contextlib.contextmanager
    def changeset(self, *, actor: str, reason: str) -> "Iterator[Changeset]":
        raise self._read_only()
        yield  # a context manager has to have one

    def known_document(self, sha256: str, kind: str, source_id: str) -> NoReturn:
        raise self._read_only()  # only what is about to be written asks

    def erase(self, record_id: int, fields: Sequence[str], *, why: str, actor: str) -> "Erasure":
        raise self._read_only()

    def history(self, record_id: int) -> "tuple[HistoryEntry, ...]":
        raise self._no_history()

    def version(self, record_id: int) -> int:
        raise self._no_history()

    def changes(
        self, since: int | str = 0, limit: int | None = None, *, valid: Any = None, known: Known = None
    ) -> "Iterator[Change]":
        raise self._no_history()

    def diff(self, known_a: Known, known_b: Known = None, *, valid: Any = None) -> "RegistryDiff":
        raise self._no_history()

    def changesets(self) -> "tuple[ChangesetInfo, ...]":
        raise self._no_history()
