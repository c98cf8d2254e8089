"""Files are there whole or not at all."""

import errno
import os
import re
from pathlib import Path

import pandas as pd
import pytest

from stregistry.exchange.template import write_template_file
from stregistry.files import new_file
from stregistry.scores.write import write_frame

SOURCE = Path(__file__).parents[1] / "src/stregistry"
WRITES = re.compile(r'(?<!formatter)\.write_(?:text|bytes)\(|open\("[wx]b?"|Workbook\((?:str|os)')
# They fill a folder of their own: a publication is moved into place whole, and made-up files can be made again.
FOLDERS = {"publication/writing.py", "publication/manifest.py", "demo/write.py"}


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("mau.xlsx", lambda path: write_template_file("deal", path)),
        ("mau.csv", lambda path: write_template_file("deal", path)),
        ("diem.csv", lambda path: write_frame(pd.DataFrame({"a": [1.5]}), path)),
    ],
)
def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch, name, write):
    """When the disk is full, the file of before stays and no half file stands beside it."""
    path = tmp_path / name
    path.write_text("cũ", encoding="utf-8")

    def full(*_args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write(path)
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert path.read_text(encoding="utf-8") == "cũ"


def test_every_file_is_written_whole():
    """A module that opens a file to write it does so through `whole_file` or `new_file`."""
    loose = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if WRITES.search(text := path.read_text(encoding="utf-8"))
        and "import whole_file" not in text
        and "whole_file\n" not in text
        and "import new_file" not in text
    ]
    assert set(loose) == FOLDERS


def test_a_new_file_takes_no_name_that_is_taken(tmp_path):
    """A file that somebody made meanwhile is not replaced, and nothing is left beside it."""
    path = tmp_path / "loi.xlsx"

    def both_write():
        with new_file(path) as beside:
            beside.write_text("ours", encoding="utf-8")
            path.write_text("theirs", encoding="utf-8")

    with pytest.raises(FileExistsError, match="loi"):
        both_write()
    assert path.read_text(encoding="utf-8") == "theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["loi.xlsx"]
