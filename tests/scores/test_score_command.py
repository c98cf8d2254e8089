"""`stregistry score`: the files it writes, and its exit codes and messages when something is wrong."""

import csv
import shutil

import pytest
from scores_cases import CHECKOUT, PIPELINE, asem_document, asem_table, close, plain_document, reference, write_toml

import stregistry
from stregistry.cli import main_group
from stregistry.cli.run import run

STAGES = ("denominated", "imputed", "screened", "treated", "treatment", "normalised", "scores", "ranks")
OWN = CHECKOUT / "examples" / "own_index"


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The example in a folder of its own."""
    shutil.copytree(OWN, tmp_path / "own")
    monkeypatch.chdir(tmp_path / "own")
    return tmp_path / "own"


def call(capsys, *words, lang="en"):
    code = run(main_group, ["--lang", lang, "score", *map(str, words)])
    return code, capsys.readouterr()


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_stage_is_a_file(own, capsys):
    """Exactly the files of the contract; those of uncertainty and sensitivity only when asked."""
    code, out = call(capsys, "table.csv", "--framework", "framework.toml", "--out", "got")
    assert code == 0
    assert {file.name for file in (own / "got").iterdir()} == {f"{name}.csv" for name in STAGES}
    assert "Foxtrot" in out.out
    asked = ("--uncertainty", "--sensitivity", "--seed", "7")
    code, out = call(capsys, "table.csv", "--framework", "framework.toml", "--out", "got", *asked)
    assert code == 0
    assert out.err.count("seed 7") == 2
    assert len(rows(own / "got" / "uncertainty.csv")) == 10
    assert {row["output"] for row in rows(own / "got" / "sensitivity.csv")} == {"shift", "score", "rank"}


def test_no_result_of_an_earlier_run_is_left(own, capsys):
    """Intervals computed before are removed when the scores beside them are written without any."""
    words = ("table.csv", "--framework", "framework.toml", "--out", "got")
    assert call(capsys, *words, "--uncertainty", "--sensitivity")[0] == 0
    assert call(capsys, *words)[0] == 0
    assert {file.name for file in (own / "got").iterdir()} == {f"{name}.csv" for name in STAGES}


def test_files_hold_every_digit(own, capsys):
    """A number read back from a file is the same double as in Python; empty is missing."""
    assert call(capsys, "table.csv", "--framework", "framework.toml", "--out", "got")[0] == 0
    found = stregistry.score(own / "table.csv", own / "framework.toml")
    for name in ("denominated", "imputed", "screened", "treated", "normalised", "scores", "ranks"):
        frame, written = getattr(found, name), rows(own / "got" / f"{name}.csv")
        assert list(written[0]) == list(frame.columns)
        for column in frame.columns[1:]:
            expected = [
                None if missing else float(value)
                for value, missing in zip(frame[column], frame[column].isna(), strict=True)
            ]
            assert [float(row[column]) if row[column] else None for row in written] == expected


def test_the_reference_comes_out_of_the_command(tmp_path, capsys):
    """The ASEM pipeline from CSV to CSV: scores within 1e-9, ranks exactly."""
    document = asem_document(PIPELINE)
    series = {one["per"]["series"] for one in document["indicator"] if "per" in one}
    asem_table("EurAsia_group", *sorted(series)).to_csv(tmp_path / "asem.csv", index=False, na_rep="NA")
    file = write_toml(document, tmp_path / "asem.toml")
    assert call(capsys, tmp_path / "asem.csv", "--framework", file, "--out", tmp_path / "got")[0] == 0
    ranks, scores = reference("01_pipeline/7_results_ranks.csv"), reference("01_pipeline/6_aggregated.csv")
    got = {row["unit"]: row for row in rows(tmp_path / "got" / "scores.csv")}
    close([float(got[unit]["Index"]) for unit in scores.index], scores["Index"])
    placed = {row["unit"]: int(row["Index"]) for row in rows(tmp_path / "got" / "ranks.csv")}
    assert placed == ranks["Index"].to_dict()


def broken(own, name, text):
    (own / name).write_text(text, encoding="utf-8")
    return name


REFUSED = [
    ("unit,a,b,c\nP,1,x,3\nQ,2,3,4\n", "dòng 2, cột b: 'x' không phải là số", "row 2, column b: 'x' is not a number"),
    ("unit,a,b,cc\nP,1,2,3\n", "cột c: Thiếu cột này. Có phải cột 'cc'", "column c: This column is missing. Is it"),
    ("unit,a,b,c\nP,1,2,3\n\nP,1,2,3\n", "dòng 4, cột unit: Đơn vị 'P' đã có ở dòng 2", "already stands in row 2"),
    ("unit,a,b,c\nP,1,inf,3\n", "cột b: 'inf' là vô cực", "column b: 'inf' is infinite"),
    ("unit,a,b,c\n", "không có dòng dữ liệu nào", "no row of data"),
    ("unit,a,b,c\nP,1,2\n", "dòng 2", "row 2"),
    ("", "không có dòng dữ liệu nào", "no row of data"),
]


@pytest.mark.parametrize(("text", "vi", "en"), REFUSED)
def test_a_wrong_table_ends_with_1_and_writes_nothing(own, capsys, text, vi, en):
    """Exit code 1, the place and the problem in the reader's language, no traceback, no folder."""
    write_toml(plain_document(), own / "plain.toml")
    name = broken(own, "wrong.csv", text)
    for lang, words in (("vi", vi), ("en", en)):
        code, out = call(capsys, name, "--framework", "plain.toml", "--out", "got", lang=lang)
        assert code == 1
        assert words in out.err
        assert "wrong.csv" in out.err
        assert "Traceback" not in out.err
    assert not (own / "got").exists()


@pytest.mark.parametrize(
    ("words", "code", "en"),
    [
        (("nowhere.csv", "--framework", "framework.toml", "--out", "got"), 1, "nowhere.csv"),
        (("table.csv", "--framework", "framwork.toml", "--out", "got"), 1, "framwork.toml"),
        (("table.csv", "--framework", "framework.toml"), 2, "--out"),
        (("table.csv", "--out", "got"), 2, "--framework"),
        (("table.csv", "--framework", "framework.toml", "--out", "table.csv"), 1, "already there"),
        (("table.csv", "--framework", "framework.toml", "--out", "got", "--seed", "x"), 2, "'x'"),
        (("table.csv", "--framework", "ecosystem-core", "--out", "got"), 1, "[method]"),
    ],
)
def test_a_wrong_call_is_told(own, capsys, words, code, en):
    """1 for what is refused, 2 for a wrong command line; never a traceback."""
    got, out = call(capsys, *words)
    assert got == code
    assert en in out.err
    assert "Traceback" not in out.err
    assert not (own / "got").exists()


def test_what_the_method_cannot_take_names_indicator_and_unit(own, capsys):
    """A geometric mean over scores of 0."""
    document = plain_document(
        method={"normalise": {"how": "min_max", "to": [0, 100]}, "aggregate": {"how": "geometric"}}
    )
    write_toml(document, own / "plain.toml")
    name = broken(own, "t.csv", "unit,a,b,c\nP,1,2,3\nQ,2,3,4\n")
    code, out = call(capsys, name, "--framework", "plain.toml", "--out", "got")
    assert code == 1
    assert "'a' of 'P' is 0" in out.err
    code, out = call(capsys, name, "--framework", "plain.toml", "--out", "got", "--uncertainty", lang="vi")
    assert "'a' của 'P' là 0" in out.err
