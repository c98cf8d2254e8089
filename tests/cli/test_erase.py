"""`stregistry erase`: personal data gone for good, said plainly."""

from pathlib import Path

from tests.cli.conftest import Cli


def test_erase_removes_personal_values_and_says_so(cli: Cli, tmp_path: Path) -> None:
    """The bytes are gone, the audit passes, the act is in the feed, and other fields are refused by name."""
    Path("b.csv").write_text("id,name_vi,email\nB1,Công ty A,an@example.vn\n", encoding="utf-8")
    assert cli("import", "b.csv", "--as", "organisation").code == 0
    ran = cli("erase", "1", "--fields", "email, phone", "--why", "đề nghị")
    assert (ran.code, ran.err.strip()) == (0, "Erased email of record 1 in changeset 2.")
    assert b"an@example.vn" not in (tmp_path / "registry.db").read_bytes()
    assert cli("audit").code == 0
    assert cli("changes", "--since", "1", "--format", "json").json[0]["fields"] == "email"
    ran = cli("erase", "1", "--fields", "place", "--why", "x")
    assert ran.code == 1
    assert "contact_name, email, phone" in ran.err
    assert "nothing was erased" in cli("erase", "1", "--fields", "email", "--why", "x").err
    assert cli("erase", "1", "--fields", "email").code == 2


def test_an_erased_value_does_not_come_back_through_a_file(cli: Cli) -> None:
    """The source goes on naming it: a warning, and the value stays out; by hand it can be stated anew."""
    Path("b.csv").write_text("id,name_vi,email\nB1,Công ty A,an@example.vn\n", encoding="utf-8")
    Path("c.csv").write_text("id,name_vi,email\nB1,Công ty B,an@example.vn\n", encoding="utf-8")
    assert cli("import", "b.csv", "--as", "organisation").code == 0
    assert cli("erase", "1", "--fields", "email", "--why", "x").code == 0
    ran = cli("import", "c.csv", "--as", "organisation")
    assert ran.code == 0
    assert "email of record 1 was erased for good" in ran.err
    assert b"an@example.vn" not in b"".join(p.read_bytes() for p in Path().glob("registry.db*"))
    assert cli("show", "1", "--format", "json").json["fields"]["names"][0]["value"] == "Công ty B"
    assert cli("audit").code == 0
    assert cli("set", "organisation", "1", "email=moi@example.vn", "--why", "đồng ý mới").code == 0
    assert cli("audit").code == 0
