"""What is owed, on the command line."""

from tests.cli.conftest import Cli


def test_the_command_prints_by_body_and_writes_rows(office: Cli) -> None:
    """An inbound contract of 2023 nobody registered: late in words, with file and row, in CSV and JSON as well."""
    shown = office("due", "cantho-kl69", "--on", "2024-06-30")
    assert shown.code == 0, shown.err
    assert "1 late, 0 perhaps late, 0 due within 60 days" in shown.out
    assert "late by 92 to 456 days: Register a technology transfer contract" in shown.out
    assert "07/2017/QH14 of 2017-06-19, Article 31; deals.csv, row 4" in shown.out
    (row,) = office("due", "cantho-kl69", "--on", "2024-06-30", "--format", "json").json
    assert (row["status"], row["due_first"], row["due_last"]) == ("late", "2023-04-01", "2024-03-30")
    csv = office("due", "cantho-kl69", "--on", "2023-06-30", "--format", "csv").out
    assert csv.startswith("status,obligation,name,")
    assert "may_be_late,register-transfer" in csv
    vi = office("--lang", "vi", "due", "cantho-kl69", "--on", "2024-06-30", "--body", "trang trai")
    assert "quá hạn 92 đến 456 ngày" in vi.out
    assert "Nghĩa vụ 'register-transfer': 2 hồ sơ thiếu thông tin" in vi.err
    assert office("due", "cantho-kl69", "--within", "soon").code == 2
    assert office("due", "cantho-kl69", "--on", "2024-13-01").code == 1
