"""What can go wrong, as exceptions that carry their parts as data and their message in two languages."""

import errno
from typing import TYPE_CHECKING, Any

import attrs

from stregistry.text import Text, nearest, with_nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self


@attrs.frozen(kw_only=True)
class Issue:
    """One problem found in a file: where it is, what was found, what was expected, what to do.

    level: "error" keeps the row out; "warning" lets it in, with the flag kept beside it.
    row: the row as the file's own program counts it (the header is row 1); None for the whole file.
    column: the header as it stands in the file; None for the whole row.
    """

    code: str
    message: Text
    level: str = "error"
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    suggestion: Text | None = None

    def place(self, lang: str) -> str:
        """Where the problem is, as `file, sheet, row, column`, leaving out what is not known."""
        words = (
            ("", self.file),
            ("trang " if lang == "vi" else "sheet ", self.sheet),
            ("dòng " if lang == "vi" else "row ", self.row),
            ("cột " if lang == "vi" else "column ", self.column),
        )
        return ", ".join(f"{word}{value}" for word, value in words if value is not None)

    def line(self, lang: str) -> str:
        """The whole problem on one line: where, what, and what to do next."""
        where = self.place(lang)
        tail = f" {self.suggestion[lang]}" if self.suggestion else ""
        return f"{where}: {self.message[lang]}{tail}" if where else f"{self.message[lang]}{tail}"


_SYSTEM = {
    errno.ENOENT: Text("không có tệp hoặc thư mục này", "no such file or folder"),
    errno.ENOTDIR: Text("một phần của đường dẫn không phải thư mục", "part of the path is not a folder"),
    errno.EISDIR: Text("đây là thư mục, không phải tệp", "this is a folder, not a file"),
    errno.EEXIST: Text("đã có tệp mang tên này", "a file of this name is already there"),
    errno.EACCES: Text("không có quyền truy cập", "permission denied"),
    errno.EPERM: Text("không có quyền truy cập", "permission denied"),
    errno.EROFS: Text("ổ đĩa chỉ cho đọc", "the disk is read-only"),
    errno.ENOSPC: Text("đĩa đã đầy", "the disk is full"),
    errno.ENAMETOOLONG: Text("tên tệp quá dài", "the file name is too long"),
}


def system_words(error: OSError) -> Text:
    """What the operating system says is wrong, without a full stop; its own words where we have none.

    >>> system_words(FileNotFoundError(2, "No such file or directory")).en
    'no such file or folder'
    """
    words = error.strerror or str(error) or type(error).__name__
    return _SYSTEM.get(error.errno or 0, Text(words, words))


class StregistryError(Exception):
    """The base of every error this library raises on purpose.

    message: what is wrong, what was expected and what to do next, as `Text`.
    parts: the same facts as data, for programs.
    """

    def __init__(self, message: Text | str, **parts: Any) -> None:
        self.message = message if isinstance(message, Text) else Text(message, message)
        self.parts = parts
        super().__init__(self.message.en)

    @classmethod
    def unknown(
        cls, sentence: Text, word: str, known: "Iterable[str]", /, *, advice: Text | None = None, **parts: Any
    ) -> "Self":
        """The error for a name that is none of those known: `with_nearest` of the sentence, the nearest as a part.

        A caller that looks for the nearest in its own way gives it as `nearest`.
        """
        names = list(known)
        near = parts.pop("nearest") if "nearest" in parts else nearest(word, names)
        return cls(with_nearest(sentence, near, names, advice), nearest=near, **parts)

    def in_lang(self, lang: str) -> str:
        """The message in the language asked for."""
        return self.message[lang]


class DefinitionError(StregistryError):
    """One of our own definition files (framework, vocabulary, places) is wrong: names file and key."""


class RecordError(StregistryError):
    """Records were refused; `issues` holds every problem found, not only the first."""

    def __init__(self, message: Text | str, issues: "Sequence[Issue]" = (), **parts: Any) -> None:
        super().__init__(message, **parts)
        self.issues = tuple(issues)

    def __str__(self) -> str:
        # A traceback that says how many problems there are, and none of them, sends its reader to the debugger.
        return self.in_lang("en")

    def in_lang(self, lang: str) -> str:
        return "\n".join([self.message[lang], *("  " + issue.line(lang) for issue in self.issues[:20])])


class NotFoundError(StregistryError, LookupError):
    """Something named does not exist; the message gives the nearest known name."""


class ConflictError(StregistryError):
    """Somebody else's change, or a lock, stands in the way: read again and try again."""


class DomainError(StregistryError, ValueError):
    """A value lies outside what an operation is defined for."""


class SnapshotError(StregistryError):
    """A snapshot cannot be read, or does not verify."""
