"""Why a figure is missing, in words."""

from typing import Final

from stregistry.text import Text

MISSING: Final = {
    "no_observation": Text("chưa có số liệu", "no observation"),
    "no_denominator": Text("không có mẫu số", "no denominator"),
    "mixed_basis": Text("lẫn cơ sở tính", "mixed basis"),
    "ambiguous_split": Text("địa bàn đã chia tách, không rõ thuộc đâu", "ambiguous split"),
    "place_not_in_force": Text("địa bàn không còn hiệu lực", "place not in force"),
    "not_combinable": Text("không gộp được số liệu các địa bàn cũ", "former territories cannot be combined"),
    "not_measured": Text("không đo", "not measured"),
}
