"""What a scoring step refuses, and what it reports: messages that name the indicator and the unit."""

from collections.abc import Iterable, Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from stregistry.errors import DomainError
from stregistry.text import Text

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]


@attrs.frozen(kw_only=True)
class Note:
    """Something the computation did, or could not do, that its reader has to know.

    code: a fixed word for programs; message: the sentence for people.
    indicator, unit, period: the labels it is about, None where it is about all.
    """

    code: str
    message: Text
    indicator: str | None = None
    unit: str | None = None
    period: str | None = None


def unknown_name(kind: Text, name: str, known: Iterable[str]) -> DomainError:
    """The error for a name that does not exist, with the nearest one that does."""
    known = list(known)
    sentence = Text(f"Không có {kind.vi} {name!r}", f"There is no {kind.en} {name!r}")
    return DomainError.unknown(sentence, name, known, name=name, known=tuple(known))


def refuse_infinite(values: Floats, units: Sequence[str], indicators: Sequence[str]) -> None:
    """Raises DomainError at the first infinite cell of (indicators, periods, units), naming both labels."""
    if not np.isinf(values).any():
        return
    row, _, unit = (int(i) for i in np.argwhere(np.isinf(values))[0])
    raise DomainError(
        Text(
            f"Chỉ tiêu {indicators[row]!r} của {units[unit]!r} là vô cực. Sửa số liệu gốc (thường do chia cho 0) hoặc "
            "để trống ô này nếu chưa đo được.",
            f"Indicator {indicators[row]!r} of {units[unit]!r} is infinite. Mend the source figure (often a division "
            "by 0), or leave the cell empty if it was not measured.",
        ),
        indicator=indicators[row],
        unit=units[unit],
    )


def not_positive(how: str, child: str, unit: str, value: float, least: Text) -> DomainError:
    """The error for a score that a mean cannot take: names method, indicator or group, unit and value."""
    return DomainError(
        Text(
            f"Phép gộp {how!r} cần điểm {least.vi}, nhưng {child!r} của {unit!r} là {value:g}. Chuẩn hóa về một khoảng "
            "không chứa 0 (ví dụ min_max tới [1, 100]) hoặc chọn cách tổng hợp khác.",
            f"The aggregation {how!r} needs scores {least.en}, but {child!r} of {unit!r} is {value:g}. Normalise to a "
            "range without 0 (for example min_max to [1, 100]) or choose another aggregation.",
        ),
        how=how,
        child=child,
        unit=unit,
        value=value,
    )


def zero_weights(parent: str) -> DomainError:
    """The error for a group whose children's weights sum to 0."""
    return DomainError(
        Text(
            f"Tổng trọng số trong nhóm {parent!r} bằng 0. Cho ít nhất một thành phần trọng số lớn hơn 0.",
            f"The weights in group {parent!r} sum to 0. Give at least one member a weight above 0.",
        ),
        group=parent,
    )


def check_parameters(kind: Text, how: str, given: Mapping[str, object], allowed: Iterable[str]) -> None:
    """Raises DomainError for a parameter the method does not have, with the nearest it has."""
    allowed = list(allowed)
    for name in given:
        if name not in allowed:
            sentence = Text(
                f"{kind.vi} {how!r} không có tham số {name!r}", f"The {kind.en} {how!r} has no parameter {name!r}"
            )
            raise DomainError.unknown(sentence, name, allowed, how=how, parameter=name)
