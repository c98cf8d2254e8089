"""A correction made by hand outlives the next file of the source that was wrong."""

import pytest

from stregistry import Organisation, Registry, Startup


@pytest.fixture
def registry(file_address):
    with Registry.open(file_address) as opened:
        yield opened


def take(registry, folder, text, kind="organisation", source_id="office"):
    path = folder / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    return registry.import_file(path, kind, source_id=source_id, actor="office")


def only(registry, cls=Organisation, valid=None):
    (one,) = registry.at(valid=valid).records(cls)
    return one


def mend(registry, changes, **interval):
    body = registry.at().records(Organisation)[0].id
    with registry.changeset(actor="an", reason="seen on the spot") as tx:
        tx.amend(body, changes, **interval)


def test_a_new_field_of_the_source_does_not_undo_a_correction(registry, tmp_path):
    """The source adds a website and repeats its old place: the website is taken, the corrected place stays."""
    take(registry, tmp_path, "id,name_vi,place,website\n1,Viện A,79,\n")
    mend(registry, {"place": "92"})
    for site in ("https://a.vn", "https://b.vn", "https://c.vn"):
        take(registry, tmp_path, f"id,name_vi,place,website\n1,Viện A,79,{site}\n")
        assert (only(registry).place, only(registry).website) == ("92", site)
    assert registry.audit().ok


def test_the_source_can_correct_itself(registry, tmp_path):
    """When the source says something new of the corrected field, that is taken."""
    take(registry, tmp_path, "id,name_vi,place\n1,Viện A,79\n")
    mend(registry, {"place": "92"})
    take(registry, tmp_path, "id,name_vi,place\n1,Viện A,48\n")
    assert only(registry).place == "48"


def test_what_nobody_else_touched_follows_the_source(registry, tmp_path):
    """A field that only the source ever stated is corrected by its next file, beside a corrected one."""
    take(registry, tmp_path, "id,name_vi,place,website\n1,Viện A,79,https://a.vn\n")
    mend(registry, {"place": "92"})
    take(registry, tmp_path, "id,name_vi,place,website\n1,Viện B,79,\n")
    body = only(registry)
    assert (body.name, body.place, body.website) == ("Viện B", "92", None)


def test_a_move_recorded_by_hand_keeps_its_day(registry, tmp_path):
    """A place set from a day on stays so from that day, and the time before stays as the source has it."""
    take(registry, tmp_path, "id,name_vi,place,founded_on,website\n1,Viện A,79,2010,\n")
    mend(registry, {"place": "92"}, valid_from="2023-01-01")
    take(registry, tmp_path, "id,name_vi,place,founded_on,website\n1,Viện A,79,2010,https://a.vn\n")
    assert only(registry, valid="2022-06-01").place == "79"
    assert only(registry, valid="2024-06-01").place == "92"
    assert {only(registry, valid=d).website for d in ("2022-06-01", "2024-06-01")} == {"https://a.vn"}


def test_an_end_recorded_by_hand_still_ends_the_role(registry, tmp_path):
    """A certificate ended by hand stays ended when the source, which does not know, changes another field."""
    take(registry, tmp_path, "id,name_vi,issued_on,stage\nS1,Công ty A,2020-01-01,seed\n", "startup")
    (role,) = registry.at(valid="2021-01-01").records(Startup)
    with registry.changeset(actor="an", reason="decision 5") as tx:
        tx.amend(role.id, {"ended_on": "2022-01-01"})
    take(registry, tmp_path, "id,name_vi,issued_on,stage\nS1,Công ty A,2020-01-01,growth\n", "startup")
    assert registry.at(valid="2023-01-01").records(Startup) == []
    (role,) = registry.at(valid="2021-01-01").records(Startup)
    assert role.stage == "growth"
    assert str(role.certificate.ended_on) == "2022-01-01"


def test_a_role_file_does_not_touch_the_life_of_a_known_body(registry, tmp_path):
    """A role file that only names its body states nothing of it: no version more, the founding day as it was."""
    take(registry, tmp_path, "id,name_vi,place,founded_on\n1,Viện A,92,2015-03-31\n")
    before = registry.history(registry.at().records(Organisation)[0].id)
    take(registry, tmp_path, "id,organisation,issued_on\nS1,1,2020-01-01\n", "startup")
    assert registry.history(before[0].record.id) == before


def test_a_file_silent_of_the_place_leaves_a_recorded_move_alone(registry, tmp_path):
    """A body whose own source told that it moved keeps both places when a later file only mends its name."""
    take(registry, tmp_path, "id,name_vi,place,valid_from,valid_to\n1,Viện A,79,2010-01-01,2023-01-01\n")
    take(registry, tmp_path, "id,name_vi,place,valid_from,valid_to\n1,Viện A,92,2023-01-01,\n")
    take(registry, tmp_path, "id,name_vi\n1,Viện B\n")
    assert (only(registry, valid="2020-01-01").place, only(registry, valid="2020-01-01").name) == ("79", "Viện B")
    assert (only(registry, valid="2024-01-01").place, only(registry, valid="2024-01-01").name) == ("92", "Viện B")
    assert registry.at(valid="2009-01-01").records(Organisation) == []
