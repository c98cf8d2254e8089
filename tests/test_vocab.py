"""The code lists that ship, and what happens to a broken one."""

import datetime as dt
import re

import pytest

from stregistry.dates import ALWAYS, FOREVER
from stregistry.errors import DefinitionError, NotFoundError
from stregistry.text import fold
from stregistry.vocab import ORIGINS, Term, parse_vocabulary, vocabulary, vocabulary_ids

# The table "Codes" of the contract: other systems write these codes into their files.
CONTRACT = {
    "organisation_kind": "enterprise university institute hospital school public_body fund association "
    "individual other",
    "organisation_status": "active suspended dissolved merged",
    "st_organisation_form": "research higher_education services hospital",
    "st_organisation_function": "basic applied services",
    "ownership": "public non_public foreign_invested",
    "support_kind": "incubator accelerator technical_facility coworking innovation_centre startup_support_centre fund",
    "startup_stage": "idea pre_seed seed series_a series_b growth exit",
    "startup_basis": "sme_law decree_268 other",
    "certificate_event": "granted reissued amended terminated cancelled revoked",
    "deal_direction": "domestic inbound outbound",
    "deal_status": "signed in_force completed terminated void",
    "deal_channel": "direct exchange techmart auction intermediary other",
    "deal_form": "standalone investment_project capital_contribution franchise ip_transfer machinery_sale other",
    "deal_object": "know_how process rationalisation machinery",
    "deal_right": "assignment exclusive_licence licence sublicence",
    "deal_payment": "lump_sum instalments percent_of_price percent_of_revenue percent_of_profit equity other",
    "party_role": "transferor transferee broker advisor investor investee lead partner funder predecessor successor",
    "succession_event": "renamed merged split absorbed dissolved spun_off succeeded",
    "partnership_kind": "memorandum protocol_task joint_project oda_project network twinning other",
    "partnership_status": "planned active completed terminated",
    "asset_kind": "patent utility_solution industrial_design plant_variety trademark software know_how",
    "task_status": "assigned in_progress done late cancelled",
}
OWN = {
    "task_group": "leadership policy potential ecosystem market cooperation",
    "research_field": "natural_sciences engineering medical agricultural social humanities",
    "identifier_scheme": "mst ror isni orcid lei wikidata grid fundref patent certificate personal_number other",
    "identity_verdict": "same different unsure",
    "name_kind": "official short alias acronym former",
    "relation_kind": "parent child related predecessor successor",
    "statistic_basis": "registered average other",
    "partner_kind": "state_counterpart funding_partner other",
    "report_form": "01-bccs v.6 innovation_report plan_report",
    "task_recurrence": "monthly quarterly half_yearly yearly",
    "declared_item": "net_revenue_vnd revenue_vnd capital_vnd insured_employees rd_spending_vnd "
    "rd_graduates rd_graduates_vietnamese st_staff st_staff_vietnamese hired_experts st_product_revenue_vnd "
    "st_products st_result st_product_exported st_product_encouraged st_product_prize public_offering "
    "product_from_ip product_pilot_or_prize growth_percent growth_capacity_percent backed",
    "economic_region": "northern_midlands_mountains red_river_delta north_central_and_central_coast north_central "
    "south_central_coast_and_central_highlands central_highlands southeast mekong_delta",
    "ror_type": "education healthcare company archive nonprofit government facility funder other",
}
TERMS = [pytest.param(id, term, id=f"{id}-{term.code}") for id in vocabulary_ids() for term in vocabulary(id).terms]
# Capitals side by side are how Vietnamese offices abbreviate: KH&CN, ĐMST, GPHI.
ABBREVIATION = re.compile(r"[A-ZĐ]{2}|&|\.")


@pytest.mark.parametrize(("id", "codes"), (CONTRACT | OWN).items())
def test_codes(id: str, codes: str) -> None:
    """Each list holds the codes agreed on, all of them, in that order."""
    assert vocabulary(id).codes == tuple(codes.split())


def test_no_list_is_left_out_of_the_sweep() -> None:
    """Every file that ships is one of the lists agreed on."""
    assert set(vocabulary_ids()) == set(CONTRACT | OWN)


@pytest.mark.parametrize("id", vocabulary_ids())
def test_titles(id: str) -> None:
    """The title says the same thing in two languages, without abbreviations."""
    title = vocabulary(id).title
    assert title.vi != title.en
    assert not ABBREVIATION.search(title.vi), title.vi
    assert not ABBREVIATION.search(title.en), title.en


@pytest.mark.parametrize(("id", "term"), TERMS)
def test_labels_are_terms(id: str, term: Term) -> None:
    """A label is a term in its own language: no comment, no abbreviation, no list separator."""
    assert not term.label.vi.isascii(), "the Vietnamese label has lost its diacritics"
    assert term.label.en.isascii()
    for label in (term.label.vi, term.label.en):
        assert not set(label) & set("()[]/;:…<>≤≥%"), label
        assert not ABBREVIATION.search(label), label
        assert label[0].isupper(), label


@pytest.mark.parametrize(("id", "term"), TERMS)
def test_sources(id: str, term: Term) -> None:
    """A row of the law names document and article or number, a standard its document, our own rows neither."""
    assert term.origin in ORIGINS
    if term.origin == "law":
        assert re.fullmatch(r"\d+/\d{4}/[A-ZĐ0-9-]+", term.document or ""), term.document
        # Circular 24/2025 has its codes in an annex, so the official number stands for the article.
        assert re.fullmatch(r"[\d.a-z, -]+", term.article or term.official_code or ""), term.article
    elif term.origin == "standard":
        assert term.document
    else:
        assert (term.document, term.article, term.issued) == (None, None, None)


@pytest.mark.parametrize(("id", "term"), TERMS)
def test_find_every_name(id: str, term: Term) -> None:
    """Code, official code and both labels lead back to the code, in any case, without diacritics too."""
    names = [term.code, term.label.vi, term.label.en, *filter(None, [term.official_code])]
    for name in names:
        for written in (name, name.upper(), fold(name), f"  {name}\u00a0"):
            assert vocabulary(id).find(written) == term.code, written


def test_find_unknown_is_none() -> None:
    """A cell that names nothing is None, so that an importer can report it with its row."""
    assert vocabulary("deal_form").find("franchising") is None
    assert vocabulary("deal_form").find("") is None


def test_find_on_a_day() -> None:
    """On a day, only what is in force then is found."""
    form = vocabulary("st_organisation_form")
    assert form.find("bệnh viện", "2024-06-30") is None
    assert form.find("bệnh viện", "2025-10-01") == "hospital"
    assert form.find("Cơ sở giáo dục đại học", dt.date(2024, 6, 30)) == "higher_education"


def test_suggest() -> None:
    """A mistyped name is answered with the code nearest to it, among those in force on the day."""
    form = vocabulary("st_organisation_form")
    assert form.suggest("benh vienn") == "hospital"
    assert form.suggest("hospitall", "2024-01-01") is None
    assert form.suggest("xyzzy") is None


def test_hospital_is_a_form_since_the_2025_law() -> None:
    """Law 93/2025/QH15 made hospitals S&T organisations from 1 October 2025, not a day earlier."""
    form = vocabulary("st_organisation_form")
    assert not form.in_force("hospital", "2024-01-01")
    assert not form.in_force("hospital", "2025-09-30")
    assert form.in_force("hospital", "2025-10-01")
    assert form.term("hospital").document == "93/2025/QH15"
    with pytest.raises(NotFoundError, match="not in force on 2024-01-01") as refused:
        form.term("hospital", "2024-01-01")
    assert "2025-10-01" in refused.value.in_lang("vi")


def test_a_code_keeps_its_meaning_but_changes_its_law() -> None:
    """A code carried over has one row for each law; the day decides, and no day means the newest."""
    form = vocabulary("st_organisation_form")
    assert form.term("research", "2025-09-30").document == "29/2013/QH13"
    assert form.term("research", "2025-10-01").document == "93/2025/QH15"
    assert form.term("research").document == "93/2025/QH15"


def test_lists_not_read_in_the_new_law_are_not_passed_off_as_law() -> None:
    """The 2013 law's functions and ownership stay usable after it ended, as our own."""
    for id, code in (("st_organisation_function", "basic"), ("ownership", "public")):
        assert vocabulary(id).term(code, "2025-09-30").origin == "law"
        assert vocabulary(id).term(code, "2025-10-01").origin == "ours"


@pytest.mark.parametrize("id", sorted(CONTRACT | OWN))
def test_no_code_lapses_today(id: str) -> None:
    """No gap between two rows of a code: once in force, a code stays in force."""
    for code in vocabulary(id).codes:
        rows = sorted((t for t in vocabulary(id).terms if t.code == code), key=lambda t: t.start)
        ends = [row.end for row in rows]
        assert ends == [*(row.start for row in rows[1:]), FOREVER]


def test_official_numbers() -> None:
    """Official letters and numbers find their code: field 1-6, task group 1-6, form 01-BCCS."""
    assert [vocabulary("research_field").find(str(n)) for n in range(1, 7)] == OWN["research_field"].split()
    assert [vocabulary("task_group").find(str(n)) for n in range(1, 7)] == OWN["task_group"].split()
    assert vocabulary("report_form").find("01-BCCS") == "01-bccs"
    assert vocabulary("report_form").find("V.6") == "v.6"


def test_label() -> None:
    """A label comes in the language asked for."""
    assert vocabulary("deal_right").label("licence", "vi") == "Chuyển giao quyền sử dụng không độc quyền"
    assert vocabulary("deal_right").label("licence", "en") == "Non-exclusive licence"


def test_unknown_code_names_the_nearest() -> None:
    """The message about an unknown code names the list, the code and the nearest one, in both languages."""
    with pytest.raises(NotFoundError) as refused:
        vocabulary("party_role").term("transferer")
    for lang in ("vi", "en"):
        message = refused.value.in_lang(lang)
        assert "'party_role'" in message
        assert "'transferer'" in message
        assert "'transferor'" in message
    assert refused.value.parts["nearest"] == "transferor"


def test_unknown_vocabulary_names_the_nearest() -> None:
    """Asking for a list that does not exist is our own mistake and names the nearest list."""
    with pytest.raises(DefinitionError, match="'deal_channel'"):
        vocabulary("deal_chanel")


def test_read_once() -> None:
    """A list is read from its file once and then kept."""
    assert vocabulary("deal_form") is vocabulary("deal_form")


GOOD = """\
id = "colour"
title = {vi = "Màu", en = "Colour"}
[[term]]
code = "red"
label = {vi = "Đỏ", en = "Red"}
until = 2020-01-01
document = "1/2010/QH12"
issued = 2010-05-04
article = "3"
origin = "law"
[[term]]
code = "red"
label = {vi = "Đỏ", en = "Red"}
from = 2020-01-01
origin = "ours"
"""

BROKEN = {
    "not TOML": ("code =", "code", "cannot be read"),
    "unknown key in the head": ('id = "colour"', 'id = "colour"\nvesion = 1', "vesion is not a known key"),
    "unknown key in a row": ('article = "3"', 'artcle = "3"', r"term\[1\] \(red\).artcle .* did you mean 'article'"),
    "id not the file's name": ('id = "colour"', 'id = "color"', "id is 'color' but must be the name of the file"),
    "no title": ('title = {vi = "Màu", en = "Colour"}', "", "title must be"),
    "title in one language": ('title = {vi = "Màu", en = "Colour"}', 'title = {vi = "Màu"}', "title.en must be a text"),
    "label in one language": ('{vi = "Đỏ", en = "Red"}', '{en = "Red"}', r"term\[1\] \(red\).label.vi must be a text"),
    "label in a third language": ('en = "Red"}', 'en = "Red", fr = "Rouge"}', "label.fr is not a known key"),
    "label not a table": ('label = {vi = "Đỏ", en = "Red"}', 'label = "Red"', "label must be"),
    "label with a spare space": ('en = "Red"', 'en = "Red "', "label.en must be a text"),
    "no code": ('code = "red"\n', "", r"term\[1\].code must be a text"),
    "code with capitals": ('code = "red"', 'code = "Red"', "'Red' must be lower-case ASCII"),
    "unknown origin": ('origin = "law"', 'origin = "custom"', "origin 'custom' is none of: law, standard, ours"),
    "no origin": ('origin = "ours"\n', "", r"term\[2\] \(red\).origin must be a text"),
    "law without a document": ('document = "1/2010/QH12"\n', "", "document is missing: origin = 'law'"),
    "a number for an article": ('article = "3"', "article = 3", "article must be a text"),
    "a date in quotes": ("until = 2020-01-01", 'until = "2020-01-01"', "until must be a date"),
    "a date with a time": ("until = 2020-01-01", "until = 2020-01-01T00:00:00", "until must be a date"),
    "ends before it starts": (
        "until = 2020-01-01",
        "from = 2021-01-01\nuntil = 2020-01-01",
        "until 2020-01-01 must be after",
    ),
    "overlap": ("until = 2020-01-01", "until = 2020-01-02", r"term \(red\).from two rows .* overlap from 2020-01-01"),
    "overlap without end": ("until = 2020-01-01\n", "", "overlap from 2020-01-01"),
    "one word, two codes": (
        'code = "red"\nlabel = {vi = "Đỏ", en = "Red"}\nfrom',
        'code = "do"\nlabel = {vi = "Đo đỏ", en = "Reddish"}\nfrom',
        "'do' names both do and red",
    ),
    "rows not tables": (GOOD[GOOD.index("[[term]]") :], "term = [1]\n", r"term\[1\] must be written as a table"),
    "no rows": (GOOD[GOOD.index("[[term]]") :], "", "term needs at least one row"),
}


def test_good_file() -> None:
    """The file the broken ones are made from is right, and every key of it arrives."""
    first, second = parse_vocabulary(GOOD, "colour.toml").terms
    assert (first.start, first.end) == (ALWAYS, dt.date(2020, 1, 1).toordinal())
    assert (first.document, first.issued, first.article) == ("1/2010/QH12", dt.date(2010, 5, 4), "3")
    assert (second.start, second.end, second.origin) == (first.end, FOREVER, "ours")


@pytest.mark.parametrize(("find", "put", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_file(find: str, put: str, words: str) -> None:
    """Each broken file is refused with its file name and key, in both languages."""
    assert find in GOOD
    with pytest.raises(DefinitionError, match=words) as refused:
        parse_vocabulary(GOOD.replace(find, put, 1), "colour.toml")
    assert refused.value.in_lang("vi").startswith("colour.toml: ")
    assert refused.value.in_lang("vi") != refused.value.in_lang("en")
    assert refused.value.parts["key"]
