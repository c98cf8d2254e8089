"""The picture of the two times, in both languages: `python docs/draw.py` writes it into docs/pictures.

True time runs to the right, known time upwards; each band is what the registry says from one
changeset to the next. The story is the one that `two-times.md` runs.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from stregistry.text import LANGS, Text

FOLDER: Final = Path(__file__).parent / "pictures"

_LEFT, _RIGHT, _TOP, _BAND = 190, 850, 78, 74
_FIRST, _LAST = 2022, 2026  # the years drawn
_CAN_THO, _VINH_LONG = "#bfdbd0", "#f6cf9a"
_INK, _FAINT, _MARK = "#1d2b36", "#5b6b78", "#a61e4d"
_FONT = "font-family='Noto Sans, DejaVu Sans, Arial, sans-serif'"

# From the latest down: the changeset, when it was made, what was learnt, the bands it tells of (from, until, place).
_BANDS: Final = (
    (3, Text("tháng 6/2025", "June 2025"), Text("chỉ là chi nhánh", "only a branch"), ((2022.0, 2026.0, 0),)),
    (
        *(2, Text("tháng 3/2025", "March 2025"), Text("chuyển đi 01/07/2024", "moved on 1 July 2024")),
        ((2022.0, 2024.5, 0), (2024.5, 2026.0, 1)),
    ),
    (1, Text("tháng 2/2025", "February 2025"), Text("nhập danh sách", "list imported"), ((2022.0, 2026.0, 0),)),
)
_PLACES: Final = (Text("ở Cần Thơ", "in Cần Thơ"), Text("ở Vĩnh Long", "in Vĩnh Long"))
_ASKED: Final = 2024 + 365 / 366


def _x(year: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (year - _FIRST) / (_LAST - _FIRST)


def _text(
    x: float, y: float, words: str, size: int = 15, fill: str = _INK, anchor: str = "start", more: str = ""
) -> str:
    where = f'x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"'
    return f'<text {where} font-size="{size}" fill="{fill}" {more}>{escape(words)}</text>'


def _lines(lang: str) -> Iterator[str]:
    bottom = _TOP + _BAND * len(_BANDS)
    title = Text(
        "Một doanh nghiệp ở đâu: mỗi đợt cập nhật kể lại mọi ngày, và không xóa lời kể trước",
        "Where a firm is: each changeset tells of all days anew and erases nothing told before",
    )[lang]
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 420" role="img" {_FONT}>'
    yield f"<title>{escape(title)}</title>"
    yield '<rect width="900" height="420" rx="10" fill="#ffffff" stroke="#d5dde3"/>'
    yield _text(24, 36, title, 17, more='font-weight="600"')
    yield _text(24, 60, Text("↑ thời điểm ghi nhận", "↑ known time")[lang], 14, _FAINT)
    for n, (number, when, learnt, bands) in enumerate(_BANDS):
        y = _TOP + n * _BAND
        yield _text(24, y + 24, f"{Text('Đợt', 'Changeset')[lang]} {number}", 14, more='font-weight="600"')
        yield _text(24, y + 42, when[lang], 14)
        yield _text(24, y + 60, learnt[lang], 14, _FAINT)
        for start, end, place in bands:
            width = _x(end) - _x(start)
            yield (
                f'<rect x="{_x(start):.0f}" y="{y + 4}" width="{width:.0f}" height="{_BAND - 8}" rx="4" '
                f'fill="{(_CAN_THO, _VINH_LONG)[place]}"/>'
            )
            yield _text(_x(max(start, 2025.0) if place else start) + 12, y + 42, _PLACES[place][lang])
    for year in range(_FIRST, _LAST):
        yield f'<line x1="{_x(year):.0f}" y1="{bottom}" x2="{_x(year):.0f}" y2="{bottom + 7}" stroke="{_FAINT}"/>'
        yield _text(_x(year + 0.5), bottom + 22, str(year), 14, _FAINT, "middle")
    yield f'<line x1="{_LEFT}" y1="{bottom}" x2="{_RIGHT}" y2="{bottom}" stroke="{_FAINT}"/>'
    yield _text(_RIGHT, bottom + 44, Text("thời gian hiệu lực →", "valid time →")[lang], 14, _FAINT, "end")
    yield from _question(lang, bottom)
    yield "</svg>"


def _question(lang: str, bottom: int) -> Iterator[str]:
    """The line through one day, and what each changeset answers there."""
    x = _x(_ASKED)
    ends = f'x1="{x:.0f}" y1="{_TOP - 2}" x2="{x:.0f}" y2="{bottom + 52}"'
    yield f'<line {ends} stroke="{_MARK}" stroke-width="2" stroke-dasharray="5 4"/>'
    for n in range(len(_BANDS)):
        y = _TOP + n * _BAND + _BAND / 2
        yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="7" fill="{_MARK}" stroke="#fff" stroke-width="2"/>'
    asked = Text("Cuối năm 2024 doanh nghiệp ở đâu?", "Where was it at the end of 2024?")[lang]
    yield _text(24, bottom + 70, asked, 15, _MARK, more='font-weight="600"')
    told = Text(
        "Ghi nhận đến đợt 1: Cần Thơ. Đến đợt 2: Vĩnh Long. Đến nay: Cần Thơ. Câu nào cũng hỏi lại được.",
        "As known at changeset 1: Cần Thơ. At 2: Vĩnh Long. Now: Cần Thơ. Each answer can be had again.",
    )[lang]
    yield _text(24, bottom + 94, told, 15)


def draw(folder: Path) -> None:
    """Writes the pictures into a folder."""
    for lang in LANGS:
        (folder / f"two-times.{lang}.svg").write_text("\n".join(_lines(lang)) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    draw(FOLDER)
