"""Which province a ROR record lies in, when its city and its subdivision do not agree.

ROR takes both from GeoNames. The city is reliable; in some records the subdivision's name was looked up
by a number of one numbering in another (Hà Nội is 44 in GeoNames, An Giang is 44 in ISO 3166-2), so the
city wins and the contradiction is kept to be shown.
"""

import functools
import re
from typing import Literal

import attrs

from stregistry.places import Place, label, place_map, place_names, place_table, read_rows
from stregistry.text import Text, fold

Status = Literal["agrees", "city_only", "contradiction", "subdivision_only", "unknown"]


@attrs.frozen
class SettledPlace:
    """The province a record was put in, as a code from before 1 July 2025, and why.

    code: None when neither name tells (status unknown).
    status: agrees; city_only (no subdivision that can be read); contradiction (the city was
    followed); subdivision_only (the city's name tells no province); unknown.
    """

    code: str | None
    status: Status
    explanation: Text


def settle_ror_place(city: str | None, subdivision_name: str | None, subdivision_code: str | None) -> SettledPlace:
    """The province of a ROR location, from its GeoNames city, subdivision name and subdivision code.

    A subdivision that names the present province which absorbed the city's own is agreement. The
    code decides nothing: it comes from several numberings, and is only reported.

    >>> settle_ror_place("Hanoi", "An Giang Province", "44").code
    '01'
    """
    own, candidates = city_provinces(city or "")
    said = subdivision_provinces(subdivision_name or "")
    evidence = _code_evidence(subdivision_code)
    if own is None:
        return _by_subdivision(city, candidates, subdivision_name, said, evidence)
    here = _labelled(own)
    start = Text(f"'{city}' thuộc {here.vi}", f"'{city}' lies in {here.en}")
    if not said:
        rest = Text("; không có tên tỉnh đọc được.", ", and no subdivision can be read.")
        return SettledPlace(own, "city_only", _joined(start, rest, evidence))
    if own in said:
        rest = (
            Text(f"; '{subdivision_name}' cũng chỉ nơi đó.", f", and '{subdivision_name}' says the same.")
            if own == said[0]
            else Text(f", đã nhập vào '{subdivision_name}'.", f", which is now part of '{subdivision_name}'.")
        )
        return SettledPlace(own, "agrees", _joined(start, rest, evidence))
    rest = Text(
        f", nhưng '{subdivision_name}' là nơi khác: đã theo thành phố, cần kiểm tra lại.",
        f", but '{subdivision_name}' is elsewhere: the city was followed; please check.",
    )
    return SettledPlace(own, "contradiction", _joined(start, rest, evidence))


def _by_subdivision(
    city: str | None, candidates: tuple[str, ...], subdivision: str | None, said: tuple[str, ...], evidence: Text | None
) -> SettledPlace:
    start = Text(
        f"'{city}' không cho biết tỉnh nào" if city else "Không có tên thành phố",
        f"'{city}' does not tell which province" if city else "There is no city",
    )
    code = next((code for code in said if not candidates or code in candidates), None)
    if code is None:
        rest = Text(
            ", và không có tên tỉnh đọc được: hãy ghi nơi đặt trụ sở.",
            ", and no subdivision settles it: please state the place.",
        )
        return SettledPlace(None, "unknown", _joined(start, rest, evidence))
    here = _labelled(code)
    rest = Text(f"; theo '{subdivision}' thì thuộc {here.vi}.", f"; by '{subdivision}' it lies in {here.en}.")
    return SettledPlace(code, "subdivision_only", _joined(start, rest, evidence))


def city_provinces(city: str) -> tuple[str | None, tuple[str, ...]]:
    """The former province of a GeoNames city, or None and the provinces its name may lie in (none: any).

    Cities met in ROR stand in `definitions/places/ror_cities.csv`; any other is read as the name of
    a province, whose capital usually bears it.
    """
    row = _cities().get(fold(city))
    if row is not None:
        return row["province_code"] or None, tuple(row["candidates"].split())
    said = subdivision_provinces(city)
    return (said[0] if said else None), ()


def subdivision_provinces(name: str) -> tuple[str, ...]:
    """The former provinces a subdivision's name covers: the one of that name first, then those merged into it.

    Empty when the name is no province's.

    >>> subdivision_provinces("Hưng Yên Province"), subdivision_provinces("Ho Chi Minh City (HCMC)")
    (('33', '34'), ('79', '74', '77'))
    """
    name = re.sub(r"\(.*?\)", "", name)
    name = re.sub(r"\bPovince\b", "Province", name)  # as it stands in some records
    former = set(place_map("vn-2024").units("province"))
    found: dict[str, None] = {}
    bearers: list[Place] = [hit.place for hit in place_names().named(name) if hit.place.level == "province"]
    for place in sorted(bearers, key=lambda p: p.start):
        parts = (place,) if place in former else place_table().predecessors(place)
        found.update(dict.fromkeys(part.code for part in parts))
    return tuple(found)


def _code_evidence(code: str | None) -> Text | None:
    if not code:
        return None
    province = _iso_3166_2().get(code.upper().removeprefix("VN-"))
    if province is None:
        return Text(f"Mã '{code}' không có trong ISO 3166-2.", f"The code '{code}' is not in ISO 3166-2.")
    here = _labelled(province)
    return Text(f"Mã '{code}' trong ISO 3166-2 là {here.vi}.", f"The code '{code}' in ISO 3166-2 is {here.en}.")


def _labelled(code: str) -> Text:
    """The name the former province last had."""
    day = place_map("vn-2024").day
    return Text(label(code, "vi", day), label(code, "en", day))


def _joined(start: Text, rest: Text, evidence: Text | None) -> Text:
    vi, en = start.vi + rest.vi, start.en + rest.en
    return Text(f"{vi} {evidence.vi}", f"{en} {evidence.en}") if evidence else Text(vi, en)


@functools.cache
def _cities() -> dict[str, dict[str, str]]:
    return {fold(row["city"]): row for row in read_rows("ror_cities")}


@functools.cache
def _iso_3166_2() -> dict[str, str]:
    return {row["iso"]: row["province_code"] for row in read_rows("iso_3166_2")}
