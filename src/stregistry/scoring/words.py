"""What each step and each method does, in both languages: for reports, the command line and the reference.

A row for every row of IMPUTERS, TRANSFORMS, NORMALISERS, ALL_WEIGHTINGS and AGGREGATORS; a test holds them together.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stregistry.figures import number
from stregistry.scoring.method import Method, Step
from stregistry.scoring.treat import Rule
from stregistry.text import LANGS, Text

STEPS: Final = {
    "impute": Text("Bù số liệu thiếu", "Imputation of missing data"),
    "screen": Text("Chọn đơn vị đủ số liệu", "Units with enough data"),
    "treat": Text("Xử lý giá trị ngoại lai", "Treatment of outliers"),
    "normalise": Text("Chuẩn hóa", "Normalisation"),
    "weights": Text("Trọng số", "Weights"),
    "aggregate": Text("Tổng hợp", "Aggregation"),
}

_IMPUTE: Final = {
    "none": Text("không bù, để trống", "nothing is filled in"),
    "mean": Text(
        "trung bình cộng của các giá trị đo được: của các đơn vị trong cùng kỳ (theo cột), hoặc của các chỉ tiêu khác "
        "cùng nhóm của chính đơn vị ấy (theo hàng)",
        "the mean of the measured values: of the units in the same period (by column), or of the unit's own other "
        "indicators in the same group (by row)",
    ),
    "median": Text(
        "trung vị của các giá trị đo được: của các đơn vị trong cùng kỳ (theo cột), hoặc của các chỉ tiêu khác cùng "
        "nhóm của chính đơn vị ấy (theo hàng)",
        "the median of the measured values: of the units in the same period (by column), or of the unit's own other "
        "indicators in the same group (by row)",
    ),
    "latest": Text("giá trị gần nhất đo được trước đó", "the last value measured before"),
    "constant": Text(
        "giá trị gần nhất đo được trước đó; ở đầu chuỗi lấy giá trị đầu tiên đo được",
        "the last value measured before; at the start of a series the first one measured",
    ),
    "linear": Text(
        "nội suy tuyến tính theo thời gian giữa hai kỳ đo được; hai đầu chuỗi để trống",
        "linear interpolation in time between two measured periods; the ends stay empty",
    ),
    "linear_constant": Text(
        "nội suy tuyến tính theo thời gian; hai đầu chuỗi lấy giá trị đo được gần nhất",
        "linear interpolation in time; the ends take the nearest measured value",
    ),
}
_TREAT: Final = {
    "none": Text("không biến đổi", "no transformation"),
    "log_ct": Text("lôgarit ln(x − min + 0,01·khoảng biến thiên) (COIN Tool)", "ln(x − min + 0.01 range) (COIN Tool)"),
    "log_ct_plus": Text(
        "lôgarit ln(x − min + 0,01·khoảng biến thiên) khi phân phối lệch phải; khi lệch trái lấy đối xứng "
        "−ln(max + 0,01·khoảng biến thiên − x)",
        "ln(x − min + 0.01 range) where the upper tail is long; else its mirror −ln(max + 0.01 range − x)",
    ),
    "log_shift": Text(
        "lôgarit ln(x − min + 1); phụ thuộc đơn vị tính", "ln(x − min + 1); depends on the unit of measure"
    ),
    "box_cox": Text(
        "biến đổi Box-Cox (y^λ − 1)/λ với y = x − min + 1, và ln y khi λ = 0; phụ thuộc đơn vị tính (Box, Cox 1964)",
        "Box-Cox transformation (y^λ − 1)/λ with y = x − min + 1, ln y for λ = 0; depends on the unit of measure "
        "(Box, Cox 1964)",
    ),
    "log_gii": Text(
        "lôgarit của Chỉ số đổi mới sáng tạo toàn cầu; giá trị lớn nhất phải dương",
        "the logarithm of the Global Innovation Index; needs a maximum above 0",
    ),
}
_NORMALISE: Final = {
    "none": Text(
        "giữ nguyên, đảo dấu chỉ tiêu nghịch: cho số liệu vốn đã là điểm",
        "as it is, turned so that more is better: for data that are scores already",
    ),
    "min_max": Text(
        "vị trí giữa giá trị kém nhất và giá trị tốt nhất, đưa về thang điểm",
        "position between the worst and the best value, put on the scale",
    ),
    "z_score": Text(
        "điểm z: khoảng cách đến trung bình, tính theo độ lệch chuẩn mẫu (n − 1)",
        "z-score: distance from the mean in sample standard deviations (n − 1)",
    ),
    "percentile_rank": Text(
        "hạng bách phân (r − 1)/(n − 1), r đếm từ giá trị kém nhất",
        "percentile rank (r − 1)/(n − 1), r counted from the worst",
    ),
    "borda": Text("điểm Borda: số đơn vị kém hơn", "Borda count: how many units are beaten"),
    "rank": Text("thứ hạng đếm từ giá trị kém nhất, là 1", "the place counted from the worst, which is 1"),
    "distance_to_best": Text(
        "1 − (khoảng cách đến giá trị tốt nhất)/(khoảng biến thiên)", "1 − (distance to the best value)/range"
    ),
    "distance_to_reference": Text(
        "(x − giá trị kém nhất)/(giá trị của đơn vị tham chiếu − giá trị kém nhất)",
        "(x − worst)/(reference unit − worst)",
    ),
    "distance_to_target": Text(
        "(x − giá trị kém nhất)/(mục tiêu − giá trị kém nhất); mục tiêu phải tốt hơn giá trị kém nhất",
        "(x − worst)/(target − worst); the target has to be better than the worst value",
    ),
    "goalposts": Text(
        "vị trí giữa ngưỡng dưới và ngưỡng trên cố định, đưa về thang điểm",
        "position between two fixed goalposts, put on the scale",
    ),
    "fraction_of_best": Text(
        "tỷ lệ so với giá trị tốt nhất: x/max, với chỉ tiêu nghịch là min/x",
        "fraction of the best value: x/max, where less is better min/x",
    ),
}
_WEIGHTS: Final = {
    "given": Text("như bộ chỉ tiêu quy định", "as the framework gives them"),
    "equal": Text("bằng nhau giữa các thành phần của một nhóm", "equal among the members of a group"),
    "pca": Text(
        "hệ số tải trên thành phần chính thứ nhất (phân tích thành phần chính trên điểm z)",
        "loadings on the first principal component of the z-scores",
    ),
    "entropy": Text(
        "theo entropy: thành phần phân hóa mạnh hơn có trọng số lớn hơn (Hwang, Yoon 1981)",
        "by entropy: what differs more, counts more (Hwang, Yoon 1981)",
    ),
    "critic": Text(
        "CRITIC: độ lệch chuẩn nhân với mức không tương quan với các thành phần khác (Diakoulaki, Mavrotas, "
        "Papayannakis 1995)",
        "CRITIC: standard deviation times the lack of correlation with the others (Diakoulaki, Mavrotas, Papayannakis "
        "1995)",
    ),
    "bod": Text(
        "benefit of the doubt: mỗi đơn vị được nhận bộ trọng số có lợi nhất cho mình, với giới hạn về tỷ phần của mỗi "
        "thành phần (Cherchye, Moesen, Rogge, Van Puyenbroeck 2007)",
        "benefit of the doubt: each unit has the weights under which it does best, with bounds on the share of each "
        "member (Cherchye, Moesen, Rogge, Van Puyenbroeck 2007)",
    ),
    "optimised": Text(
        "tối ưu hóa sao cho tỷ phần tương quan của mỗi thành phần với chỉ số đạt mức mong muốn (Becker, Saisana, "
        "Paruolo, Vandecasteele 2017)",
        "optimised so that each member's share of the correlations with the index is the one wanted (Becker, Saisana, "
        "Paruolo, Vandecasteele 2017)",
    ),
}
_AGGREGATE: Final = {
    "arithmetic": Text(
        "trung bình cộng có trọng số: mặt yếu được mặt mạnh bù hoàn toàn",
        "weighted arithmetic mean: a strong side makes up fully for a weak one",
    ),
    "geometric": Text(
        "trung bình nhân có trọng số: mặt yếu chỉ được bù một phần; điểm phải dương",
        "weighted geometric mean: a weak side is made up for only in part; scores above 0",
    ),
    "harmonic": Text(
        "trung bình điều hòa có trọng số: mặt yếu được bù ít nhất; điểm phải dương",
        "weighted harmonic mean: a weak side is made up for least; scores above 0",
    ),
    "generalised_mean": Text(
        "trung bình lũy thừa có trọng số bậc p, với p = 0 là trung bình nhân",
        "weighted power mean of order p, the geometric mean for p = 0",
    ),
    "copeland": Text(
        "so sánh từng cặp theo Copeland: số đơn vị thắng được trừ số đơn vị thua, theo trọng số của các thành phần hơn",
        "Copeland: units beaten minus units lost to, pair by pair, by the weight of the members each leads in",
    ),
    "median": Text("trung vị có trọng số", "weighted median"),
    "mpi": Text(
        "chỉ số Mazziotta-Pareto M − S²/M: trung bình trừ phần phạt mất cân đối giữa các thành phần đã chuẩn hóa về "
        "trung bình 100, độ lệch chuẩn 10 (De Muro, Mazziotta, Pareto 2011)",
        "Mazziotta-Pareto index M − S²/M: the mean less a penalty for imbalance, of members standardised to mean 100 "
        "and standard deviation 10 (De Muro, Mazziotta, Pareto 2011)",
    ),
    "ampi": Text(
        "chỉ số Mazziotta-Pareto điều chỉnh: trung bình trừ phần phạt mất cân đối giữa các thành phần đã đưa về thang "
        "70–130 theo ngưỡng, so sánh được giữa các kỳ (Mazziotta, Pareto 2016)",
        "adjusted Mazziotta-Pareto index: the mean less a penalty for imbalance, of members put on 70–130 by "
        "goalposts, comparable between periods (Mazziotta, Pareto 2016)",
    ),
}
METHODS: Final[Mapping[str, Mapping[str, Text]]] = {
    "impute": _IMPUTE,
    "treat": _TREAT,
    "normalise": _NORMALISE,
    "weights": _WEIGHTS,
    "aggregate": _AGGREGATE,
}

PARAMETERS: Final = {
    "by": Text("tính theo", "by"),
    "look_back": Text("lùi tối đa", "at most so far back"),
    "power": Text("λ", "λ"),
    "to": Text("thang điểm", "scale"),
    "mean": Text("trung bình", "mean"),
    "sd": Text("độ lệch chuẩn", "standard deviation"),
    "ties": Text("khi bằng nhau", "ties"),
    "cap": Text("không quá 1", "at most 1"),
    "cut": Text("cắt trong khoảng giữa hai ngưỡng", "cut to the posts"),
    "negative": Text("hệ số âm", "negative loadings"),
    "low": Text("tỷ phần thấp nhất", "lowest share"),
    "high": Text("tỷ phần cao nhất", "highest share"),
    "level": Text("cấp", "level"),
    "target": Text("tỷ phần mong muốn", "shares wanted"),
    "p": Text("bậc", "order"),
    "high_is_good": Text("điểm cao là tốt", "high is good"),
}
WITHIN: Final = {
    "region": Text("vùng kinh tế - xã hội", "region"),
    "parent": Text("đơn vị hành chính cấp trên", "unit above"),
    "type": Text("loại đơn vị hành chính", "type of unit"),
}
CHOICES: Final = {
    "column": Text("cột", "column"),
    "row": Text("hàng", "row"),
    "min": Text("lấy hạng nhỏ nhất", "the least rank"),
    "average": Text("lấy hạng trung bình", "the mean rank"),
    "keep": Text("giữ nguyên", "kept"),
    "zero": Text("đặt bằng 0", "set to 0"),
}


def told(method: Method) -> Iterator[tuple[Text, Text]]:
    """The steps of a method that do something, in their order: what the step is, and what is done.

    Exceptions for single indicators are counted, not listed.
    """
    if method.impute.how != "none":
        within = method.impute.within
        inside = None if within is None else _within(within)
        yield STEPS["impute"], _joined(_step("impute", method.impute), inside)
    least = method.screen.availability
    if least is not None:
        yield (
            STEPS["screen"],
            _both("có số liệu ở ít nhất {}% chỉ tiêu", "at least {}% of the indicators have a figure", least * 100),
        )
    if method.treat.rule is not None:
        yield STEPS["treat"], _joined(_rule(method.treat.rule), _except(method.treat.indicators))
    yield STEPS["normalise"], _joined(_step("normalise", method.normalise.step), _except(method.normalise.indicators))
    yield STEPS["weights"], _step("weights", method.weights)
    for n, one in enumerate(method.aggregate, 1):
        level = Text(f"; cấp {n}", f"; level {n}") if len(method.aggregate) > 1 else None
        part = one.availability
        enough = (
            None
            if part is None
            else _both(
                "; khi ít nhất {}% thành phần có số liệu",
                "; where at least {}% of the members have a figure",
                part * 100,
            )
        )
        yield STEPS["aggregate"], _joined(_step("aggregate", one), level, enough)


def _within(name: str) -> Text:
    """The attribute of places by its name, a column of a table of one's own as it is called there."""
    same = WITHIN.get(name, Text(f"“{name}”", f"“{name}”"))
    return Text(f"; trong các đơn vị cùng {same.vi}", f"; among units of the same {same.en}")


def _step(step: str, one: Step) -> Text:
    said = METHODS[step][one.how]
    given = [_parameter(name, value) for name, value in one.params.items() if value is not None]
    if not given:
        return said
    return Text(*(f"{said[lang]} ({'; '.join(text[lang] for text in given)})" for lang in LANGS))


def _parameter(name: str, value: Any) -> Text:
    said = PARAMETERS[name]
    return Text(*(f"{said[lang]}: {_value(value, lang)}" for lang in LANGS))


def _value(value: Any, lang: str) -> str:
    if isinstance(value, bool):
        return Text("có" if value else "không", "yes" if value else "no")[lang]
    if isinstance(value, int | float):
        return number(float(value), lang)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(share, lang)}" for key, share in value.items())
    if isinstance(value, str):
        return CHOICES[value][lang]
    return " – ".join(_value(one, lang) for one in value)


def _rule(rule: Rule) -> Text:
    limits = [number(rule.skewness, lang) for lang in LANGS], [number(rule.kurtosis, lang) for lang in LANGS]
    said = Text(
        f"chỉ tiêu có hệ số bất đối xứng từ {limits[0][0]} và hệ số nhọn từ {limits[1][0]} được winsor hóa tối đa "
        f"{rule.winsorise} giá trị",
        f"an indicator with skewness from {limits[0][1]} and kurtosis from {limits[1][1]} has at most "
        f"{rule.winsorise} values winsorised",
    )
    if rule.then == "none":
        return said
    after = METHODS["treat"][rule.then]
    return _joined(said, Text(f"; nếu chưa đủ thì {after.vi}", f"; where that is not enough, {after.en}"))


def _except(indicators: Mapping[str, Any]) -> Text | None:
    n = len(indicators)
    return Text(f"; {n} chỉ tiêu theo cách riêng", f"; {n} indicators in a way of their own") if n else None


def _both(vi: str, en: str, value: float) -> Text:
    return Text(vi.format(number(value, "vi")), en.format(number(value, "en")))


def _joined(*parts: Text | None) -> Text:
    return Text(*("".join(part[lang] for part in parts if part) for lang in LANGS))
