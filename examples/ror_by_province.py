"""Organisations of Vietnam in ROR, counted by province before and after the mergers of 1 July 2025.

    python examples/ror_by_province.py [--ror FILE] [--crosswalk FILE] [--lang vi|en]

Takes in a ROR file (schema v2, JSON Lines) and the provinces' populations, and prints how every contradictory location
was settled, the counts on both maps, the counts per million people on each basis of population, and one wrong record
mended so that the figure before the correction can still be had.
"""

import argparse
import csv
import io
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stregistry import Framework, Registry, Startup, STEnterprise, STOrganisation, SupportOrganisation, Text
from stregistry.exchange.ror.places import settle_ror_place
from stregistry.places import label, place_map

if TYPE_CHECKING:
    from stregistry.exchange.importer import ImportReport

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
ROR = SHARED / "ror-vietnam" / "ror_vn_latest_v2.jsonl"
CROSSWALK = SHARED / "vn-admin" / "admin_crosswalk.csv"
FRAMEWORK = Path(__file__).with_suffix(".toml")
PERIOD = "2024"
BEFORE, AFTER = "vn-2024", "vn-2025"
ACTOR = "ror_by_province"
ROLES = (Startup, STOrganisation, STEnterprise, SupportOrganisation)

# The text of the column new_population_basis begins with one of these.
BASES = {"dân số trung bình": "average", "quy mô dân số ghi trong NQ 202": "registered"}

# Hamlet, subdivision, code and coordinates of this record all say Bình Dương, so no rule can find it out. The hospital
# is named after Quy Hòa, a valley in Quy Nhơn, where it has stood since 1929: Bình Định.
WRONG = "https://ror.org/058twm752"
WRONG_CODE, RIGHT_CODE = "74", "52"
REASON = (
    "Bệnh viện Phong - Da liễu Trung ương Quy Hòa ở phường Ghềnh Ráng, thành phố Quy Nhơn, tỉnh Bình Định, không phải "
    "Bình Dương (https://baobinhdinh.vn/chinhtri-xahoi/2010/6/92311)"
)


# ---- taking in ----------------------------------------------------------------------------------


def import_ror(registry: Registry, ror: Path) -> "ImportReport":
    """The report of taking in a ROR file as source "ror"."""
    return registry.import_file(ror, "ror", source_id="ror", actor=ACTOR)


def import_population(registry: Registry, crosswalk: Path, folder: Path) -> "ImportReport":
    """The report of taking in the populations of the crosswalk, through a CSV written into `folder`."""
    path = folder / "population.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "series", "place", "map", "period", "value", "unit", "basis", "source"])
        writer.writerows(population_rows(crosswalk))
    return registry.import_file(path, "observation", source_id="admin_crosswalk", actor=ACTOR)


def population_rows(crosswalk: Path) -> list[tuple[str, ...]]:
    """One row for each present province: its population and the basis the crosswalk states for it.

    Raises ValueError for a basis that is not one of the two, or two figures for one province.
    """
    found: dict[str, tuple[str, ...]] = {}
    for line in _lines(crosswalk):
        code, said = line["new_code"], line["new_population_basis"]
        basis = next((basis for words, basis in BASES.items() if said.startswith(words)), None)
        if basis is None:
            raise ValueError(f"{crosswalk.name}: new_population_basis {said!r} of {code} is neither of {list(BASES)}")
        row = (f"population-{code}", "population", code, AFTER, PERIOD, line["new_population"], "người", basis, said)
        if found.setdefault(code, row) != row:
            raise ValueError(f"{crosswalk.name}: two populations for {code}: {found[code]} and {row}")
    return list(found.values())


def merged_from(crosswalk: Path) -> dict[str, list[str]]:
    """Present province to the former ones it was made of."""
    found: dict[str, list[str]] = {}
    for line in _lines(crosswalk):
        found.setdefault(line["new_code"], []).append(line["old_code"])
    return found


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# ---- computing ----------------------------------------------------------------------------------


def settled(ror: Path) -> Counter[str]:
    """How many records were placed in which way: agrees, city_only, contradiction, subdivision_only, unknown."""
    found: Counter[str] = Counter()
    for line in ror.read_text(encoding="utf-8").splitlines():
        at = json.loads(line)["locations"][0]["geonames_details"]
        city, subdivision, code = (at.get(f) for f in ("name", "country_subdivision_name", "country_subdivision_code"))
        found[settle_ror_place(city, subdivision, code).status] += 1
    return found


def listed(registry: Registry, places: str, known: int | None = None) -> tuple[dict[str, int], int]:
    """Organisations listed in each province of a map at the end of 2024, and how many could not be put in any."""
    table = registry.indicators(FRAMEWORK, PERIOD, places, known=known)
    counts = {c.place: int(c.value or 0) for c in table.cells if c.indicator == "listed"}
    return counts, sum(left.records for left in table.left_out if left.indicator == "listed")


def per_million(registry: Registry, basis: str) -> dict[str, tuple[float | None, str | None]]:
    """Organisations per million people on a basis (average, registered or mixed): province to (value, why missing)."""
    table = registry.indicators(FRAMEWORK, PERIOD, AFTER)
    return {c.place: (c.value, c.missing) for c in table.cells if c.indicator == f"listed_per_million_{basis}"}


def roles(registry: Registry) -> int:
    """How many roles (startup, science and technology organisation, …) the registry holds."""
    view = registry.at()
    return sum(len(view.records(role)) for role in ROLES)


# ---- mending ------------------------------------------------------------------------------------


def find_wrong(registry: Registry) -> int:
    """The registry's id of the record that agrees with itself and is wrong."""
    ((number, _),) = registry.at().search(WRONG)
    return number


def mend(registry: Registry) -> int:
    """The changeset in which a person puts the record where the organisation really is, and says why."""
    number = find_wrong(registry)
    with registry.changeset(actor=ACTOR, reason=REASON) as tx:
        tx.amend(number, {"place": RIGHT_CODE})
    return tx.number


def reordered(ror: Path, folder: Path) -> Path:
    """The same records in another order, so that the file is another one by its sha256: next month's file."""
    path = folder / f"reordered_{ror.name}"
    lines = ror.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(reversed(lines)) + "\n", encoding="utf-8")
    return path


# ---- showing ------------------------------------------------------------------------------------


class Page:
    """Prints in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def title(self, vi: str, en: str) -> None:
        text = Text(vi, en)[self.lang]
        print(f"\n{text}\n{'=' * len(text)}")

    def say(self, vi: str, en: str) -> None:
        print(Text(vi, en)[self.lang])

    def table(self, headers: Sequence[Text], rows: Sequence[Sequence[str]]) -> None:
        """The first column to the left, the others to the right."""
        lines = [[header[self.lang] for header in headers], *rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(headers))]
        lines.insert(1, ["-" * width for width in widths])
        for first, *others in lines:
            cells = [first.ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(others, widths[1:], strict=True))]
            print("  ".join(cells).rstrip())

    def number(self, value: float | None) -> str:
        text = "" if value is None else f"{value:.2f}"
        return text.replace(".", ",") if self.lang == "vi" else text

    def place(self, code: str, places: str) -> str:
        return f"{code} {label(code, self.lang, place_map(places).day)}"


def show_import(page: Page, report: "ImportReport", ways: Counter[str], role_count: int) -> None:
    page.title("1. Nhập tệp ROR", "1. Taking in the ROR file")
    page.say(
        f"{report.file}: {report.rows} dòng, đợt cập nhật {report.changeset}; {len(report.issues)} cảnh báo.",
        f"{report.file}: {report.rows} lines, changeset {report.changeset}; {len(report.issues)} warnings.",
    )
    words = {
        "agrees": Text("thành phố và tỉnh khớp nhau", "city and subdivision agree"),
        "city_only": Text("theo thành phố; không ghi tỉnh", "by the city; no subdivision given"),
        "contradiction": Text("mâu thuẫn: theo thành phố (cảnh báo)", "contradiction: the city was followed (warning)"),
        "subdivision_only": Text(
            "tên nơi đặt trụ sở không cho biết tỉnh: theo tỉnh (cảnh báo)",
            "the city's name tells no province: by the subdivision (warning)",
        ),
        "unknown": Text("không xác định được: để trống (cảnh báo)", "cannot be settled: left empty (warning)"),
    }
    rows = [[words[way][page.lang], str(ways[way])] for way in words]
    rows.append([Text("Cộng", "Total")[page.lang], str(ways.total())])
    page.table([Text("Cách xác định địa bàn", "How the place was settled"), Text("Số tổ chức", "Organisations")], rows)
    print()
    for issue in report.issues:
        print(f"  {issue.place(page.lang)}: {issue.message[page.lang]}")
    print()
    page.say(
        f"Vai trò được tạo ra: {role_count}. Có tên trong ROR không phải là tư cách pháp lý nào.",
        f"Roles created: {role_count}. Being listed in ROR is no legal status.",
    )


def show_counts(page: Page, parts: dict[str, list[str]], old: dict[str, int], new: dict[str, int], lost: int) -> None:
    page.title(
        "2. Tổ chức có trong ROR cuối năm 2024, theo địa giới mới và cũ",
        "2. Organisations listed in ROR at the end of 2024, on the new and the old map",
    )
    rows = []
    for code, former in parts.items():
        total = sum(old[c] for c in former)
        made_of = " + ".join(f"{c}: {old[c]}" for c in former)
        if new[code] or total:
            agree = Text("khớp", "agrees") if total == new[code] else Text("KHÔNG KHỚP", "DOES NOT AGREE")
            rows.append([page.place(code, AFTER), str(new[code]), made_of, str(total), agree[page.lang]])
    rows.append([Text("Cộng", "Total")[page.lang], str(sum(new.values())), "", str(sum(old.values())), ""])
    headers = [
        Text("Tỉnh, thành phố (từ 01/7/2025)", "Province (from 1 July 2025)"),
        Text("Số tổ chức", "Organisations"),
        Text("Trước sắp xếp", "Before the mergers"),
        Text("Cộng lại", "Sum"),
        Text("So sánh", "Check"),
    ]
    page.table(headers, rows)
    empty = [code for code, count in new.items() if not count]
    page.say(
        f"{len(empty)} tỉnh, thành phố không có tổ chức nào; không xếp được vào đâu: {lost}.",
        f"{len(empty)} provinces have none; organisations that could not be placed: {lost}.",
    )
    page.say(
        "Chỉ đếm các tổ chức có trong tệp; tệp không phải là toàn bộ ROR thì số ở đây cũng không phải của toàn bộ.",
        "Only the organisations of the file are counted; where it is not the whole of ROR, neither are the figures.",
    )


def show_per_million(page: Page, registry: Registry, counts: dict[str, int]) -> None:
    page.title(
        "3. Trên một triệu dân, mỗi cơ sở dân số một bảng", "3. Per million people, each basis of population apart"
    )
    names = {i.id: i.name[page.lang] for i in Framework.load(FRAMEWORK).indicators}
    for basis in ("average", "registered"):
        found = per_million(registry, basis)
        rows = [
            [page.place(code, AFTER), str(counts[code]), page.number(value)]
            for code, (value, _) in found.items()
            if value is not None
        ]
        gaps = Counter(missing for _, missing in found.values() if missing)
        print(names[f"listed_per_million_{basis}"])
        headers = [
            Text("Tỉnh, thành phố", "Province"),
            Text("Số tổ chức", "Organisations"),
            Text("Trên một triệu dân", "Per million"),
        ]
        page.table(headers, rows)
        page.say(f"Có số: {len(rows)}. Thiếu: {_told(gaps)}.\n", f"Measured: {len(rows)}. Missing: {_told(gaps)}.\n")
    mixed = per_million(registry, "mixed")
    print(names["listed_per_million_mixed"])
    measured = sum(value is not None for value, _ in mixed.values())
    gaps = Counter(missing for _, missing in mixed.values() if missing)
    page.say(
        f"Trộn hai cơ sở: có số: {measured}. Thiếu: {_told(gaps)}.",
        f"Both bases mixed: measured: {measured}. Missing: {_told(gaps)}.",
    )


def _told(gaps: Counter[str]) -> str:
    return ", ".join(f"{reason}: {count}" for reason, count in gaps.items())


def show_figure(page: Page, registry: Registry, known: int, now: int) -> None:
    """The provinces concerned as known before the correction and after it, on both maps."""
    rows = []
    for places in (BEFORE, AFTER):
        then, _ = listed(registry, places, known)
        today, _ = listed(registry, places, now)
        rows += [
            [f"{places}: {page.place(code, places)}", str(then[code]), str(today[code])]
            for code in today
            if then[code] != today[code]
        ]
    headers = [
        Text("Địa giới: tỉnh, thành phố có số thay đổi", "Map: provinces whose figure changes"),
        Text(f"Theo đợt cập nhật {known}", f"As known at changeset {known}"),
        Text(f"Theo đợt cập nhật {now}", f"As known at changeset {now}"),
    ]
    page.table(headers, rows)


def show_history(page: Page, registry: Registry, number: int) -> None:
    for entry in registry.history(number):
        where = f"{entry.document}, {entry.line}" if entry.document else entry.known_from.actor
        place = getattr(entry.record, "place", None) or ""
        print(f"  {entry.known_from.number}  {page.place(place, BEFORE)}  ({where}): {entry.known_from.reason}")


def run(page: Page, ror: Path, crosswalk: Path, folder: Path) -> None:
    """Everything the example shows, in a registry that lives in memory."""
    with Registry.open("sqlite://") as registry:
        report = import_ror(registry, ror)
        show_import(page, report, settled(ror), roles(registry))
        import_population(registry, crosswalk, folder)
        before_mending, _ = registry.head()

        old, lost_old = listed(registry, BEFORE)
        new, lost_new = listed(registry, AFTER)
        show_counts(page, merged_from(crosswalk), old, new, max(lost_old, lost_new))
        show_per_million(page, registry, new)

        number = find_wrong(registry)
        page.title(
            "4. Một hồ sơ tự khớp mà sai, được đính chính", "4. A record that agrees with itself and is wrong, mended"
        )
        page.say(
            f"{WRONG}: {registry.at().names([number])[number]}. Xóm, tỉnh, mã và tọa độ trong tệp đều chỉ Bình Dương; "
            "bệnh viện ở Quy Hòa, Quy Nhơn, Bình Định.",
            f"{WRONG}: {registry.at().names([number])[number]}. Hamlet, subdivision, code and coordinates in the file "
            "all say Bình Dương; the hospital is at Quy Hòa in Quy Nhơn, Bình Định.",
        )
        mended = mend(registry)
        show_figure(page, registry, before_mending, mended)
        show_history(page, registry, number)

        again = import_ror(registry, reordered(ror, folder))
        place = page.place(getattr(registry.at().get(number), "place", ""), BEFORE)
        page.say(
            f"Nhập lại cùng các hồ sơ trong tệp khác (sha256 {report.sha256[:8]}… → {again.sha256[:8]}…): "
            f"{'không có gì thay đổi' if again.changeset is None else f'đợt cập nhật {again.changeset}'}; "
            f"hồ sơ vẫn ở {place}.",
            f"The same records taken in again from another file (sha256 {report.sha256[:8]}… → {again.sha256[:8]}…): "
            f"{'nothing changed' if again.changeset is None else f'changeset {again.changeset}'}; "
            f"the record still stands in {place}.",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, also when the files are not there and only that can be said."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--ror", type=Path, default=ROR, help="ROR records, schema v2, JSON Lines (%(default)s)")
    parser.add_argument("--crosswalk", type=Path, default=CROSSWALK, help="former and present provinces (%(default)s)")
    lang = "en" if os.environ.get("STREGISTRY_LANG") == "en" else "vi"
    parser.add_argument("--lang", choices=("vi", "en"), default=lang)
    asked = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # a Windows console would refuse the names
    page = Page(asked.lang)
    absent = [path for path in (asked.ror, asked.crosswalk) if not path.is_file()]
    if absent:
        for path in absent:
            page.say(f"Không có tệp {path}.", f"There is no file {path}.")
        page.say(
            "Chưa tính gì. Hãy cho biết tệp ở đâu bằng --ror và --crosswalk.",
            "Nothing was computed. Say where the files are with --ror and --crosswalk.",
        )
        return 0
    with tempfile.TemporaryDirectory() as folder:
        run(page, asked.ror, asked.crosswalk, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
