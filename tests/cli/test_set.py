"""`set` and `retract`: corrections by hand, for all time or from a day on, with a reason and a history."""

from collections.abc import Callable

import pytest

from tests.cli.conftest import Cli

Find = Callable[[str, str], int]


@pytest.mark.parametrize(
    ("kind", "text", "change", "field", "stored"),
    [
        ("deal", "Bí quyết sấy", "signed_on=17/06/2024", "signed_on", "2024-06-17"),
        ("deal", "Bí quyết sấy", "signed_on=2024", "signed_on", "2024"),
        ("deal", "Bí quyết sấy", "Ngày ký=06/2024", "signed_on", "2024-06"),
        ("deal", "Bí quyết sấy", "value_vnd=1.234.567", "value_vnd", 1234567),
        ("deal", "Bí quyết sấy", "direction=từ việt nam ra nước ngoài", "direction", "outbound"),
        ("deal", "Bí quyết sấy", "direction=", "direction", None),
        ("deal", "Bí quyết sấy", "transferee=B3; Hộ ông Ba", "transferee", "Viện Phù Sa; Hộ ông Ba"),
        ("organisation", "Viện Phù Sa", "place=Cần Thơ", "place", "92"),
        ("organisation", "Viện Phù Sa", "place=92", "place", "92"),
        ("organisation", "Viện Phù Sa", "name_vi=Viện Phù Sa Mới", "name", "Viện Phù Sa Mới"),
        ("organisation", "Viện Phù Sa", "mst=0312345672", "identifiers", "mst:0312345672"),
        ("startup", "01/GCN", "certificate_number=09/GCN", "certificate_number", "09/GCN"),
        ("startup", "01/GCN", "expires_on=2030-03-01", "expires_on", "2030-03-01"),
    ],
)
def test_a_field_is_set(
    office: Cli, id_of: Find, kind: str, text: str, change: str, field: str, stored: object
) -> None:
    """Values are read as in import files; the same once more changes nothing."""
    number = id_of(kind, text)
    ran = office("set", kind, str(number), change, "--why", "theo hồ sơ gốc")
    assert (ran.code, ran.out) == (0, "")
    assert "in changeset 4." in ran.err
    (row,) = [r for r in office("list", kind, "--format", "json").json if r["id"] == number]
    assert row[field] == stored
    assert "nothing changed" in office("set", kind, str(number), change, "--why", "lần nữa").err
    last = office("history", str(number), "--format", "json").json[-1]
    assert (last["actor"], last["reason"], last["file"]) == ("Lan", "theo hồ sơ gốc", None)


def test_what_is_not_spoken_of_stays(office: Cli, id_of: Find) -> None:
    """One name changed leaves the other language, the identifiers and the other parties alone."""
    body, deal = id_of("organisation", "Công ty TNHH Lúa Vàng"), id_of("deal", "Bí quyết sấy")
    office("set", "organisation", str(body), "name_en=Golden Paddy Co.", "--why", "x")
    names = office("show", str(body), "--format", "json").json["fields"]["names"]
    assert [n["value"] for n in names if n["lang"] == "vi"] == ["Công ty TNHH Lúa Vàng"]
    assert [n["value"] for n in names if n["lang"] == "en"] == ["Golden Paddy Co."]
    assert office("search", "0301471348", "--format", "json").json[0]["id"] == body
    office("set", "deal", str(deal), "broker=Sàn Mẫu", "--why", "x")
    (row,) = [r for r in office("list", "deal", "--format", "json").json if r["id"] == deal]
    assert (row["broker"], row["transferor"]) == ("Sàn Mẫu", "Trường Đại học Mẫu")


def test_from_a_day_on(office: Cli, id_of: Find) -> None:
    """--from splits the record in time: before it the old value holds, after it the new."""
    number = id_of("startup", "01/GCN")
    assert office("set", "startup", str(number), "stage=series_a", "--from", "2025-01-01", "--why", "gọi vốn").code == 0
    for day, stage in (("2024-12-31", "seed"), ("2025-01-01", "series_a")):
        assert office("show", str(number), "--valid", day, "--format", "json").json["fields"]["stage"] == stage


def test_a_warning_of_a_value_is_shown(office: Cli, id_of: Find) -> None:
    """A suspect tax code and an unknown party are kept, and said."""
    ran = office("set", "organisation", str(id_of("organisation", "Viện Phù Sa")), "mst=0301471340", "--why", "x")
    assert ran.code == 0
    assert ran.err.startswith("Warning: column mst: ")
    ran = office("set", "deal", str(id_of("deal", "Bí quyết sấy")), "broker=Ai Đó", "--why", "x")
    assert "Warning: column broker: " in ran.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("deal", "1", "title=x"), 1, "no record of kind 'deal' with id 1"),
        (("organisation", "1", "plce=92"), 1, "did you mean 'place'"),
        (("organisation", "1", "place=Cần Thơo"), 1, "'Cần Thơo'"),
        (("organisation", "1", "founded_on=31/02/2020"), 1, "does not exist"),
        (("organisation", "1", "kind=univercity"), 1, "'university'"),
        (("organisation", "1", "place"), 2, "has no ="),
        (("organisation", "1"), 2, "FIELD=VALUE"),
        (("organisation", "x", "place=92"), 2, "'x' is not a whole number"),
        (("organisation", "9" * 30, "place=92"), 2, "is not a whole number"),
        (("organisation", "1", "place=92", "--from", "31/02/2020"), 1, "does not exist"),
        (("organisations", "1", "place=92"), 1, "did you mean 'organisation'"),
    ],
)
def test_a_wrong_change_changes_nothing(office: Cli, words: tuple[str, ...], code: int, said: str) -> None:
    """The message names what is wrong and the nearest right word; no changeset is made."""
    ran = office("set", *words, "--why", "thử")
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert office("audit", "--format", "json").json[0]["changesets"] == 3


@pytest.mark.parametrize(
    "command", [("set", "organisation", "1", "place=92"), ("retract", "1"), ("import", "deals.csv", "--as", "deal")]
)
def test_a_blank_reason_is_no_reason(office: Cli, command: tuple[str, ...]) -> None:
    """--why must say something: it is what the history shows."""
    ran = office("--lang", "vi", *command, "--why", "  ")
    assert ran.code == 2
    assert "Giá trị của '--why' không hợp lệ: không được để trống." in ran.err


def test_retract_takes_back_and_keeps_the_history(office: Cli, id_of: Find) -> None:
    """A retracted record is gone from now on, stays in the past known time and in its history, and goes once."""
    deal = str(id_of("deal", "Bí quyết sấy"))
    assert "retracted in changeset 4" in office("retract", deal, "--why", "nhập nhầm").err
    assert office("show", deal).code == 1
    assert office("show", deal, "--known", "3").code == 0
    (entry,) = office("history", deal, "--format", "json").json
    assert entry["until"] == 4
    again = office("retract", deal, "--why", "lần nữa")
    assert again.code == 1
    assert f"no record {deal}" in again.err
    assert office("audit").code == 0
