"""What a figure leaves out, and why it moved, in words."""

from typing import Final

from stregistry.text import Text

# Why a record is not counted.
LEFT_OUT: Final = {
    "no_date": Text("không có ngày", "without a date"),
    "no_value": Text("không có giá trị", "without a value"),
    "no_place": Text("không xác định được địa bàn", "without a place"),
    "unknown_place": Text("địa bàn không có trong danh mục", "with an unknown place"),
    "date_too_coarse": Text(
        "ngày chỉ biết đến tháng hoặc năm, không rõ thuộc kỳ nào", "with a date too coarse for the period"
    ),
    "place_too_coarse": Text("địa bàn ghi ở cấp rộng hơn", "with a place of a wider level"),
    "ambiguous_split": Text("địa bàn đã chia tách, không rõ thuộc đâu", "in a territory that was split"),
}

# The numbers a figure is made of; those of a made-up indicator have the way to them before it (`top.value`).
_PARTS: Final = {
    "value": Text("giá trị", "value"),
    "top": Text("tử số", "numerator"),
    "bottom": Text("mẫu số", "denominator"),
    "denominator": Text("chia cho", "denominator"),
    "now": Text("kỳ này", "now"),
    "before": Text("kỳ so sánh", "before"),
    "weight": Text("quyền số", "weight"),
}


def part_label(part: str, lang: str) -> str:
    """The name of a part, such as "numerator / value" of `top.value`."""
    return " / ".join(_PARTS[word][lang] if word in _PARTS else word for word in part.split("."))


# The steps from an old figure to a new one, in the order they are taken; `records` is told as three causes.
STEPS: Final = ("period", "records", "denominators", "framework", "places")

# The causes of a change, in the order they are told; `records` where a figure came or went.
CAUSES: Final = {
    "period": Text("Kỳ báo cáo", "Period"),
    "records": Text("Hồ sơ đã biết", "Records known"),
    "new": Text("Hồ sơ mới", "New records"),
    "revised": Text("Hồ sơ đính chính", "Revised records"),
    "retracted": Text("Hồ sơ bị rút", "Retracted records"),
    "denominators": Text("Mẫu số", "Denominators"),
    "framework": Text("Bộ chỉ tiêu", "Framework"),
    "places": Text("Danh mục địa bàn", "Place map"),
}

# What happened to one record of a change.
WHAT: Final = {
    "new": Text("mới ghi nhận", "new"),
    "revised": Text("được đính chính", "revised"),
    "retracted": Text("bị rút", "retracted"),
    "entered": Text("bắt đầu được tính", "entered"),
    "left": Text("không còn được tính", "left"),
    "changed": Text("cách tính khác", "counted otherwise"),
    "related": Text("đổi theo hồ sơ liên quan", "through a related record"),
}
