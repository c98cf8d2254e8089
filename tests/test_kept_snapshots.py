"""Snapshots kept in the registry: drafts, approvals, what supersedes what, and that nobody can alter them unseen."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from stregistry import ConflictError, Deal, DomainError, NotFoundError, Party, Registry, Snapshot, SnapshotError
from stregistry.cli import main_group
from stregistry.cli.run import run
from stregistry.dates import PartialDate
from stregistry.model import Name, Organisation


@pytest.fixture
def registry(address: str) -> Iterator[Registry]:
    """One body of Cần Thơ with a deal of 2024."""
    with Registry.open(address) as opened:
        fill(opened)
        yield opened


def fill(registry: Registry) -> None:
    with registry.changeset(actor="Lan", reason="viện") as tx:
        body = tx.put(Organisation(names=(Name(value="Viện Lúa"),), place="92"))
        tx.put(_deal(5, body))


def _deal(value: int, body: int) -> Deal:
    parties = (Party(role="transferee", body=body),)
    return Deal(value_vnd=value, signed_on=PartialDate.parse("2024-05-05"), parties=parties)


def later(registry: Registry) -> None:
    """Another deal becomes known."""
    body = registry.at().records(Organisation)[0].id or 0
    with registry.changeset(actor="Lan", reason="muộn") as tx:
        tx.put(_deal(7, body))


def test_a_snapshot_is_kept_as_it_is_and_once(registry: Registry) -> None:
    """Its bytes come back by name or hash; keeping the same again makes no changeset; the chain stays whole."""
    snapshot = registry.snapshot("ecosystem-core", "2024")
    one = registry.keep(snapshot, by="Lan")
    assert (one.name, one.status, one.kept_by, one.kept_in) == ("ecosystem-core-2024", "draft", "Lan", 2)
    assert (one.periods, one.known, one.approved_by) == (("2024",), 1, None)
    assert registry.keep(snapshot, by="Minh", name="khác") == one
    assert registry.head()[0] == 2
    for word in ("ecosystem-core-2024", snapshot.sha256, snapshot.sha256[:8]):
        assert registry.open_snapshot(word) == snapshot
    assert registry.audit().ok


def test_two_who_keep_or_approve_at_once(registry: Registry, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second to keep the same snapshot changes nothing; the second to approve it is told who was first."""
    snapshot = registry.snapshot("ecosystem-core", "2024")
    quicker = [lambda: registry.keep(snapshot, by="Lan", name="nam"), lambda: registry.approve(snapshot, by="Hoa")]
    with Registry.open(address) as second:
        own = second.changeset

        def overtaken(**about: Any) -> Any:
            # What another process does between the look at what is kept and the lock.
            quicker.pop(0)()
            return own(**about)

        monkeypatch.setattr(second, "changeset", overtaken)
        assert second.keep(snapshot, by="Minh", name="nam").kept_by == "Lan"
        with pytest.raises(ConflictError, match="approved by Hoa"):
            second.approve(snapshot, by="Minh")
    assert registry.head()[0] == 3
    assert registry.audit().ok


def test_an_approval_names_the_person_and_stands(registry: Registry) -> None:
    """Approved once, by whom and when; it verifies years later, after new data came in."""
    registry.keep(registry.snapshot("ecosystem-core", "2024"), by="Lan", name="nam-2024")
    done = registry.approve("nam-2024", by="Nguyễn Văn An", why="Tờ trình 12/TTr-SKHCN")
    assert (done.status, done.approved_by, done.approved_in) == ("approved", "Nguyễn Văn An", 3)
    assert (done.why, done.approved_on) == ("Tờ trình 12/TTr-SKHCN", registry.changesets()[-1].instant)
    later(registry)
    assert registry.verify("nam-2024").outcome == "identical"
    with pytest.raises(ConflictError, match="approved by Nguyễn Văn An"):
        registry.approve("nam-2024", by="Minh")
    assert registry.kept() == (done,)
    assert registry.audit().ok


def test_a_later_approval_supersedes_and_a_later_draft_does_not(registry: Registry) -> None:
    """The approved one holds until another of its name is approved; then both can still be read."""
    first = registry.snapshot("ecosystem-core", "2024")
    registry.approve(first, by="An", name="nam-2024")
    later(registry)
    second = registry.snapshot("ecosystem-core", "2024")
    registry.keep(second, by="Lan", name="nam-2024")
    assert [one.status for one in registry.kept()] == ["approved", "draft"]
    assert registry.open_snapshot("nam-2024") == first
    registry.approve(second, by="An")
    assert [one.status for one in registry.kept()] == ["superseded", "approved"]
    assert registry.open_snapshot("nam-2024") == second
    assert registry.open_snapshot(first.sha256) == first


def test_a_replaced_draft_is_not_approved(registry: Registry) -> None:
    """Of two drafts of one name the later one is meant."""
    registry.keep(registry.snapshot("ecosystem-core", "2024"), by="Lan", name="nam")
    later(registry)
    registry.keep(registry.snapshot("ecosystem-core", "2024"), by="Lan", name="nam")
    draft = registry.kept()[0]
    assert draft.status == "superseded"
    with pytest.raises(ConflictError, match="approve that one"):
        registry.approve(draft.sha256, by="An")


def test_what_does_not_verify_or_is_nobodys_is_not_approved(registry: Registry) -> None:
    """A figure made up, another registry, no person, no name, nothing of that name."""
    good = registry.snapshot("ecosystem-core", "2024")
    content = json.loads(json.dumps(good.content))
    content["values"][0]["value"] = 12345.0
    with pytest.raises(SnapshotError, match="does not verify"):
        registry.approve(Snapshot(content=content, environment={}), by="An")
    with pytest.raises(DomainError, match="person"):
        registry.approve(good, by="  ")
    with pytest.raises(DomainError, match="needs a name"):
        registry.keep(good, by="An", name=" ")
    registry.keep(good, by="An")
    with pytest.raises(NotFoundError, match="did you mean 'ecosystem-core-2024'"):
        registry.open_snapshot("ecosystem-core-2025")
    with Registry.open("sqlite://") as other:
        fill(other)
        with pytest.raises(SnapshotError, match="not of this registry"):
            other.keep(good, by="An")


@pytest.mark.parametrize(
    "statement",
    [
        "delete from approval",
        "update approval set changeset = 1",
        "delete from kept",
        "update kept set name = 'nam-2023'",
        "update kept set about = '{}'",
        "update changeset set actor = 'Minh' where number = 2",
    ],
)
def test_what_is_done_to_them_behind_our_back_shows_in_the_audit(registry: Registry, statement: str) -> None:
    """Who approved what, under which name, is in the chain of changesets."""
    registry.approve(registry.snapshot("ecosystem-core", "2024"), by="An", name="nam-2024")
    assert registry.audit().ok
    with registry.engine.begin() as conn:
        conn.execute(text(statement))
    assert not registry.audit().ok


def test_altered_bytes_are_refused(registry: Registry) -> None:
    """The content is read against its hash."""
    registry.keep(registry.snapshot("ecosystem-core", "2024"), by="An", name="nam-2024")
    with registry.engine.begin() as conn:
        conn.execute(text("update kept set content = :b"), {"b": b"x"})
    with pytest.raises(SnapshotError, match="was altered"):
        registry.open_snapshot("nam-2024")


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """snapshot --keep, approve, kept list, show, verify; a kept name goes wherever a snapshot file goes."""
    db = f"sqlite:///{tmp_path}/r.db"
    with Registry.open(db) as registry:
        fill(registry)

    def ran(*words: str) -> tuple[int, str, str]:
        code = run(main_group, ["--db", db, "--lang", "en", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    assert ran("snapshot", "ecosystem-core", "--period", "2024")[0] == 2
    assert ran("snapshot", "ecosystem-core", "--period", "2024", "--keep", "nam-2024")[0] == 0
    code, _, err = ran("approve", "nam-2024", "--by", "Nguyễn Văn An")
    assert (code, "Nguyễn Văn An approved 'nam-2024' in changeset 3" in err) == (0, True)
    assert ran("approve", "nam-2024", "--by", "Minh")[0] == 1
    (row,) = json.loads(ran("kept", "list", "--format", "json")[1])
    assert (row["status"], row["approved_by"], row["periods"]) == ("approved", "Nguyễn Văn An", "2024")
    assert ran("kept", "show", "nam-2024", "--out", f"{tmp_path}/s.json")[0] == 0
    assert ran("verify", f"{tmp_path}/s.json")[0] == 0
    assert "Identical" in ran("kept", "verify")[1]
    code, out, _ = ran("explain", "nam-2024", "deals", "--place", "92", "--format", "csv")
    assert (code, out.count("\n")) == (0, 2)
    assert ran("diff", "nam-2024", f"{tmp_path}/s.json", "--format", "csv")[0] == 0
    assert ran("explain", "nam-2025", "deals", "--place", "92", "--period", "2024")[0] == 1
    with Registry.open(db) as registry, registry.engine.begin() as conn:
        conn.execute(text("update deal set value_vnd = 6"))
    assert ran("kept", "verify")[0] == 1
