"""What several commands ask for: which kind, period and map, and why."""

from collections.abc import Callable
from pathlib import Path

import click

from stregistry.cli.base import lang_of, option, valid_on
from stregistry.text import Text


def kinds_note(also: Text | None = None) -> Callable[[], Text]:
    """The line of a help text that lists the kinds; `also`: what else may stand in their place."""

    def note() -> Text:
        from stregistry.model import KINDS

        listed = ", ".join(KINDS)
        vi, en = (f"; {also.vi}", f"; {also.en}") if also else ("", "")
        return Text(f"KIND là một trong: {listed}{vi}.", f"KIND is one of: {listed}{en}.")

    return note


def not_blank(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Refuses a value of nothing but spaces."""
    if value is not None and not value.strip():
        raise click.BadParameter(Text("không được để trống.", "must not be blank.")[lang_of(ctx)], ctx, param)
    return value


def ending(
    *those: str, instead: Text | None = None
) -> Callable[[click.Context, click.Parameter, Path | None], Path | None]:
    """A callback that refuses a file to write whose name ends otherwise; `instead`: how to get what such a name is for.

    A page of HTML called .pdf, or a snapshot called .xlsx, opens in nothing.
    """

    def check(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
        if value is not None and value.suffix.lower() not in those:
            lang, listed = lang_of(ctx), ", ".join(those)
            said = Text(f"tệp '{value.name}' phải có đuôi {listed}.", f"the file '{value.name}' must end in {listed}.")
            raise click.BadParameter(f"{said[lang]} {instead[lang]}" if instead else said[lang], ctx, param)
        return value

    return check


WHY = option(
    "--why",
    required=True,
    callback=not_blank,
    metavar="TEXT",
    vi="Lý do, ghi vào đợt cập nhật.",
    en="The reason, kept in the changeset.",
)
PERIOD = option(
    "--period",
    required=True,
    metavar="P",
    vi="Kỳ báo cáo: 2024, 2024H1, 2024Q3, 2024-07, 2025M9, 2020..2025.",
    en="Period: 2024, 2024H1, 2024Q3, 2024-07, 2025M9, 2020..2025.",
)
PLACES = option(
    "--places",
    metavar="MAP",
    vi="Danh mục đơn vị hành chính, ví dụ vn-2024, vn-2025 (mặc định: theo bộ chỉ tiêu).",
    en="Place map, such as vn-2024 or vn-2025 (default: the framework's).",
)
# Of figures: a flow is counted over its period whatever the day.
STOCKS_ON = valid_on(
    "Số thời điểm lấy vào cuối kỳ, muộn nhất là ngày này (mặc định: hôm nay).",
    "Stocks are taken at the end of the period, on this day at the latest (default: today).",
)
ON_THE_DAY = valid_on(
    "Đọc hồ sơ theo thực tế có hiệu lực vào ngày này (mặc định: ngày ghi ở --on).",
    "Read records as true on this day (default: the day of --on).",
)


def place_code(word: str, *maps: str) -> str:
    """The code of the territory that a word names on the first of the maps that has it, by code or by name.

    Raises NotFoundError for what names no territory (the nearest is named), and for one of another
    time: then with what it lies in on the first map.
    """
    from stregistry.errors import NotFoundError
    from stregistry.places import find_place, label, place_map

    charts = [place_map(one) for one in maps]
    for chart in charts:
        place = find_place(word, chart.day)
        if place.in_force(chart.day):
            return place.code
    chart = charts[0]
    place = find_place(word, chart.day)
    lies = chart.resolve(place.code, place.start, place.level)
    within = [lies.unit] if lies.unit else list(lies.candidates)
    listed = {lang: ", ".join(f"{label(code, lang, chart.day)} ({code})" for code in within) for lang in ("vi", "en")}
    then = "; ".join(f"--place {code}" for code in within)
    was = place.namings[-1].full
    raise NotFoundError(
        Text(
            f"Danh mục {chart.id} không có {was.vi} ({place.code})"
            + (f"; địa bàn này thuộc {listed['vi']}: {then}." if within else "."),
            f"The place map {chart.id} has no {was.en} ({place.code})"
            + (f"; it lies in {listed['en']}: {then}." if within else "."),
        ),
        place=word,
    )
