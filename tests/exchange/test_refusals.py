"""What is refused and what is taken in with a warning, one defect a file, with the words the message must hold."""

from collections.abc import Callable

import pytest

from stregistry.errors import RecordError
from stregistry.exchange.importer import ImportReport
from stregistry.store import Store

Refuse = Callable[..., RecordError]
Take = Callable[..., ImportReport]

HEAD = "id,title,signed_on\n"

# kind, content, code, row, words in Vietnamese, words in English
REFUSED = {
    "wrong header": ("deal", "id,transferer\nD1,A\n", "unknown_column", None, "transferor", "transferor"),
    "doubled header": ("deal", "id,signed_on,Ngày ký\nD1,2024,2024\n", "doubled_column", None, "Ngày ký", "signed_on"),
    "header without name": ("deal", "id,\nD1,x\n", "unnamed_column", None, "thứ 2", "Column 2"),
    "no required column": ("task", "id,status\nT1,done\n", "missing_column", None, "title", "title"),
    "impossible date": ("deal", HEAD + "D1,a,30/02/2024\n", "bad_date", 2, "30/02/2024", "does not exist"),
    "month before day": ("deal", HEAD + "D1,a,12/31/2024\n", "bad_date", 2, "ngày/tháng/năm", "day comes before"),
    "no date": ("deal", HEAD + "D1,a,hôm qua\n", "bad_date", 2, "17/05/2024", "17/05/2024"),
    "unknown code": ("deal", "id,direction\nD1,domestc\n", "unknown_code", 2, "domestic", "domestic"),
    "number style": ("deal", "id,value_vnd\nD1,1.234\nD2,5.000\n", "number_style", None, "1234", "thousands"),
    "two number styles": (
        "deal",
        'id,value_vnd\nD1,1.234.567\nD2,"1,234,567"\n',
        "mixed_number_style",
        None,
        "dòng 2",
        "row 3",
    ),
    "no number": ("deal", "id,value_vnd\nD1,5 tỷ\n", "bad_number", 2, "tiêu đề", "header"),
    "half a đồng": ("deal", 'id,value_vnd\nD1,"1,5"\n', "not_whole", 2, "số nguyên", "whole"),
    "beyond 64 bits": ("deal", "id,value_vnd\nD1,99999999999999999999\n", "too_big", 2, "lớn nhất", "larger"),
    "too many cents": ("deal", "id,value,currency\nD1,1.2345,USD\n", "too_precise", 2, "thập phân", "decimals"),
    "no currency": ("deal", "id,value\nD1,5\n", "no_currency", 2, "value_currency", "value_currency"),
    "no such currency": ("deal", "id,value,currency\nD1,5,USDT\n", "bad_currency", 2, "ISO 4217", "ISO 4217"),
    "two currencies": ("deal", "id,Value (USD),currency\nD1,5,EUR\n", "two_currencies", 2, "USD", "EUR"),
    "unit of another currency": ("deal", "id,value_vnd (USD)\nD1,5\n", "unit_currency", None, "USD", "USD"),
    "flag": ("deal", "id,state_funded\nD1,maybe\n", "bad_flag", 2, "có/không", "yes/no"),
    "country": ("organisation", "id,country\nO1,Vietnam\n", "bad_country", 2, "ISO 3166", "ISO 3166"),
    "place": ("organisation", "id,name,place\nO1,a,Atlantis\n", "unknown_place", 2, "Atlantis", "Atlantis"),
    "required cell": ("task", "id,title\nT1,\n", "required", 2, "Nội dung nhiệm vụ", "Title"),
    "no key": ("deal", "id,title\n,a\n", "no_key", 2, "'id'", "'id'"),
    "numbers of its own": ("deal", "id,contract_number\n,12/HĐ\n", "no_key", 2, 'key = "contract', "--map"),
    "body without key": ("organisation", "name,website\nViện A,x\n", "no_key", 2, "mst", "mst"),
    "one id twice": ("deal", "id,title\nD1,a\nD2,x\nD1,b\n", "doubled_id", 2, "dòng 4", "row 4"),
    "ends before it starts": (
        "organisation",
        "id,name,valid_from,valid_to\nO1,a,2024-05-02,2024-05-01\n",
        "bad_interval",
        2,
        "2024-05-02",
        "2024-05-01",
    ),
    "interval by the month": ("organisation", "id,name,valid_from\nO1,a,05/2024\n", "not_a_day", 2, "đủ ngày", "full"),
    "unknown reference": (
        "asset",
        "id,organisation\nA1,mst:0100112437\n",
        "unresolved_ref",
        2,
        "mst:0100112437",
        "mst:",
    ),
    "two references": ("asset", "id,organisation\nA1,X; Y\n", "several_refs", 2, "một tổ chức", "one body"),
    "ragged row": ("deal", "id,title\nD1,a,b\n", "ragged_row", 2, "3 ô", "3 cells"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str, refuse: Refuse) -> None:
    """The defect is found, its row named, the way out told in both languages, and nothing is written."""
    kind, content, code, row, vi, en = REFUSED[case]
    error = refuse(kind, content)
    issue = next(issue for issue in error.issues if issue.code == code)
    assert issue.level == "error"
    assert issue.row == row
    assert vi in issue.line("vi")
    assert en in issue.line("en")
    assert "chưa ghi gì" in error.in_lang("vi")


# kind, content, code, row, words in Vietnamese
WARNED = {
    "failed check digit": ("organisation", "id,name,mst\nO1,a,0100112438\n", "suspect_identifier", 2, "nghi ngờ"),
    "repeated row": ("deal", "id,title\nD1,a\nD1,a\n", "duplicate_row", 3, "dòng 2"),
    "UTF-16": ("deal", "id,title\nD1,Máy sấy\n".encode("utf-16"), "encoding", None, "UTF-16"),
    "Windows-1258": ("deal", "id,title\nD1,Đề tài\n".encode("cp1258", "replace"), "encoding", None, "Windows-1258"),
    "unresolved party": ("deal", "id,transferor\nD1,Viện Lúa\n", "unresolved_party", 2, "Viện Lúa"),
    "row of a key alone": ("deal", "id,title\nD1, \n", "only_key", 2, "chỉ có mã hồ sơ 'D1'"),
    "unread period": (
        "observation",
        "id,series,period,value\nB1,dân số,giữa kỳ,5\n",
        "unread_period",
        2,
        "giữa kỳ",
    ),
    "body without name": ("startup", "id,issued_on\nS1,2024-05-01\n", "no_name", 2, "không có tên"),
}


@pytest.mark.parametrize("case", WARNED)
def test_taken_in_with_a_warning(case: str, take: Take) -> None:
    """The row is in the registry and the doubt is told, with its row."""
    kind, content, code, row, vi = WARNED[case]
    report = take(kind, content)
    assert report.changeset == 1
    assert report.new == 1
    found = next(issue for issue in report.issues if issue.code == code)
    assert (found.level, found.row) == ("warning", row)
    assert vi in found.line("vi")
    assert all(issue.level == "warning" for issue in report.issues)


def test_all_problems_come_at_once(refuse: Refuse) -> None:
    """A file with several defects lists them all, in the order of its rows."""
    error = refuse("deal", "id,direction,signed_on\nD1,bad,2024-13-01\n,domestic,2024\nD3,domestic,x\n")
    found = [(issue.row, issue.code) for issue in error.issues]
    assert found == [(2, "bad_date"), (2, "unknown_code"), (3, "no_key"), (4, "bad_date")]


def test_the_first_bad_row_does_not_hide_a_bad_reference(refuse: Refuse) -> None:
    """A defect that needs the registry (a reference) is found too once the cells are right."""
    error = refuse("submission", "id,organisation,period\nR1,nobody,2024\nR2,,2024\n")
    assert {issue.code for issue in error.issues} == {"required"}
    error = refuse("submission", "id,organisation,period\nR1,nobody,2024\n")
    assert [issue.code for issue in error.issues] == ["unresolved_ref"]


def test_money_and_dates_are_kept_exactly(take: Take, store: Store) -> None:
    """Scaled amounts are exact, cents are minor units, and a date keeps its precision."""
    text = 'id,Giá trị (triệu đồng),value,currency,signed_on,registered_on\nD1,"1.234,567",1250.50,usd,05/2024,2024\n'
    take("deal", text)
    (deal,) = [version.record for version in store.at().versions("deal")]
    assert deal.value_vnd == 1_234_567_000
    assert str(deal.value) == "1250.50 USD"
    assert (str(deal.signed_on), str(deal.registered_on)) == ("2024-05", "2024")


def test_labels_and_codes_are_the_same(take: Take, store: Store) -> None:
    """A code may be written as its label in either language, several split by `;`."""
    take("deal", 'id,direction,object,state_funded\nD1,Trong nước,"KNOW-HOW; may moc, thiet bi di kem",có\n')
    (deal,) = [version.record for version in store.at().versions("deal")]
    assert deal.direction == "domestic"
    assert deal.object == ("know_how", "machinery")
    assert deal.state_funded is True


def test_a_place_is_read_on_the_records_day(take: Take, store: Store) -> None:
    """A code or a name with or without its type finds the place; a former province stays what it was."""
    take("organisation", "id,name,place\nO1,a,TP. Can Tho\nO2,b,Tỉnh Sóc Trăng\nO3,c,92\n")
    assert [v.record.place for v in store.at().versions("organisation")] == ["92", "94", "92"]
