"""Days as numbers, dates known only to the month or year, and the periods figures are asked for."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

import attrs

from stregistry.errors import DomainError
from stregistry.text import Text, fold

# Half-open intervals of whole days are stored as numbers (date.toordinal()); an open end is a
# number too, so that no comparison ever meets a NULL.
ALWAYS: Final = 0
FOREVER: Final = 3652060  # the day after 9999-12-31


def _month_end(year: int, month: int) -> dt.date:
    if month == 12:
        return dt.date(year, 12, 31)
    return dt.date(year, month + 1, 1) - dt.timedelta(days=1)


@attrs.frozen(order=True)
class PartialDate:
    """A date as precisely as its source gives it: a day, a month or a year.

    first, last: the first and last day it can mean; equal when the day is known.

    >>> PartialDate.parse("05/2024")
    PartialDate('2024-05')
    >>> PartialDate.parse("2024").last
    datetime.date(2024, 12, 31)
    """

    first: dt.date
    last: dt.date

    def __attrs_post_init__(self) -> None:
        if self.last < self.first:
            raise DomainError(
                Text(
                    f"Ngày cuối {self.last} trước ngày đầu {self.first}.",
                    f"The last day {self.last} is before {self.first}.",
                )
            )

    @classmethod
    def of(cls, value: "dt.date | PartialDate | str") -> "PartialDate":
        """The value as a partial date; a string is parsed. Raises DomainError."""
        if isinstance(value, PartialDate):
            return value
        if isinstance(value, dt.datetime):
            value = value.date()
        if isinstance(value, dt.date):
            return cls(value, value)
        if not isinstance(value, str):
            raise DomainError(Text(f"{value!r} không phải là ngày.", f"{value!r} is not a date."))
        return cls.parse(value)

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Reads `2024-05-17`, `17/05/2024`, `2024-05`, `05/2024` or `2024`.

        Day comes before month, as Vietnam writes it. Raises DomainError for anything else and for
        days that do not exist.
        """
        return cls(*(dt.date.fromordinal(n) for n in parse_days(text)))

    @property
    def precision(self) -> str:
        """`day`, `month`, `year`, or `range` for anything else."""
        first, last = self.first, self.last
        if first == last:
            return "day"
        if first.day == 1 and last == _month_end(first.year, first.month):
            return "month"
        if (first.month, first.day, last) == (1, 1, dt.date(first.year, 12, 31)):
            return "year"
        return "range"

    def __str__(self) -> str:
        match self.precision:
            case "day":
                return self.first.isoformat()
            case "month":
                return self.first.isoformat()[:7]
            case "year":
                return self.first.isoformat()[:4]
            case _:
                return f"{self.first}/{self.last}"

    def __repr__(self) -> str:
        return f"PartialDate({str(self)!r})"


_FORMS = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?"), "ymd"),
    (re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})"), "dmy"),
    (re.compile(r"(\d{4})[-/](\d{1,2})"), "ym"),
    (re.compile(r"(\d{1,2})[/.\-](\d{4})"), "my"),
    (re.compile(r"(\d{4})"), "y"),
    (re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})"), "range"),
)
# As decisions and lists in Vietnamese write a day, met with folded text.
_WORDED = (
    (re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})"), "dmy"),
    (re.compile(r"ngay (\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})"), "dmy"),
    (re.compile(r"thang (\d{1,2})(?: nam |[/.\-])(\d{4})"), "my"),
    (re.compile(r"nam (\d{4})"), "y"),
)


# What the orders above are called where a reader is shown how a date was read.
_FORM_NAMES: Final = {"ymd": "yyyy-mm-dd", "dmy": "dd/mm/yyyy", "ym": "yyyy-mm", "my": "mm/yyyy", "y": "yyyy"}


def _taken_apart(text: str) -> tuple[str, tuple[str, ...]]:
    """The order of a written date's parts and the parts; the order is empty for what is no date."""
    found = next(((o, m.groups()) for pattern, o in _FORMS if (m := pattern.fullmatch(text))), None)
    if found is None and " " in text:
        folded = fold(text)
        found = next(((o, m.groups()) for pattern, o in _WORDED if (m := pattern.fullmatch(folded))), None)
    return found or ("", ())


def date_form(text: str) -> str:
    """In what form a date is written: yyyy-mm-dd, dd/mm/yyyy, yyyy-mm, mm/yyyy, yyyy or range. Raises DomainError.

    >>> date_form("17/05/2024"), date_form("05.2024")
    ('dd/mm/yyyy', 'mm/yyyy')
    """
    parse_days(text)
    order, _ = _taken_apart(text.strip())
    return _FORM_NAMES.get(order, order)


def parse_days(text: str) -> tuple[int, int]:
    """The first and last day number a written date can mean (see `PartialDate.parse`)."""
    text = text.strip()
    order, parts = _taken_apart(text)
    if not order:
        raise DomainError(
            Text(
                f"'{text}' không phải là ngày: hãy ghi 2024-05-17, 17/05/2024, 05/2024 hoặc 2024.",
                f"'{text}' is not a date: write 2024-05-17, 17/05/2024, 05/2024 or 2024.",
            )
        )
    try:
        if order == "range":
            span = PartialDate(*map(dt.date.fromisoformat, parts))
            return span.first.toordinal(), span.last.toordinal()
        named = dict(zip(order, map(int, parts), strict=True))
        year, month, day = named["y"], named.get("m"), named.get("d")
        if month is None:
            return dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()
        if day is None:
            return dt.date(year, month, 1).toordinal(), _month_end(year, month).toordinal()
        number = dt.date(year, month, day).toordinal()
        return number, number
    except DomainError:  # a range the wrong way round, which PartialDate has said already
        raise
    except ValueError:
        raise DomainError(
            Text(
                f"Ngày '{text}' không tồn tại (ghi theo thứ tự ngày/tháng/năm).",
                f"The date '{text}' does not exist (day comes before month).",
            )
        ) from None


def day(value: "dt.date | str | int") -> int:
    """The day number of a date that must be known to the day."""
    if isinstance(value, int):
        return value
    if isinstance(value, dt.datetime):
        return value.date().toordinal()
    if isinstance(value, dt.date):
        return value.toordinal()
    first, last = parse_days(value)
    if first != last:
        raise DomainError(
            Text(
                f"'{value}' cần ghi đủ ngày, tháng, năm, ví dụ 31/12/2024.",
                f"'{value}' must be a full date: year, month and day, such as 2024-12-31.",
            )
        )
    return first


def show_day(number: int) -> str:
    """A day number as an ISO date; empty for an open end."""
    return "" if number <= ALWAYS or number >= FOREVER else dt.date.fromordinal(number).isoformat()


def show_date(value: dt.date | PartialDate, lang: str) -> str:
    """A date for people, with as much of it as is known: day before month in Vietnamese, ISO in English.

    >>> show_date(PartialDate.parse("2024-06"), "vi"), show_date(dt.date(2024, 12, 31), "vi")
    ('06/2024', '31/12/2024')
    """
    one = PartialDate.of(value)
    if one.precision == "range":
        return f"{show_date(one.first, lang)} – {show_date(one.last, lang)}"
    form = {"day": "%d/%m/%Y", "month": "%m/%Y", "year": "%Y"}[one.precision]
    return f"{one.first:{form}}" if lang == "vi" else str(one)


_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@attrs.frozen(order=True, cache_hash=True)
class Period:
    """A span of days figures are asked for: half-open, with the label it was asked by.

    start, end: day numbers; a day d lies inside when start <= d < end.
    """

    start: int
    end: int
    label: str

    @property
    def kind(self) -> str:
        """year, half, quarter, month or months (cumulative from January)."""
        rest = self.label[4:]
        return {"": "year", "H": "half", "Q": "quarter", "M": "months", "-": "month"}[rest[:1]]

    @property
    def last_day(self) -> int:
        """The number of its last day."""
        return self.end - 1

    def shifted(self, steps: int, year_ends: str = "12-31") -> "Period":
        """The period of the same kind that many periods later (earlier when negative)."""
        year = int(self.label[:4])
        rest = self.label[4:]
        match self.kind:
            case "year":
                return parse_period(f"{year + steps}", year_ends)
            case "half":
                n = year * 2 + int(rest[1:]) - 1 + steps
                return parse_period(f"{n // 2}H{n % 2 + 1}", year_ends)
            case "quarter":
                n = year * 4 + int(rest[1:]) - 1 + steps
                return parse_period(f"{n // 4}Q{n % 4 + 1}", year_ends)
            case "month":
                n = year * 12 + int(rest[1:]) - 1 + steps
                return parse_period(f"{n // 12}-{n % 12 + 1:02d}", year_ends)
            case _:
                return parse_period(f"{year + steps}{rest}", year_ends)

    def a_year_before(self, steps: int = 1, year_ends: str = "12-31") -> "Period":
        """The same part of an earlier year."""
        return parse_period(f"{int(self.label[:4]) - steps}{self.label[4:]}", year_ends)

    @property
    def words(self) -> Text:
        """The period as a report names it.

        >>> parse_period("2025H1").words.vi, parse_period("2025Q3").words.en
        ('6 tháng đầu năm 2025', 'third quarter of 2025')
        """
        year, rest = self.label[:4], self.label[5:]
        match self.kind:
            case "half":
                vi, en = (("đầu", "first"), ("cuối", "second"))[int(rest) - 1]
                return Text(f"6 tháng {vi} năm {year}", f"{en} half of {year}")
            case "quarter":
                vi, en = (("I", "first"), ("II", "second"), ("III", "third"), ("IV", "fourth"))[int(rest) - 1]
                return Text(f"quý {vi} năm {year}", f"{en} quarter of {year}")
            case "month":
                return Text(f"tháng {int(rest)} năm {year}", f"{_MONTHS[int(rest) - 1]} {year}")
            case "months":
                return Text(f"{int(rest)} tháng năm {year}", f"first {int(rest)} months of {year}")
            case _:
                return Text(f"năm {year}", f"{year}")

    def __str__(self) -> str:
        return self.label


_PERIOD = re.compile(r"(\d{4})(?:(H)([12])|(Q)([1-4])|(M)(1[0-2]|0?[1-9])|-(1[0-2]|0[1-9]))?")


# A period in words, folded, and the code it stands for; {0} is the year, {1} the part of it.
_PERIOD_WORDS: Final = (
    (re.compile(r"(?:ca )?(?:nam|year) (?P<year>\d{4})"), "{0}"),
    (re.compile(r"(?:6|sau) thang (?P<part>dau|cuoi) (?:nam )?(?P<year>\d{4})"), "{0}H{1}"),
    (re.compile(r"(?P<part>first|second) half of (?P<year>\d{4})"), "{0}H{1}"),
    (re.compile(r"quy (?P<part>iv|i{1,3}|[1-4])(?: nam|,|/| )+ ?(?P<year>\d{4})"), "{0}Q{1}"),
    (re.compile(r"q(?P<part>[1-4])[-/ ](?P<year>\d{4})"), "{0}Q{1}"),
    (re.compile(r"(?P<year>\d{4})[-/ ]q(?P<part>[1-4])"), "{0}Q{1}"),
    (re.compile(r"(?P<part>first|second|third|fourth) quarter of (?P<year>\d{4})"), "{0}Q{1}"),
    (re.compile(r"thang (?P<part>\d{1,2})(?: nam|,|/| )+ ?(?P<year>\d{4})"), "{0}-{1:02d}"),
    (re.compile(r"(?P<part>\d{1,2})/(?P<year>\d{4})"), "{0}-{1:02d}"),
    (re.compile(rf"(?P<part>{'|'.join(_MONTHS).lower()}) (?P<year>\d{{4}})"), "{0}-{1:02d}"),
    (re.compile(r"(?P<part>\d{1,2}) thang (?:dau )?(?:nam )?(?P<year>\d{4})"), "{0}M{1}"),
    (re.compile(r"first (?P<part>\d{1,2}) months of (?P<year>\d{4})"), "{0}M{1}"),
)
_PARTS: Final = {
    **{month.lower(): n for n, month in enumerate(_MONTHS, 1)},
    **{"dau": 1, "cuoi": 2, "i": 1, "ii": 2, "iii": 3, "iv": 4, "first": 1, "second": 2, "third": 3, "fourth": 4},
}


def _from_words(text: str) -> str | None:
    """The code of a period written in words; None for what is none."""
    folded = " ".join(fold(text).split())
    for pattern, code in _PERIOD_WORDS:
        if match := pattern.fullmatch(folded):
            part = match.groupdict().get("part", "")
            return code.format(match["year"], _PARTS.get(part) or int(part or 0))
    return None


def parse_period(text: str, year_ends: str = "12-31") -> Period:
    """The period written as `2024`, `2024H1`, `2024Q3`, `2024-07` or `2025M9` (January to September).

    year_ends: the month and day a reporting year ends on; "12-14" makes 2024 run from
    15 December 2023 to 14 December 2024, and its halves and quarters count from there.
    Reads a period in the words of offices too ("quý II/2024", "Q2/2024", "7/2024", "6 tháng đầu năm 2025",
    "năm 2024"). Raises DomainError.

    >>> p = parse_period("2024Q3"); show_day(p.start), show_day(p.last_day)
    ('2024-07-01', '2024-09-30')
    >>> parse_period("Quý III năm 2024") == p
    True
    """
    match = _PERIOD.fullmatch(text.strip())
    if match is None and (code := _from_words(text)) and _PERIOD.fullmatch(code):
        return parse_period(code, year_ends)
    if not match or not 1900 <= int(match[1]) <= 2999:
        raise DomainError(
            Text(
                f"'{text}' không phải là kỳ báo cáo: hãy ghi 2024, 2024H1, 2024Q3, 2024-07, 2025M9 hoặc 2020..2025.",
                f"'{text}' is not a period: write 2024, 2024H1, 2024Q3, 2024-07, 2025M9 or 2020..2025.",
            ),
            period=text,
        )
    year = int(match[1])
    first, last = 1, 12
    if match[2]:
        first, last = (1, 6) if match[3] == "1" else (7, 12)
    elif match[4]:
        last = int(match[5]) * 3
        first = last - 2
    elif match[6]:
        last = int(match[7])
    elif match[8]:
        first = last = int(match[8])
    label = f"{year}M{last}" if match[6] else text.strip()
    return Period(_boundary(year, first - 1, year_ends), _boundary(year, last, year_ends), label)


def _boundary(year: int, months: int, year_ends: str) -> int:
    """The day on which `months` months of the reporting year are over, as the start of the next."""
    try:
        # Read in a leap year, so that 02-29 means the same in every year.
        end = dt.date.fromisoformat(f"2000-{year_ends}")
    except ValueError:
        raise DomainError(
            Text(
                f"year_ends = '{year_ends}' không hợp lệ: hãy ghi tháng-ngày, ví dụ 12-14.",
                f"year_ends = '{year_ends}' is not valid: write month-day, such as 12-14.",
            )
        ) from None
    back = 12 - months
    n = year * 12 + end.month - 1 - back
    y, m = n // 12, n % 12 + 1
    month_end = _month_end(y, m)
    # 28 February too: else the 29th would belong to no year.
    whole_month = end == _month_end(end.year, end.month) or year_ends == "02-28"
    d = month_end if whole_month or end.day > month_end.day else dt.date(y, m, end.day)
    return d.toordinal() + 1


def parse_periods(text: str, year_ends: str = "12-31") -> tuple[Period, ...]:
    """The periods of `2024`, of a list `2023,2024` or of an inclusive range `2020..2025`, in order.

    >>> [p.label for p in parse_periods("2024Q3..2025Q1")]
    ['2024Q3', '2024Q4', '2025Q1']
    """
    found: list[Period] = []
    for part in text.split(","):
        low, dots, high = part.partition("..")
        first = parse_period(low, year_ends)
        if not dots:
            found.append(first)
            continue
        last = parse_period(high, year_ends)
        # From M6 to M9 there is no step: cumulative periods go from year to year.
        other_months = first.kind == "months" and first.label[4:] != last.label[4:]
        if first.kind != last.kind or last.start < first.start or other_months:
            raise DomainError(
                Text(
                    f"Khoảng kỳ '{part}' không hợp lệ: hai đầu phải cùng loại và theo thứ tự thời gian.",
                    f"The range '{part}' is not valid: both ends must be of one kind, in order of time.",
                )
            )
        while first.start <= last.start:
            found.append(first)
            if first.kind == "months":
                first = first.a_year_before(-1, year_ends)
            else:
                first = first.shifted(1, year_ends)
    return tuple(dict.fromkeys(found))


def periods_of(
    value: "str | int | Period | Sequence[str | int | Period]", year_ends: str = "12-31"
) -> tuple[Period, ...]:
    """The periods named by a string, a number, a period, or a sequence of them."""
    if isinstance(value, Period):
        return (value,)
    if isinstance(value, (str, int)):
        return parse_periods(str(value), year_ends)
    return tuple(dict.fromkeys(p for item in value for p in periods_of(item, year_ends)))
