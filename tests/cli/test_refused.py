"""What `import` refuses and what it takes with a warning, case by case as the contract lists them."""

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

_DEAL = "id,title,signed_on,direction\n"

REFUSED = [
    ("wrong-header", "id,title,signd_on\nA,x,2024\n", ("signd_on", "signed_on"), ("signd_on", "signed_on")),
    ("doubled-header", "id,title,title\nA,x,y\n", ("title",), ("title",)),
    (
        "impossible-date",
        _DEAL + "A,x,2024-13-01,domestic\n",
        ("dòng 2", "signed_on", "không tồn tại"),
        ("row 2", "signed_on", "does not exist"),
    ),
    (
        "unknown-code",
        _DEAL + "A,x,2024,domestik\n",
        ("dòng 2", "direction", "'domestik'", "Có phải 'domestic'"),
        ("row 2", "direction", "'domestik'", "'domestic'"),
    ),
    ("number-style", "id,title,value_vnd\nA,x,1.234\nB,y,5.678\n", ("value_vnd",), ("value_vnd",)),
    (
        "one-id-twice",
        _DEAL + "A,x,2024,domestic\nA,y,2024,domestic\n",
        ("dòng 2", "dòng 3", "A"),
        ("row 2", "row 3", "A"),
    ),
    ("empty-file", "", ("không có dòng dữ liệu",), ("no row of data",)),
    ("header-alone", _DEAL, ("không có dòng dữ liệu",), ("no row of data",)),
    ("no-key", "title,signed_on\nx,2024\n", ("id",), ("id",)),
    ("ragged", _DEAL + "A,x,2024,domestic,more,and more\n", ("dòng 2",), ("row 2",)),
]


@pytest.mark.parametrize(("text", "vi", "en"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_bad_file_is_refused_whole(cli: Cli, text: str, vi: tuple[str, ...], en: tuple[str, ...]) -> None:
    """Exit 1, nothing on standard output, nothing written, and the message names place and cause in each language."""
    Path("list.csv").write_text(text, encoding="utf-8")
    for lang, parts in (("vi", vi), ("en", en)):
        ran = cli("--lang", lang, "import", "list.csv", "--as", "deal")
        assert (ran.code, ran.out) == (1, "")
        for part in ("list.csv", *parts):
            assert part in ran.err
    assert cli("audit", "--format", "json").json[0]["changesets"] == 0


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("list.xlsx", b"id,title\nA,x\n"),
        ("list.csv", b"PK\x03\x04" + bytes(40)),
        ("list.csv", b"\x00\x01\x02\x03" * 20),
        ("list.csv", b"%PDF-1.7\n"),
        ("list.xlsx", b"PK\x03\x04 cut off"),
        ("list.pdf", b"id,title\nA,x\n"),
        ("list", b"id,title\nA,x\n"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(cli: Cli, name: str, data: bytes) -> None:
    """The ending and the bytes must agree."""
    Path(name).write_bytes(data)
    ran = cli("import", name, "--as", "deal")
    assert ran.code == 1
    assert ran.err.startswith(f"Error: {name}")
    assert "nothing was written" in ran.err


def test_what_cannot_be_opened_is_said_in_both_languages(cli: Cli) -> None:
    """A missing file and a folder are told apart, with no English words of the system in Vietnamese."""
    Path("folder.csv").mkdir()
    assert "không có tệp hoặc thư mục này" in cli("--lang", "vi", "import", "none.csv", "--as", "deal").err
    assert "no such file or folder" in cli("import", "none.txt", "--as", "deal").err
    assert "đây là thư mục" in cli("--lang", "vi", "import", "folder.csv", "--as", "deal").err
    assert cli("import", "folder.csv", "--as", "ror").code == 1


@pytest.mark.parametrize(
    ("kind", "text", "coding", "vi", "en"),
    [
        (
            "organisation",
            "id,name_vi,mst\nA,Công ty Mẫu,0301471340\n",
            "utf-8",
            ("dòng 2", "mst", "0301471340"),
            ("row 2", "mst", "0301471340"),
        ),
        (
            "deal",
            _DEAL + "A,x,2024,domestic\nA,x,2024,domestic\n",
            "utf-8",
            ("dòng 3",),
            ("row 3",),
        ),
        ("deal", "id,title\nA,Khoa hoc và\n", "cp1258", ("Windows-1258",), ("Windows-1258",)),
        ("deal", "id,title\nA,Giống lúa\n", "utf-16", ("UTF-16",), ("UTF-16",)),
        (
            "deal",
            "id,title,transferor\nA,x,Công ty Chưa Biết\n",
            "utf-8",
            ("dòng 2", "transferor", "Công ty Chưa Biết"),
            ("row 2", "transferor", "Công ty Chưa Biết"),
        ),
    ],
    ids=["check-digit", "exact-repeat", "windows-1258", "utf-16", "unknown-party"],
)
def test_some_things_are_taken_with_a_warning(
    cli: Cli, kind: str, text: str, coding: str, vi: tuple[str, ...], en: tuple[str, ...]
) -> None:
    """Exit 0, one record, and the warning says what and where."""
    Path("list.csv").write_bytes(text.encode(coding))
    for lang, word, parts in (("vi", "Cảnh báo", vi), ("en", "Warning", en)):
        ran = cli("--lang", lang, "import", "list.csv", "--as", kind, "--dry-run")
        assert ran.code == 0, ran.err
        warning = next(line for line in ran.err.splitlines() if line.startswith(f"{word}: "))
        for part in parts:
            assert part in warning
    assert "1 new" in cli("import", "list.csv", "--as", kind).err
    assert len(cli("list", kind, "--format", "json").json) == 1


def test_a_long_list_of_problems_is_cut(cli: Cli) -> None:
    """Fifty problems are shown and the rest counted."""
    rows = "".join(f"A{i},x,2024-13-01,domestic\n" for i in range(80))
    Path("list.csv").write_text(_DEAL + rows, encoding="utf-8")
    ran = cli("import", "list.csv", "--as", "deal")
    assert ran.err.count("Error: list.csv") == 50
    assert "… and 30 more." in ran.err


def test_a_bad_record_of_ror_is_told_or_put_aside(cli: Cli) -> None:
    """--as ror reads records of ROR under the source `ror`; --accept-valid keeps the bad ones in a file beside it."""
    Path("ror.jsonl").write_text("{}\n", encoding="utf-8")
    ran = cli("import", "ror.jsonl", "--as", "ror")
    assert ran.code == 1
    assert "ror.jsonl, row 1" in ran.err
    ran = cli("import", "ror.jsonl", "--as", "ror", "--accept-valid")
    assert ran.code == 0
    assert "1 row refused, see ror.quarantine.jsonl" in ran.err


@pytest.mark.parametrize(
    ("words", "vi", "en"),
    [
        (("verify", "nowhere.json"), "Lập bản chốt bằng lệnh", "Make one with stregistry snapshot"),
        (("verify", "list.csv"), "nội dung không phải JSON. Bản chốt là tệp .json", "it holds no JSON. A snapshot is"),
        (("verify", "other.json"), "thiếu phần phải có", "it lacks what every snapshot has"),
        (("import", "text.xlsx", "--as", "deal"), "nội dung thuộc loại khác", "its content is of another kind"),
        (("import", ".", "--as", "deal"), "Tệp . không được nhập", "The file . was not taken in"),
        (("indicators", "ecosystem-core"), "'--period'. Kỳ báo cáo: 2024", "'--period'. Period: 2024"),
        (("due", "cantho-kl69", "--body", "Sở Nào Đó"), "không có tổ chức nào tên", "no organisation of the name"),
        (("list", "deal", "--known", "2024"), "Ngày thì ghi đủ, ví dụ 31/12/2024", "such as 2024-12-31"),
        (("list", "deal", "--valid", "2024"), "ví dụ 31/12/2024", "such as 2024-12-31"),
        (("list", "deal"), "chưa có hồ sơ nào. Nhập bằng lệnh import", "holds no record yet. Take some in with import"),
    ],
)
def test_a_slip_is_answered_with_what_to_do(cli: Cli, words: tuple[str, ...], vi: str, en: str) -> None:
    """No file, a file of another kind, a body nobody knows, no records: told in each language, in our words."""
    for name in ("list.csv", "text.xlsx"):
        Path(name).write_text("id,title\nA,x\n", encoding="utf-8")
    Path("other.json").write_text('{"a": 1}', encoding="utf-8")
    assert vi in cli("--lang", "vi", *words).err
    assert en in cli("--lang", "en", *words).err
