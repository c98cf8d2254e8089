"""The workbooks that pages of the documentation import: `python docs/workbooks.py` writes them into docs/files.

They look as offices make them; everything in them is made up. The same code gives the same bytes.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

FILES: Final = Path(__file__).parent / "files"

_HEAD: Final = (
    *("Mã hồ sơ", "Tên tiếng Việt", "Mã số thuế", "Địa bàn", "Ngày thành lập"),
    *("Số giấy chứng nhận", "Ngày cấp", "Giai đoạn phát triển"),
)
STARTUPS: Final = (
    ("KN01", "Công ty CP Sông Hậu Xanh", "1800102235", "TP. Cần Thơ", "2020", "01/GCN", "01/03/2024", "Hạt giống"),
    ("KN02", "Công ty TNHH Lúa Vàng", "0301471348", "Cần Thơ", "05/2015", "02/GCN", "15/06/2024", "Tăng trưởng"),
    ("KN03", "Công ty TNHH Tép Việt", "1800103237", "Cần Thơ", "12/08/2021", "03/GCN", "31/06/2024", "Hạt giống"),
    ("KN04", "Công ty CP Phù Sa Số", "1800104232", "Hậu Giang", "2022", "04/GCN", "20/11/2024", "Ý tưởng"),
)


def _startups(sheet: Worksheet, issued: str) -> None:
    sheet.write_row(0, 0, _HEAD)
    for n, row in enumerate(STARTUPS, start=1):
        sheet.write_row(n, 0, [issued if row[0] == "KN03" and cell == "31/06/2024" else cell for cell in row])
    sheet.set_column(0, len(_HEAD), 20)


DEALS: Final = (
    (
        1,
        "GD-01",
        "Giống lúa chịu mặn OM-M1",
        "Trong nước",
        "17/05/2024",
        "1.500",
        "Trường Đại học Mẫu",
        "mst:0301471348",
    ),
    (
        2,
        "GD-02",
        "Bí quyết sấy lạnh trái cây",
        "trong nuoc",
        "05/2024",
        "250,5",
        "Trường Đại học Mẫu",
        "Công ty TNHH Lúa Vàng",
    ),
    (
        3,
        "GD-03",
        "Dây chuyền chế biến cá tra",
        "Nước ngoài vào",
        "30/02/2024",
        "12.000",
        "Hanwa Foods",
        "Công ty CP Phù Sa Số",
    ),
    (4, "GD-04", "Quy trình ủ phân vi sinh", "Trong nước", "2024", "", "Viện Phù Sa", "Trang trại Chưa Biết"),
    (
        5,
        "GD-05",
        "Phần mềm quản lý ao nuôi",
        "Ra nước ngoài",
        "11/11/2024",
        "980",
        "Công ty TNHH Lúa Vàng",
        "Mekong Aqua Pte",
    ),
)
_DEAL_HEAD: Final = (
    *("STT", "Mã hồ sơ", "Tên công nghệ", "Chiều chuyển giao", "Ngày ký", "Giá trị", "Bên giao công nghệ"),
    "Bên nhận công nghệ",
)


def _deals(sheet: Worksheet) -> None:
    sheet.write(0, 0, "SỞ KHOA HỌC VÀ CÔNG NGHỆ")
    sheet.write(1, 0, "Biểu 07. Giao dịch công nghệ năm 2024")
    sheet.write(2, 0, "Đơn vị tính: triệu đồng")
    sheet.write_row(4, 0, _DEAL_HEAD)
    for n, row in enumerate(DEALS, start=5):
        sheet.write_row(n, 0, row)
    sheet.write_row(10, 0, ("Tổng cộng", "", "", "", "", "14.730,5"))
    sheet.write(12, 0, "Ghi chú: số liệu do các đơn vị báo cáo.")
    sheet.set_column(0, len(_DEAL_HEAD), 22)


WORKBOOKS: Final[dict[str, Callable[[Worksheet], None]]] = {
    "khoi-nghiep.xlsx": lambda sheet: _startups(sheet, "31/06/2024"),
    "giao-dich.xlsx": _deals,
    "khoi-nghiep-da-sua.xlsx": lambda sheet: _startups(sheet, "30/06/2024"),
}


def write_workbooks(folder: Path) -> None:
    """Writes every workbook into a folder."""
    for name, fill in WORKBOOKS.items():
        with xlsxwriter.Workbook(str(folder / name), {"strings_to_formulas": False}) as book:
            book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001  # any; the same bytes each time
            fill(book.add_worksheet("Danh sách"))


if __name__ == "__main__":
    write_workbooks(FILES)
