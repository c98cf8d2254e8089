"""The command on territories: the units of a map, what a code or name meant on a day, what it became."""

from typing import TYPE_CHECKING, Any, Final

import click

from stregistry.cli.base import Command, OneOf, lang_of, option, printing
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.places import Place, PlaceMap

_NEWEST: Final = "vn-2025"
# In a narrow terminal the last go first.
_HEADERS: Final = {
    "code": Text("Mã", "Code"),
    "name": Text("Tên", "Name"),
    "level": Text("Cấp", "Level"),
    "from": Text("Từ ngày", "From"),
    "to": Text("Đến trước ngày", "Until"),
    "unit": Text("Thuộc đơn vị", "On the map"),
    "reason": Text("Lý do không xác định", "Why on none"),
    "became": Text("Trở thành", "Became"),
    "came_from": Text("Hình thành từ", "Came from"),
    "candidates": Text("Có thể là", "May be"),
    "parent": Text("Cấp trên", "Lies in"),
    "named": Text("Tên gọi qua các thời kỳ", "Names over time"),
    "type": Text("Loại", "Type"),
}
_LEVELS: Final = {
    "country": Text("quốc gia", "country"),
    "province": Text("tỉnh", "province"),
    "district": Text("huyện", "district"),
    "commune": Text("xã", "commune"),
}
_REASONS: Final = {
    "ambiguous_split": Text("đã chia tách, không rõ thuộc đâu", "ambiguous split"),
    "coarser": Text("rộng hơn cấp được hỏi", "wider than the level asked for"),
}


@click.command(
    "places",
    cls=Command,
    about=Text(
        "Địa bàn: các đơn vị của một danh mục, hoặc một mã hay tên đã chỉ địa bàn nào và nay thuộc đâu.\n\n"
        "Không ghi PLACE: liệt kê đơn vị của danh mục (--places), hoặc có hiệu lực vào một ngày (--valid), ở một cấp "
        "(--level). Ghi PLACE: mọi địa bàn mang mã hoặc tên đó; với --valid, chỉ địa bàn được hiểu vào ngày ấy. "
        "--splits liệt kê các địa bàn đã chia cho nhiều nơi: số liệu và hồ sơ chỉ biết đến chúng được đánh dấu, không "
        "bao giờ chia đoán.",
        "Territories: the units of a map, or which one a code or name meant and where that lies now.\n\n"
        "Without PLACE: the units of the map (--places), or in force on a day (--valid), at a level (--level). With "
        "PLACE: every territory of that code or name; with --valid, the one meant on that day. --splits lists the "
        "territories that went to several others: figures and records known only for these are flagged, never shared "
        "out by guess.",
    ),
    examples=(
        "stregistry places",
        "stregistry places --level commune --places vn-2024 --format csv",
        "stregistry places 92",
        'stregistry places "Thốt Nốt" --valid 2024-05-17',
        "stregistry places --splits",
    ),
)
@click.argument("place", required=False)
@option(
    "--level",
    type=OneOf(["country", "province", "district", "commune"]),
    vi="Cấp đơn vị hành chính (mặc định: province, hoặc cấp của PLACE).",
    en="Level of the units (default: province, or that of PLACE).",
)
@option("--splits", is_flag=True, vi="Liệt kê các địa bàn đã chia tách.", en="List the territories that were split.")
@option("--valid", metavar="DATE", vi="Hiểu mã hoặc tên theo ngày này.", en="Read the code or name as on this day.")
@option(
    "--places",
    metavar="MAP",
    vi="Danh mục đơn vị hành chính, ví dụ vn-2024 (mặc định: vn-2025).",
    en="Place map, such as vn-2024 (default: vn-2025).",
)
@printing
@click.pass_context
def places(
    ctx: click.Context,
    place: str | None,
    level: str | None,
    splits: bool,
    valid: str | None,
    places: str | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.cli.output import emit
    from stregistry.cli.told import date
    from stregistry.dates import day
    from stregistry.places import find_place, place_map, place_table

    if splits and (place or valid):
        ctx.fail(Text("--splits không đi cùng PLACE hay --valid.", "--splits takes no PLACE or --valid.")[lang_of()])
    table, chosen = place_table(), place_map(places or _NEWEST)
    on, plain = day(valid) if valid else None, form != "table" or bool(out)
    if place is not None:
        found = [find_place(place, on)] if on is not None else _every(place)
        rows = [_row(p, on, plain) | _lies(p, chosen, level, plain) for p in found]
    elif splits:
        found = [p for p, _ in table.splits() if level in (None, p.level)]
        rows = [_row(p, None, plain) for p in sorted(found, key=lambda p: (p.code, p.start))]
    else:
        on = chosen.day if on is None else on
        rows = [_row(p, on, plain) for p in table if p.level == (level or "province") and p.in_force(on)]
    emit(rows, _HEADERS, form=form, out=out, told={"from": date, "to": date})


def _every(text: str) -> "list[Place]":
    """Every territory of that code or name, in order of code and time. Raises NotFoundError with the nearest name."""
    from stregistry.places import find_place, place_names, place_table
    from stregistry.text import tidy

    code = tidy(text).upper().zfill(2)
    named = [hit.place for hit in place_names().named(text)]
    found = place_table().versions(code) or tuple(dict.fromkeys(named)) or (find_place(text),)
    return sorted(found, key=lambda p: (p.code, p.start))


def _row(place: "Place", day: int | None, plain: bool) -> dict[str, Any]:
    """A territory as a row, called as on the day (None: as last). plain: codes instead of labels."""
    from stregistry.cli import told
    from stregistry.dates import show_day
    from stregistry.places import place_table

    lang, table = lang_of(), place_table()
    naming = place.namings[-1] if day is None else place.naming(day)
    parent = table.parent(place)
    since = [(n.full[lang], show_day(n.start)) for n in place.namings]
    named = [f"{name} ({start if plain else told.date(start, lang)})" if start else name for name, start in since]
    return {
        "code": place.code,
        "name": naming.name[lang] if plain else naming.full[lang],
        "type": naming.type if plain else None,
        "level": place.level if plain else _LEVELS[place.level][lang],
        "parent": place.parent if plain or parent is None else f"{parent.name[lang]} ({parent.code})",
        "from": show_day(place.start) or None,
        "to": show_day(place.end) or None,
        "named": " → ".join(named) if len(named) > 1 else None,
        "came_from": _listed(table.predecessors(place), plain),
        "became": _listed(table.successors(place), plain),
    }


def _listed(found: "tuple[Place, ...]", plain: bool) -> str | None:
    if plain:
        return ";".join(p.code for p in found) or None
    return "; ".join(f"{p.name[lang_of()]} ({p.code})" for p in found) or None


def _lies(place: "Place", chosen: "PlaceMap", level: str | None, plain: bool) -> dict[str, Any]:
    """Where a territory lies on a map: its unit, or why on none, and the units it may be.

    level: None for the territory's own, or for the next above it that the map still has.
    """
    from stregistry.places import LEVELS, label

    own = LEVELS[: LEVELS.index(place.level) + 1]
    level = level or next(name for name in reversed(own) if chosen.units(name))
    found = chosen.resolve(place.code, place.start, level)

    def told(code: str) -> str:
        return code if plain else f"{label(code, lang_of(), chosen.day)} ({code})"

    return {
        "unit": told(found.unit) if found.unit else None,
        "reason": found.reason if plain or not found.reason else _REASONS[found.reason][lang_of()],
        "candidates": (";" if plain else "; ").join(map(told, found.candidates)) or None,
    }


COMMANDS = (places,)
