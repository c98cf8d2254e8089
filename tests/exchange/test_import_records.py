"""A file again, corrected or smaller: the registry says what its sources say, and keeps what people mended."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stregistry.errors import RecordError
from stregistry.exchange.importer import ImportReport, import_file
from stregistry.model import Deal, Organisation, Startup
from stregistry.store import Store

Take = Callable[..., ImportReport]
Refuse = Callable[..., RecordError]

STARTUPS = "id,name_vi,mst,place,issued_on,expires_on,stage\n"
TEN = STARTUPS + "".join(f"S{i},Công ty {i},,92,01/0{i % 9 + 1}/2024,01/02/2029,seed\n" for i in range(10))


def records(store: Store, kind: str) -> list[Any]:
    return [version.record for version in store.at().versions(kind)]


def changed(report: ImportReport) -> tuple[int, int, int]:
    return report.new, report.changed, report.unchanged


def test_one_office_list_is_one_import(take: Take, store: Store) -> None:
    """A role file of ten rows makes ten roles and ten bodies, each role pointing to its body."""
    report = take("startup", TEN)
    assert changed(report) == (10, 0, 0)
    assert report.bodies_new == 10
    assert report.issues == ()
    bodies = {body.id: body.name for body in records(store, "organisation")}
    assert [bodies[role.organisation] for role in records(store, "startup")] == [f"Công ty {i}" for i in range(10)]


def test_without_ids_an_identifier_serves(take: Take, store: Store) -> None:
    """A role file without an `id` column goes by tax code, and comes back to the same records."""
    codes = ("0100112437", "0300588569")
    text = "name,mst,issued_on,stage\n" + "".join(f"Công ty {c},{c},2024-05-01,seed\n" for c in codes)
    assert changed(take("startup", text)) == (2, 0, 0)
    assert changed(take("startup", text.replace("seed", "growth"))) == (0, 2, 0)
    assert len(records(store, "organisation")) == 2


def test_the_same_file_is_no_changeset(take: Take, store: Store) -> None:
    """The identical file is known by its bytes; the same rows in another file are known by what they say."""
    first = take("startup", TEN)
    again = take("startup", TEN)
    assert (again.already, again.changeset) == (first.changeset, None)
    other = take("startup", TEN.replace("\n", "\r\n"))
    assert (other.already, other.changeset) == (None, None)
    assert changed(other) == (0, 0, 10)
    assert store.head()[0] == 1


def test_a_corrected_file_corrects(take: Take, store: Store) -> None:
    """Only the rows that say something new are stated, role and body alike."""
    take("startup", TEN)
    report = take("startup", TEN.replace("S3,Công ty 3,,92", "S3,Công ty Ba,,93").replace("seed\nS5", "growth\nS5"))
    assert (report.changed, report.bodies_changed) == (1, 1)
    assert "Công ty Ba" in [body.name for body in records(store, "organisation")]
    assert [role.stage for role in records(store, "startup")].count("growth") == 1


def test_a_correction_made_by_hand_survives_next_months_file(take: Take, store: Store) -> None:
    """What a source merely repeats is no new statement, so it does not undo what a person mended."""
    take("deal", "id,title,value_vnd\nD1,a,100\nD2,b,200\n")
    (first, _) = records(store, "deal")
    with store.changeset(actor="a person", reason="the paper says 150") as tx:
        tx.amend(first.id, {"value_vnd": 150})
    report = take("deal", "id,title,value_vnd\nD1,a,100\nD2,b,200\nD3,c,300\n")
    assert changed(report) == (1, 0, 2)
    assert [deal.value_vnd for deal in records(store, "deal")] == [150, 200, 300]


def test_a_column_the_file_does_not_have_says_nothing(take: Take, store: Store) -> None:
    """A corrected file with fewer columns changes those it has; names and codes it does not speak of stay."""
    take("organisation", "id,name_vi,name_en,mst,website\nO1,Viện A,Institute A,0100112437,a.vn\n")
    take("organisation", "id,name_vi,isni\nO1,Viện B,0000 0004 0566 5028\n")
    (body,) = records(store, "organisation")
    assert body.website == "a.vn"
    assert {name.value for name in body.names} == {"Viện B", "Institute A"}
    assert {code.scheme for code in body.identifiers} == {"mst", "isni"}


def test_an_emptied_cell_empties_the_field(take: Take, store: Store) -> None:
    """A column that is there speaks: its empty cell clears what the source said before."""
    take("deal", "id,title,status\nD1,a,signed\n")
    take("deal", "id,title,status\nD1,a,\n")
    assert records(store, "deal")[0].status is None


def test_sources_have_their_own_keys(take: Take, store: Store) -> None:
    """The same id of two sources names two records; the file's name plays no part."""
    take("deal", "id,title\n1,a\n", source_id="so-khcn", name="x.csv")
    take("deal", "id,title\n1,b\n", source_id="techmart", name="x.csv")
    take("deal", "id,title\n1,c\n", source_id="so-khcn", name="y.csv")
    assert [deal.title for deal in records(store, "deal")] == ["c", "b"]


def test_another_sources_body_is_linked_not_overwritten(take: Take, store: Store) -> None:
    """A body found by tax code keeps what its own source said; differences of name and place are told."""
    take("organisation", "id,name_vi,mst,place\nO1,Viện A,0100112437,92\n", source_id="tax")
    text = STARTUPS + "S1,Viện Khác,0100112437,93,2024-01-01,,seed\n"
    report = take("startup", text, source_id="office")
    (body,) = records(store, "organisation")
    assert (body.name, body.place) == ("Viện A", "92")
    assert records(store, "startup")[0].organisation == body.id
    assert [issue.code for issue in report.issues] == ["body_differs", "body_differs"]
    again = take("organisation", "id,name_vi,mst\nX9,Viện Khác,0100112437\n", source_id="office")
    assert len(records(store, "organisation")) == 1
    assert records(store, "organisation")[0].name == "Viện A"
    assert [issue.code for issue in again.issues] == ["body_differs"]


def test_codes_that_contradict_each_other_are_refused(take: Take, store: Store) -> None:
    """An id of one body with the tax code of another is an error that names both."""
    take("organisation", "id,name,mst\nO1,a,0100112437\nO2,b,0300588569\n")
    with pytest.raises(RecordError) as caught:
        take("startup", STARTUPS + "O1,a,0300588569,92,2024,,seed\n")
    (issue,) = caught.value.issues
    assert issue.code == "identity_conflict"
    assert "O1" in issue.message.vi
    assert "0300588569" in issue.message.vi


def test_two_rows_for_one_body(take: Take, store: Store) -> None:
    """Two certificates of one body are two roles; two ids with one tax code in a body list are refused."""
    rows = "S1,Công ty A,0100112437,92,2015-01-01,2020-01-01,seed\nS2,Công ty AB,0100112437,92,2020-01-01,,growth\n"
    report = take("startup", STARTUPS + rows)
    assert (report.new, report.bodies_new) == (2, 1)
    assert [issue.code for issue in report.issues] == ["body_differs_here"]
    with pytest.raises(RecordError) as caught:
        take("organisation", "id,name,mst\nA,a,0300588569\nB,b,0300588569\n")
    assert {(issue.code, issue.row) for issue in caught.value.issues} == {("doubled_body", 2), ("doubled_body", 3)}


def test_a_state_holds_over_its_own_dates(take: Take, store: Store) -> None:
    """Without a stated interval a role holds from issue up to, not including, its earliest end."""
    take("startup", STARTUPS + "S1,a,,92,01/02/2024,01/02/2029,seed\nS2,b,,92,,,seed\n")
    spans = [(v.valid_from, v.valid_to) for v in store.at().versions("startup")]
    assert spans[0] == (dt.date(2024, 2, 1).toordinal(), dt.date(2029, 2, 1).toordinal())
    assert spans[1] == (0, 3652060)


def test_intervals_in_the_file_tell_a_history(take: Take, store: Store) -> None:
    """Rows of one id with intervals that do not meet are versions of one record, and repeat as one."""
    text = "id,name,place,valid_from,valid_to\nO1,a,92,2020-01-01,2022-01-01\nO1,a,93,2022-01-01,\n"
    report = take("organisation", text)
    assert changed(report) == (1, 0, 0)
    days = ("2021-06-01", "2023-06-01", "2019-06-01")
    assert [[v.record.place for v in store.at(day).versions("organisation")] for day in days] == [["92"], ["93"], []]
    assert changed(take("organisation", text.replace("\n", "\r\n"))) == (0, 0, 1)


def test_parents_may_stand_in_the_same_file(take: Take, store: Store) -> None:
    """A row may refer to another row of its file, before or after it."""
    take("organisation", "id,name,parent\nO2,Trung tâm,O1\nO1,Viện,\n")
    child, parent = records(store, "organisation")
    assert child.parent == parent.id


def test_parties_are_bodies_people_or_names(take: Take, store: Store) -> None:
    """A party cell takes ids, identifiers, people and names; what is not known stays as written, with a warning."""
    take("startup", STARTUPS + "S1,Công ty A,0100112437,92,2024,,seed\n")
    report = take("deal", "id,transferor,transferee,broker\nD1,S1; cá nhân: Trần B,mst:0100112437,Sàn Lạ; ror:x\n")
    (deal,) = records(store, "deal")
    body = records(store, "organisation")[0].id
    said = [(p.role, p.body, p.person, p.name) for p in deal.parties]
    assert said == [
        ("transferor", body, None, None),
        ("transferor", None, "Trần B", None),
        ("transferee", body, None, None),
        ("broker", None, None, "Sàn Lạ"),
        ("broker", None, None, "ror:x"),
    ]
    assert [issue.value for issue in report.issues] == ["Sàn Lạ", "ror:x"]


def test_a_role_may_name_its_body(take: Take, store: Store) -> None:
    """The `organisation` column names a known body; an unknown one is an error, since a role needs its body."""
    take("organisation", "id,name\nO1,Viện A\n")
    take("st_organisation", "id,organisation,issued_on,form\nR1,O1,2024-05-01,research\n")
    assert records(store, "st_organisation")[0].organisation == records(store, "organisation")[0].id
    assert take("deal", "id,transferor\nD1,R1\n").issues == ()
    with pytest.raises(RecordError) as caught:
        take("st_organisation", "id,organisation\nR2,O9\n")
    assert [issue.code for issue in caught.value.issues] == ["unresolved_ref"]


def test_personal_values_are_remembered_only_salted(tmp_path: Path) -> None:
    """What two registries remember of a row with a personal value differs: nobody can try out phone numbers."""
    path = tmp_path / "a.csv"
    path.write_text("id,name,phone\nO1,Viện A,0901234567\nO2,Viện B,\n", encoding="utf-8")
    remembered = []
    for _ in range(2):
        with Store.open("sqlite://") as store:
            import_file(store, path, "organisation", actor="tester")
            with store.changeset(actor="tester", reason="look") as tx:
                remembered.append({key: said for key, (_, said) in tx.keys("organisation", "default").items()})
    one, other = remembered
    assert one["O1"] != other["O1"]
    assert one["O2"] == other["O2"]


def test_a_repeated_phone_number_is_no_news_and_a_corrected_one_is(take: Take, store: Store) -> None:
    """Salting does not hide a repetition, nor a correction of nothing but a personal value."""
    text = "id,name,phone\nO1,Viện A,0901234567\n"
    take("organisation", text)
    assert changed(take("organisation", text.replace("\n", "\r\n"))) == (0, 0, 1)
    assert changed(take("organisation", text.replace("567", "568"))) == (0, 1, 0)
    assert records(store, "organisation")[0].phone == "0901234568"


def test_dry_run_writes_nothing(take: Take, store: Store) -> None:
    """A dry run reports what would change and leaves no trace."""
    report = take("deal", "id,title\nD1,a\n", dry_run=True)
    assert (report.new, report.changeset) == (1, None)
    assert store.head()[0] == 0
    assert take("deal", "id,title\nD1,a\n").new == 1


def test_progress_and_provenance(store: Store, tmp_path: Path) -> None:
    """The caller hears how many rows are good, and every record knows its file and row."""
    path = tmp_path / "giao dịch.csv"
    path.write_text("id,title\n\nD1,a\n", encoding="utf-8")
    heard: list[int] = []
    report = import_file(store, path, "deal", actor="chị Lan", reason="báo cáo quý", progress=heard.append)
    assert heard == [1]
    (entry,) = store.history(records(store, "deal")[0].id)
    assert (entry.document, entry.sha256, entry.line) == ("giao dịch.csv", report.sha256, 3)
    (info,) = store.changesets()
    assert (info.actor, info.reason) == ("chị Lan", "báo cáo quý")


def test_the_chain_holds_after_all_this(take: Take, store: Store) -> None:
    """The audit finds nothing wrong with what imports write."""
    take("startup", TEN)
    take("startup", TEN.replace("seed", "growth"))
    take("deal", "id,transferor\nD1,S1\n")
    assert store.audit().problems == ()
    assert isinstance(records(store, "startup")[0], Startup)
    assert isinstance(records(store, "organisation")[0], Organisation)
    assert isinstance(records(store, "deal")[0], Deal)


def test_a_name_in_the_registry_is_not_linked_and_who_bears_it_is_told(take: Take, refuse: Refuse) -> None:
    """A party's name stays as written, with the bodies that bear it and the code to give; a reference is refused."""
    take("organisation", "id,name_vi,mst,place\nO1,Viện Lúa,0100112437,Cần Thơ\nO2,VIỆN LÚA,,\nO3,Viện lụa,,\n")
    report = take("deal", "id,transferor\nD1,Viện Lúa\nD2,Viện Mía\n")
    one, other = report.issues
    assert (one.code, other.code) == ("party_by_name", "unresolved_party")
    assert "có 2 tổ chức mang đúng tên này: mst:0100112437 (Thành phố Cần Thơ); O2." in one.message.vi
    assert one.suggestion is not None
    assert "mst:0100112437" in one.suggestion.en
    error = refuse("asset", "id,organisation\nA1,viện lúa\n")
    assert [issue.code for issue in error.issues] == ["ref_by_name"]


def test_an_office_without_a_tax_code_is_told_by_its_key(take: Take, refuse: Refuse, store: Store) -> None:
    """The key the source knows it under is suggested, and works; to another source, which has none, it is a number."""
    take("organisation", "id,name_vi,kind\nSKHCN,Sở Khoa học và Công nghệ,public_body\n")
    text = "id,title,responsible\nN1,Báo cáo,{}\n"
    (issue,) = refuse("task", text.format("Sở Khoa học và Công nghệ")).issues
    assert "tổ chức mang đúng tên này: SKHCN." in issue.message.vi
    assert issue.suggestion is not None
    assert (issue.suggestion.vi[-6:], issue.suggestion.en[-6:]) == ("SKHCN.", "SKHCN.")
    take("task", text.format("SKHCN"))
    assert records(store, "task")[0].responsible == records(store, "organisation")[0].id
    (issue,) = refuse("task", text.format("Sở Khoa học và Công nghệ"), source_id="other").issues
    assert "record 1" in issue.message.en
    assert issue.suggestion is not None
    assert "tax code" in issue.suggestion.en


@pytest.mark.parametrize("headers", ["Tên bên giao,MST bên giao", "Bên giao,MST", "transferor,transferor_mst"])
def test_a_name_and_a_tax_code_in_two_columns_are_one_party(take: Take, store: Store, headers: str) -> None:
    """The code links the party; an unknown one stays beside the name; a name the registry has otherwise is told."""
    take("organisation", "id,name_vi,mst\nO1,Viện Lúa,0100112437\n")
    report = take("deal", f"id,{headers}\nD1,viện lúa,0100112437\nD2,Viện Mía,0100112437\n")
    one, two = records(store, "deal")
    body = records(store, "organisation")[0].id
    assert [(p.role, p.body, p.name) for p in (*one.parties, *two.parties)] == [("transferor", body, None)] * 2
    assert [issue.code for issue in report.issues if issue.row == 3] == ["name_of_code"]


def test_names_and_codes_that_do_not_pair_are_refused(refuse: Refuse, take: Take, store: Store) -> None:
    """Two names with one code cannot be told apart; with one each, what is not known keeps its code in brackets."""
    error = refuse("deal", "id,transferor,MST\nD1,A; B,0100112437\n")
    assert [issue.code for issue in error.issues] == ["names_and_codes"]
    take("deal", "id,transferor,MST\nD1,A; B,0100112437; 0301471348\nD2,C,079123456789\n")
    first, second = records(store, "deal")
    assert [p.name for p in first.parties] == ["A [mst:0100112437]", "B [mst:0301471348]"]
    assert [p.name for p in second.parties] == ["C"]  # the number of a person is not public
    take("organisation", "id,name_vi,mst\nO1,A,0100112437\n")
    take("deal", "id,transferor\nD1,A [mst:0100112437]\n")
    assert records(store, "deal")[0].parties[0].body == records(store, "organisation")[0].id


WRITTEN = ("A (MST: 0100112437)", "A - mst 0100112437", '"A, Mã số thuế: 0100 112 437"', "A [MST 0100112437]")


@pytest.mark.parametrize("cell", WRITTEN)
def test_a_tax_code_is_read_as_offices_write_it(take: Take, store: Store, cell: str) -> None:
    """In any brackets, after a dash or a comma, with or without colon and spaces, it links the party."""
    take("organisation", "id,name_vi,mst\nO1,A,0100112437\n")
    report = take("deal", f"id,transferor\nD1,{cell}\n")
    assert records(store, "deal")[0].parties[0].body == records(store, "organisation")[0].id
    assert report.issues == ()


def test_the_number_of_a_person_is_never_a_public_name(take: Take, store: Store) -> None:
    """Alone it is an individual (a personal field); beside a name the name is kept; both are told."""
    report = take("deal", "id,transferor,transferee\nD1,mst:079123456789; 079123456780,Ba (MST 079123456789)\n")
    (deal,) = records(store, "deal")
    assert [(p.person, p.name) for p in deal.parties] == [
        ("mst:079123456789", None),
        ("079123456780", None),
        (None, "Ba"),
    ]
    assert [i.code for i in report.issues] == ["party_is_person", "party_is_person", "personal_number_left"]
