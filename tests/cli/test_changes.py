"""`stregistry changes`: the feed as other systems read it."""

from pathlib import Path

from tests.cli.conftest import Cli


def test_changes_tell_who_what_and_why(office: Cli) -> None:
    """In order, with a cursor to go on from, and the record before and after in JSON."""
    first = office("changes", "--since", "0", "--format", "json").json
    assert [r["cursor"] for r in first[:3]] == ["1.1", "1.2", "1.3"]
    assert {r["what"] for r in first} == {"added"}
    (deal,) = (r for r in first if r["kind"] == "deal" and r["after"]["title"] == "Bí quyết sấy")
    assert office("set", "deal", str(deal["id"]), "value_vnd=300000000", "--why", "hợp đồng bổ sung").code == 0
    (change,) = office("changes", "--since", first[-1]["cursor"], "--format", "json").json
    assert (change["what"], change["fields"], change["reason"]) == ("revised", "value_vnd", "hợp đồng bổ sung")
    assert (change["before"]["value_vnd"], change["after"]["value_vnd"]) == (250_000_000, 300_000_000)
    table = office("--lang", "vi", "changes", "--since", "3").out
    assert "Thay đổi" in table
    assert "Giá trị (đồng): 250.000.000 → 300.000.000" in table
    assert "Giao dịch công nghệ" in table


def test_changes_are_cut_and_written_in_every_format(office: Cli, tmp_path: Path) -> None:
    """--limit cuts anywhere; csv, jsonl and the two times work as in other commands."""
    assert len(office("changes", "--since", "1.2", "--limit", "2", "--format", "json").json) == 2
    head, *lines = office("changes", "--since", "2", "--format", "csv").out.splitlines()
    assert head.startswith("cursor,changeset,instant,actor,reason,kind,id,what,valid_from,valid_to,fields")
    assert len(lines) == 3
    assert office("changes", "--known", "2", "--since", "2").out.strip() == "No rows."
    assert office("changes", "--out", "feed.jsonl").code == 0
    assert len((tmp_path / "feed.jsonl").read_text("utf-8").splitlines()) == len(
        office("changes", "--format", "json").json
    )


def test_personal_fields_are_not_printed(cli: Cli, tmp_path: Path) -> None:
    """Who follows the feed learns that a contact changed, not who it is."""
    Path("b.csv").write_text("id,name_vi,email\nB1,Công ty A,an@example.vn\n", encoding="utf-8")
    Path("c.csv").write_text("id,name_vi,email\nB1,Công ty A,binh@example.vn\n", encoding="utf-8")
    for name in ("b.csv", "c.csv"):
        assert cli("import", name, "--as", "organisation").code == 0
    for form in ("table", "csv", "json"):
        ran = cli("changes", "--format", form)
        assert "example.vn" not in ran.out
    assert [r["fields"] for r in ran.json] == [None, "email"]


def test_a_wrong_place_is_refused(office: Cli) -> None:
    """With what would be right."""
    ran = office("changes", "--since", "abc")
    assert (ran.code, ran.out) == (1, "")
    assert "12.40" in ran.err
    assert "latest" in office("changes", "--since", "99").err
