"""Methods in words: every one of them in both languages, and a whole method told step by step."""

from typing import get_args

from stregistry.places import ATTRIBUTES
from stregistry.scoring.aggregate import AGGREGATORS
from stregistry.scoring.impute import IMPUTERS
from stregistry.scoring.method import ALL_WEIGHTINGS, Method
from stregistry.scoring.normalise import NORMALISERS
from stregistry.scoring.parameters import parameters_of
from stregistry.scoring.transform import TRANSFORMS
from stregistry.scoring.words import CHOICES, METHODS, PARAMETERS, WITHIN, told

FUNCTIONS = {
    "impute": IMPUTERS,
    "treat": TRANSFORMS,
    "normalise": {name: row.function for name, row in NORMALISERS.items()},
    "weights": ALL_WEIGHTINGS,
    "aggregate": {name: row.function for name, row in AGGREGATORS.items()},
}


def test_every_method_and_parameter_has_words() -> None:
    """A row for each, none left over."""
    assert {step: list(rows) for step, rows in METHODS.items()} == {
        step: list(rows) for step, rows in FUNCTIONS.items()
    }
    taken = [item for rows in FUNCTIONS.values() for one in rows.values() for item in parameters_of(one).items()]
    assert set(PARAMETERS) == {name for name, _ in taken}
    assert set(WITHIN) == set(ATTRIBUTES)
    assert set(CHOICES) == {word for _, kind in taken for word in get_args(kind) if isinstance(word, str)}


def test_a_method_is_told_in_its_order_with_its_numbers() -> None:
    """Steps that do nothing are left out; numbers stand in the marks of the language."""
    method = Method.of(
        {
            "impute": {"how": "median", "within": "region"},
            "screen": {"availability": 0.625},
            "treat": {"winsorise": 3, "then": "log_ct"},
            "normalise": {"how": "goalposts", "to": [0.5, 100], "cut": False},
            "aggregate": [{"how": "geometric", "availability": 0.5}, {"how": "arithmetic"}],
        }
    )
    steps = [(step.vi, said.vi) for step, said in told(method)]
    assert [step for step, _ in steps] == [
        "Bù số liệu thiếu",
        "Chọn đơn vị đủ số liệu",
        "Xử lý giá trị ngoại lai",
        "Chuẩn hóa",
        "Trọng số",
        "Tổng hợp",
        "Tổng hợp",
    ]
    assert steps[0][1].endswith("(theo hàng); trong các đơn vị cùng vùng kinh tế - xã hội")
    assert steps[1][1] == "có số liệu ở ít nhất 62,5% chỉ tiêu"
    assert "hệ số nhọn từ 3,5" in steps[2][1]
    assert "nếu chưa đủ thì lôgarit" in steps[2][1]
    assert steps[3][1].endswith("(thang điểm: 0,5 – 100; cắt trong khoảng giữa hai ngưỡng: không)")
    assert steps[5][1].endswith("cấp 1; khi ít nhất 50% thành phần có số liệu")
    assert [step.en for step, _ in told(Method())] == ["Normalisation", "Weights", "Aggregation"]
