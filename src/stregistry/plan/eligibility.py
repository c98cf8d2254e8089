"""Whether a body meets the criteria of a definition, as far as the registry can tell: meets, does not, cannot tell."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import attrs

from stregistry.dates import show_date
from stregistry.framework import Reference
from stregistry.measures.offer import offer
from stregistry.plan import calendar
from stregistry.plan.criteria import Clause, Criteria
from stregistry.plan.duty import CHECK_LAW
from stregistry.plan.facts import Facts
from stregistry.store.view import View
from stregistry.text import Text
from stregistry.vocab import vocabulary

if TYPE_CHECKING:
    import pandas as pd

VERDICTS: Final = {
    "meets": Text("đáp ứng", "meets"),
    "does_not": Text("không đáp ứng", "does not meet"),
    "cannot_tell": Text("chưa đủ thông tin", "cannot tell"),
    "not_in_force": Text("tiêu chí không có hiệu lực", "criteria not in force"),
}


@attrs.frozen
class Fact:
    """Something that has to be known of a body; `year`: of which year, where it is a figure of one."""

    label: Text
    year: int | None = None

    @property
    def told(self) -> Text:
        """The fact in words."""
        return self.label if self.year is None else _of_years(self.label, [self.year])


@attrs.frozen(kw_only=True)
class Finding:
    """One clause: verdict, what was found, where it stands in the law. depth: within how many others.

    lacking: what has to be known before anybody can tell. check_law: the text is to be checked before it is relied on.
    """

    clause: str
    name: Text
    verdict: str
    found: Text | None
    lacking: tuple[Fact, ...]
    source: Reference
    article: Text
    depth: int
    join: str | None
    check_law: bool = False

    @property
    def missing(self) -> tuple[Text, ...]:
        """What is lacking, in words."""
        return tuple(fact.told for fact in self.lacking)


@attrs.frozen(kw_only=True)
class Judgement:
    """One definition for one body on a day: the verdict and every clause, a clause before those it is made of."""

    criteria: str
    title: Text
    body: int
    at: dt.date
    verdict: str
    findings: tuple[Finding, ...]

    @property
    def lacking(self) -> tuple[Fact, ...]:
        """What has to be known before anybody can tell, each once; empty unless the verdict is cannot_tell."""
        if self.verdict != "cannot_tell":
            return ()
        return tuple(dict.fromkeys(fact for one in self.findings if one.depth == 0 for fact in one.lacking))

    @property
    def missing(self) -> tuple[Text, ...]:
        """What is lacking, in words; the years of one figure together."""
        years: dict[Text, list[int]] = {}
        for fact in self.lacking:
            years.setdefault(fact.label, []).extend([fact.year] if fact.year is not None else [])
        return tuple(_of_years(label, sorted(given)) if given else label for label, given in years.items())

    def frame(self) -> "pd.DataFrame":
        """The clauses as a frame, texts in Vietnamese."""
        import pandas as pd

        return pd.DataFrame([finding_row(self, one, "vi") for one in self.findings], columns=list(COLUMNS))


COLUMNS: Final = (
    *("criteria", "clause", "depth", "verdict", "name", "found", "missing", "document", "issued", "article"),
    "check_law",
)


def finding_row(judged: Judgement, one: Finding, lang: str) -> dict[str, object]:
    """A clause as plain values, for files."""
    return {
        "criteria": judged.criteria,
        "clause": one.clause,
        "depth": one.depth,
        "verdict": one.verdict,
        "name": one.name[lang],
        "found": one.found and one.found[lang],
        "missing": "; ".join(text[lang] for text in one.missing) or None,
        "document": one.source.number,
        "issued": one.source.issued and one.source.issued.isoformat(),
        "article": one.article[lang],
        "check_law": CHECK_LAW[lang] if one.check_law else None,
    }


def eligibility(view: View, body: int, definition: Criteria, at: dt.date) -> Judgement:
    """Whether a body meets a definition on a day. Raises NotFoundError for a record that is no organisation."""
    facts = Facts(view, body, at)
    findings = tuple(one for part in definition.parts for one in _judged(definition, part, facts, 0))
    verdict = _joined("all", [one.verdict for one in findings if one.depth == 0])
    if at < definition.in_force or (definition.until is not None and at >= definition.until):
        verdict, findings = "not_in_force", ()
    return Judgement(
        criteria=definition.id, title=definition.title, body=body, at=at, verdict=verdict, findings=findings
    )


def _joined(join: str, verdicts: Sequence[str]) -> str:
    """Three-way logic: one that decides decides, whatever is not known beside it."""
    if join == "none":
        inner = _joined("any", verdicts)
        return {"meets": "does_not", "does_not": "meets"}.get(inner, inner)
    decides, else_ = ("does_not", "meets") if join == "all" else ("meets", "does_not")
    if decides in verdicts:
        return decides
    return "cannot_tell" if "cannot_tell" in verdicts else else_


def _judged(definition: Criteria, id: str, facts: Facts, depth: int) -> Iterator[Finding]:
    clause = definition.clauses[id]
    if clause.join is None:
        found = _TESTS[next(form for form in _TESTS if form in clause.test)](clause, facts)
        yield attrs.evolve(found, depth=depth)
        return
    below = [one for part in clause.parts for one in _judged(definition, part, facts, depth + 1)]
    own = [one for one in below if one.depth == depth + 1]
    verdict = _joined(clause.join, [one.verdict for one in own])
    # What a part lacks that is decided already, by other parts of its own, would change nothing.
    lacking = dict.fromkeys(fact for one in own if one.verdict == "cannot_tell" for fact in one.lacking)
    yield attrs.evolve(
        _told(clause, None),
        verdict=verdict,
        lacking=tuple(lacking) if verdict == "cannot_tell" else (),
        depth=depth,
    )
    yield from below


def _told(clause: Clause, meets: bool | None, found: Text | None = None, lacking: Sequence[Fact] = ()) -> Finding:
    return Finding(
        clause=clause.id,
        name=clause.name,
        verdict="cannot_tell" if meets is None else "meets" if meets else "does_not",
        found=found,
        lacking=tuple(lacking),
        source=clause.source,
        article=clause.article,
        depth=0,
        join=clause.join,
        check_law=clause.check_law,
    )


# ---- the forms of a test -------------------------------------------------------------------


def _field(clause: Clause, facts: Facts) -> Finding:
    name = clause.test["field"]
    value, info = getattr(facts.body, name), offer("organisation").fields[name]
    if value is None:
        return _told(clause, None, lacking=[Fact(info.label)])
    label = vocabulary(info.vocabulary).term(value).label if info.vocabulary else Text(value, value)
    return _told(
        clause, value in clause.test["any_of"], Text(f"{info.label.vi}: {label.vi}", f"{info.label.en}: {label.en}")
    )


def _years_since(clause: Clause, facts: Facts) -> Finding:
    """Met up to and with the day the last year ends on; a date known to the month or year may leave it open."""
    name = clause.test["years_since"]
    since, info = getattr(facts.body, name), offer("organisation").fields[name]
    if since is None:
        return _told(clause, None, lacking=[Fact(info.label)])
    end = calendar.shifted(since, {"years": clause.test["at_most"]})
    found = Text(
        f"{info.label.vi}: {show_date(since, 'vi')}, đến {show_date(end, 'vi')}",
        f"{info.label.en}: {show_date(since, 'en')}, until {show_date(end, 'en')}",
    )
    if facts.at <= end.first:
        return _told(clause, True, found)
    if facts.at > end.last:
        return _told(clause, False, found)
    exact = Text(f"{info.label.vi} đủ ngày, tháng, năm", f"{info.label.en} to the day")
    return _told(clause, None, found, [Fact(exact)])


def _division(clause: Clause, facts: Facts) -> Finding:
    """The first two digits of the industry code: the division of the Vietnamese classification."""
    label = offer("organisation").fields["industry"].label
    digits = re.search(r"\d{2}", facts.body.industry or "")
    if digits is None:
        return _told(clause, None, lacking=[Fact(label)])
    number = int(digits[0])
    inside = clause.test["division_from"] <= number <= clause.test["division_to"]
    return _told(clause, inside, Text(f"{label.vi}: {facts.body.industry}", f"{label.en}: {facts.body.industry}"))


def _item(clause: Clause, facts: Facts) -> Finding:
    item = clause.test["item"]
    given, label = facts.latest(item), _item_label(item)
    if given is None:
        return _told(clause, None, lacking=[Fact(_asked(item))])
    of = _of_year(item, given.year).told if given.year else label
    found = Text(f"{of.vi}: {_value(item, given.value, 'vi')}", f"{of.en}: {_value(item, given.value, 'en')}")
    return _told(clause, _within(clause, given.value), found)


def _share(clause: Clause, facts: Facts) -> Finding:
    """The sum of one item over the years by that of another, which is the share of averages."""
    top, bottom = clause.test["share"]
    years, missing = _years(clause, facts, (top, bottom))
    if missing or not years:
        return _told(clause, None if missing else False, _no_full_year(years), missing)
    above, below = (
        sum((facts.of_year(item, year) or Decimal(0) for year in years), Decimal(0)) for item in (top, bottom)
    )
    if below <= 0:
        return _told(clause, None, lacking=[Fact(_item_label(bottom))])
    share = above / below
    percent = {lang: _number(round(share * 100, 2), lang) for lang in ("vi", "en")}
    return _told(
        clause,
        _within(clause, share),
        Text(f"{percent['vi']}% ({_span(years)})", f"{percent['en']}% ({_span(years)})"),
    )


def _each(clause: Clause, facts: Facts) -> Finding:
    item = clause.test["each"]
    years, missing = _years(clause, facts, (item,))
    values = {year: facts.of_year(item, year) for year in years}
    given = {year: value for year, value in values.items() if value is not None}
    short = [year for year, value in given.items() if not _within(clause, value)]
    told = {lang: "; ".join(f"{y}: {_value(item, v, lang)}" for y, v in sorted(given.items())) for lang in ("vi", "en")}
    found = Text(told["vi"], told["en"]) if given else _no_full_year(years)
    if short or not years:
        return _told(clause, False, found)
    return _told(clause, None if missing else True, found, missing)


def _growth(clause: Clause, facts: Facts) -> Finding:
    """Each of the years against the one before; the declared growth of a year counts where revenue is not declared."""
    item, most = clause.test["growth"], clause.test["years"]
    last = facts.at.year - 1
    rates: dict[int, Decimal | None] = {}
    missing: list[Fact] = []
    for year in range(last, last - most, -1):
        now, before = facts.of_year(item, year), facts.of_year(item, year - 1)
        stated = facts.of_year("growth_percent", year)
        if now is not None and before is not None and before > 0:
            rates[year] = now / before - 1
        elif stated is not None:
            rates[year] = stated / 100
        else:
            rates[year] = None
            missing += [_of_year(item, y) for y in (year, year - 1) if facts.of_year(item, y) is None]
    known = {year: rate for year, rate in rates.items() if rate is not None}
    told = {
        lang: "; ".join(f"{y}: {_number(round(r * 100, 2), lang)}%" for y, r in sorted(known.items()))
        for lang in ("vi", "en")
    }
    found = Text(told["vi"], told["en"]) if known else None
    if any(not _within(clause, rate) for rate in known.values()):
        return _told(clause, False, found)
    return _told(clause, True if len(known) == most else None, found, list(dict.fromkeys(missing)))


def _records(clause: Clause, facts: Facts) -> Finding:
    """Some record proves it; none proves nothing, since the registry may not hold it."""
    kind = clause.test["records"]
    about, ids = offer(kind).about, facts.records(kind, clause.test["role"], clause.where)
    if ids:
        listed = ", ".join(map(str, ids[:5])) + ("…" if len(ids) > 5 else "")
        return _told(clause, True, Text(f"{about.label.vi}: hồ sơ {listed}", f"{about.label.en}: record {listed}"))
    return _told(clause, None, lacking=[Fact(clause.name)])


_TESTS: Final = {
    "field": _field,
    "years_since": _years_since,
    "item": _item,
    "share": _share,
    "each": _each,
    "growth": _growth,
    "records": _records,
    "division_from": _division,
}


def _years(clause: Clause, facts: Facts, items: Sequence[str]) -> tuple[list[int], list[Fact]]:
    """The full years the test looks at, and the figures of them that nobody declared."""
    years = facts.full_years(clause.test["years"])
    return years, [_of_year(item, y) for y in years for item in items if facts.of_year(item, y) is None]


def _no_full_year(years: Sequence[int]) -> Text | None:
    return None if years else Text("chưa hoạt động đủ một năm tài chính", "not a full year in business yet")


def _of_year(item: str, year: int) -> Fact:
    return Fact(_item_label(item), year)


def _of_years(label: Text, years: Sequence[int]) -> Text:
    listed, several = ", ".join(map(str, years)), "các " if len(years) > 1 else ""
    # Of a yearly average the word for year is there already.
    return Text(f"{label.vi.removesuffix(' năm')} {several}năm {listed}", f"{label.en} in {listed}")


def _asked(item: str) -> Text:
    """What has to be declared: of a statement, whether it is so."""
    label = _item_label(item)
    return Text(f"{label.vi} (có hay không)", f"{label.en} (yes or no)") if item in _YES_OR_NO else label


def _item_label(item: str) -> Text:
    return vocabulary("declared_item").term(item).label


def _within(clause: Clause, value: Decimal) -> bool:
    # Through text, since the binary 0.02 of the file is a little more than two hundredths.
    low, high = (clause.test.get(key) for key in ("at_least", "at_most"))
    return (low is None or value >= Decimal(str(low))) and (high is None or value <= Decimal(str(high)))


def _span(years: Sequence[int]) -> str:
    return f"{min(years)}-{max(years)}" if len(years) > 1 else str(years[0])


# Declared as 1 and 0.
_YES_OR_NO: Final = (
    *("st_result", "st_product_exported", "st_product_encouraged", "st_product_prize"),
    *("public_offering", "product_from_ip", "product_pilot_or_prize", "backed"),
)


def _value(item: str, value: Decimal, lang: str) -> str:
    """A declared value with its unit."""
    if item in _YES_OR_NO:
        return (Text("có", "yes") if value else Text("không", "no"))[lang]
    if item.endswith("_vnd"):
        return _number(value, lang) + Text(" đồng", " VND")[lang]
    return _number(value, lang) + ("%" if item.endswith("_percent") else "")


def _number(value: Decimal, lang: str) -> str:
    text = f"{value.normalize():,f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text
