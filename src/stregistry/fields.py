"""How a field of a record is declared: one line says what it means and everything else follows from it.

A declaration gives the label in both languages, the kind of value, its vocabulary, unit and
sensitivity. Tables, import columns, templates, JSON Schema and the reference page read
`fields_of(cls)`; none of them keeps a list of its own.
"""

import re
from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, cast

import attrs

from stregistry import vocab as vocabularies
from stregistry.dates import PartialDate
from stregistry.errors import DomainError, Issue, RecordError
from stregistry.text import Text, tidy

KEY: Final = "stregistry"


@attrs.frozen(kw_only=True)
class Field:
    """What is declared about one field.

    kind: text, code, codes, date, integer, vnd, decimal, flag, place, ref, money, part, children.
    vocabulary: id of the code list of a code or codes field; None for open codes.
    sensitivity: public, internal (kept within the office) or personal (salted in digests, erasable).
    target: the kind of record a ref points to.
    of: the class of a part or of children.
    roles: for parties, the roles this record can have; each is an import column.
    column: the column's name where it differs from the field's.
    """

    name: str = ""
    kind: str
    label: Text
    vocabulary: str | None = None
    unit: str | None = None
    sensitivity: str = "public"
    required: bool = False
    target: str | None = None
    of: type | None = None
    roles: tuple[str, ...] = ()
    column: str | None = None

    @property
    def personal(self) -> bool:
        return self.sensitivity == "personal"


@attrs.frozen
class Money:
    """An amount as an integer number of minor units (cents; đồng have none) and its ISO 4217 currency.

    >>> Money.parse("1250.50", "USD")
    Money(minor=125050, currency='USD')
    >>> str(Money.parse("1250.50", "USD"))
    '1250.50 USD'
    """

    minor: int
    currency: str

    def __attrs_post_init__(self) -> None:
        _strict_int(self.minor)
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise DomainError(
                Text(
                    f"'{self.currency}' không phải mã tiền tệ ISO 4217 gồm ba chữ cái, ví dụ VND, USD.",
                    f"'{self.currency}' is not a three-letter ISO 4217 currency code, such as VND or USD.",
                )
            )

    @classmethod
    def parse(cls, amount: str | int | Decimal, currency: str) -> "Money":
        """The amount in whole units of the currency.

        Raises DomainError when it is not a number, has too many decimals or does not fit in 64 bits.
        """
        currency = currency.strip().upper()
        number = _decimal(amount)
        if number is None:
            raise DomainError(Text("Thiếu số tiền.", "The amount is missing."))
        scaled = number.scaleb(minor_digits(currency))
        if scaled != scaled.to_integral_value():
            raise DomainError(
                Text(
                    f"{amount} {currency} có quá nhiều chữ số thập phân: {currency} có {minor_digits(currency)}.",
                    f"{amount} {currency} has too many decimals: {currency} has {minor_digits(currency)}.",
                )
            )
        return cls(int(scaled), currency)

    def __str__(self) -> str:
        return show_money(self.minor, self.currency)


def show_money(minor: int, currency: str) -> str:
    """The amount in units of its currency, with that.

    >>> show_money(125050, "USD"), show_money(434000000, "VND")
    ('1250.50 USD', '434000000 VND')
    """
    digits = minor_digits(currency)
    return f"{Decimal(minor).scaleb(-digits):f} {currency}" if digits else f"{minor} {currency}"


# ISO 4217, table A.1: the currencies whose minor unit is not a hundredth.
_NO_MINOR = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
_THOUSANDTHS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


def minor_digits(currency: str) -> int:
    """How many decimals a currency has."""
    return 0 if currency in _NO_MINOR else 3 if currency in _THOUSANDTHS else 2


def _strict_int(value: Any) -> int | None:
    if value is None:
        return None
    # True would pass for 1, and a float would lose đồng above 2**53.
    if isinstance(value, bool) or not isinstance(value, int):
        raise DomainError(Text(f"{value!r} không phải số nguyên.", f"{value!r} is not a whole number."))
    if not -(2**63) <= value < 2**63:
        raise DomainError(Text(f"{value} vượt quá 64 bit.", f"{value} does not fit in 64 bits."))
    return value


_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def _clean_text(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise DomainError(Text(f"{value!r} không phải là chữ.", f"{value!r} is not text."))
    if _UNSTORABLE.search(value):
        raise DomainError(
            Text("Chữ có ký tự không lưu được (NUL hoặc nửa cặp thay thế).", "The text has a NUL or a lone surrogate.")
        )
    return tidy(value) or None


def _decimal(value: Any) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, float):
        value = repr(value)
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise DomainError(Text(f"{value!r} không phải là số.", f"{value!r} is not a number.")) from None
    if not number.is_finite():
        raise DomainError(Text(f"{value} không phải là số hữu hạn.", f"{value} is not a finite number."))
    return number


def _partial_date(value: Any) -> PartialDate | None:
    return None if value is None else PartialDate.of(value)


def _code_tuple(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = (value,)
    # A ";" inside a code would come back from the database as two codes.
    parts = [part for v in value for part in (_clean_text(v) or "").split(";")]
    return tuple(sorted({part.strip() for part in parts} - {""}))


def _flag(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise DomainError(Text(f"{value!r} phải là True hoặc False.", f"{value!r} must be True or False."))


def _money(value: Any) -> Money | None:
    if value is None or isinstance(value, Money):
        return value
    raise DomainError(Text(f"{value!r} phải là Money.", f"{value!r} must be Money."))


def _items(value: Any) -> tuple[Any, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise DomainError(Text(f"{value!r} phải là một danh sách.", f"{value!r} must be a list."))
    return tuple(value)


_PLAIN: Final[dict[str, Callable[[Any], Any]]] = {
    "text": _clean_text,
    "code": _clean_text,
    "codes": _code_tuple,
    "date": _partial_date,
    "integer": _strict_int,
    "vnd": _strict_int,
    "decimal": _decimal,
    "flag": _flag,
    "place": _clean_text,
    "ref": _strict_int,
    "money": _money,
    "children": _items,
}
# attrs takes the signature of a bare function apart for every field anew, which is a quarter of
# the time the model takes to import.
_CONVERTERS: Final = {kind: attrs.Converter(convert) for kind, convert in _PLAIN.items()}


def _declare(kind: str, vi: str, en: str, **about: Any) -> Any:
    info = Field(kind=kind, label=Text(vi, en), **about)
    convert = _CONVERTERS.get(kind)
    if kind == "children":
        return attrs.field(factory=tuple, converter=convert, metadata={KEY: info})
    if kind == "codes":
        return attrs.field(default=(), converter=convert, metadata={KEY: info})
    # Personal values stay out of reprs, and so out of logs and tracebacks.
    return attrs.field(default=None, converter=convert, repr=not info.personal, metadata={KEY: info})


def text(vi: str, en: str, *, required: bool = False, sensitivity: str = "public", column: str | None = None) -> Any:
    """Free text, kept in NFC with single spaces."""
    return _declare("text", vi, en, required=required, sensitivity=sensitivity, column=column)


def code(vi: str, en: str, vocabulary: str | None, *, required: bool = False) -> Any:
    """One code of a vocabulary."""
    return _declare("code", vi, en, vocabulary=vocabulary, required=required)


def codes(vi: str, en: str, vocabulary: str | None) -> Any:
    """Several codes, kept sorted; a vocabulary of None means open codes such as ISO 3166 countries."""
    return _declare("codes", vi, en, vocabulary=vocabulary)


def date(vi: str, en: str, *, required: bool = False) -> Any:
    """A date with its precision."""
    return _declare("date", vi, en, required=required)


def integer(vi: str, en: str, *, unit: str | None = None) -> Any:
    """A whole number in the unit named."""
    return _declare("integer", vi, en, unit=unit)


def vnd(vi: str, en: str) -> Any:
    """An amount in whole đồng."""
    return _declare("vnd", vi, en, unit="VND")


def decimal(vi: str, en: str, *, required: bool = False) -> Any:
    """An exact decimal number; never a float."""
    return _declare("decimal", vi, en, required=required)


def flag(vi: str, en: str) -> Any:
    """Yes or no."""
    return _declare("flag", vi, en)


def place(vi: str, en: str) -> Any:
    """The code of a territory, read on the record's own date."""
    return _declare("place", vi, en)


def ref(vi: str, en: str, target: str, *, required: bool = False) -> Any:
    """The id of another record."""
    return _declare("ref", vi, en, target=target, required=required)


def money(vi: str, en: str) -> Any:
    """An amount in its own currency (`Money`)."""
    return _declare("money", vi, en)


def part(vi: str, en: str, of: type) -> Any:
    """A group of fields that belong together and stand in the record's own table."""
    return _declare("part", vi, en, of=of)


def children(vi: str, en: str, of: type, *, roles: tuple[str, ...] = ()) -> Any:
    """A list of small rows that belong to the record, in a table of their own."""
    return _declare("children", vi, en, of=of, roles=roles)


def fields_of(cls: type) -> tuple[Field, ...]:
    """The declared fields of a record class or part, in the order they were written."""
    return _fields_of(cast(Hashable, cls))


@cache
def _fields_of(cls: Any) -> tuple[Field, ...]:
    return tuple(attrs.evolve(a.metadata[KEY], name=a.name) for a in attrs.fields(cls) if KEY in a.metadata)


def check_codes(owner: Any) -> Iterable[Issue]:
    """One issue for every code of the record (or part) that its vocabulary does not hold."""
    for info in fields_of(type(owner)):
        value = getattr(owner, info.name)
        if info.kind in ("code", "codes") and info.vocabulary and value:
            known = vocabularies.vocabulary(info.vocabulary)
            for one in (value,) if info.kind == "code" else value:
                if one not in known.codes:
                    yield unknown_code(info, one)
        if info.required and value is None:
            yield Issue(
                code="required",
                column=info.name,
                message=Text(f"Thiếu '{info.label.vi}' ({info.name}).", f"'{info.label.en}' ({info.name}) is missing."),
            )


def check_types(owner: Any) -> Iterable[Issue]:
    """One issue for every part or child row of the record that is not of the class its field takes."""
    for info in fields_of(type(owner)):
        value = getattr(owner, info.name)
        if info.of is None or value is None:
            continue
        for one in value if info.kind == "children" else (value,):
            if not isinstance(one, info.of):
                wanted, found = info.of.__name__, type(one).__name__
                yield Issue(
                    code="wrong_type",
                    column=info.name,
                    message=Text(
                        f"'{info.label.vi}' ({info.name}) phải là {wanted}, không phải {found}.",
                        f"'{info.label.en}' ({info.name}) takes {wanted}, not {found}.",
                    ),
                )


def unknown_code(info: Field, value: str) -> Issue:
    """The issue for a code outside its vocabulary, with the nearest known one."""
    known = vocabularies.vocabulary(info.vocabulary or "")
    near = known.suggest(value)
    allowed = ", ".join(known.codes)
    return Issue(
        code="unknown_code",
        column=info.name,
        value=value,
        message=Text(f"'{value}' không có trong danh mục: {allowed}.", f"'{value}' is not one of: {allowed}."),
        suggestion=Text(f"Có phải '{near}'?", f"Did you mean '{near}'?") if near else None,
    )


def refuse(issues: Iterable[Issue], what: Text) -> None:
    """Raises RecordError when there is any issue."""
    found = tuple(issues)
    if found:
        raise RecordError(
            Text(f"{what.vi} không hợp lệ.", f"{what.en} is not valid."),
            found,
        )
