"""The README of a publication in either language, and the text of its licence."""

from collections.abc import Iterable, Mapping
from typing import Any

from stregistry.publication.manifest import Licence, Resource
from stregistry.text import Text

_TITLE = Text(
    "Dữ liệu hệ sinh thái đổi mới sáng tạo, theo thực tế ngày {valid}",
    "Data of the innovation ecosystem, as true on {valid}",
)


def title_of(own: Mapping[str, Any]) -> Text:
    """The title of a publication."""
    return Text(_TITLE.vi.format(valid=own["valid"]), _TITLE.en.format(valid=own["valid"]))


def licence_text(terms: Licence) -> str:
    """What LICENSE.txt says."""
    return f"{terms.title} ({terms.id})\n{terms.address}\n"


def readme(own: Mapping[str, Any], terms: Licence, resources: Iterable[Resource], lang: str) -> str:
    """What the data are, as of when, how to read, check and compute from them, and what was left out."""
    files = list(resources)
    say = _vi if lang == "vi" else _en
    return "\n".join([*say(own, terms), "", *_tables(files, lang), "", *_left_out(own, lang)]) + "\n"


def _known(own: Mapping[str, Any]) -> str:
    instant = own["registry"]["instant"]
    return f" ({instant[:19]}Z)" if instant else ""


def _vi(own: Mapping[str, Any], terms: Licence) -> list[str]:
    registry = own["registry"]
    return [
        f"# {title_of(own).vi}",
        "",
        "Bộ dữ liệu này lấy từ sổ đăng ký hệ sinh thái đổi mới sáng tạo (phần mềm stregistry) theo hai thời gian:",
        "",
        f"* **theo thực tế** ngày {own['valid']}: tổ chức và tư cách có hiệu lực vào ngày đó;",
        f"* **theo những gì đã ghi nhận** đến hết đợt cập nhật {registry['changeset']}{_known(own)}.",
        "",
        f"Mã băm của sổ đăng ký ở đợt đó: `{registry['hash']}`. Số liệu tính từ bộ dữ liệu này trùng từng byte",
        "với số liệu tính từ sổ đăng ký ở cùng hai thời gian.",
        "",
        "## Cách đọc",
        "",
        '* Mỗi loại hồ sơ là một tệp Parquet, mỗi hồ sơ một dòng: `pandas.read_parquet("deal.parquet")`.',
        "* Cột ngày là ngày đầu tiên mà giá trị có thể chỉ; cột `…_precision` cho biết ngày được biết đến ngày, tháng,",
        "  năm hay chỉ là một khoảng. Ô trống là không biết, không phải số 0.",
        "* `value_minor` là số nguyên theo đơn vị nhỏ nhất của loại tiền `value_currency`; `value_vnd` là số đồng.",
        "* Cột `…_ids` là mã số của các bên, ứng với cột `id` của `organisation.parquet`.",
        "* Thư mục `records/` giữ mọi phiên bản cùng các dòng con như trong sổ đăng ký, để tính lại số liệu;",
        "  ngày ở đó là số thứ tự (ngày 0001-01-01 là 1).",
        "",
        "## Cách tính lại và giải trình",
        "",
        "    stregistry --db publication:THƯ_MỤC indicators ecosystem-core --period 2024",
        "    stregistry --db publication:THƯ_MỤC explain ecosystem-core startups --place 92 --period 2024",
        "    stregistry --db publication:THƯ_MỤC verify BẢN_CHỐT.json",
        "",
        "## Cách kiểm tra",
        "",
        "`datapackage.json` ghi số byte và SHA-256 của từng tệp; lệnh sau tính lại tất cả:",
        "",
        "    stregistry --db publication:THƯ_MỤC audit",
        "",
        "## Giấy phép sử dụng",
        "",
        f"{terms.title} ({terms.id}): {terms.address}",
    ]


def _en(own: Mapping[str, Any], terms: Licence) -> list[str]:
    registry = own["registry"]
    return [
        f"# {title_of(own).en}",
        "",
        "These data were taken from a registry of an innovation ecosystem (the program stregistry) as of two times:",
        "",
        f"* **as true** on {own['valid']}: the bodies and roles that held on that day;",
        f"* **as known** up to changeset {registry['changeset']}{_known(own)}.",
        "",
        f"The registry's hash at that changeset: `{registry['hash']}`. Figures computed from these data are the same,",
        "byte for byte, as those computed from the registry at the same two times.",
        "",
        "## How to read them",
        "",
        '* Each kind of record is a Parquet file with one row a record: `pandas.read_parquet("deal.parquet")`.',
        "* A date column holds the first day the value can mean; `…_precision` says whether it is known to the day,",
        "  month or year, or only as a range. An empty cell is not known; it is not zero.",
        "* `value_minor` is a whole number of the smallest unit of `value_currency`; `value_vnd` is in đồng.",
        "* `…_ids` holds the ids of the parties, as in the column `id` of `organisation.parquet`.",
        "* `records/` keeps every version and its child rows as the registry does, so that figures can be computed",
        "  again; days there are numbers (0001-01-01 is 1).",
        "",
        "## How to compute and explain figures",
        "",
        "    stregistry --db publication:FOLDER indicators ecosystem-core --period 2024",
        "    stregistry --db publication:FOLDER explain ecosystem-core startups --place 92 --period 2024",
        "    stregistry --db publication:FOLDER verify SNAPSHOT.json",
        "",
        "## How to check them",
        "",
        "`datapackage.json` states the bytes and SHA-256 of every file; this computes them all again:",
        "",
        "    stregistry --db publication:FOLDER audit",
        "",
        "## Licence",
        "",
        f"{terms.title} ({terms.id}): {terms.address}",
    ]


def _tables(files: list[Resource], lang: str) -> list[str]:
    heads = Text("| Tệp | Nội dung | Số dòng |", "| File | What it holds | Rows |")
    title = Text("## Các tệp", "## Files")
    rows = [f"| `{r.path}` | {r.title[lang]} | {r.rows} |" for r in files]
    return [title[lang], "", heads[lang], "|---|---|--:|", *rows]


def _left_out(own: Mapping[str, Any], lang: str) -> list[str]:
    title = Text("## Trường không công bố", "## Fields left out")
    why = own["personal"]["why"]
    reason = Text(
        f"Dữ liệu cá nhân và nội bộ được đưa vào bộ dữ liệu này với lý do: {why}.",
        f"Personal and internal fields are part of these data, for this reason: {why}.",
    )
    usual = Text(
        "Trường cá nhân và trường nội bộ không được công bố:", "Fields that are personal or internal are not published:"
    )
    listed = [f"* `{table}`: {', '.join(names)}" for table, names in own["left_out"].items()]
    return [title[lang], "", (usual if why is None else reason)[lang], "", *listed]
