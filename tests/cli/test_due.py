"""What is owed, on the command line."""

import re
from pathlib import Path

from tests.cli.conftest import Cli


def lines_of(text: str) -> list[list[str]]:
    """The lines of a table, each cut into its cells."""
    return [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]


def test_the_command_prints_by_body_and_writes_rows(office: Cli) -> None:
    """An inbound contract of 2023 nobody registered: a line with its days, file and row; in CSV and JSON as well."""
    shown = office("due", "cantho-kl69", "--on", "2024-06-30")
    assert shown.code == 0, shown.err
    assert "1 late, 0 perhaps late, 0 due within 60 days" in shown.out
    lines = lines_of(shown.out)
    assert ["Status", "Days", "What is to be done", "Due", "Record id"] in lines
    day = "2023-04-01 – 2024-03-30"
    assert ["late", "92–456", "Register a technology transfer contract [1]", day, "9"] in lines
    assert ["- deals.csv, row 4"] in lines
    assert "\n[1] 07/2017/QH14 of 2017-06-19, Article 31. Not for restricted technology" in shown.out
    (row,) = office("due", "cantho-kl69", "--on", "2024-06-30", "--format", "json").json
    assert (row["status"], row["due_first"], row["due_last"]) == ("late", "2023-04-01", "2024-03-30")
    csv = office("due", "cantho-kl69", "--on", "2023-06-30", "--format", "csv").out
    assert csv.startswith("status,obligation,name,")
    assert "may_be_late,register-transfer" in csv
    vi = office("--lang", "vi", "due", "cantho-kl69", "--on", "2024-06-30", "--body", "trang trai")
    assert ["quá hạn", "92–456"] in [cells[:2] for cells in lines_of(vi.out)]
    assert "[1] 07/2017/QH14 ngày 19/06/2017, Điều 31" in vi.out
    assert "Nghĩa vụ 'register-transfer': 2 hồ sơ thiếu thông tin" in vi.err
    assert office("due", "cantho-kl69", "--within", "soon").code == 2
    assert office("due", "cantho-kl69", "--on", "2024-13-01").code == 1


def test_tasks_come_in_from_a_file_and_are_told_by_body(office: Cli) -> None:
    """Imported with bodies by identifier, then listed late, recurring and without a deadline, in both languages."""
    Path("nhiem-vu.csv").write_text(
        "id,Nội dung nhiệm vụ,Nhóm nhiệm vụ,Cơ quan chủ trì,Thời hạn,Định kỳ,Biểu mẫu báo cáo,partner\n"
        "N1,Nâng cấp phòng thí nghiệm,3,ror:01ggx4157,30/06/2025,,,B3\n"
        "N2,Báo cáo sơ kết,1,ror:01ggx4157,15/06/2025,Sáu tháng một lần,Báo cáo kết quả thực hiện kế hoạch,\n"
        "N3,Xây dựng quy chế,2,B3,,,,\n",
        encoding="utf-8",
    )
    assert office("import", "nhiem-vu.csv", "--as", "task").code == 0
    shown = office("tasks", "--on", "2025-07-01")
    assert "2 late, 0 due within 60 days, 1 without a deadline" in shown.out
    lines = lines_of(shown.out)
    assert ["late", "16", "Báo cáo sơ kết, first half of 2025", "2025-06-15", "11"] in lines
    assert ["late", "1", "Nâng cấp phòng thí nghiệm", "2025-06-30", "10"] in lines
    assert ["- with Viện Phù Sa"] in lines
    vi = office("--lang", "vi", "tasks", "--on", "2025-07-01", "--body", "vien phu sa")
    assert ["chưa giao thời hạn", "Xây dựng quy chế", "12"] in lines_of(vi.out)
    found = office("tasks", "--on", "2025-07-01", "--all", "--format", "json").json
    assert [row["status"] for row in found] == ["late", "late", "no_deadline"]
    assert office("due", "ecosystem-core", "--on", "2025-07-01", "--format", "csv").out.count("\n") == 3
