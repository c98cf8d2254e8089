"""What a target says, in words: its form, what it is of, how sure its source is."""

from collections.abc import Sequence
from typing import Final

from stregistry.figures import with_unit
from stregistry.text import Text

FORMS: Final = {
    "at_least": Text("tối thiểu {}", "at least {}"),
    "above": Text("trên {}", "above {}"),
    "at_most": Text("không quá {}", "at most {}"),
    "below": Text("dưới {}", "below {}"),
    "range": Text("từ {} đến {}", "{} to {}"),
    "within": Text("trong khoảng {} đến {}", "within {} to {}"),
    "about": Text("khoảng {}", "about {}"),
    "maintain_above": Text("duy trì trên {}", "stay above {}"),
}
_OF: Final = {"growth": Text("%/năm", "% a year"), "multiple": Text("lần năm gốc", "times the base year")}
VERIFIED: Final = {
    "original": Text("theo bản gốc", "read in the original"),
    "quoted": Text("trích lại văn bản", "quoted from the document"),
    "secondary": Text("trích từ nguồn thứ cấp", "quoted from a secondary source"),
}


def goal(form: str, ends: Sequence[str], of: str, unit: Text | None, out_of: int | None, lang: str) -> str:
    """What a target asks for: its ends, written already as the language writes numbers, with their unit.

    unit: of the indicator, in place of which stands that of the growth or the multiple the target is of.

    >>> goal("at_least", ("30",), "value", Text("%", "%"), None, "vi")
    'tối thiểu 30%'
    >>> goal("at_most", ("10",), "value", Text("thứ hạng", "rank"), 63, "en")
    'at most rank 10 of 63'
    """
    unit = _OF.get(of, unit)
    if unit is not None and unit.en == "rank":
        ends, unit = [Text(f"hạng {end}", f"rank {end}")[lang] for end in ends], None
    said = FORMS[form][lang].format(ends[0], ends[-1])
    if unit is not None:
        said = with_unit(said, unit[lang])
    return said if out_of is None else f"{said} {Text('trong số', 'of')[lang]} {out_of}"
