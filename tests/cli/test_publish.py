"""`stregistry publish` from the command line."""

import json
from pathlib import Path

from stregistry.model import KINDS
from tests.cli.conftest import Cli


def test_it_writes_a_folder_and_says_what(office: Cli) -> None:
    """The kinds, rows and the two times; the folder has its manifest."""
    ran = office("publish", "made", "--valid", "2024-12-31", "--known", "2")
    assert ran.code == 0
    assert f"{len(KINDS)} kinds of records" in ran.err
    assert "as known at changeset 2" in ran.err
    own = json.loads(Path("made/datapackage.json").read_bytes())["stregistry"]
    assert (own["valid"], own["registry"]["changeset"]) == ("2024-12-31", 2)


def test_personal_fields_take_a_reason(office: Cli) -> None:
    """Each of the two options without the other is a mistake of usage; nothing is written."""
    for words in (("--personal",), ("--why", "Thanh tra"), ("--personal", "--why", " ")):
        ran = office("publish", "made", *words)
        assert ran.code == 2
    assert not Path("made").exists()
    assert office("publish", "made", "--personal", "--why", "Thanh tra").code == 0
    assert json.loads(Path("made/datapackage.json").read_bytes())["stregistry"]["personal"]["why"] == "Thanh tra"


def test_the_commands_read_a_publication(office: Cli) -> None:
    """Figures, their explanation and a snapshot come out as from the registry; writing is refused in words."""
    assert office("publish", "made", "--valid", "2024-12-31").code == 0
    figures = ("indicators", "ecosystem-core", "--period", "2024", "--valid", "2024-12-31", "--format", "csv")
    assert office("--db", "publication:made", *figures).out == office(*figures).out != ""
    why = ("explain", "ecosystem-core", "startups", "--place", "92", "--period", "2024", "--valid", "2024-12-31")
    assert office("--db", "publication:made", *why).out == office(*why).out
    ran = office("--db", "publication:made", "snapshot", "ecosystem-core", "--period", "2024", "--out", "again.json")
    assert ran.code == 0
    assert Path("again.json").read_bytes() == Path("year.json").read_bytes()
    assert office("--db", "publication:made", "verify", "year.json").code == 0
    assert "intact" in office("--db", "publication:made", "audit").err.lower()
    for words, told in (
        (("list", "deal", "--known", "1"), "changeset 3"),
        (("history", "1"), "no history"),
        (("retract", "1", "--why", "x"), "read-only"),
    ):
        ran = office("--db", "publication:made", *words)
        assert (ran.code, told in ran.err) == (1, True), ran.err
