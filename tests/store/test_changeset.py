"""What one changeset does, what it refuses, and what happens when several meet."""

import datetime as dt
import itertools
import multiprocessing
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from stregistry.dates import ALWAYS, FOREVER, day
from stregistry.errors import ConflictError, DomainError, NotFoundError, StregistryError
from stregistry.model import Certificate, Deal, Identifier, Name, Organisation, Startup, Task
from stregistry.store import Batch, Store
from stregistry.store.layout import layout
from stregistry.store.life import span_of


def body(name: str = "Công ty Đồng Bằng", **about: Any) -> Organisation:
    return Organisation(names=[Name(value=name, lang="vi")], **about)


def put(store: Store, record: Any, **where: Any) -> int:
    with store.changeset(actor="Hoa", reason="nhập") as tx:
        return tx.put(record, **where)


def lives(store: Store, record_id: int) -> list[tuple[int, int]]:
    """The intervals of a record's current versions."""
    kind = store.tables.kinds[store.at().kind_of(record_id)].current
    query = select(kind.c.valid_from, kind.c.valid_to).where(kind.c.id == record_id).order_by(kind.c.valid_from)
    return [tuple(row) for row in store.at().execute(query)]


# ---- all or nothing ------------------------------------------------------------------------


def test_a_changeset_is_numbered_dated_and_signed(store: Store) -> None:
    """Number, instant in UTC, actor, reason, and how many versions it opened and closed."""
    number = put(store, body())
    with store.changeset(actor="Minh", reason="đổi tên") as tx:
        tx.put(body("Khác", id=number), valid_from="2025-01-01")
    assert tx.committed
    one, two = store.changesets()
    assert (one.number, one.actor, one.reason, one.opened, one.closed) == (1, "Hoa", "nhập", 1, 0)
    assert (two.number, two.actor, two.reason, two.opened, two.closed) == (2, "Minh", "đổi tên", 2, 1)
    assert one.instant < two.instant
    assert one.instant.endswith("Z")
    assert store.head() == (2, two.hash)


def test_nothing_changed_makes_no_changeset(store: Store) -> None:
    """An empty block, a repetition and a document without rows leave the head where it was."""
    number = put(store, body(), key="A")
    head = store.head()
    with store.changeset(actor="Hoa", reason="không có gì") as nothing:
        pass
    with store.changeset(actor="Hoa", reason="lặp lại") as again:
        assert again.put(body(), key="A") == number
        again.put(body(id=number), valid_from="2024-01-01", valid_to="2025-01-01")
        again.document(name="a.csv", sha256="0")
        assert not again.amend(number, {"names": body().names})
    assert (nothing.committed, again.committed) == (False, False)
    assert store.head() == head


def test_an_exception_undoes_everything(store: Store) -> None:
    """Rows, keys, documents and the numbers handed out: the next changeset starts where this one did."""
    undone = 0

    def fail() -> None:
        nonlocal undone
        with store.changeset(actor="Hoa", reason="hỏng") as tx:
            tx.document(name="a.csv", sha256="0", kind="organisation", source_id="default")
            undone = tx.put(body(), key="A")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.head()[0] == 0
    assert store.known_document("0", "organisation", "default") is None
    with pytest.raises(NotFoundError):
        store.at().get(undone)
    assert put(store, body("Khác"), key="A") == undone
    assert store.at().get(undone).names[0].value == "Khác"
    assert store.audit().ok


def test_a_refused_statement_undoes_the_whole_changeset(store: Store) -> None:
    """The good one before it is not kept."""

    def fail() -> None:
        with store.changeset(actor="Hoa", reason="hỏng") as tx:
            tx.put(body())
            tx.put(body(), valid_from="2025-01-01", valid_to="2025-01-01")

    with pytest.raises(DomainError):
        fail()
    assert store.head()[0] == 0
    assert len(store.at().frame(Organisation)) == 0


def test_what_was_never_known_is_in_no_history(store: Store) -> None:
    """A value stated and corrected within one changeset was never known to anybody."""
    with store.changeset(actor="Hoa", reason="nhập") as tx:
        number = tx.put(Deal(title="sai"))
        tx.put(Deal(id=number, title="đúng"))
    assert [entry.record.title for entry in store.history(number)] == ["đúng"]
    assert store.at(known=1).get(number).title == "đúng"
    assert store.audit().ok


def test_a_clock_set_back_does_not_turn_time_around() -> None:
    """A later changeset never has an earlier instant."""
    times = iter([dt.datetime(2026, 1, 2, tzinfo=dt.UTC), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)])
    with Store.open("sqlite://", clock=lambda: next(times)) as store:
        for title in ("a", "b"):
            put(store, Deal(title=title))
        one, two = store.changesets()
    assert one.instant == two.instant == "2026-01-02T00:00:00.000000Z"


# ---- identity ------------------------------------------------------------------------------


def test_a_key_finds_the_record_again(store: Store) -> None:
    """(source, key) names one record of a kind; another source or kind may use the same key."""
    number = put(store, body(), key="1")
    assert put(store, body("Tên mới"), key="1") == number
    assert put(store, body(), key="1", source_id="khac") != number
    assert put(store, Deal(title="a"), key="1") != number
    assert store.at().get(number).names[0].value == "Tên mới"


def test_one_key_twice_in_a_call_is_one_record(store: Store) -> None:
    """Two statements over different days by one key are about one body."""
    with store.changeset(actor="a", reason="b") as tx:
        one, two = tx.put_many([body(founded_on="2020-01-01")] * 2, keys=["1", "1"])
    assert one == two


def test_a_key_and_an_id_that_disagree_are_refused(store: Store) -> None:
    """Neither wins silently."""
    put(store, body("A"), key="1")
    other = put(store, body("B"))
    with pytest.raises(ConflictError, match="names record 1, not 2"):
        put(store, body("C", id=other), key="1")


def test_an_id_never_given_is_refused(store: Store) -> None:
    """A number made up outside would meet a given one some day."""
    for number in (0, -1, 1, 99):
        with pytest.raises(NotFoundError):
            put(store, body(id=number))


def test_an_id_of_another_kind_is_refused(store: Store) -> None:
    """One number never names two records, also when the first is retracted."""
    number = put(store, body())
    with pytest.raises(ConflictError, match="'organisation'"):
        put(store, Deal(id=number, title="a"))
    with store.changeset(actor="a", reason="b") as tx:
        tx.retract(number)
    with pytest.raises(ConflictError, match="'organisation'"):
        put(store, Deal(id=number, title="a"))
    assert put(store, body("lại", id=number)) == number


def test_ids_taken_beforehand_can_be_used_later(store: Store) -> None:
    """`new_ids` gives what nobody else will get."""
    with store.changeset(actor="a", reason="b") as tx:
        first, second = tx.new_ids(2)
        tx.put(body(id=second))
    with store.changeset(actor="a", reason="b") as tx:
        assert tx.put(body(id=first)) == first
        assert tx.new_ids(1)[0] > second


def test_keys_remember_what_the_source_last_said(store: Store) -> None:
    """The last call counts, within a changeset and across; the audit accepts it."""
    with store.changeset(actor="a", reason="b") as tx:
        number, other = tx.new_ids(2)
        tx.record_keys("deal", "s", [("k", number, b"1" * 32), ("j", number, None), ("k", number, b"2" * 32)])
        tx.record_keys("deal", "s", [("k", other, b"3" * 32)])
        assert tx.keys("deal", "s") == {"k": (other, b"3" * 32), "j": (number, None)}
    assert tx.committed
    with store.changeset(actor="a", reason="b") as tx:
        tx.record_keys("deal", "s", [("k", other, b"4" * 32)])
    with store.changeset(actor="a", reason="b") as tx:
        assert tx.keys("deal", "s", ["k", "?"]) == {"k": (other, b"4" * 32)}
        assert tx.keys("deal", "t") == tx.keys("asset", "s") == {}
    assert store.audit().ok


def test_what_a_source_says_is_hashed_without_stating_it(store: Store) -> None:
    """The hash is the digest the statement would have, personal values salted; nothing is written by asking."""
    plan = layout(Organisation)
    row, below = plan.encode(body(email="a@example.vn"))
    with store.changeset(actor="a", reason="b") as tx:
        number = tx.new_ids(1)[0]
        batch = Batch(layout=plan, ids=[number], rows=[row], children=[below], valid_from=[ALWAYS], valid_to=[FOREVER])
        first = tx.said(batch)
    assert not tx.committed
    with store.changeset(actor="a", reason="b") as tx:
        said = tx.said(batch)
        tx.put_batch(batch)
        assert tx.said(batch) == said != first, "the salt kept is the one committed"
    current = store.tables.kinds["organisation"].current
    assert store.at().execute(select(current.c.digest)) == [(said[0],)]


def test_identifiers_find_the_body_that_holds_them_now(store: Store) -> None:
    """By their normalised form; values of nobody, or of another scheme, are left out."""
    number = put(store, body(identifiers=[Identifier(scheme="mst", value="0100112437 ")]))
    gone = put(store, body(identifiers=[Identifier(scheme="mst", value="0300588569")]))
    with store.changeset(actor="a", reason="b") as tx:
        tx.retract(gone)
    with store.changeset(actor="a", reason="b") as tx:
        assert tx.find_identifiers("mst", ["0100112437", "0300588569", "1"]) == {"0100112437": number}
        assert tx.find_identifiers("ror", ["0100112437"]) == {}


def test_a_document_is_known_by_its_hash_kind_and_source(store: Store) -> None:
    """What was taken in is found again, as that and of that source only."""
    with store.changeset(actor="a", reason="b") as tx:
        tx.document(name="a.csv", sha256="0", kind="deal", source_id="s")
        tx.put(Deal(title="a"))
    assert store.known_document("0", "deal", "s") == 1
    assert store.known_document("0", "deal", "t") is None
    assert store.known_document("0", "asset", "s") is None
    assert store.known_document("1", "deal", "s") is None


# ---- how long a state holds ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "start", "end"),
    [
        (body(), None, None),
        (body(founded_on="2019-05-02"), "2019-05-02", None),
        (body(founded_on="2019"), "2019-01-01", None),
        (body(founded_on="2019-05", dissolved_on="2024-07"), "2019-05-01", "2024-07-01"),
        (body(dissolved_on="2024-07-09"), None, "2024-07-09"),
        (body(founded_on="2024", dissolved_on="2024"), "2024-01-01", "2024-12-31"),
        (body(founded_on="2024-03-05", dissolved_on="2024"), "2024-03-05", "2024-12-31"),
        (Startup(organisation=1), None, None),
        (Startup(organisation=1, certificate=Certificate(issued_on="2024-03-01")), "2024-03-01", None),
        (
            Startup(organisation=1, certificate=Certificate(issued_on="2024-03-01", expires_on="2029-03-01")),
            "2024-03-01",
            "2029-03-01",
        ),
        (
            Startup(
                organisation=1,
                certificate=Certificate(issued_on="2024-03-01", expires_on="2029-03-01", ended_on="2026-02-03"),
            ),
            "2024-03-01",
            "2026-02-03",
        ),
    ],
)
def test_a_state_holds_over_its_own_dates(store: Store, record: Any, start: str | None, end: str | None) -> None:
    """From its start to its earliest end when nothing else is said; an end day itself is outside."""
    wanted = (day(start) if start else ALWAYS, day(end) if end else FOREVER)
    assert span_of(record) == wanted
    assert lives(store, put(store, record)) == [wanted]


def test_an_end_before_the_start_is_refused(store: Store) -> None:
    """A body dissolved before it was founded does not live for ever."""
    with pytest.raises(DomainError, match="2024-05-01 to before 2023-01-01 is empty"):
        put(store, body(founded_on="2024-05-01", dissolved_on="2023-01-01"))


def test_a_record_put_again_tells_its_whole_life(store: Store) -> None:
    """Without an interval, what stood outside its own dates goes."""
    number = put(store, body(founded_on="2019-01-01"))
    put(store, body(id=number, founded_on="2020-01-01", dissolved_on="2022-01-01"))
    assert lives(store, number) == [(day("2020-01-01"), day("2022-01-01"))]


def test_an_interval_leaves_the_rest_of_the_life(store: Store) -> None:
    """The days before and after keep their content."""
    number = put(store, body("A", founded_on="2019-01-01"))
    put(store, body("B", id=number), valid_from="2021-01-01", valid_to="2022-01-01")
    cuts = [day(d) for d in ("2019-01-01", "2021-01-01", "2022-01-01")] + [FOREVER]
    assert lives(store, number) == list(itertools.pairwise(cuts))
    assert [store.at(d).get(number).names[0].value for d in ("2020-12-31", "2021-01-01", "2022-01-01")] == [
        "A",
        "B",
        "A",
    ]


@pytest.mark.parametrize(
    "interval",
    [
        {"valid_from": "2025-01-01", "valid_to": "2025-01-01"},
        {"valid_from": "2025-01-02", "valid_to": "2025-01-01"},
    ],
)
def test_an_empty_interval_is_refused(store: Store, interval: dict[str, str]) -> None:
    """In put, put_batch and retract; and it names the days."""
    number = put(store, body())
    with pytest.raises(DomainError, match="to before 2025-01-01 is empty"):
        put(store, body("B", id=number), **interval)
    with pytest.raises(DomainError), store.changeset(actor="a", reason="b") as tx:
        tx.retract(number, **interval)
    assert store.head()[0] == 1


def test_a_day_must_be_a_day(store: Store) -> None:
    """A month does not say from which day."""
    with pytest.raises(DomainError, match="full date"):
        put(store, body(), valid_from="2025-01")


def test_an_event_takes_no_interval(store: Store) -> None:
    """Deals carry their own dates: put, retract and amend refuse a second one."""
    with pytest.raises(DomainError, match="'deal' is an event"):
        put(store, Deal(title="a"), valid_from="2025-01-01")
    number = put(store, Deal(title="a"))
    with pytest.raises(DomainError, match="'deal' is an event"), store.changeset(actor="a", reason="b") as tx:
        tx.retract(number, valid_to="2025-01-01")
    with pytest.raises(DomainError, match="'deal' is an event"), store.changeset(actor="a", reason="b") as tx:
        tx.amend(number, {"title": "b"}, valid_from="2025-01-01")


# ---- amend and retract ---------------------------------------------------------------------


def amend(store: Store, number: int, changes: dict[str, Any], **where: Any) -> bool:
    with store.changeset(actor="Hoa", reason="sửa") as tx:
        return tx.amend(number, changes, **where)


def test_amend_changes_one_field_of_every_version(store: Store) -> None:
    """The others keep what they said, version by version."""
    number = put(store, body("A", place="92"))
    put(store, body("B", id=number), valid_from="2021-01-01")
    assert amend(store, number, {"website": "https://example.vn"})
    old, new = store.at("2020-01-01").get(number), store.at("2022-01-01").get(number)
    assert (old.names[0].value, old.place, new.names[0].value, new.place) == ("A", "92", "B", None)
    assert old.website == new.website == "https://example.vn"
    assert not amend(store, number, {"website": "https://example.vn"})


def test_amend_over_an_interval_changes_only_that(store: Store) -> None:
    """Also with a field that bounds the life: what lies before the interval stays."""
    role = Startup(organisation=1, certificate=Certificate(issued_on="2020-01-01"))
    number = put(store, role)
    assert amend(store, number, {"stage": "seed"}, valid_from="2021-01-01", valid_to="2022-01-01")
    stages = [store.at(d).get(number).stage for d in ("2020-06-01", "2021-06-01", "2022-01-01")]
    assert stages == [None, "seed", None]
    single = put(store, role)
    assert amend(store, single, {"expires_on": "2030-01-01"}, valid_from="2023-01-01")
    assert lives(store, single) == [(day("2020-01-01"), day("2023-01-01")), (day("2023-01-01"), FOREVER)]


def test_amend_reaches_the_certificate_and_the_life_follows(store: Store) -> None:
    """Ending a certificate ends the role; taking the end back revives it; a new start moves it."""
    paper = Certificate(number="7", issued_on="2024-03-01", expires_on="2029-03-01")
    number = put(store, Startup(organisation=1, certificate=paper))
    assert amend(store, number, {"ended_on": "2026-02-03", "ended_by": "revoked"})
    assert lives(store, number) == [(day("2024-03-01"), day("2026-02-03"))]
    ended = store.at("2025-01-01").get(number).certificate
    assert (ended.number, str(ended.ended_on), ended.ended_by) == ("7", "2026-02-03", "revoked")
    assert amend(store, number, {"ended_on": None, "ended_by": None})
    assert lives(store, number) == [(day("2024-03-01"), day("2029-03-01"))]
    assert amend(store, number, {"issued_on": "2024-04-01"})
    assert lives(store, number) == [(day("2024-04-01"), day("2029-03-01"))]


def test_amended_dates_cut_and_stretch_a_life_of_several_versions(store: Store) -> None:
    """Versions outside the new dates go, those at its ends are cut or stretched, those inside stay."""
    number = put(store, body("A", founded_on="2010-01-01"))
    put(store, body("B", id=number), valid_from="2015-01-01")
    put(store, body("C", id=number), valid_from="2020-01-01")
    assert amend(store, number, {"dissolved_on": "2018-01-01"})
    assert lives(store, number) == [(day("2010-01-01"), day("2015-01-01")), (day("2015-01-01"), day("2018-01-01"))]
    assert amend(store, number, {"dissolved_on": "2030-01-01"})
    assert lives(store, number)[-1] == (day("2015-01-01"), day("2030-01-01"))
    with pytest.raises(DomainError, match="empty"):
        amend(store, number, {"dissolved_on": "2009-01-01"})


def test_amend_gives_a_role_its_first_certificate(store: Store) -> None:
    """Where there was none one is made."""
    number = put(store, Startup(organisation=1))
    assert amend(store, number, {"issuer": "Sở KH&CN"})
    assert store.at().get(number).certificate == Certificate(issuer="Sở KH&CN")


def test_amend_names_the_nearest_field(store: Store) -> None:
    """A field that does not exist is refused, also one that only another kind has."""
    role = put(store, Startup(organisation=1))
    with pytest.raises(NotFoundError, match="'startup' has no field 'expire_on'; did you mean 'expires_on'"):
        amend(store, role, {"expire_on": "2029-03-01"})
    with pytest.raises(NotFoundError, match="no field 'issued_on'"):
        amend(store, put(store, Deal(title="a")), {"issued_on": "2029-03-01"})
    with pytest.raises(NotFoundError, match="no field 'id'"):
        amend(store, role, {"id": 9})


def test_amend_where_nothing_holds_is_refused(store: Store) -> None:
    """There is nothing to amend before a body's life, nor of a record that is not there."""
    number = put(store, body(founded_on="2020-01-01"))
    with pytest.raises(NotFoundError, match="does not hold within"):
        amend(store, number, {"website": "a"}, valid_to="2019-01-01")
    with pytest.raises(NotFoundError, match="There is no record 77"):
        amend(store, 77, {"website": "a"})


def test_retract_says_it_was_not_so(store: Store) -> None:
    """Altogether or over an interval; what was known stays known at its time."""
    number = put(store, body(founded_on="2020-01-01"))
    with store.changeset(actor="Hoa", reason="nhầm") as tx:
        assert tx.retract(number, valid_from="2022-01-01", valid_to="2023-01-01")
        assert not tx.retract(number, valid_from="2022-03-01", valid_to="2022-04-01")
    assert lives(store, number) == [(day("2020-01-01"), day("2022-01-01")), (day("2023-01-01"), FOREVER)]
    with store.changeset(actor="Hoa", reason="không có thật") as tx:
        assert tx.retract(number)
        with pytest.raises(NotFoundError):
            tx.retract(number)
    with pytest.raises(NotFoundError):
        store.at("2020-06-01").get(number)
    assert store.at("2022-06-01", 1).get(number).id == number
    assert len(store.history(number)) == 3
    with pytest.raises(NotFoundError, match="There is no record 77"), store.changeset(actor="a", reason="b") as tx:
        tx.retract(77)


# ---- several writers, and databases that are not ours ----------------------------------------


def write_some(url: str, writer: int, changesets: int) -> None:
    with Store.open(url.partition("?")[0]) as store:
        for n in range(changesets):
            with store.changeset(actor=f"writer {writer}", reason=str(n)) as tx:
                tx.put(Deal(title=f"{writer}-{n}"), key=f"{writer}-{n}")


def check_writers(url: str, workers: list[Any], writers: int, changesets: int) -> None:
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with Store.open(url) as store:
        assert store.head()[0] == writers * changesets
        titles = store.at().frame(Deal)["title"]
        assert sorted(titles) == sorted(f"{w}-{n}" for w in range(writers) for n in range(changesets))
        assert titles.index.is_unique
        assert store.audit().ok


def test_threads_that_write_at_once_all_land(url: str) -> None:
    """Also the creation of the file: whoever comes second finds the tables there."""
    workers = [threading.Thread(target=write_some, args=(url, w, 8)) for w in range(4)]
    check_writers(url, workers, 4, 8)


def test_processes_that_write_at_once_all_land(url: str) -> None:
    """160 changesets of four processes: every one is there and the chain is whole."""
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=write_some, args=(url, w, 40)) for w in range(4)]
    check_writers(url, workers, 4, 40)


def test_a_locked_registry_says_so_and_can_still_be_read(url: str) -> None:
    """Another writer's lock is a ConflictError after the time the address allows; readers do not wait."""
    with Store.open(url) as one, Store.open(url) as two:
        put(one, Deal(title="a"))
        begun = time.monotonic()
        with one.changeset(actor="a", reason="b") as tx:
            tx.put(Deal(title="b"))
            with pytest.raises(ConflictError, match="locked"), two.changeset(actor="c", reason="d"):
                raise AssertionError("two writers at once")
            assert list(two.at().frame(Deal)["title"]) == ["a"]
            assert list(one.at().frame(Deal)["title"]) == ["a"], "a changeset is seen when it is committed"
        assert time.monotonic() - begun < 5
        assert list(two.at().frame(Deal)["title"]) == ["a", "b"]


def test_a_registry_in_memory_refuses_a_second_use_of_its_connection() -> None:
    """Reading within an open changeset would roll back what it wrote; it is refused, and nothing is lost."""
    store = Store.open("sqlite://")
    with store.changeset(actor="a", reason="b") as tx:
        tx.put(Deal(title="a"))
        with pytest.raises(ConflictError, match="in memory"):
            store.at()
        with pytest.raises(ConflictError, match="in memory"), store.changeset(actor="c", reason="d"):
            raise AssertionError("two changesets at once")
        tx.put(Deal(title="b"))
    assert list(store.at().frame(Deal)["title"]) == ["a", "b"]
    assert store.audit().ok


def test_a_read_only_file_can_be_read_but_not_written(url: str, tmp_path: Path) -> None:
    """The error says what to look at; the file is as it was."""
    with Store.open(url) as store:
        number = put(store, Deal(title="a"))
    with Store.open(f"sqlite:///file:{tmp_path / 'registry.db'}?mode=ro&uri=true") as store:
        assert store.at().get(number).title == "a"
        with pytest.raises(StregistryError, match="read-only"):
            put(store, Deal(title="b"))
        assert store.audit().ok


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A spreadsheet is not opened as a registry, and is not touched."""
    path = tmp_path / "danh_sach.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"x" * 4000)
    with pytest.raises(StregistryError, match="not an SQLite database"):
        Store.open(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"PK")


def test_a_missing_folder_is_named_as_the_likely_cause(tmp_path: Path) -> None:
    """Nobody's folders are made for them."""
    with pytest.raises(StregistryError, match="folder exists"):
        Store.open(f"sqlite:///{tmp_path / 'khong_co' / 'registry.db'}")


@pytest.mark.parametrize("address", ["registry.db", "nosuch://host/db", ""])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """With an example of a right one."""
    with pytest.raises(NotFoundError, match=r"sqlite:///stregistry\.db"):
        Store.open(address)


def test_opening_again_changes_nothing(url: str) -> None:
    """A registry that is there is opened as it is."""
    with Store.open(url) as store:
        put(store, Task(title="a"))
        head = store.head()
    with Store.open(url) as store:
        assert store.head() == head
        assert store.at().execute(select(func.count()).select_from(store.tables.head)) == [(1,)]
