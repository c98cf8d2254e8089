"""Personal data erased for good: from tables, history, children, salts and the bytes of the file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engines import named
from tests.store.conftest import ticking

from stregistry.errors import DomainError, NotFoundError
from stregistry.model import Name, Organisation, Party
from stregistry.store import Store

SECRETS = ("binh@example.vn", "Trần Văn Bình", "Phạm Thị Lan")


@pytest.fixture
def address(address: str, url: str) -> str:
    """A file or a schema on the server: what is erased must be gone from its bytes too."""
    return url if named(address) == "sqlite" else address


def ids(store: Store) -> tuple[int, int]:
    """The body with a contact person, and the deal with an individual among its parties."""
    return 1, int(store.at().frame("deal").index[0])


def bytes_of(store: Store) -> bytes:
    """What lies on the disk: the file with its journal; on a server the files of tables and what the planner noted."""
    if store.engine.dialect.name == "sqlite":
        file = Path(str(store.engine.url.database))
        return b"".join(p.read_bytes() for p in sorted(file.parent.glob(f"{file.name}*")))
    with store.engine.begin() as conn:
        conn.exec_driver_sql("CHECKPOINT")
        files = "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class"
        here = " WHERE relkind IN ('r', 'i', 't') AND relnamespace = current_schema()::regnamespace"
        found = [bytes(row[0]) for row in conn.exec_driver_sql(files + here)]
        noted = (
            "SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats WHERE schemaname = current_schema()"
        )
        found += [str(row).encode() for row in conn.exec_driver_sql(noted)]
    return b"".join(found)


def test_erased_values_are_gone_from_every_version_and_from_the_file(filled: Store) -> None:
    """Current, past and child rows, salts, and the bytes of the database and its journal; the audit still passes."""
    body, deal = ids(filled)
    if filled.engine.dialect.name == "postgresql":
        for kind in ("organisation", "organisation_past"):
            with filled.engine.begin() as conn:
                conn.exec_driver_sql(f"ANALYZE {kind}")
    assert all(secret.encode() in bytes_of(filled) for secret in SECRETS)
    before = filled.head()
    done = filled.erase(body, ["contact_name", "email", "phone"], why="đề nghị của chủ thể", actor="Hoa")
    assert (done.kind, done.fields, done.changeset) == ("organisation", ("contact_name", "email"), before[0] + 1)
    assert done.scrubbed
    assert filled.erase(deal, ["parties.person"], why="hết hạn lưu", actor="Hoa").fields == ("parties.person",)
    left = bytes_of(filled)
    assert not [secret for secret in SECRETS if secret.encode() in left]
    assert filled.audit().problems == ()
    assert all(e.record.email is None for e in filled.history(body))  # type: ignore[attr-defined]
    with filled.reading() as conn:
        assert conn.execute(filled.tables.salt.select()).all() == []


def test_the_act_is_recorded(filled: Store) -> None:
    """Who, why, which record and fields, in the chain and in the feed; never the value."""
    filled.erase(1, ["email"], why="đề nghị", actor="Hoa")
    (change,) = filled.changes(since=5)
    assert (change.what, change.kind, change.id, change.fields) == ("erased", "organisation", 1, ("email",))
    assert (change.actor, change.reason, change.before, change.after) == ("Hoa", "đề nghị", None, None)
    assert filled.diff(5).of("organisation", "erased")[0].fields == ("email",)
    assert filled.changesets()[-1].actor == "Hoa"


def test_only_personal_fields_can_be_erased(filled: Store) -> None:
    """Others are refused with the names of those that can; so are unknown ids and kinds without any."""
    body, deal = ids(filled)
    for fields in (["place"], ["email", "place"], ["emial"], []):
        with pytest.raises(DomainError, match="contact_name, email, phone"):
            filled.erase(body, fields, why="w", actor="a")
    with pytest.raises(DomainError, match=r"are: parties\.person"):
        filled.erase(deal, ["value_vnd"], why="w", actor="a")
    with pytest.raises(DomainError, match="no personal field"):
        filled.erase(3, ["stage"], why="w", actor="a")
    with pytest.raises(NotFoundError):
        filled.erase(999, ["email"], why="w", actor="a")
    assert filled.head()[0] == 5


def test_erasing_twice_changes_nothing(filled: Store) -> None:
    """What is gone is gone; no second changeset."""
    filled.erase(1, ["email"], why="w", actor="a")
    assert filled.erase(1, ["email"], why="w", actor="a").changeset is None
    assert filled.head()[0] == 6


def test_life_goes_on_after_an_erasure(filled: Store) -> None:
    """A value may be stated anew, under a new salt; splits of old versions and later erasures stay lawful."""
    filled.erase(1, ["email"], why="w", actor="a")
    with filled.changeset(actor="a", reason="r") as tx:
        tx.amend(1, {"email": "moi@example.vn"}, valid_from="2026-06-01")
        tx.retract(1, valid_from="2021-01-01", valid_to="2021-02-01")
    assert filled.audit().problems == ()
    assert filled.at("2026-07-01").get(1).email == "moi@example.vn"  # type: ignore[attr-defined]
    assert filled.erase(1, ["email"], why="w", actor="a").fields == ("email",)
    assert filled.audit().problems == ()
    assert b"moi@example.vn" not in bytes_of(filled)


def test_a_retracted_record_and_one_of_the_same_changeset_can_be_erased(store: Store) -> None:
    """What was put, retracted and erased in one breath leaves a valid chain."""
    with store.changeset(actor="a", reason="r") as tx:
        number = tx.put(Organisation(names=[Name(value="A")], email="a@example.vn"))
        assert tx.erase(number, ["email"]) == ("email",)
        tx.put(Organisation(id=number, names=[Name(value="A")], email="b@example.vn"))
        assert tx.erase(number, ["email"]) == ("email",)
        tx.put(Organisation(id=number, names=[Name(value="A")], email="c@example.vn"))
    assert store.audit().problems == ()
    with store.changeset(actor="a", reason="r") as tx:
        tx.retract(number)
    assert store.erase(number, ["email"], why="w", actor="a").fields == ("email",)
    assert store.audit().problems == ()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE organisation_past SET email = NULL", "email"),
        ("DELETE FROM erasure", "does not match"),
        ("UPDATE erasure SET before_row = 999", "hash does not match"),
        ("UPDATE erasure SET changeset = 77", "does not exist"),
        ("UPDATE organisation_past SET contact_name = 'Ai đó khác'", "contact_name"),
    ],
)
def test_an_erasure_without_its_record_is_tampering(
    filled: Store, tamper: Callable[..., None], statement: str, words: str
) -> None:
    """A value that is missing without a recorded erasure, or a record of one that was touched, is found."""
    filled.erase(1, ["contact_name"], why="w", actor="a")
    tamper(statement)
    assert any(words in problem.en for problem in filled.audit().problems)


@pytest.mark.parametrize("read", ["salt", "head"])
def test_a_database_in_use_says_so(address: str, monkeypatch: pytest.MonkeyPatch, read: str) -> None:
    """The values are gone from the tables; that they could not be written anew is told, and can be made up for.

    A server copies deleted rows along while anybody's transaction, of whatever table, is older.
    """
    with Store.open(address, clock=ticking()) as store, Store.open(address) as other:
        with store.changeset(actor="a", reason="r") as tx:
            number = tx.put(Organisation(names=[Name(value="A")], email="a@example.vn"))
        with other.reading() as conn, monkeypatch.context() as hasty:
            hasty.setattr("stregistry.store.erasing.PATIENCE", 0.2)
            conn.execute(other.tables.metadata.tables[read].select()).all()
            assert not store.erase(number, ["email"], why="w", actor="a").scrubbed
        assert store.erase(number, ["email"], why="w", actor="a").scrubbed
        assert b"a@example.vn" not in bytes_of(store)


def test_party_names_can_be_told_apart_from_persons() -> None:
    """The name of a body as written is not personal; an individual is."""
    assert "person" not in repr(Party(role="broker", name="Công ty A", person="Phạm Thị Lan"))
