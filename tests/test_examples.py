"""The examples run, and tell what they promise; the page of `own_index/` is run with the other pages."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from stregistry import Snapshot

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_a_city_system_shares_engine_transaction_and_feed(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A refused application leaves nothing in the registry; the feed is followed to its end; the figure has rows."""
    example = runpy.run_path(str(EXAMPLES / "city_system.py"))
    engine = create_engine(address)
    try:
        example["tell"](engine)
        example["METADATA"].drop_all(engine)  # the schema is lent
    finally:
        engine.dispose()
    told = capsys.readouterr().out
    assert told.count("changesets in the registry: 2, applications of the portal: 2") == 2
    assert "3 changes; pages: Công ty TNHH Lúa Vàng, Công ty CP Phù Sa Số" in told
    assert "2 changes; pages: Công ty TNHH Lúa Vàng, Công ty CP Công nghệ Phù Sa Số" in told
    assert "startups of Cần Thơ at the end of 2025: 2" in told
    assert "behind its back: intact" in told


def run(words: list[str], folder: Path, **environment: str) -> str:
    """What a program prints; fails when it does not end well."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STREGISTRY_")}
    source = str(EXAMPLES.parent / "src")
    ran = subprocess.run(
        words,
        cwd=folder,
        env={**inherited, "PYTHONPATH": source, "STREGISTRY_LANG": "en", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.mark.slow
def test_the_analysis_goes_from_records_to_a_snapshot(tmp_path: Path) -> None:
    """No warning, both maps, what was left out, an index with intervals, pictures, and a snapshot that verifies."""
    told = run([sys.executable, "-W", "error", str(EXAMPLES / "analysis.py")], tmp_path, ANALYSIS_FOLDER=str(tmp_path))
    assert "vn-2024: 63 provinces, 220 deals" in told
    assert "vn-2025: 34 provinces, 220 deals" in told
    assert "2 deals of 2024 left out: no_place" in told
    assert "32 provinces, 2 left out" in told
    assert "Can Tho City: 17 deals" in told
    assert "rank_low" in told
    for name in ("ranks.svg", "can-tho.svg"):
        assert "Can Tho" in (tmp_path / name).read_text(encoding="utf-8"), name
    assert told.rstrip().endswith("identical")
    assert Snapshot.read(tmp_path / "deals-index-2024.json").content["intervals"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="a script for bash")
def test_a_year_on_the_command_line(tmp_path: Path) -> None:
    """Import, explain, freeze, correct, compare, verify, report and publish end well, in Vietnamese."""
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "stregistry").write_text(f"#!{sys.executable}\nfrom stregistry.cli import main\nmain()\n")
    (commands / "stregistry").chmod(0o755)
    path = f"{commands}{os.pathsep}{os.environ['PATH']}"
    script = str(EXAMPLES / "cantho.sh")
    told = run(["bash", script, "year"], tmp_path, PATH=path, STREGISTRY_LANG="vi", SIZE="200")
    assert "Trùng khớp từng byte." in told
    assert "Toàn vẹn: 13 đợt cập nhật" in told
    for name in ("giai-trinh.xlsx", "2024.json", "2024.html", "open-data/datapackage.json"):
        assert (tmp_path / "year" / name).exists(), name
