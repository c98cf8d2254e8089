"""By what key each row is known, which rows say the same thing twice, and over which days a state holds."""

from collections.abc import Sequence
from typing import Any, Final

from stregistry.dates import ALWAYS, FOREVER, show_day
from stregistry.exchange.content import Content, Parsed
from stregistry.exchange.issues import Problems
from stregistry.exchange.parse import Values
from stregistry.model import Observation
from stregistry.text import Text

# Without an id of the owner's, these stand in for it.
KEY_SCHEMES: Final = ("mst", "ror")
_OF_STATISTIC: Final = ("series", "basis", "map", "place", "period")


def row_keys(parsed: Parsed, problems: Problems) -> Values:
    """The key of each row: the owner's id, else `mst:…` or `ror:…`. A row without any is a problem."""
    keys = list(parsed.keys)
    if None not in keys:
        return keys
    for scheme in KEY_SCHEMES:
        values = parsed.identifiers.get(scheme)
        if values is not None:
            keys = [k if k is not None or v is None else f"{scheme}:{v}" for k, v in zip(keys, values, strict=True)]
    if parsed.plan.kind == Observation.about.kind:
        # A statistic has no number of its own; these say which one it is.
        parts = zip(*(parsed.record.columns.get(name, [None] * parsed.n) for name in _OF_STATISTIC), strict=True)
        keys = [k if k is not None else "|".join(p or "" for p in part) for k, part in zip(keys, parts, strict=True)]
    bodily = parsed.plan.layout.state
    needed = (
        Text("Hãy ghi cột 'id', hoặc 'mst', 'ror'.", "Fill the column 'id', or 'mst' or 'ror'.")
        if bodily
        else Text("Hãy ghi cột 'id'.", "Fill the column 'id'.")
    )
    if (like := parsed.key_like) is not None:
        needed = Text(
            f"{needed.vi} Nếu '{like}' là số riêng của từng hồ sơ, có thể lấy làm khóa: ghi key = \"{like}\" vào tệp "
            "ánh xạ (--map).",
            f"{needed.en} If '{like}' is a number of each record's own, it can be the key: write key = \"{like}\" in a "
            "map file (--map).",
        )
    for i, key in enumerate(keys):
        if key is None:
            problems.at(i, "no_key", column=parsed.key_header, needed=needed)
    return keys


def repeated_rows(parsed: Parsed, keys: Values, days: Sequence[tuple[int, int]] | None, problems: Problems) -> set[int]:
    """The rows that repeat an earlier one exactly and count once.

    The same key with different content is a problem of both rows, since nobody but the owner knows
    which is right; unless the file itself gives both an interval, and the two do not meet: then
    they tell the history of one record.
    """
    repeats: set[int] = set()
    if len(set(keys)) == len(keys):
        return repeats
    met: dict[str, list[int]] = {}
    for i, key in enumerate(keys):
        if key is None:
            continue
        earlier = met.setdefault(key, [])
        same = next((j for j in earlier if j not in problems.bad and _said(parsed, j) == _said(parsed, i)), None)
        if same is not None:
            repeats.add(i)
            problems.at(i, "duplicate_row", first=problems.row_number(same))
            continue
        for j in earlier:
            if not (days and _stated(parsed, i) and _stated(parsed, j) and _apart(days[i], days[j])):
                lines: dict[str, Any] = {"first": problems.row_number(j), "second": problems.row_number(i)}
                for n in (i, j):
                    problems.at(n, "doubled_id", column=parsed.key_header, value=key, key=key, **lines)
                break
        earlier.append(i)
    return repeats


def repeated_across(tables: Sequence[tuple[Parsed, Values, set[int], Problems]]) -> None:
    """Notes rows of different tables of one file with the same key, as `repeated_rows` does within one.

    tables: each with its keys, the rows that repeat another (which grows) and its problems.
    """
    met: dict[str, tuple[int, int]] = {}
    for n, (parsed, keys, repeats, problems) in enumerate(tables):
        for i, key in enumerate(keys):
            if key is None or i in repeats:
                continue
            before, j = met.setdefault(key, (n, i))
            if before == n:
                continue
            other, _, _, there = tables[before]
            where = Text(
                f"dòng {there.row_number(j)} trang '{there.sheet}'",
                f"row {there.row_number(j)} of sheet '{there.sheet}'",
            )
            whole = i not in problems.bad and j not in there.bad
            if whole and _stated_of(other, j) == _stated_of(parsed, i):
                repeats.add(i)
                problems.at(i, "duplicate_row_elsewhere", where=where)
                continue
            here = Text(
                f"dòng {problems.row_number(i)} trang '{problems.sheet}'",
                f"row {problems.row_number(i)} of sheet '{problems.sheet}'",
            )
            problems.at(i, "doubled_id_elsewhere", column=parsed.key_header, value=key, key=key, where=where)
            there.at(j, "doubled_id_elsewhere", column=other.key_header, value=key, key=key, where=here)


def _stated_of(parsed: Parsed, i: int) -> dict[Any, Any]:
    """Everything a row says, by what it is about, for comparing rows of tables with different columns."""
    said: dict[Any, Any] = {"valid_from": parsed.valid_from[i], "valid_to": parsed.valid_to[i]}
    for part, content in enumerate((parsed.record, parsed.body)):
        if content is not None:
            said |= {(part, name): values[i] for name, values in content.columns.items()}
            said |= {(part, one.header.column.id): one.texts[i] for one in content.mentions}
            for name, slots in content.slots.items():
                said[part, name] = tuple(sorted((item for slot in slots for item in slot[i]), key=repr)) or None
    return {name: value for name, value in said.items() if value is not None}


def _stated(parsed: Parsed, i: int) -> bool:
    return parsed.valid_from[i] is not None or parsed.valid_to[i] is not None


def _apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[1] <= other[0] or other[1] <= one[0]


def _said(parsed: Parsed, i: int) -> list[Any]:
    """Everything a row says, for comparing two rows of one sheet."""
    said: list[Any] = [parsed.keys[i], parsed.valid_from[i], parsed.valid_to[i]]
    for content in (parsed.record, parsed.body):
        if content is not None:
            said += [values[i] for values in content.columns.values()]
            said += [slot[i] for slots in content.slots.values() for slot in slots]
            said += [one.texts[i] for one in content.mentions]
    return said


def spans(content: Content, n: int, starts: Values | None = None, ends: Values | None = None) -> list[tuple[int, int]]:
    """The days each state holds, half-open, as day numbers.

    What the file states wins; otherwise the class's own start, and the earliest of its ends: the
    end day itself is outside. An unknown start is ALWAYS, an unknown end FOREVER. An own end that is
    not after a stated start tells nothing.
    """
    blank: Values = [None] * n
    start_name, end_names = content.layout.cls.about.span
    own_starts = content.columns.get(start_name, blank)
    own_ends: Values = blank
    for name in end_names:
        more = content.columns.get(name, blank)
        own_ends = [b if a is None else a if b is None else min(a, b) for a, b in zip(own_ends, more, strict=True)]
    found = []
    for start, end, own_start, own_end in zip(starts or blank, ends or blank, own_starts, own_ends, strict=True):
        first = start if start is not None else own_start if own_start is not None else ALWAYS
        last = end if end is not None else own_end if own_end is not None else FOREVER
        if start is not None and end is None and last <= first:
            last = FOREVER
        found.append((first, last))
    return found


def check_spans(found: Sequence[tuple[int, int]], problems: Problems) -> None:
    """Notes every state that would end before it starts."""
    for i, (start, end) in enumerate(found):
        if start >= end:
            problems.at(i, "bad_interval", start=show_day(start), end=show_day(end))
