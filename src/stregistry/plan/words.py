"""What a target says, in words: its form, what it is of, how sure its source is."""

from typing import Final

from stregistry.text import Text

FORMS: Final = {
    "at_least": Text("từ {}", "at least {}"),
    "above": Text("trên {}", "above {}"),
    "at_most": Text("không quá {}", "at most {}"),
    "below": Text("dưới {}", "below {}"),
    "range": Text("từ {} đến {}", "{} to {}"),
    "within": Text("trong khoảng {} đến {}", "within {} to {}"),
    "about": Text("khoảng {}", "about {}"),
    "maintain_above": Text("duy trì trên {}", "stay above {}"),
}
OF: Final = {"growth": Text("%/năm", "% a year"), "multiple": Text("lần năm gốc", "times the base year")}
VERIFIED: Final = {
    "original": Text("theo bản gốc", "read in the original"),
    "quoted": Text("trích lại văn bản", "quoted from the document"),
    "secondary": Text("trích từ nguồn thứ cấp", "quoted from a secondary source"),
}
