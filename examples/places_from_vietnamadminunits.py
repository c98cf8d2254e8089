"""Makes a list of places, with its succession, from the tables of PyPI vietnamadminunits 1.0.4 (MIT).

    pip download --no-deps vietnamadminunits==1.0.4 && unzip vietnamadminunits-*.whl
    python places_from_vietnamadminunits.py vietnamadminunits/data national            # the whole country
    python places_from_vietnamadminunits.py vietnamadminunits/data cantho 92           # one new province
    STREGISTRY_PLACES=national stregistry indicators my-framework.toml --period 2025

It writes FOLDER/vn.csv (districts and communes to 30 June 2025, communes from 1 July 2025) and
FOLDER/succession.csv (which commune's land went where). The communes shipped for Cần Thơ were made
by it. The tables name one of the successors of a split commune as its default; that is a guess
for addresses, and is left out here: a split stays several rows.
"""

import csv
import json
import sqlite3
import sys
from collections import Counter
from pathlib import Path

from anyascii import anyascii

DAY = "2025-07-01"
SOURCE = "PyPI vietnamadminunits 1.0.4"
TYPES = {
    "Thành phố": "provincial_city",
    "Quận": "urban_district",
    "Huyện": "rural_district",
    "Thị xã": "town",
    "Phường": "ward",
    "Xã": "commune",
    "Thị trấn": "township",
    "Đặc khu": "special_zone",
}
PLACE_COLUMNS = ["code", "from", "to", "named_from", "level", "type", "name_vi", "name_en", "parent", "document"]
PLACE_COLUMNS += ["source"]
LINK_COLUMNS = ["from_code", "from_start", "to_code", "to_start", "kind", "document"]


def english(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in anyascii(name).split())


def row(code: str, start: str, end: str, level: str, full: str, parent: str, document: str) -> list[str]:
    """The type is read from the full name: the table's own column of types has slips (Phường Tân Lộc is no Xã)."""
    word = next(word for word in TYPES if full.lower().startswith(f"{word.lower()} "))  # also "Thị Trấn Prao"
    name = full[len(word) + 1 :]
    if name.isdigit():  # Phường 1: the number alone is no name
        name = full
    return [code, start, end, "", level, TYPES[word], name, english(name), parent, document, SOURCE]


def write(path: Path, columns: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def main(data: Path, folder: Path, only: str | None) -> None:
    database = sqlite3.connect(data / "dataset.db")
    converter = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
    new = database.execute("SELECT provinceKey, wardKey, wardCode, ward, provinceCode FROM admin_units").fetchall()
    old = database.execute(
        "SELECT provinceKey, districtKey, wardKey, wardCode, ward, districtCode, district, provinceCode"
        " FROM admin_units_legacy"
    ).fetchall()
    code_of = {(province, ward): code for province, ward, code, _, _ in new}
    province_of = {code: province for _, _, code, _, province in new}
    went: dict[str, list[str]] = {}
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, befores in wards.items():
            for before in befores:
                went.setdefault(before, []).append(code_of[province, ward])
    for province, wards in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for before, afters in wards.items():
            went.setdefault(before, []).extend(code_of[province, after["newWardKey"]] for after in afters)

    places, pairs, districts = [], [], {}
    for province, district, ward, code, full, district_code, district_full, province_code in old:
        afters = went[f"{province}_{district}_{ward or ''}"]
        if only and province_of[afters[0]] != only:
            continue
        districts[district_code] = (district_full, province_code)
        if ward:
            places.append(row(code, "", DAY, "commune", full, district_code, "19/2025/QĐ-TTg"))
        pairs += [(code if ward else district_code, after) for after in afters]  # an island district had no communes
    # Islands were written as districts; "Huyện Côn Đảo" became "Đặc khu Côn Đảo".
    above = [row(c, "", DAY, "district", full, parent, "202/2025/QH15") for c, (full, parent) in districts.items()]
    now = [row(code, DAY, "", "commune", full, up, "19/2025/QĐ-TTg") for _, _, code, full, up in new]
    now = [r for r in now if not only or r[8] == only]
    out, into = Counter(before for before, _ in pairs), Counter(after for _, after in pairs)

    def kind(before: str, after: str) -> str:
        return "split" if out[before] > 1 else "merged" if into[after] > 1 else "renamed"

    links = [[b, "", a, DAY, kind(b, a), "19/2025/QĐ-TTg"] for b, a in sorted(set(pairs))]
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "vn.csv", PLACE_COLUMNS, sorted(above) + sorted(places) + sorted(now))
    write(folder / "succession.csv", LINK_COLUMNS, links)
    print(f"{len(above)} districts, {len(places)} former communes, {len(now)} communes, {len(links)} links")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) == 4 else None)
