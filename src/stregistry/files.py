"""Files that are there whole or not at all."""

import contextlib
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


def file_sha256(path: Path) -> str:
    """The sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
