"""The command line run within the test process, and a small registry taken in from an office's files."""

import contextlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from stregistry.cli import main_group
from stregistry.cli.run import run

BODIES = """\
id,name_vi,name_en,kind,mst,ror,place,founded_on
B1,Trường Đại học Mẫu,Sample University,university,,https://ror.org/01ggx4157,92,1966
B2,Công ty TNHH Lúa Vàng,Golden Rice Co.,enterprise,0301471348,,Cần Thơ,05/2015
B3,Viện Phù Sa,Silt Institute,institute,,,TP. Hồ Chí Minh,2001-02-03
"""
STARTUPS = """\
id,name_vi,mst,place,founded_on,certificate_number,issued_on,expires_on,stage
S1,Công ty CP Sông Hậu,0312345672,Cần Thơ,2020,01/GCN,2023-03-01,2028-03-01,seed
S2,Công ty TNHH Lúa Vàng,0301471348,Cần Thơ,05/2015,02/GCN,2024-06-15,,growth
"""
DEALS = """\
id,title,direction,signed_on,value_vnd (triệu đồng),transferor,transferee
H1,Giống lúa chịu mặn,domestic,2024-05-17,1500,B1,mst:0301471348
H2,Bí quyết sấy,domestic,05/2024,250,ror:01ggx4157,B2
H3,Quy trình ủ phân,inbound,2023,100,B3,Trang trại Chưa Biết
"""


@attrs.frozen
class Ran:
    """What one command left behind. json: its standard output, read."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Ran]


def run_here(*words: str) -> Ran:
    """Runs the command line in this process, with everything it prints caught."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(main_group, words)
    ran = Ran(code, out.getvalue(), err.getvalue())
    assert "Traceback" not in ran.err
    assert "Lỗi: lỗi của chương trình" not in ran.err
    assert "a fault of the program" not in ran.err
    return ran


def _settle(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("STREGISTRY_DB", f"sqlite:///{folder / 'registry.db'}")
    monkeypatch.setenv("STREGISTRY_LANG", "en")
    monkeypatch.setenv("STREGISTRY_ACTOR", "Lan")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs commands on an empty registry in a folder of the test's own, which is the working folder."""
    _settle(monkeypatch, tmp_path)
    return run_here


@pytest.fixture(scope="session")
def _office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        _settle(patch, folder)
        for name, text, kind in (
            ("bodies.csv", BODIES, "organisation"),
            ("startups.csv", STARTUPS, "startup"),
            ("deals.csv", DEALS, "deal"),
        ):
            (folder / name).write_text(text, encoding="utf-8")
            ran = run_here("import", name, "--as", kind)
            assert ran.code == 0, ran.err
        assert run_here("snapshot", "ecosystem-core", "--period", "2024", "--out", "year.json").code == 0
    return folder


@pytest.fixture
def office(_office: Path, cli: Cli, tmp_path: Path) -> Cli:
    """Runs commands on a registry that has taken in BODIES, STARTUPS and DEALS, in changesets 1 to 3.

    year.json in the working folder is its snapshot of 2024 in the framework ecosystem-core.
    """
    shutil.copytree(_office, tmp_path, dirs_exist_ok=True)
    return cli


@pytest.fixture
def id_of(office: Cli) -> Callable[[str, str], int]:
    """The id of the record of a kind in which some cell holds the text."""

    def find(kind: str, text: str) -> int:
        rows = office("list", kind, "--format", "json").json
        (found,) = [row["id"] for row in rows if text in row.values()]
        return int(found)

    return find
