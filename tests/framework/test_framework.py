"""A framework file is checked whole when it is loaded: every defect is named with its file, key and nearest word."""

import ast
import copy
import datetime as dt
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import stregistry
from stregistry.errors import DefinitionError, NotFoundError
from stregistry.framework import Framework
from stregistry.framework.framework import plain_data
from stregistry.framework.schema import framework_schema, schema_text
from stregistry.measures import Check, Tally

ROOT = Path(__file__).parents[2]
WHOLE = """
[framework]
id = "thu"
version = "2026.1"
title = {vi = "Thử", en = "Trial"}
sources = [{id = "kl69", number = "69-KL/TW", issued = 2024-01-11, title = {vi = "Kết luận", en = "Conclusion"}}]
[evaluation]
places = "vn-2025"
level = "province"
[[group]]
id = "index"
name = {vi = "Chỉ số", en = "Index"}
[[group]]
id = "market"
parent = "index"
aggregate = "geometric"
name = {vi = "Thị trường", en = "Market"}
[[indicator]]
id = "value"
group = "market"
name = {vi = "Giá trị", en = "Value"}
measured_in = {vi = "tỷ đồng", en = "billion VND"}
direction = "up"
measure = "sum"
scale = 1e-9
per = {series = "population", basis = "average", scale = 1e5}
breakdown = ["form"]
bounds = {low = 0, high = 500}
goal = 400
source = "kl69"
[indicator.params]
of = "deal"
field = "value_vnd"
when = "flow"
on = "signed_on"
place = "transferee"
[indicator.params.where]
direction = "domestic"
status = ["signed", "completed"]
transferor = {kind = "university"}
registered_on = {min = 2024-01-01}
[[indicator.target]]
from = 2024-01-11
by = 2030
at_least = 400
scope = {place = "92", map = "vn-2025"}
baseline = {period = 2024, value = 120}
source = "kl69"
[[indicator]]
id = "deals"
group = "market"
name = {vi = "Giao dịch", en = "Deals"}
direction = "up"
measure = "count"
params = {of = "deal"}
[[indicator]]
id = "mean"
group = "market"
name = {vi = "Bình quân", en = "Mean"}
direction = "none"
measure = "ratio"
params = {top = "value", bottom = "deals"}
[[obligation]]
id = "register-transfer"
name = {vi = "Đăng ký", en = "Register"}
of = "deal"
where = {direction = ["inbound", "outbound"]}
due = {after = "signed_on", days = 90}
done = "registered_on"
in_force = 2018-07-01
source = "kl69"
[[obligation]]
id = "report"
name = {vi = "Báo cáo", en = "Report"}
of = "support_organisation"
due = {yearly = "12-05"}
done = {submission = "01-BCCS"}
in_force = 2020-06-01
[method]
treat = {winsorise = 5, then = "log_ct"}
normalise = {how = "min_max", to = [1, 100]}
aggregate = {how = "arithmetic", availability = 0.5}
[uncertainty]
draws = 100
treat = [{winsorise = 3}, {winsorise = 5}]
weights = {noise = 0.25, levels = [1, 2]}
"""


def document() -> dict[str, Any]:
    return tomllib.loads(WHOLE)


def test_a_whole_framework_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Every table of the format arrives as a value: sources, tree, rules, targets, obligations, method."""
    path = tmp_path / "thu.toml"
    path.write_text(WHOLE, encoding="utf-8")
    found = Framework.load(path)
    assert (found.id, found.version, found.title.vi) == ("thu", "2026.1", "Thử")
    assert found.sources[0].issued == dt.date(2024, 1, 11)
    assert [(g.id, g.parent, g.aggregate) for g in found.groups] == [
        ("index", None, None),
        ("market", "index", "geometric"),
    ]
    value = found.indicator("value")
    assert isinstance(value.rule, Tally)
    assert (value.rule.top.of, value.rule.top.field, value.rule.top.source.place) == ("sum", "value_vnd", "transferee")
    (target,) = value.targets
    assert (target.form, target.values, target.by, target.place, target.baseline) == (
        "at_least",
        (400,),
        2030,
        "92",
        ("2024", 120),
    )
    first, second = found.obligations
    assert (first.due, first.done, first.submission) == ({"after": "signed_on", "days": 90}, "registered_on", None)
    assert (second.due, second.done, second.submission) == ({"yearly": "12-05"}, None, "01-bccs")
    assert found.method == document()["method"]


def test_a_snapshot_can_make_the_framework_again() -> None:
    """The embedded document, through JSON and back, is the same framework with the same hash."""
    first = Framework.from_document(document(), "thu.toml")
    again = Framework.from_document(json.loads(json.dumps(first.document)), "snapshot.json")
    assert again == first
    assert again.sha256 == first.sha256
    changed = document()
    changed["indicator"][0]["scale"] = 1e-6
    assert Framework.from_document(changed, "thu.toml").sha256 != first.sha256


def test_equal_rules_are_equal_values() -> None:
    """Two indicators with the same conditions in another order share their parts, so they are counted once."""
    one, two = document()["indicator"][0], document()["indicator"][0]
    two["id"] = "again"
    two["params"]["where"] = dict(reversed(two["params"]["where"].items()))
    two["params"]["where"]["status"] = ["completed", "signed"]
    made = Framework.from_document({**document(), "indicator": [one, two, *document()["indicator"][1:]]}, "thu.toml")
    assert made.indicator("again").rule == made.indicator("value").rule
    assert hash(made.indicator("again").rule) == hash(made.indicator("value").rule)


TARGET = {"from": "2024-01-11", "by": 2030, "source": "kl69"}

# (path of the key, value to put there or None to take it away, the words the message must hold)
DEFECTS: list[tuple[str, Any, tuple[str, ...]]] = [
    ("framwork", {}, ("framwork", "framework")),
    ("framework.id", "Thử", ("framework.id", "lower-case")),
    ("framework.version", None, ("framework.version", "missing")),
    ("framework.title.en", "", ("framework.title.en", "not empty")),
    ("framework.title", {"vi": "Thử"}, ("framework.title.en", "missing")),
    ("framework.sources.0.issued", None, ('sources "kl69".issued', "date")),
    ("framework.sources.0.issued", "hôm qua", ("issued", "2024-01-11")),
    ("evaluation.places", "vn-2026", ("evaluation.places", "vn-2025")),
    ("evaluation.level", "provinces", ("evaluation.level", "province")),
    ("evaluation.year_ends", "13-40", ("evaluation.year_ends", "month-day")),
    ("group.1.parent", None, ("group", "exactly one")),
    ("group.1.parent", "idex", ('group "market".parent', "index")),
    ("group.0.parent", "market", ("exactly one", "lies within itself")),
    ("group.1.id", "index", ('group "index".id', "already taken")),
    ("group.1.aggregate", "geometrik", ('group "market".aggregate', "geometric")),
    ("group.1.weight", -1, ("weight", "0")),
    ("indicator.0.id", "giá trị", (".id", "letters, digits")),
    ("indicator.1.id", "value", ('indicator "value".id', "already taken")),
    ("indicator.0.group", "markt", ('indicator "value".group', "market")),
    ("indicator.0.group", None, ('indicator "value".group', "missing")),
    ("indicator.0.direction", "higher", ('indicator "value".direction', "up, down, none")),
    ("indicator.0.measure", "summ", ('indicator "value".measure', "'sum'")),
    ("indicator.0.mesure", "sum", ('indicator "value".mesure', "measure")),
    ("indicator.0.params.fild", "x", ('indicator "value".params.fild', "field")),
    ("indicator.0.params.field", None, ('indicator "value".params.field', "missing")),
    ("indicator.0.params.field", "value_vmd", ("params.field", "value_vnd")),
    ("indicator.0.params.field", "title", ("params.field", "text", "value_vnd")),
    ("indicator.0.params.of", "deals", ("params.of", "'deal'")),
    ("indicator.0.params.when", "flows", ("params.when", "flow")),
    ("indicator.0.params.on", "signd_on", ("params.on", "signed_on")),
    ("indicator.0.params.place", "transferer", ("params.place", "transfer")),
    ("indicator.0.params.where.direction", "domestc", ("where.direction", "deal_direction", "'domestic'")),
    ("indicator.0.params.where.status", [], ("where.status", "empty list")),
    ("indicator.0.params.where.staus", "signed", ("where.staus", "status")),
    ("indicator.0.params.where", {}, ("params.where", "no condition")),
    ("indicator.0.params.where.transferor", {"knd": "university"}, ("where.transferor.knd", "kind")),
    ("indicator.0.params.where.transferor", "university", ("where.transferor", "party role")),
    ("indicator.0.params.where.title", {"min": 1}, ("where.title", "min and max")),
    ("indicator.0.params.where.value_vnd", {"min": 5, "max": 1}, ("where.value_vnd", "min is above max")),
    ("indicator.0.params.where.value_vnd", 1.5, ("where.value_vnd", "whole number")),
    ("indicator.0.params.where.state_funded", "yes", ("where.state_funded", "true or false")),
    ("indicator.0.params.where.registered_on", {"min": "2024-13-01"}, ("registered_on.min", "2024-13-01")),
    ("indicator.0.params.where.registered_on", {"missing": "no"}, ("registered_on.missing", "true or false")),
    ("indicator.0.per", {"series": "population", "basis": "averege"}, ("per.basis", "average")),
    ("indicator.0.per", {"scale": 5}, ('indicator "value".per', "exactly one")),
    ("indicator.0.per", {"indicator": "deels"}, ('indicator "value"', "deals")),
    ("indicator.0.per", {"indicator": "mean"}, ("made from itself",)),
    ("indicator.2.params.top", "valu", ('indicator "mean"', "'value'")),
    ("indicator.2.params.top", "mean", ("made from itself",)),
    ("indicator.2.breakdown", ["form"], ("breakdown", "count records")),
    ("indicator.0.breakdown", ["frm"], ("breakdown[0]", "form")),
    ("indicator.0.bounds", {"low": 5, "high": 5}, ("bounds", "below")),
    ("indicator.0.scale", 0, ("scale", "0")),
    ("indicator.0.source", "kl68", ('indicator "value".source', "kl69")),
    ("indicator.0.target.0.at_most", 5, ("target", "exactly one of")),
    ("indicator.0.target.0.at_least", "400", ("at_least", "number")),
    ("indicator.0.target.0", {**TARGET, "range": [3, 1]}, ("range", "3 must be below 1")),
    ("indicator.0.target.0", {**TARGET, "within": [3]}, ("within", "two numbers")),
    ("indicator.0.target.0", {**TARGET, "at_least": 5, "of": "growth", "over": 2020}, ("over", "two years")),
    ("indicator.0.target.0.by", None, ("by, every_year",)),
    ("indicator.0.target.0.of", "growth", ("over", "growth")),
    ("indicator.0.target.0.scope", {"place": "93", "map": "vn-2025"}, ("scope", "93")),
    ("indicator.0.target.0.until", "2024-01-01", ("until", "after")),
    ("indicator.0.target.0.baseline", {"period": "20", "value": 1}, ("baseline.period", "period")),
    ("indicator.0.target.0.source", "kl68", ("source", "kl69")),
    ("indicator.0.target.0.from", None, ("target", "from", "missing")),
    ("indicator.0.target.0.from", "2024", ("target", "from")),
    ("indicator.0.target.0.every_year", True, ("by, every_year",)),
    ("indicator.0.target.0.base", 2020, ("base", "multiple")),
    ("indicator.0.target.0.over", [2025, 2020], ("over", "before the last")),
    ("indicator.0.target.0.out_of", 0, ("out_of",)),
    ("indicator.0.target.0.verified", "maybe", ("verified", "original, quoted, secondary")),
    ("indicator.0.target.0.article", "II", ("article",)),
    ("indicator.0.target.0.article", {"vi": "mục II"}, ("article", "en")),
    ("indicator.0.target.0.scope", "city", ("scope", "national")),
    ("indicator.0.target.0.baseline", {"period": "2020..2016", "value": 1}, ("baseline.period",)),
    ("indicator.0.name", {"vi": "Giá trị"}, ('indicator "value".name', "en")),
    ("indicator.0.measured_in", "đồng", ("measured_in",)),
    ("group.1.parent", "nowhere", ("parent",)),
    ("framework.sources.0.issued", None, ("issued", "number and its date")),
    ("obligation.0.due", {"after": "signed_on"}, ('obligation "register-transfer".due', "exactly one of")),
    ("obligation.0.due", {"after": "signd_on", "days": 9}, ("due.after", "signed_on")),
    ("obligation.1.due.yearly", "5 tháng 12", ("due.yearly", "12-15")),
    ("obligation.1.done.submission", "02-BCCS", ("done.submission", "01-BCCS")),
    ("obligation.0.where.direction", "in", ("where.direction", "deal_direction")),
    ("obligation.0.where", [], ("where", "empty list")),
    ("obligation.0.where", [{"direction": "in"}], ("where[0].direction", "deal_direction")),
    ("obligation.0.owed_by", "transferer", ("owed_by", "transferor")),
    ("obligation.0.owed_by", {"nam": "x"}, ("owed_by", "name")),
    ("obligation.0.scope", {"place": "92"}, ("scope.map",)),
    ("obligation.0.due", {"on": "registered"}, ("due.on", "registered_on")),
    ("obligation.0.due", {"on": "signed_on", "after": "signed_on", "every_years": 3}, ("due", "exactly one of")),
    ("obligation.0.due", {"after": [], "days": 90}, ("due.after", "empty list")),
    ("obligation.0.due", {"after": ["signed_on", "x"], "days": 90}, ("due.after", "date field")),
    ("obligation.0.due.days", 0, ("due.days", "1..")),
    ("obligation.0.of_year", -1, ("of_year", "yearly")),
    ("obligation.0.check_law", "2025-13-01", ("check_law", "2024-01-11")),
    ("obligation.0.article", {"vi": "Điều 31"}, ("article", "en")),
    ("obligation.0.until", "2018-07-01", ("until", "2018-07-01")),
    ("obligation.1.done", None, ("done", "submission")),
    ("method.normalise.how", "minmax", ("method.normalise", "min_max")),
    ("method.treat.winsorize", 3, ("method.treat", "winsorise")),
    ("method.scale", {}, ("method.scale",)),
    ("uncertainty.treat", [], ("uncertainty.treat", "not empty")),
    ("uncertainty.aggregate", [{"how": "geometrc"}], ("uncertainty.aggregate[0]", "geometric")),
    ("uncertainty.weights", [], ("uncertainty.weights", "not empty")),
    ("uncertainty.weights", [{"how": "equl"}], ("uncertainty.weights[0]", "equal")),
    ("uncertainty.one_out", 1, ("uncertainty.one_out", "true or false")),
    ("uncertainty.weights.noise", 2, ("uncertainty.weights.noise", "0..1")),
    ("indicator", [], ("indicator", "at least one")),
    ("obligation", {}, ("obligation", "written as tables [[obligation]]")),
    ("group", None, ("group", "scores need an index tree")),
    ("indicator.0.weight", 2**60, ("canonical JSON",)),
    ("indicator.0.per", {"indicator": "deals", "basis": "average"}, ("per.basis", "series only")),
    ("indicator.0.per", {"series": "population", "scale": 0}, ("per.scale", "above 0")),
    ("indicator.0.breakdown", [], ("breakdown", "not empty")),
    ("indicator.1.params", {"of": "organisation", "follow": "predecessors"}, ("params.follow", "no use")),
    ("indicator.1.params", {"of": "startup", "on": "ended_on"}, ("params.on", 'no use with when = "stock"')),
    (
        "indicator.1.params",
        {"of": "organisation", "where": {"parent": {"kind": "university"}}},
        ("where.parent", 'only with place = "parent"'),
    ),
    ("indicator.1.params", {"of": "observation", "where": {"value": 5}}, ("where.value", "{missing = true}")),
    ("indicator.0.params.where.transferor", {}, ("where.transferor", "no condition")),
    ("indicator.0.params.where.value_vnd", {}, ("where.value_vnd", "no condition")),
    ("indicator.0.params.where.value_vnd", {"missing": True, "min": 1}, ("where.value_vnd", "stand alone")),
    ("indicator.0.params.where.registered_on", ["2024-01-01", "2024-02-01"], ("registered_on", "cannot be a list")),
    ("method.treat.indicators", {"valu": {"winsorise": 2}}, ("treat.indicators.valu", "'value'")),
    ("uncertainty.weights.levels", [], ("weights.levels", "not empty")),
    ("obligation.0.id", "a b", (".id", "letters, digits")),
    ("obligation.0.of_year", -1, ("of_year", "yearly")),
    ("obligation.0.until", "2018-01-01", ("until", "after in_force")),
    ("obligation.0.where", [], ("where", "empty list")),
    ("obligation.0.due", {"after": [], "days": 9}, ("due.after", "empty list")),
    ("obligation.1.of", "observation", ("owed_by", "who hands the report in")),
    ("obligation.1.due", {"yearly": "12-05", "days": 3}, ("due", "stand alone")),
]


def broken(path: str, value: Any) -> dict[str, Any]:
    """The whole document with one key changed, added or taken away."""
    made = document()
    *way, last = path.split(".")
    inner: Any = made
    for step in way:
        inner = inner[int(step)] if isinstance(inner, list) else inner[step]
    if value is None:
        del inner[last]
    else:
        inner[int(last) if isinstance(inner, list) else last] = copy.deepcopy(value)
    return made


@pytest.mark.parametrize(("path", "value", "words"), DEFECTS, ids=[f"{d[0]}={d[1]}" for d in DEFECTS])
def test_a_defect_is_named_with_its_file_key_and_what_was_expected(
    path: str, value: Any, words: tuple[str, ...]
) -> None:
    """One defect, one refusal: the message holds the file, the path of the key and what helps to mend it."""
    with pytest.raises(DefinitionError) as caught:
        Framework.from_document(broken(path, value), "thu.toml")
    message = caught.value.in_lang("en")
    assert message.startswith("thu.toml: ")
    for word in words:
        assert word in message
    assert caught.value.in_lang("vi") != message


def _refusals() -> Iterator[tuple[str, int, int]]:
    """Where the reader of frameworks refuses something: file, first and last line of each call."""
    package = Path(stregistry.__file__).parent
    for path in (*package.glob("framework/*.py"), package / "measures" / "rules.py", package / "measures" / "where.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                if node.func.attr in ("refuse", "unknown") and not (
                    isinstance(owner, ast.Name) and owner.id == "NotFoundError"
                ):
                    yield str(path), node.lineno, node.end_lineno or node.lineno


def test_every_rule_of_a_framework_has_a_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each place in the reader that refuses something is reached by a defect above: none goes untested."""
    reached: set[tuple[str, int]] = set()

    def noting(name: str) -> Any:
        told = getattr(Check, name)

        def note(*args: Any) -> Any:
            caller = sys._getframe(1)
            reached.add((caller.f_code.co_filename, caller.f_lineno))
            return told(*args)

        return note

    for name in ("refuse", "unknown"):
        monkeypatch.setattr(Check, name, noting(name))
    for path, value, _ in DEFECTS:
        with pytest.raises(DefinitionError):
            Framework.from_document(broken(path, value), "thu.toml")
    refusals = list(_refusals())
    assert len(refusals) > 50
    missed = [(f, a) for f, a, b in refusals if not any(f == g and a <= n <= b for g, n in reached)]
    assert not missed


def test_all_problems_of_a_file_are_told_at_once() -> None:
    """Three defects in three tables are one error with three problems, each with its own path."""
    made = broken("indicator.0.params.where.direction", "domestc")
    made["indicator"][1]["direction"] = "above"
    made["evaluation"]["level"] = "ward"
    with pytest.raises(DefinitionError) as caught:
        Framework.from_document(made, "thu.toml")
    paths = [path for path, _ in caught.value.parts["problems"]]
    assert paths == ['indicator "value".params.where.direction', 'indicator "deals".direction', "evaluation.level"]
    assert "3 problems" in caught.value.in_lang("en")


def test_a_file_that_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    """A slip of syntax names the file and the line."""
    path = tmp_path / "thu.toml"
    path.write_text('[framework]\nid = "thu\n', encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"thu\.toml.*line 2"):
        Framework.load(path)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    """Another encoding is named as the reason, not shown as a crash."""
    path = tmp_path / "thu.toml"
    path.write_bytes("[framework]\nid = 'thử'".encode("utf-16"))
    with pytest.raises(DefinitionError, match="UTF-8"):
        Framework.load(path)


def test_an_unknown_framework_names_the_nearest() -> None:
    """Neither shipped nor a file: the nearest shipped id is suggested."""
    with pytest.raises(NotFoundError, match="ecosystem-core"):
        Framework.load("ecosystem-cor")


def test_asking_for_an_unknown_indicator_names_the_nearest() -> None:
    """A mistyped indicator id is answered with the one that was meant."""
    with pytest.raises(NotFoundError, match="'deals'"):
        Framework.from_document(document(), "thu.toml").indicator("deel")


@pytest.mark.parametrize("id", Framework.shipped())
def test_every_shipped_framework_loads(id: str) -> None:
    """What ships is whole, and its id is its file's name."""
    assert Framework.load(id).id == id


def test_the_schema_in_the_repository_is_current() -> None:
    """schemas/framework.schema.json is what the code makes; write it again after a change of the format."""
    assert (ROOT / "schemas" / "framework.schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_schema_accepts_what_loads() -> None:
    """The whole document and every shipped framework are valid by the schema too."""
    validator = jsonschema_rs.validator_for(framework_schema())
    documents = [plain_data(document()), *(Framework.load(id).document for id in Framework.shipped())]
    for one in documents:
        assert [str(error) for error in validator.iter_errors(one)] == []


@pytest.mark.parametrize(
    "path",
    ["framwork", "indicator.0.mesure", "indicator.0.params.fild", "indicator.0.target.0.at_most", "method.scale"],
)
def test_the_schema_refuses_unknown_keys(path: str) -> None:
    """An editor with the schema marks a mistyped key, down to the parameters of the measure."""
    validator = jsonschema_rs.validator_for(framework_schema())
    assert not validator.is_valid(plain_data(broken(path, 5)))
