"""What only a real process shows: bytes on the streams, pipes that close, full disks, and what is imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

PROGRAM = [sys.executable, "-c", "from stregistry.cli import main; main()"]


def _run(*words: str, **env: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([*PROGRAM, *words], capture_output=True, env=os.environ | env, check=False)


def test_output_is_utf_8_whatever_the_locale_says(office: Cli) -> None:
    """CSV and messages are UTF-8 where the system's encoding is ASCII."""
    ran = _run("list", "deal", "--format", "csv", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ran.returncode == 0
    assert "Giống lúa chịu mặn" in ran.stdout.decode("utf-8")
    failed = _run("list", "nonsense", STREGISTRY_LANG="vi", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert failed.returncode == 1
    assert "Không có loại hồ sơ" in failed.stderr.decode("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="pipes and devices of POSIX")
def test_a_closed_pipe_is_no_error(office: Cli) -> None:
    """`stregistry list organisation | head -1` ends quietly with exit code 0."""
    lines = "".join(f"Z{i},Viện số {i}\n" for i in range(2000))
    Path("many.csv").write_text("id,name_vi\n" + lines, encoding="utf-8")
    assert office("import", "many.csv", "--as", "organisation").code == 0
    for form in ("csv", "table"):
        process = subprocess.Popen(
            [*PROGRAM, "list", "organisation", "--format", form], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said(office: Cli) -> None:
    """Output that cannot be written is a failure with a message, once."""
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [*PROGRAM, "list", "deal", "--format", "csv"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ran.returncode == 1
    assert ran.stderr.decode() == "Error: the disk is full.\n"


def test_help_imports_neither_pandas_nor_sqlalchemy() -> None:
    """Help, version and wrong usage must be quick."""
    code = (
        "import sys; from stregistry.cli import main_group; from stregistry.cli.run import run\n"
        "assert run(main_group, ['--help']) == 0 and run(main_group, ['import']) == 2\n"
        "heavy = {'pandas', 'numpy', 'sqlalchemy', 'xlsxwriter', 'python_calamine'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
