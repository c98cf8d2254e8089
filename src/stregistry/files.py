"""Files that are there whole or not at all."""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """A file to write beside the one named, which takes its place when the block ends well.

    When it does not, nothing is left behind and what was there before stays. The folder must exist.
    """
    target = Path(path)
    beside = target  # until there is another
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:80]}-", suffix=target.suffix, dir=target.parent)
        os.close(handle)
        beside = Path(name)
        yield beside
        # Only its maker may read a temporary file; the file named is to be as any other.
        mask = os.umask(0)
        os.umask(mask)
        beside.chmod(0o666 & ~mask)
        beside.replace(target)
    except OSError as error:
        # The name of the temporary file would tell the reader nothing.
        if beside == target or error.filename == str(beside):
            error.filename, error.filename2 = str(target), None
        raise
    finally:
        if beside != target:
            beside.unlink(missing_ok=True)


@contextlib.contextmanager
def new_file(path: str | Path) -> Iterator[Path]:
    """As `whole_file`, for a name that must be free: somebody's work under it is never replaced.

    Raises FileExistsError when there is a file of that name, at the beginning or by the end.
    """
    target = Path(path)
    _refuse_taken(target)
    with whole_file(target) as beside:
        yield beside
        _refuse_taken(target)


def _refuse_taken(target: Path) -> None:
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))


def file_sha256(path: Path) -> str:
    """The sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
