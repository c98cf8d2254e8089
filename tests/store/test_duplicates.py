"""Which pairs of organisations are offered as one body, and why."""

import sys
from itertools import islice, permutations

import pytest

from stregistry import Registry
from stregistry.errors import StregistryError
from stregistry.model import Identifier, Name, Organisation, Relation
from stregistry.store.identity.core_name import core_name
from stregistry.store.identity.likeness import Names, Pairs, by_name


def body(name: str, place: str | None = "92", mst: str | None = None) -> Organisation:
    numbers = [Identifier(scheme="mst", value=mst)] if mst else []
    return Organisation(names=[Name(value=name, lang="vi")], place=place, identifiers=numbers)


@pytest.fixture
def registry(file_address):
    pytest.importorskip("rapidfuzz", reason="needs stregistry[matching]")
    made = Registry.open(file_address)
    with made.changeset(actor="a", reason="r") as tx:
        tx.put_many(
            [
                body("Công ty TNHH MTV Lúa Vàng Cửu Long", mst="0100112437"),  # 1
                body("LUA VANG CUU LONG CO., LTD."),  # 2: the core of 1
                body("Công ty CP Lúa Vàg Cửu Long"),  # 3: a letter is missing
                body("Công ty TNHH Lúa Vàng Cửu Long", place="79"),  # 4: elsewhere
                body("Hợp tác xã Gạo Sạch", mst="0100112437"),  # 5: the number of 1
                body("Chi nhánh Lúa Vàng Cửu Long", mst="0100112437-001"),  # 6: a branch of 1 (and 5)
                body("Trạm 1 Thới Lai"),  # 7
                body("Trạm 2 Thới Lai"),  # 8: another number
                body("Công ty TNHH Lúa Vàng Cửu Long", mst="0300588569"),  # 9: of another tax code than 1
            ]
        )
    with made:
        yield made


def test_candidates_come_with_score_and_reasons(registry):
    """Identifier above core name above likeness; another place, other digits, another tax code are no candidates."""
    found = {(c.one, c.two): c for c in registry.find_duplicates() if c.relation == "duplicate"}
    assert {(1, 2), (1, 3), (1, 5), (2, 3), (2, 9)} <= set(found)
    assert found[1, 5].score == 1.0
    assert found[1, 5].score > found[1, 2].score > found[1, 3].score
    assert "mst 0100112437" in found[1, 5].reasons[0].en
    assert "lua vang cuu long" in found[1, 2].reasons[0].vi
    assert not {p for p in found if 4 in p} | {p for p in found if p in ((7, 8), (1, 9))}


def test_a_branch_is_said_to_be_one(registry):
    """13 digits that begin with the body's ten: branch of, and no duplicate."""
    found = registry.find_duplicates()
    assert {(c.one, c.two) for c in found if c.relation == "branch_of"} & {(6, 1), (6, 5)}


def test_decided_pairs_do_not_come_back_and_unsure_ones_say_so(registry):
    """Different: gone; unsure: marked; same: one body, compared under its canonical id; earlier known time: as then."""
    registry.decide(1, 5, "different", by="Lan", why="hai tổ chức")
    registry.decide(1, 3, "unsure", by="Lan", why="chưa rõ")
    registry.decide(1, 2, "same", by="Lan", why="một tổ chức")
    found = {(c.one, c.two): c for c in registry.find_duplicates()}
    assert (1, 5) not in found
    assert found[1, 3].unsure
    assert not [p for p in found if 2 in p]
    assert (1, 5) in {(c.one, c.two) for c in registry.find_duplicates(known=1)}


def test_a_missing_rapidfuzz_is_said(registry, monkeypatch):
    """The message names the extra to install."""
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    with pytest.raises(StregistryError, match="matching"):
        registry.find_duplicates()


def test_an_empty_registry_has_none():
    """Nothing to compare is no error."""
    pytest.importorskip("rapidfuzz", reason="needs stregistry[matching]")
    with Registry.open("sqlite://") as empty:
        assert empty.find_duplicates() == []


def test_different_ror_ids_speak_against_a_pair_until_one_is_withdrawn(registry):
    """ROR gives a body one id: two of them are two bodies, unless the one no longer holds."""
    ids = ("https://ror.org/001ydh096", "https://ror.org/010yce376")

    def school(ror: str, until: str | None = None, number: int | None = None) -> Organisation:
        code = Identifier(scheme="ror", value=ror, until=until)
        return Organisation(id=number, names=[Name(value="Đại học Huế", lang="vi")], place="46", identifiers=[code])

    with registry.changeset(actor="a", reason="r") as tx:
        one, two = (tx.put(school(ror)) for ror in ids)
    pairs = {(c.one, c.two): c for c in registry.find_duplicates(least=0.5)}
    assert pairs[one, two].score < 0.75
    assert "different ROR ids" in pairs[one, two].reasons[-1].en
    assert (one, two) not in {(c.one, c.two) for c in registry.find_duplicates()}
    with registry.changeset(actor="a", reason="r") as tx:
        tx.put(school(ids[1], "2025-02-01", two))
    assert (one, two) in {(c.one, c.two) for c in registry.find_duplicates(valid="2026-01-01")}


SYLLABLES = (
    "an",
    "binh",
    "cuong",
    "dung",
    "giang",
    "hoa",
    "khang",
    "lan",
    "minh",
    "nam",
    "phuc",
    "son",
    "vinh",
    "xuan",
)


def near(*written: str, crowd: int = 0) -> set[tuple[int, int]]:
    """The pairs offered of these names and a crowd of others in one place, by position."""
    pytest.importorskip("rapidfuzz", reason="needs stregistry[matching]")
    others = [" ".join(words) for words in islice(permutations(SYLLABLES, 3), crowd)]
    cores, forms = zip(*(core_name(name) for name in (*written, *others)), strict=True)
    pairs: Pairs = {}
    by_name(Names(list(range(len(cores))), list(cores), list(forms), ["92"] * len(cores)), pairs)
    return {p for p, found in pairs.items() if found.score >= 0.75 and max(p) < len(written)}


@pytest.mark.parametrize(
    ("one", "two", "offered"),
    [
        ("Sở KH&CN TP. Cần Thơ", "Sở Khoa học và Công nghệ Thành phố Cần Thơ", True),
        ("ĐH Cần Thơ", "Trường Đại học Cần Thơ", True),
        ("Công ty TNHH 2 thành viên VietTech Mekong", "CÔNG TY TNHH HAI THÀNH VIÊN TRỞ LÊN VIET TECH MEKONG", True),
        ("Công ty CP XNK Thủy sản Mekong", "Mekong Thuy San Xuat Nhap Khau JSC", True),
        ("Công ty CP Thủy sản Mekong Xanh", "Công ty Xanh Thủy sản Mekong", True),
        ("Công ty Lúa Vàng Cửu Long", "Công ty Lúa Vàng Cưủ Logn", True),
        ("Công ty Giải pháp Mekosoft Delta", "Công ty Giải pháp Mekosoft", True),
        ("Công ty An Bình Cường", "Công ty An Bình", False),  # many are called so
        ("Công ty An Bình Cường", "Công ty Cường Bình An", False),
        ("Công ty Giải pháp Mekosoft 2", "Công ty Giải pháp Mekosoft", False),
        ("Trung tâm Minh Giang Mekosoft", "Trung tâm Vinh Giang Mekosoft", False),  # both are words of names
    ],
)
def test_rare_words_speak_for_one_body_and_common_ones_do_not(one, two, offered):
    """Among 2 000 others: short words, spaces, order, a slip, a word more; not where it would be so by chance."""
    assert near(one, two, crowd=2000) == ({(0, 1)} if offered else set())


def test_a_name_is_looked_for_in_the_province_of_the_day_and_where_no_place_is_known(registry):
    """94 is 92 since 1 July 2025, and not before; a body without a place goes with the one that bears its name."""
    with registry.changeset(actor="a", reason="r") as tx:
        far, none = tx.put_many([body("Cty Lúa Vàng Cửu Long", "94"), body("Lúa Vàng Cửu Long Co., Ltd", None)])

    def offered(day: str) -> set[tuple[int, int]]:
        return {(c.one, c.two) for c in registry.find_duplicates(valid=day, least=0.6)}

    assert (1, far) in offered("2026-01-01")
    assert (1, far) not in offered("2025-06-30")
    assert (2, none) in offered("2026-01-01")


def test_a_record_that_ror_withdrew_goes_with_the_one_named_instead(registry):
    """From the day of the withdrawal on, whatever the names; a successor of a record that stands is no duplicate."""
    ids = ("https://ror.org/001ydh096", "https://ror.org/010yce376")

    def school(name: str, ror: str, until: str | None, *after: str) -> Organisation:
        code = Identifier(scheme="ror", value=ror, until=until)
        led = [Relation(kind="successor", identifier=other, name="?") for other in after]
        return Organisation(names=[Name(value=name, lang="vi")], place="46", identifiers=[code], relations=led)

    with registry.changeset(actor="a", reason="r") as tx:
        one = tx.put(school("Đại học Huế", ids[0], "2025-02-01", "010yce376"))
        two = tx.put(school("Học viện Âm nhạc", ids[1], None, "001ydh096"))
    found = {(c.one, c.two): c for c in registry.find_duplicates(valid="2026-01-01")}
    assert [reason.en for reason in found[one, two].reasons] == [
        "ROR has withdrawn the record 001ydh096 and names the other instead"
    ]
    assert (one, two) not in {(c.one, c.two) for c in registry.find_duplicates(valid="2025-01-31")}
