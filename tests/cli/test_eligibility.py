"""Criteria in law against a body, on the command line."""

from collections.abc import Callable

from tests.cli.conftest import Cli


def test_a_body_is_compared_with_the_criteria(office: Cli, id_of: Callable[[str, str], int]) -> None:
    """Each clause has its document and article, what is missing stands below once; files have every clause."""
    number = id_of("organisation", "Công ty TNHH Lúa Vàng")
    shown = office("eligibility", str(number), "--criteria", "startup-sme-law", "--on", "2024-06-30")
    assert shown.code == 0, shown.err
    assert "2024-06-30: does not meet" in shown.out  # founded in May 2015
    assert "- At most five years since it was first registered: does not meet" in shown.out
    assert "04/2017/QH14 of 2017-06-12, Article 17.1.b" in shown.out
    assert "80/2021/NĐ-CP of 2021-08-26, Article 20.3, check the current law" in shown.out
    assert "  What is missing would not change the verdict." in shown.out.splitlines()
    # What it is made of stands below what is not met; of what nothing is known only how much there is.
    assert "    ? Trade and services: within the bounds of a medium enterprise: cannot tell" in shown.out
    assert (
        "10 clauses within conditions that are met, or of which nothing is known, not shown; see all with" in shown.out
    )
    assert "does not replace the decision of the authority" in shown.err
    vi = office("--lang", "vi", "eligibility", str(number), "--on", "2026-06-30")
    assert "Ngày thành lập: 05/2015, đến 05/2020" in vi.out
    assert vi.out.count("chưa đủ thông tin") > 2
    assert vi.out.count("Lao động tham gia bảo hiểm xã hội bình quân năm\n") == 1
    rows = office("eligibility", str(number), "--on", "2026-06-30", "--format", "json").json
    assert {row["criteria"] for row in rows} == {"st-enterprise", "startup-decree-268", "startup-sme-law"}
    assert all(row["document"] and row["issued"] and row["article"] for row in rows)
    assert office("eligibility", str(number), "--criteria", "startup").code == 1
    assert office("eligibility", "999999").code == 1
