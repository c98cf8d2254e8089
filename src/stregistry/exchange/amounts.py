"""Columns of numbers and money, exact to the last digit."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from stregistry.exchange.cells import Cell, as_text
from stregistry.exchange.headers import Header
from stregistry.exchange.issues import Problems
from stregistry.exchange.numbers import LARGEST, Decision, decide, parse_number, written
from stregistry.exchange.parse import Values, Wrong, read_once, shown
from stregistry.fields import minor_digits
from stregistry.store.layout import show_decimal


def _read_numbers(
    cells: Sequence[Cell], header: Header, problems: Problems, finish: Callable[[Decimal], Any]
) -> Values:
    """Every cell as an exact number, handed to `finish`; the column's style is settled first."""
    if header.rule is not None and header.rule.numbers is not None:
        found = Decision("vi" if header.rule.numbers == "vi" else "en")
    else:
        found = decide(dict.fromkeys(cells))  # in row order, so that the same file gives the same examples
    if found.vi and found.en:
        vi_row, en_row = (
            problems.row_number(next(i for i, c in enumerate(cells) if written(c) == text))
            for text in (found.vi, found.en)
        )
        problems.whole(
            "mixed_number_style",
            column=header.text,
            vi_example=found.vi,
            vi_row=vi_row,
            en_example=found.en,
            en_row=en_row,
        )
        return [None] * len(cells)
    if found.unsure:
        digits = re.sub(r"[.,]", "", found.unsure)
        point = found.unsure.replace(",", ".")
        as_vi, as_en = (digits, point) if "." in found.unsure else (point, digits)
        problems.whole("number_style", column=header.text, example=found.unsure, as_vi=as_vi, as_en=as_en, plain=digits)
        return [None] * len(cells)

    def read(cell: Cell) -> Any:
        number = parse_number(cell, found.style)
        if number is None:
            raise Wrong("bad_number")
        return finish(number)

    return read_once(cells, read, header, problems)


def _whole(unit: str, scale: int) -> Callable[[Decimal], int]:
    def finish(number: Decimal) -> int:
        value = number * scale
        if value != value.to_integral_value():
            raise Wrong("not_whole", unit=unit)
        if abs(value) > LARGEST:
            raise Wrong("too_big")
        return int(value)

    return finish


def read_integers(cells: Sequence[Cell], header: Header, problems: Problems) -> Values:
    """Whole numbers, multiplied by the scale in the header (đồng columns)."""
    if header.scale == 1 and (plain := _plain_digits(cells)) is not None:
        return plain
    unit = "đồng" if header.column.cell == "vnd" else ""
    return _read_numbers(cells, header, problems, _whole(unit, header.scale))


def _plain_digits(cells: Sequence[Cell]) -> Values | None:
    """The cells as integers when all are short runs of digits, as in a file that a program wrote."""
    try:
        joined = "".join(cells)  # type: ignore[arg-type]  # a workbook's numbers raise TypeError
    except TypeError:
        return None
    if not (joined.isascii() and joined.isdigit()) or max(map(len, cells)) > 18:  # type: ignore[arg-type]
        return None
    return [int(cell) if cell else None for cell in cells]  # type: ignore[arg-type]


def read_decimals(cells: Sequence[Cell], header: Header, problems: Problems) -> Values:
    """Exact decimals in the one form they are stored in."""
    return _read_numbers(cells, header, problems, show_decimal)


def read_money(
    cells: Sequence[Cell], header: Header, currency: tuple[Sequence[Cell], Header] | None, problems: Problems
) -> tuple[Values, Values]:
    """Minor units and currency of each amount; the currency comes from its column or the header's unit."""
    exact = _read_numbers(cells, header, problems, lambda number: number * header.scale)
    names: Values = [None] * len(cells)
    if currency is not None:
        names = read_once(currency[0], _currency, currency[1], problems)
    pairs = list(zip(exact, names, strict=True))
    memo: dict[Any, tuple[int | None, str | None]] = {}
    wrong: dict[Any, Wrong] = {}
    id_of_currency = f"{header.column.id}_currency"
    for pair in set(pairs):
        try:
            memo[pair] = _minor(*pair, header.currency, id_of_currency)
        except Wrong as error:
            memo[pair], wrong[pair] = (None, None), error
    if wrong:
        for i, pair in enumerate(pairs):
            if pair in wrong:
                problems.at(i, wrong[pair].code, column=header.text, value=shown(cells[i]), **wrong[pair].parts)
    settled = [memo[pair] for pair in pairs]
    return [minor for minor, _ in settled], [code for _, code in settled]


def _currency(cell: Cell) -> str:
    text = as_text(cell).upper()
    if text in ("ĐỒNG", "DONG", "VNĐ", "Đ"):
        return "VND"
    if not re.fullmatch("[A-Z]{3}", text):
        raise Wrong("bad_currency")
    return text


def _minor(amount: Decimal | None, named: str | None, unit: str | None, column: str) -> tuple[int | None, str | None]:
    if amount is None:
        return None, None
    if named and unit and named != unit:
        raise Wrong("two_currencies", unit=unit, currency=named)
    currency = named or unit
    if currency is None:
        raise Wrong("no_currency", id=column)
    scaled = amount.scaleb(minor_digits(currency))
    if scaled != scaled.to_integral_value():
        raise Wrong("too_precise", currency=currency, digits=minor_digits(currency))
    if abs(scaled) > LARGEST:
        raise Wrong("too_big")
    return int(scaled), currency
