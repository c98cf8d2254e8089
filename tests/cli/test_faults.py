"""Whatever is mistyped, missing or broken: an exit code, a message in the reader's language, and no traceback."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

CORE = ("indicators", "ecosystem-core", "--period")

REFUSED = [
    (("list", "startups"), "'startups'", "'startup'"),
    (("template", "deel"), "'deel'", "'deal'"),
    (("schema", "partnershp"), "'partnershp'", "'partnership'"),
    (("import", "x.csv", "--as", "organization"), "'organization'", "'organisation'"),
    (("indicators", "ecosystem-cor", "--period", "2024"), "'ecosystem-cor'", "'ecosystem-core'"),
    (("framework", "check", "nowhere.toml"), "'nowhere.toml'", "ecosystem-core"),
    (("explain", "ecosystem-core", "startupz", "--place", "92", "--period", "2024"), "'startupz'", "'startups'"),
    ((*CORE, "2024", "--place", "9"), "'9'", "'9"),
    ((*CORE, "2024", "--places", "vn-20255"), "'vn-20255'", "'vn-2025'"),
    ((*CORE, "20x4"), "'20x4'", "2024H1"),
    ((*CORE, "2024..2020"), "'2024..2020'", "2024"),
    (("explain", "ecosystem-core", "startups", "--place", "92", "--period", "2023..2024"), "'2023..2024'", ""),
    (("list", "deal", "--known", "99"), "99", "3"),
    (("list", "deal", "--known", "9" * 40), "999", "3"),
    (("list", "deal", "--known", "2024-13-01"), "'2024-13-01'", ""),
    (("list", "deal", "--known", "-1"), "'-1'", ""),
    (("list", "deal", "--valid", "31/02/2024"), "'31/02/2024'", ""),
    (("list", "deal", "--valid", "2024"), "'2024'", ""),
    (("list", "deal", "--valid", ""), "''", ""),
    (("show", "999999"), "999999", ""),
    (("history", "999999"), "999999", ""),
    (("retract", "999999", "--why", "x"), "999999", ""),
    (("list", "deal", "--out", "x.xls"), "'xls'", "xlsx"),
    (("list", "deal", "--out", "x"), "csv, json, jsonl, xlsx", ""),
    (("list", "deal", "--out", "no/such/folder/x.csv"), "no/such/folder/x.csv", ""),
    (("list", "deal", "--out", "folder.csv"), "folder.csv", ""),
    (("template", "deal", "--out", "x.docx"), "x.docx", ".xlsx"),
    (("snapshot", "ecosystem-core", "--period", "2024", "--out", "no/x.json"), "no/x.json", ""),
    (("verify", "none.json"), "none.json", ""),
    (("verify", "folder.csv"), "folder.csv", ""),
    (("search", "\udcff"), "udcff", ""),
    (("demo", "--size", "100", "--folder", "bodies.csv"), "bodies.csv", ""),
]


@pytest.mark.parametrize(("words", "named", "nearest"), REFUSED, ids=[" ".join(w[0][:3]) for w in REFUSED])
def test_a_refusal_names_what_is_wrong_and_what_is_near(
    office: Cli, words: tuple[str, ...], named: str, nearest: str
) -> None:
    """Exit 1 and one message on stderr, in Vietnamese and in English; nothing on standard output."""
    Path("folder.csv").mkdir()
    told = []
    for lang, word in (("vi", "Lỗi: "), ("en", "Error: ")):
        ran = office("--lang", lang, *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(word)
        assert named in ran.err
        assert nearest in ran.err
        told.append(ran.err.removeprefix(word))
    assert told[0] != told[1]
    assert "such file" not in told[0]


USAGE = [
    (("frobnicate",), "Không có lệnh 'frobnicate'", "no command 'frobnicate'"),
    (("lst", "deal"), "có phải 'list'?", "did you mean 'list'?"),
    (("framework", "chek", "x"), "có phải 'check'?", "did you mean 'check'?"),
    (("list",), "Thiếu tham số 'KIND'", "Missing argument 'KIND'"),
    (("import", "x.csv"), "Thiếu tùy chọn '--as'", "Missing option '--as'"),
    (("list", "deal", "--fromat", "csv"), "Không có tùy chọn --fromat; có phải --format?", "--format"),
    (("list", "deal", "--format", "xml"), "'xml' không thuộc table, csv, json", "'xml' is none of table, csv, json"),
    (("list", "deal", "--format"), "Tùy chọn --format cần một giá trị", "requires an argument"),
    (
        ("import", "x.csv", "--as", "deal", "--dry-run=1"),
        "Tùy chọn --dry-run không nhận giá trị",
        "does not take a value",
    ),
    (("list", "deal", "extra"), "Thừa tham số: extra", "unexpected extra argument"),
    (("show", "abc"), "'abc' không phải là số nguyên", "'abc' is not a whole number"),
    (("snapshot", "ecosystem-core", "--period", "2024", "--out", "a.xlsx"), "phải có đuôi .json", "must end in .json"),
    (("report", "2024.json", "--out", "a.pdf"), "rồi in", "and print it"),
    (("show", "0"), "'0' không phải là số nguyên từ 1", "'0' is not a whole number from 1"),
    (("history", "9" * 30), "không phải là số nguyên", "is not a whole number"),
    (("search", "x", "--limit", "0"), "từ 1 đến 1.000.000", "from 1 to 1,000,000"),
    (("demo", "--size", "10"), "từ 100 đến 1.000.000", "from 100 to 1,000,000"),
]


@pytest.mark.parametrize(("words", "vi", "en"), USAGE, ids=[" ".join(w[0])[:30] for w in USAGE])
def test_wrong_usage_exits_with_2(cli: Cli, words: tuple[str, ...], vi: str, en: str) -> None:
    """Usage, where to find help, and what is wrong, in the reader's language."""
    for lang, said, head in (("vi", vi, "Cách dùng: stregistry"), ("en", en, "Usage: stregistry")):
        ran = cli("--lang", lang, *words)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(head)
        assert "--help" in ran.err
        assert said in ran.err
        assert lang == "en" or "Error" not in ran.err


def _plain_text(path: Path) -> None:
    path.write_text("this is no database, whatever its name says\n" * 50, encoding="utf-8")


def _cut_off(path: Path) -> None:
    data = Path("registry.db").read_bytes()
    path.write_bytes(data[: len(data) // 8])


def _of_another_program(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("create table head (a)")
    raw.close()


@pytest.mark.parametrize("make", [_plain_text, _cut_off, _of_another_program, Path.mkdir])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_no_registry_is_refused(office: Cli, make: object, lang: str) -> None:
    """Text, half a file, another program's database, a folder: each is refused by every kind of command."""
    make(Path("bad.db"))  # type: ignore[operator]
    for words in (("list", "deal"), ("audit",), ("import", "deals.csv", "--as", "deal")):
        ran = office("--lang", lang, "--db", "sqlite:///bad.db", *words)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith({"vi": "Lỗi: ", "en": "Error: "}[lang])


@pytest.mark.parametrize(
    "url", ["nonsense", "nonsense://x", "", "sqlite:////no/such/folder/x.db", "mysql+nodriver://localhost/x"]
)
def test_a_database_address_that_leads_nowhere_is_refused(cli: Cli, url: str) -> None:
    """The message shows what a right address looks like, or that the file cannot be opened."""
    ran = cli("--db", url, "list", "deal")
    if url:
        assert ran.code == 1
        assert "database" in ran.err
    else:
        assert ran.code == 0  # an empty address is none: the variable's registry is used


def test_a_read_only_registry_can_be_read_and_not_written(office: Cli) -> None:
    """Reading works; writing says why it does not."""
    url = "sqlite:///file:registry.db?mode=ro&uri=true"
    assert len(office("--db", url, "list", "deal", "--format", "json").json) == 3
    ran = office("--db", url, "retract", "1", "--why", "x")
    assert ran.code == 1
    assert "read-only" in ran.err


def test_a_locked_registry_says_so(office: Cli) -> None:
    """A second writer waits, then is told to try again."""
    raw = sqlite3.connect("registry.db", isolation_level=None)
    raw.execute("begin immediate")
    ran = office("--db", "sqlite:///registry.db?timeout=0.1", "set", "organisation", "1", "place=79", "--why", "x")
    raw.close()
    assert ran.code == 1
    assert "locked by another writer" in ran.err


def test_a_fault_of_the_program_is_owned_up_to(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even what nobody thought of ends in a message; the traceback is there for whoever asks."""
    from stregistry.cli import main_group
    from stregistry.cli.run import run

    def boom(*_: object, **__: object) -> None:
        raise RuntimeError("no such thing should happen")

    monkeypatch.setattr("stregistry.exchange.template.template", boom)
    assert run(main_group, ["template", "deal"]) == 1
    monkeypatch.setenv("STREGISTRY_TRACEBACK", "1")
    with pytest.raises(RuntimeError, match="no such thing"):
        run(main_group, ["template", "deal"])
