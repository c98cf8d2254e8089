"""Why there is no figure or score, in words: one table for tables, pages, pictures, workbooks and notes."""

from typing import Final

from stregistry.text import Text

MISSING: Final = {
    "no_observation": Text("chưa có số liệu", "no observation"),
    "no_denominator": Text("không có mẫu số", "no denominator"),
    "mixed_basis": Text("lẫn cơ sở tính", "mixed basis"),
    "ambiguous_split": Text("địa bàn đã chia tách, không rõ thuộc đâu", "ambiguous split"),
    "place_not_in_force": Text("địa bàn không có hiệu lực trong kỳ", "place not in force in the period"),
    "not_combinable": Text("không gộp được số liệu các địa bàn cũ", "former territories cannot be combined"),
    "not_measured": Text("không đo", "not measured"),
    # Scores.
    "screened_out": Text("bị loại vì quá ít số liệu", "screened out for too few figures"),
    "availability": Text("quá ít thành phần có số liệu", "too few members have figures"),
    "no_members": Text("không thành phần nào có số liệu", "no member has a figure"),
    # Only where two snapshots are compared.
    "not_in_framework": Text("bộ chỉ tiêu không có chỉ tiêu này", "not in the framework"),
    "not_on_map": Text("danh mục không có địa bàn này", "not on the place map"),
}


def why_missing(reason: str | None) -> Text:
    """The words of a reason; those of a code not known here are the code itself, none is not measured.

    >>> why_missing("no_denominator").en, why_missing("other").en, why_missing(None).en
    ('no denominator', 'other', 'not measured')
    """
    code = reason or "not_measured"
    return MISSING.get(code) or Text(code, code)
