"""What each measure computes and what its parameters are, in both languages: for the reference and the command line.

A row for every row of MEASURES, and for every parameter of one; a test holds them together.
"""

from typing import Final

from stregistry.text import Text

MEASURES_SAID: Final = {
    "count": Text("số hồ sơ", "how many records"),
    "sum": Text(
        "tổng một đại lượng của các hồ sơ có ghi đại lượng ấy", "the sum of an amount over the records that have one"
    ),
    "mean": Text(
        "trung bình cộng một đại lượng của các hồ sơ có ghi đại lượng ấy",
        "the mean of an amount over the records that have one",
    ),
    "distinct": Text(
        "số giá trị khác nhau của một trường; trường có nhiều mã thì đếm từng mã",
        "how many different values of a field; of a field with several codes each code counts",
    ),
    "share": Text(
        "tỷ trọng của các hồ sơ đáp ứng cả `where` và `among` trong các hồ sơ đáp ứng `among`; có `field` thì theo "
        "tổng của đại lượng ấy thay cho số hồ sơ",
        "the records that meet `where` and `among`, as a fraction of those that meet `among`; with `field` by the sum "
        "of that amount instead of the number of records",
    ),
    "ratio": Text("chỉ tiêu này chia cho chỉ tiêu kia", "one indicator divided by another"),
    "growth": Text(
        "tốc độ tăng của một chỉ tiêu sau `lag` kỳ, hoặc so với cùng kỳ `lag` năm trước",
        "the growth of an indicator over `lag` periods, or over `lag` years to the same part of the year",
    ),
    "series": Text(
        "số liệu thống kê thu thập được, không tính từ hồ sơ ở đây", "a statistic that was observed, not counted here"
    ),
}
PARAMETERS: Final = {
    "of": Text("loại hồ sơ được đếm", "the kind of record that is counted"),
    "field": Text(
        "trường được cộng, lấy trung bình hoặc phân biệt", "the field that is summed, averaged or told apart"
    ),
    "when": Text(
        '`"flow"`: số thời kỳ, sự kiện có ngày trong kỳ; `"stock"`: số thời điểm, những gì có hiệu lực vào ngày cuối '
        "kỳ. Mặc định: flow với sự kiện, stock với trạng thái",
        '`"flow"`: events dated in the period; `"stock"`: what holds on its last day. Default: flow for events, stock '
        "for states",
    ),
    "on": Text(
        "trường ngày xếp sự kiện vào kỳ; mặc định: trường của loại hồ sơ",
        "the date field that puts an event into a period; default: the one of the kind",
    ),
    "place": Text(
        "tính theo địa bàn của ai: của hồ sơ, của tổ chức mà hồ sơ nói đến, hoặc của bên giữ vai trò này; giao "
        "dịch có các bên như vậy ở nhiều địa bàn được đếm một lần ở mỗi địa bàn, giá trị chia đều",
        "whose place counts: the record's, that of a body it refers to, or of a party with this role; a deal with such "
        "parties in several places counts once in each, and its amount is divided equally",
    ),
    "where": Text(
        "điều kiện trên các trường: `{field = giá trị}`, `{field = [các giá trị]}`, `{field = {min = …, max = …}}`, "
        "`{field = {missing = true}}`, `{organisation = {…}}`",
        "conditions on fields: `{field = value}`, `{field = [values]}`, `{field = {min = …, max = …}}`, "
        "`{field = {missing = true}}`, `{organisation = {…}}`",
    ),
    "among": Text(
        "điều kiện của toàn bộ mà tỷ trọng tính trên đó, viết như `where`",
        "the conditions of the whole that the share is of, written as `where`",
    ),
    "follow": Text(
        '`"predecessors"`: tổ chức đã có tổ chức kế thừa vào lúc ấy thì tính là tổ chức kế thừa',
        '`"predecessors"`: a body whose place another has taken by then counts as that one',
    ),
    "top": Text("mã chỉ tiêu ở tử số", "id of the indicator above the line"),
    "bottom": Text("mã chỉ tiêu ở mẫu số", "id of the indicator below the line"),
    "indicator": Text("mã chỉ tiêu tăng trưởng", "id of the indicator that grows"),
    "lag": Text(
        "lùi bao nhiêu kỳ, hoặc bao nhiêu năm khi có `same_period`",
        "how many periods back, or years back with `same_period`",
    ),
    "same_period": Text("so với cùng kỳ năm trước", "compares with the same part of an earlier year"),
    "series": Text("chuỗi số liệu", "the series observed"),
    "basis": Text(
        "cơ sở tính của số liệu, một mã của `statistic_basis`; bảng lẫn nhiều cơ sở tính là `mixed_basis`",
        "the basis it was counted on, a code of `statistic_basis`; a table that mixes bases is `mixed_basis`",
    ),
}
