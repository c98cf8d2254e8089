"""Finding organisations: what is found, by what, and in which order; on both engines the same list."""

import unicodedata

import pytest

from stregistry.model import Certificate, Identifier, Name, Organisation, Startup, STOrganisation
from stregistry.store import Store, View
from stregistry.store.search import search


def body(name: str, **about: object) -> Organisation:
    return Organisation(names=[Name(value=name, lang="vi")], **about)


@pytest.fixture
def named(store: Store) -> Store:
    names = "Công ty Đà Nẵng|Cong ty Da Nang|Đà|Da|Đá 100%|Đại học Cần Thơ|CÔNG TY ĐA NĂNG|Trung tâm hậu cần Thới Lai"
    names += "|Can Tho Hub|Viện Cần Thơ|Chuyển giao Hancantho|Sở Bà Rịa - Vũng Tàu|Ha Noi Lab|Hà Nội|Hanoi Tech"
    names += "|Lan Hoa|Hòa Bình|Hoà An|Nguyễn_C++"
    with store.changeset(actor="a", reason="b") as tx:
        tx.put_many([body(n) for n in names.split("|")])
        tx.put(body("0100112437 không phải mã"))
        tx.put(body("Đà Lạt cũ", dissolved_on="2000-01-01"))
    return store


def found(view: View, text: str, limit: int = 20) -> list[str]:
    return [name for _, name in view.search(text, limit)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Đà", ["Đà", "Công ty Đà Nẵng", "Da", "Đá 100%", "Cong ty Da Nang", "CÔNG TY ĐA NĂNG", "Đại học Cần Thơ"]),
        ("da", ["Da", "Cong ty Da Nang", "Đà", "Đá 100%", "CÔNG TY ĐA NĂNG", "Công ty Đà Nẵng", "Đại học Cần Thơ"]),
        ("công ty đà nẵng", ["Công ty Đà Nẵng", "Cong ty Da Nang", "CÔNG TY ĐA NĂNG"]),
        (
            "Cần Thơ",
            ["Đại học Cần Thơ", "Viện Cần Thơ", "Can Tho Hub", "Trung tâm hậu cần Thới Lai", "Chuyển giao Hancantho"],
        ),
        ("can tho", ["Can Tho Hub", "Đại học Cần Thơ", "Viện Cần Thơ", "Trung tâm hậu cần Thới Lai"]),
        ("hậu cần", ["Trung tâm hậu cần Thới Lai"]),
        ("học cần", ["Đại học Cần Thơ"]),
        ("ai hoc", ["Đại học Cần Thơ"]),
        ("Bà Rịa Vũng Tàu", ["Sở Bà Rịa - Vũng Tàu"]),
        ("ria, vung", ["Sở Bà Rịa - Vũng Tàu"]),
        ("Hà Nội", ["Hà Nội", "Ha Noi Lab", "Hanoi Tech"]),
        ("hanoi", ["Hanoi Tech", "Ha Noi Lab", "Hà Nội"]),
        ("anh", []),
        ("hoà", ["Hoà An", "Hòa Bình", "Lan Hoa"]),
        ("100%", ["Đá 100%"]),
        ("%", ["Đá 100%"]),
        ("c++", ["Nguyễn_C++"]),
        ("_a", []),
        ("  ", []),
        ("-", ["Sở Bà Rịa - Vũng Tàu"]),
    ],
)
def test_whole_words_come_before_beginnings_and_these_before_parts(named: Store, text: str, names: list[str]) -> None:
    """Within each, the spelling asked for before the folded one; % and _ are letters, dashes and commas are spaces."""
    assert found(named.at("2026-01-01"), text)[: len(names) or 1] == names


def test_the_last_to_be_found_is_a_part_of_a_word(named: Store) -> None:
    """`can tho` also lies in the middle of a word, after everything else."""
    assert found(named.at("2026-01-01"), "can tho")[-1] == "Chuyển giao Hancantho"


def test_a_text_typed_in_decomposed_unicode_is_the_same_text(named: Store) -> None:
    """As are outer spaces, spaces that do not break, and capitals."""
    view = named.at("2026-01-01")
    for text in ("Cần Thơ", "Đà Nẵng", "Hòa"):
        for other in (unicodedata.normalize("NFD", text), f" {text.upper()}\u00a0", text.replace(" ", "\u00a0")):
            assert view.search(other) == view.search(text)


def test_search_reads_at_the_view_s_times(named: Store) -> None:
    """Bodies of the day, as known, and no more than asked for."""
    assert "Đà Lạt cũ" in found(named.at("1999-01-01"), "Đà")
    assert found(named.at("2026-01-01", 0), "Đà") == []
    assert found(named.at("2026-01-01"), "Đà", limit=2) == ["Đà", "Công ty Đà Nẵng"]
    assert found(named.at("2026-01-01"), "Đà", limit=0) == []


@pytest.fixture
def numbered(store: Store) -> Store:
    """Bodies 1 to 4: an institute, its branch, a university of two names, and one whose name is a number."""
    rice = [Identifier(scheme="mst", value="0100112437")]
    branch = [Identifier(scheme="mst", value="0100112437-001")]
    school = [
        Identifier(scheme="ror", value="https://ror.org/01ggx4157"),
        Identifier(scheme="isni", value="000000012146438X"),
    ]
    with store.changeset(actor="a", reason="b") as tx:
        tx.put(body("Viện Lúa", identifiers=rice))
        tx.put(body("Chi nhánh Viện Lúa", identifiers=branch))
        tx.put(
            Organisation(
                names=[Name(value="Sample University", lang="en"), Name(value="Đại học Mẫu", lang="vi")],
                identifiers=school,
            )
        )
        tx.put(body("0100112437 không phải mã"))
        paper = Certificate(number="A-2749", issued_on="2015-01-01", expires_on="2020-01-01")
        tx.put(STOrganisation(organisation=1, certificate=paper))
        tx.put(Startup(organisation=3, certificate=Certificate(number="14/2024/GCN-KHCNĐ", issued_on="2024-03-01")))
    return store


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("0100112437", [1, 4, 2]),
        ("0100 112 437", [1, 4, 2]),
        ("0100-112-437", [1, 4, 2]),
        ("mst:0100112437", [1, 2]),
        ("MST: 0100112437-001", [2]),
        ("0100112437001", [2]),
        ("01001124", [4, 1, 2]),
        ("01ggx4157", [3]),
        ("https://ror.org/01ggx4157", [3]),
        ("ROR.org/01GGX4157", [3]),
        ("ror:https://ror.org/01ggx4157", [3]),
        ("mst:01ggx4157", []),
        ("0000 0001 2146 438X", [3]),
        ("A-2749", [1]),
        ("a - 2749", [1]),
        ("14/2024/GCN-KHCNĐ", [3]),
        ("14 / 2024 / gcn-khcnd", [3]),
        ("14/2024", []),
    ],
)
def test_a_number_is_found_in_every_spelling_of_its_scheme(numbered: Store, text: str, ids: list[int]) -> None:
    """An identifier or certificate number in full before a name, its beginning after; an expired certificate too."""
    assert [number for number, _ in numbered.at("2026-01-01").search(text)] == ids


def test_it_is_said_by_what_a_body_was_found(numbered: Store) -> None:
    """Its name of the day beside the name, identifier or certificate that was met."""
    view = numbered.at("2026-01-01")

    def told(text: str) -> tuple[str, str, str]:
        first = search(view, text)[0]
        return first.name, first.by, first.value

    assert told("sample") == ("Đại học Mẫu", "name", "Sample University")
    assert told("01ggx4157") == ("Đại học Mẫu", "ror", "https://ror.org/01ggx4157")
    assert told("14/2024/gcn-khcnđ") == ("Đại học Mẫu", "certificate", "14/2024/GCN-KHCNĐ")
    assert view.search("sample") == [(3, "Sample University")]
    assert view.search("01ggx4157") == [(3, "Đại học Mẫu")]


def test_a_merged_body_is_found_once_under_its_canonical_id(numbered: Store) -> None:
    """By any of its names and numbers, the nearest of them."""
    with numbered.changeset(actor="a", reason="b") as tx:
        tx.decide(1, 4, "same", by="a", why="b")
    view = numbered.at("2026-01-01")
    assert view.search("0100112437") == [(1, "Viện Lúa"), (2, "Chi nhánh Viện Lúa")]
    assert view.search("không phải") == [(1, "0100112437 không phải mã")]
