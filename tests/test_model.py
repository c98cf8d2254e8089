"""The records: what each kind says of itself, and that one line is enough for a field."""

import attrs
import pytest

from stregistry.errors import NotFoundError, RecordError
from stregistry.fields import fields_of
from stregistry.model import KINDS, Certificate, Deal, Name, Organisation, Startup, record_class

# The contract's list, and `succession` and `declaration` after it: files, commands and frameworks use these words.
CONTRACT = (
    "organisation startup st_organisation st_enterprise support_organisation deal partnership funding_round asset "
    "observation task submission succession declaration"
)
STATES = {"organisation", "startup", "st_organisation", "st_enterprise", "support_organisation"}


def test_the_kinds_are_the_contract_s() -> None:
    """In its order; bodies and roles are states, everything else is an event."""
    assert " ".join(KINDS) == CONTRACT
    assert {kind for kind, cls in KINDS.items() if cls.about.state} == STATES
    assert all(kind == cls.about.kind for kind, cls in KINDS.items())


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_says_of_itself_exists(kind: str) -> None:
    """Its counting date, its span and its place are fields it has, or roles of its parties."""
    cls = KINDS[kind]
    fields = {f.name: f for f in fields_of(cls)}
    if "certificate" in fields:
        fields |= {f.name: f for f in fields_of(Certificate)}
    start, ends = cls.about.span
    assert all(fields[name].kind == "date" for name in (cls.about.on, start, *ends))
    roles = {role for f in fields.values() for role in f.roles}
    assert cls.about.place in roles or fields[cls.about.place].kind in ("place", "ref")
    assert cls.about.label.vi != cls.about.label.en


@pytest.mark.parametrize("kind", KINDS)
def test_columns_of_a_kind_are_all_different(kind: str) -> None:
    """A field of a part never meets one of the record."""
    names = [
        sub.column or sub.name
        for f in fields_of(KINDS[kind])
        for sub in (fields_of(f.of) if f.kind == "part" and f.of else (f,))
    ]
    assert len(names) == len(set(names))


def test_records_are_values() -> None:
    """Frozen, equal by content, with lists as tuples."""
    one, two = (Organisation(names=[Name(value="A")]) for _ in range(2))
    assert one == two
    assert hash(one) == hash(two)
    assert isinstance(one.names, tuple)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.place = "92"  # type: ignore[misc]


def test_a_refused_record_says_which_kind_it_is() -> None:
    """In both languages."""
    with pytest.raises(RecordError) as caught:
        Startup()
    assert caught.value.in_lang("vi").startswith("Doanh nghiệp khởi nghiệp sáng tạo không hợp lệ.")
    assert caught.value.in_lang("en").startswith("Startup is not valid.")


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ([], ""),
        ([Name(value="CTU", lang="en")], "CTU"),
        ([Name(value="Can Tho University", lang="en"), Name(value="ĐHCT", lang="vi", kind="short")], "ĐHCT"),
        (
            [
                Name(value="ĐHCT", lang="vi", kind="short"),
                Name(value="Đại học Cần Thơ", lang="vi", kind="official"),
                Name(value="Can Tho University", lang="en", kind="official"),
            ],
            "Đại học Cần Thơ",
        ),
    ],
)
def test_a_body_goes_by_its_official_vietnamese_name(names: list[Name], name: str) -> None:
    """Else by another Vietnamese one, else by any."""
    assert Organisation(names=names).name == name


def test_a_class_or_its_word_names_a_kind() -> None:
    """A wrong word is answered with the nearest and with all there are."""
    assert record_class("deal") is record_class(Deal) is Deal
    with pytest.raises(NotFoundError, match="did you mean 'st_enterprise'") as caught:
        record_class("st_enterprises")
    assert caught.value.parts == {"kind": "st_enterprises", "nearest": "st_enterprise"}
    assert "submission" in caught.value.in_lang("vi")
