"""ROR releases taken in one after another: links become events of succession, and every past state can be rebuilt."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stregistry.dates import PartialDate
from stregistry.exchange.importer import ImportReport
from stregistry.exchange.ror.take import import_ror
from stregistry.model import Organisation, Succession
from stregistry.store import Store
from stregistry.store.lineage import predecessors

BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"


def ror(n: int) -> str:
    """The n-th made-up id with the right check digits."""
    value, letters = n, ""
    for _ in range(6):
        letters = BASE_32[value % 32] + letters
        value //= 32
    return f"0{letters}{(98 - n * 100 % 97) % 97:02d}"


A, B, C, D, E = (ror(n) for n in range(1, 6))


def record(of: str, name: str, status: str = "active", on: str = "2024-01-10", **links: list[str]) -> dict[str, Any]:
    """A record in the form of schema version 2.1. links: predecessor, successor, … and the ids they name."""
    return {
        "admin": {
            "created": {"date": "2018-11-14", "schema_version": "1.0"},
            "last_modified": {"date": on, "schema_version": "2.1"},
        },
        "domains": [],
        "established": 1977,
        "external_ids": [],
        "id": f"https://ror.org/{of}",
        "links": [],
        "locations": [{"geonames_id": 1, "geonames_details": {"country_code": "VN", "name": "Can Tho"}}],
        "names": [{"lang": "vi", "types": ["label", "ror_display"], "value": name}],
        "relationships": [
            {"type": sort, "id": f"https://ror.org/{other}", "label": f"Tổ chức {other}"}
            for sort, others in links.items()
            for other in others
        ],
        "status": status,
        "types": ["facility"],
    }


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with Store.open(address) as opened:
        yield opened


@pytest.fixture
def release(store: Store, tmp_path: Path) -> Any:
    """Takes records in as one release file."""

    def take(*records: dict[str, Any]) -> ImportReport:
        path = tmp_path / f"v2.{len(list(tmp_path.iterdir()))}.json"
        path.write_text(json.dumps(records), encoding="utf-8")
        return import_ror(store, path, actor="tester")

    return take


def told(store: Store, known: int | None = None) -> set[tuple[str, str]]:
    """The successions known, as (name or ROR id of the one, of the other); a body goes by its ROR id."""
    view = store.at(known=known)
    rors = {v.record.id: codes[0] for v in view.versions(Organisation) if (codes := _rors(v.record))}
    found = set()
    for version in view.versions(Succession):
        event = version.record
        assert isinstance(event, Succession)
        assert (event.event, event.happened_on) == ("succeeded", None)
        ends = {p.role: rors[p.body] if p.body is not None else p.name for p in event.parties}
        found.add((ends["predecessor"], ends["successor"]))
    return found


def _rors(body: Any) -> list[str]:
    return [i.value.removeprefix("https://ror.org/") for i in body.identifiers if i.scheme == "ror"]


def test_a_link_is_one_event_whichever_end_states_it(store: Store, release: Any) -> None:
    """A and B went into C and C into D; both ends state one link, one end the others; the form and day stay open."""
    report = release(
        record(A, "A", "inactive", successor=[C]),
        record(B, "B", "inactive", on="2024-03-05", successor=[C]),
        record(C, "C", "inactive", predecessor=[A], successor=[D]),
        record(D, "D"),
    )
    assert (report.successions_new, report.issues) == (3, ())
    assert told(store) == {(A, C), (B, C), (C, D)}
    ids = {_rors(v.record)[0]: v.record.id for v in store.at().versions(Organisation)}
    assert predecessors(store.at(), [ids[D]]) == {ids[A], ids[B], ids[C]}
    (by_b,) = [v.record for v in store.at().versions(Succession) if ids[B] in {p.body for p in v.record.parties}]
    assert [(e.name, e.address) for e in by_b.evidence] == [(f"ROR {B} (2024-03-05)", f"https://ror.org/{B}")]


def test_a_link_to_a_body_of_no_file_is_kept_reported_and_resolved_later(store: Store, release: Any) -> None:
    """It stands by its name until a release brings the body, also one that does not state the link itself."""
    report = release(record(A, "A", "inactive", successor=[B]))
    assert [(i.code, i.level, i.value, i.row) for i in report.issues] == [("ror_unlinked", "warning", B, 1)]
    assert told(store) == {(A, f"Tổ chức {B}")}
    report = release(record(B, "B"))
    assert (report.successions_changed, report.issues) == (1, ())
    assert told(store) == {(A, B)}
    assert told(store, known=1) == {(A, f"Tổ chức {B}")}
    assert len(store.at().versions(Succession)[0].record.evidence) == 1


def test_what_is_said_again_changes_nothing_and_what_is_unsaid_is_taken_back(store: Store, release: Any) -> None:
    """A link goes when no record states it any more, and comes back under its old id; the other end keeps one alive."""
    release(record(A, "A", "inactive", successor=[B]), record(B, "B", predecessor=[A]))
    (number,) = [v.record.id for v in store.at().versions(Succession)]
    assert release(record(A, "A2", "inactive", successor=[B])).successions_changed == 0
    assert release(record(A, "A3")).successions_retracted == 0  # B states it
    assert told(store) == {(A, B)}
    assert release(record(B, "B2")).successions_retracted == 1
    assert told(store) == set()
    assert release(record(B, "B3", predecessor=[A])).successions_new == 1
    assert [v.record.id for v in store.at().versions(Succession)] == [number]


def test_what_a_person_said_of_the_event_outlives_later_releases(store: Store, release: Any) -> None:
    """Its form, day and document stay, and it is not taken back when ROR falls silent."""
    release(record(A, "A", "inactive", successor=[B]))
    (number,) = [v.record.id for v in store.at().versions(Succession)]
    with store.changeset(actor="Hoa", reason="theo quyết định") as tx:
        tx.amend(number, {"event": "absorbed", "happened_on": PartialDate.parse("2023-07-01"), "decision": "12/QĐ"})
    release(record(B, "B"))
    (event,) = [v.record for v in store.at().versions(Succession)]
    assert (event.event, str(event.happened_on), event.decision) == ("absorbed", "2023-07-01", "12/QĐ")
    assert None not in {p.body for p in event.parties}
    assert release(record(A, "A")).successions_retracted == 0


def test_a_withdrawn_record_keeps_its_body_and_says_until_when_the_id_held(store: Store, release: Any) -> None:
    """The warning names what ROR names instead; the registry merges nothing by itself."""
    release(record(A, "A"), record(B, "B"))
    report = release(record(A, "A", "withdrawn", on="2025-02-01", successor=[B]))
    (issue,) = report.issues
    assert issue.code == "ror_withdrawn"
    assert f"Tổ chức {B}" in issue.message.vi
    assert f"Tổ chức {B}" in issue.message.en
    before, now = (store.at(known=n).versions(Organisation)[0].record for n in (1, 2))
    assert (before.status, before.identifiers[0].until) == ("active", None)
    assert (now.status, str(now.identifiers[0].until)) == (None, "2025-02-01")


def test_every_release_can_be_rebuilt(store: Store, release: Any) -> None:
    """Renamed three times, merged, withdrawn and split, over random releases: each state is what was told then."""
    rng = random.Random(7)  # noqa: S311
    names = ("Viện Lúa", "Viện Lúa Gạo", "Viện Cây lương thực", "Trung tâm Lúa")
    latest: dict[str, dict[str, Any]] = {}
    states: list[dict[str, tuple[Any, ...]]] = []
    edges: list[set[tuple[str, str]]] = []
    everyone = [ror(n) for n in range(1, 13)]
    script = [
        [record(x, names[0]) for x in everyone],
        *([record(A, name, on=f"2024-0{n}-01")] for n, name in enumerate(names[1:], 2)),
        [record(A, names[3], "inactive", "2024-05-01", successor=[C]), record(B, names[0], "inactive", successor=[C])],
        [record(C, "Viện hợp nhất", predecessor=[A, B]), record(D, names[0], "withdrawn", "2024-06-01", successor=[E])],
        [record(C, "Viện hợp nhất", "inactive", predecessor=[A, B], successor=everyone[6:8])],
    ]
    for n in range(1, 26):
        some = rng.sample(everyone, rng.randint(1, 4))
        links = {x: {r: rng.sample(everyone, rng.randint(0, 2)) for r in ("predecessor", "successor")} for x in some}
        status = rng.choice(["active", "inactive", "withdrawn"])
        script.append([record(x, rng.choice(names), status, f"2025-01-{n:02}", **links[x]) for x in some])
    for records in script:
        latest |= {r["id"].removeprefix("https://ror.org/"): r for r in records}
        if release(*records).changeset is None:
            continue
        states.append({x: (r["names"][0]["value"], r["status"]) for x, r in latest.items()})
        edges.append({edge for x, r in latest.items() for edge in _edges(x, r)})
    assert store.head()[0] == len(states)
    for n, (state, links_then) in enumerate(zip(states, edges, strict=True), 1):
        bodies = [v.record for v in store.at(known=n).versions(Organisation)]
        found = {_rors(b)[0]: (b.name, b.status) for b in bodies if isinstance(b, Organisation)}
        words = {"active": "active", "inactive": "dissolved", "withdrawn": None}
        assert found == {x: (name, words[status]) for x, (name, status) in state.items()}
        assert told(store, known=n) == links_then
    assert store.audit().ok


def test_releases_lead_to_one_state_in_any_order(tmp_path: Path) -> None:
    """Whole releases and parts of them, in orders of chance: names, status, links and ids are those of the latest."""
    rng = random.Random(11)  # noqa: S311
    everyone = [ror(n) for n in range(1, 8)]
    latest: dict[str, dict[str, Any]] = {}
    files: list[Path] = []
    for n in range(1, 8):
        for x in rng.sample(everyone, 3) if latest else everyone:
            links = {r: rng.sample(everyone, rng.randint(0, 2)) for r in ("predecessor", "successor")}
            status = rng.choice(["active", "inactive", "withdrawn"])
            latest[x] = record(x, rng.choice(("Viện Lúa", "Viện Lúa Gạo")), status, f"2024-01-{n:02}", **links)
        told_now = latest if n % 3 else {x: latest[x] for x in rng.sample(everyone, 4)}
        files.append(tmp_path / f"{n}.json")
        files[-1].write_text(json.dumps(list(told_now.values())), encoding="utf-8")

    def state(order: list[Path]) -> Any:
        with Store.open("sqlite://") as store:
            reports = [import_ror(store, path, actor="tester") for path in order]
            bodies = [v.record for v in store.at().versions(Organisation)]
            assert store.audit().ok
            assert sum(r.older for r in reports) > 0 or order == files
            told_of = {_rors(b)[0]: (b.name, b.status, b.identifiers) for b in bodies if isinstance(b, Organisation)}
            return told_of, told(store)

    expected = state(files)
    for _ in range(3):
        assert state(rng.sample(files, len(files))) == expected


def test_an_older_release_is_left_out_and_said_to_be(store: Store, release: Any) -> None:
    """Nothing is written by it; a record that is new to the registry is taken in, and the warning says which days."""
    release(record(A, "Tên mới", on="2025-02-01"))
    report = release(record(A, "Tên cũ", on="2024-01-10", successor=[B]))
    assert (report.older, report.taken, report.changeset) == (1, 0, None)
    (issue,) = report.issues
    assert (issue.code, issue.level) == ("ror_older", "warning")
    assert f"{A} (2024-01-10 < 2025-02-01)" in issue.message.vi
    report = release(record(A, "Tên cũ", on="2024-01-10"), record(B, "B", on="2023-01-10"))
    assert (report.older, report.new) == (1, 1)
    assert [v.record.name for v in store.at().versions(Organisation) if isinstance(v.record, Organisation)] == [
        "Tên mới",
        "B",
    ]


def test_version_1_is_as_old_as_its_release_and_never_replaces_version_2(store: Store, tmp_path: Path) -> None:
    """It says no day of its own: the release's name does; a record of version 2 stands above it in any order."""

    def take(name: str, value: str | dict[str, Any]) -> ImportReport:
        v1 = {"id": f"https://ror.org/{A}", "name": value, "country": {"country_code": "VN"}, "status": "active"}
        records = [v1 if isinstance(value, str) else value]
        (tmp_path / name).write_text(json.dumps(records), encoding="utf-8")
        return import_ror(store, tmp_path / name, actor="tester")

    def name() -> str | None:
        (version,) = store.at().versions(Organisation)
        assert isinstance(version.record, Organisation)
        return version.record.name

    take("v1.17-2022-12-16-ror-data.json", "Hai")
    assert [i.code for i in take("v1.0-2021-01-01-ror-data.json", "Một").issues if "ror_o" in i.code] == ["ror_older"]
    assert name() == "Hai"
    take("v1.45-2024-04-11-ror-data.json", "Ba")
    assert name() == "Ba"
    assert take("v2.json", record(A, "Bốn", on="2023-05-05")).changed == 1
    report = take("v1.50-2024-09-09-ror-data.json", "Năm")
    assert (name(), report.older) == ("Bốn", 1)
    assert "ror_undated" in {i.code for i in report.issues}


def _edges(of: str, told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for link in told["relationships"]:
        other = link["id"].removeprefix("https://ror.org/")
        yield (other, of) if link["type"] == "predecessor" else (of, other)
