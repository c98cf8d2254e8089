"""Scores of a registry's own indicators: from records to ranks, into a snapshot, and back down to the records."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

import stregistry
from stregistry import DomainError, Framework, NotFoundError, Registry, Snapshot, SnapshotError
from stregistry.cli import main_group
from stregistry.cli.run import run
from stregistry.demo import write_demo
from stregistry.places import attribute, place_map, place_table
from stregistry.scored import ScoreExplanation
from stregistry.snapshot.frozen import FORMAT
from stregistry.vocab import vocabulary

FILE = Path(__file__).parent / "index.toml"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's records in a database on disk."""
    folder = tmp_path_factory.mktemp("demo")
    path = folder / "demo.db"
    with Registry.open(f"sqlite:///{path}") as registry:
        for file in write_demo(folder, size=300):
            registry.import_file(file.path, file.kind, actor="Lan")
    return path


@pytest.fixture
def registry(database: Path) -> Iterator[Registry]:
    with Registry.open(f"sqlite:///{database}") as opened:
        yield opened


def framework(**tables: object) -> Framework:
    """The trial index with other tables; None leaves one out."""
    document = {**Framework.load(FILE).document, **tables}
    return Framework.from_document({k: v for k, v in document.items() if v is not None}, "trial")


def test_they_are_the_scores_of_the_indicator_table(registry: Registry) -> None:
    """Scoring the registry, and scoring its indicators as a plain table, give the same scores and ranks."""
    table = registry.indicators(FILE, "2022..2024").frame()
    plain = table.pivot(index=["place", "period"], columns="indicator", values="value").reset_index()
    plain = plain.rename(columns={"place": "unit"})
    plain["region"] = attribute(place_map("vn-2025"), plain["unit"], "region")
    document = Framework.load(FILE).document
    # The figures stand after scale and denominator, so the table is scored without them.
    bare = [
        {k: v for k, v in one.items() if k not in ("per", "scale")}
        | {"measure": "series", "params": {"series": one["id"]}}
        for one in document["indicator"]
    ]
    expected = stregistry.score(plain, Framework.from_document({**document, "indicator": bare}, "plain"))
    found = registry.scores(FILE, "2022..2024")
    assert found.units == expected.units
    assert found.periods == ("2022", "2023", "2024")
    np.testing.assert_array_equal(found.stages.scores, expected.stages.scores)
    assert found.ranks.equals(expected.ranks)


def test_a_snapshot_carries_scores_ranks_and_intervals(registry: Registry, tmp_path: Path) -> None:
    """Twelve digits, the seed, the same bytes twice; its own `scores` need no registry; verify finds them identical."""
    made = registry.snapshot(FILE, "2022..2024", seed=5)
    again = registry.snapshot(FILE, "2022..2024", seed=5)
    assert made.sha256 == again.sha256
    assert (made.content["seed"], made.content["draws"]) == (5, {"draws": 200, "failed": 0})
    assert registry.snapshot(FILE, "2022..2024", seed=6).content["intervals"] != made.content["intervals"]
    scores = registry.scores(FILE, "2022..2024")
    rows = {(r["group"], r["place"], r["period"]): r for r in made.content["scores"]}
    assert len(rows) == 3 * 34 * 3
    node = scores.stages.index.tree.place
    for (group, place, period), row in rows.items():
        at = node[group], scores.at(period), scores.unit_at(place)
        assert row["score"] == float(f"{scores.stages.scores[at]:.12g}")
        assert row["rank"] == scores.stages.ranks[at]
        assert (row["missing"], row["out_of"], row["provisional"]) == (None, 34, False)
    for row in made.content["intervals"]:
        assert row["rank_low"] <= row["rank_median"] <= row["rank_high"]
    made.write(tmp_path / "s.json")
    read = Snapshot.read(tmp_path / "s.json")
    np.testing.assert_array_equal(read.scores.stages.scores, scores.stages.scores)
    assert {"numpy", "scipy"} <= read.environment.keys()
    assert registry.verify(read).outcome == "identical"


@pytest.mark.parametrize(
    ("part", "name", "value", "outcome"),
    [
        ("scores", "score", 1e-13, "equal"),
        ("scores", "score", 1e-6, "differs"),
        ("scores", "rank", 1, "differs"),
        ("intervals", "score_low", 1e-6, "differs"),
        ("intervals", "rank_high", 1e-12, "equal"),
    ],
)
def test_verify_compares_scores(registry: Registry, part: str, name: str, value: float, outcome: str) -> None:
    """A changed score, rank or bound is named; the last bits of another machine are no change."""
    made = registry.snapshot(FILE, "2024")
    content = json.loads(json.dumps(made.content))
    row = next(r for r in content[part] if r["place"] == "92")
    row[name] = row[name] + value if name == "rank" else row[name] * (1 + value)
    found = registry.verify(attrs.evolve(made, content=content))
    assert found.outcome == outcome
    if outcome == "differs":
        (one,) = found.differences
        assert (one.part, one.place, one.period) == (part, "92", "2024")


def test_without_a_method_nothing_changes(registry: Registry) -> None:
    """A dashboard's snapshot has no scores, and asking for them says what to add."""
    made = registry.snapshot("ecosystem-core", "2024")
    assert not {"scores", "intervals", "draws", "score_notes"} & made.content.keys()
    assert made.content["seed"] is None
    assert "numpy" not in made.environment
    for ask in (lambda: made.scores, lambda: registry.scores("ecosystem-core", "2024")):
        with pytest.raises(DomainError, match=r"no table \[method\]"):
            ask()


@pytest.mark.parametrize("aggregate", ["arithmetic", "geometric", "harmonic", "generalised_mean"])
@pytest.mark.parametrize("place", ["92", "01", "40"])
def test_points_add_up_through_every_mean(registry: Registry, aggregate: str, place: str) -> None:
    """The members of each group add up to what the group itself adds, and the top to the score."""
    step = {"how": aggregate} | ({"p": 0.5} if aggregate == "generalised_mean" else {})
    groups = [{k: v for k, v in g.items() if k != "aggregate"} for g in Framework.load(FILE).document["group"]]
    method = {**(Framework.load(FILE).method or {}), "aggregate": step}
    found = registry.explain_score(framework(group=groups, method=method, uncertainty=None), "index", place, "2024")
    assert found.top.contribution == found.top.score
    _adds_up(found)


def _adds_up(found: ScoreExplanation) -> None:
    for at, member in enumerate(found.members):
        below = []
        for other in found.members[at + 1 :]:
            if other.depth <= member.depth:
                break
            if other.depth == member.depth + 1:
                below.append(other.contribution)
        if below:
            assert sum(below) == pytest.approx(member.contribution, rel=1e-10)


def test_a_score_is_explained_down_to_records(registry: Registry) -> None:
    """Every indicator of the tree comes with the records whose contributions make its figure."""
    found = registry.explain_score(FILE, "index", "92", "2024")
    assert [m.id for m in found.members] == ["index", "market", "deals", "deals_value", "bodies", "startups", "orgs"]
    assert [m.depth for m in found.members] == [0, 1, 2, 2, 1, 2, 2]
    for figure in found.figures:
        member = next(m for m in found.members if m.id == figure.indicator)
        assert member.value == figure.cell.value
        assert sum(r.part == "value" for r in figure.records) == figure.cell.records
    snapshot = registry.snapshot(FILE, "2024")
    assert registry.explain_snapshot_score(snapshot, "index", "92", "2024") == found
    assert len(found.frame()) == 7


def test_a_comparison_does_not_split(registry: Registry) -> None:
    """Copeland's score is no sum over members: their points are None, their scores and records are there."""
    method = {**(Framework.load(FILE).method or {}), "aggregate": [{"how": "arithmetic"}, {"how": "copeland"}]}
    found = registry.explain_score(framework(method=method), "index", "92", "2024")
    assert {m.contribution for m in found.members if m.depth} == {None}
    assert all(m.score is not None for m in found.members)


def test_an_explanation_of_other_records_is_refused(registry: Registry) -> None:
    """A snapshot whose frozen values the records no longer give is not explained."""
    made = registry.snapshot(FILE, "2024")
    content = json.loads(json.dumps(made.content))
    next(r for r in content["scores"] if r["place"] == "92" and r["group"] == "market")["score"] += 1
    with pytest.raises(SnapshotError, match="run audit"):
        registry.explain_snapshot_score(attrs.evolve(made, content=content), "market", "92", "2024")
    with pytest.raises(DomainError, match="market"):
        registry.explain_snapshot_score(made, "markt", "92", "2024")


def test_missing_figures_are_filled_inside_the_region(registry: Registry) -> None:
    """`within = "region"` takes the median of the region as it is since the merger: Tây Ninh lies in the Southeast."""
    cells = list(registry.snapshot(FILE, "2024").values)
    for cell in cells:
        if cell["indicator"] == "deals" and cell["place"] in ("92", "80"):
            cell.update(value=None, missing="no_observation", records=0)
    holed = attrs.evolve(registry.snapshot(FILE, "2024"))
    content = {**holed.content, "values": cells}
    scores = Snapshot(content=content, environment={}).scores
    deals = {c["place"]: c["value"] for c in cells if c["indicator"] == "deals"}
    filled = scores.imputed.set_index("unit")["deals"]
    assert filled["92"] == np.median([deals[code] for code in ("82", "86", "91", "96")])
    assert filled["80"] == np.median([deals[code] for code in ("75", "79")])
    note = next(n for n in scores.notes if n.code == "no_observation")
    assert (note.indicator, note.period) == ("deals", "2024")


def test_an_unknown_attribute_is_named(registry: Registry) -> None:
    """A place has no such attribute: the nearest is named."""
    method = {**(Framework.load(FILE).method or {}), "impute": {"how": "mean", "by": "column", "within": "regoin"}}
    with pytest.raises(NotFoundError, match="region"):
        registry.scores(framework(method=method), "2024")


def test_every_province_has_its_region() -> None:
    """All units of both maps are placed, in as many provinces a region as the master plan counts; codes are known."""
    codes = set(vocabulary("economic_region").codes)
    for name, sizes in (("vn-2024", [5, 6, 11, 13, 14, 14]), ("vn-2025", [3, 5, 5, 6, 6, 9])):
        the_map = place_map(name)
        units = [p.code for p in the_map.units("province")]
        regions = dict(zip(units, attribute(the_map, units, "region"), strict=True))
        assert set(regions.values()) <= codes
        assert sorted(Counter(regions.values()).values()) == sizes
        assert len(units) == {"vn-2024": 63, "vn-2025": 34}[name]
    assert attribute(place_map("vn-2024"), ["38"], "region") == ["north_central_and_central_coast"]
    assert attribute(place_map("vn-2025"), ["38", "92"], "type") == ["province", "municipality"]
    ward = next(p.code for p in place_table() if p.level == "commune")
    assert attribute(place_map("vn-2025"), [ward], "region") == ["mekong_delta"]


def test_a_place_that_is_no_unit_has_no_score(registry: Registry) -> None:
    """After the merger, Hậu Giang gets no figure filled in and no rank, and the reason stands in the row."""
    method = {**(Framework.load(FILE).method or {}), "impute": {"how": "latest"}}
    made = registry.snapshot(
        framework(method=method, uncertainty=None), "2024..2026", places="vn-2024", valid="2026-06-30"
    )
    rows = {(r["place"], r["period"]): r for r in made.content["scores"] if r["group"] == "index"}
    assert rows["93", "2024"]["missing"] is None
    assert (rows["93", "2026"]["missing"], rows["93", "2026"]["score"]) == ("place_not_in_force", None)
    assert rows["01", "2026"]["provisional"]
    assert registry.verify(made).outcome == "identical"


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ({"normalise": {"how": "min_max", "to": [0, 1]}, "aggregate": {"how": "geometric"}}, "'deals'|'deals_value'"),
        ({"screen": {"drop": ["929"]}}, "92"),
        ({"normalise": {"how": "distance_to_reference", "unit": "9"}}, "unit"),
    ],
)
def test_faults_are_named(registry: Registry, method: dict[str, object], words: str) -> None:
    """What the method cannot take is refused with the indicator or the place."""
    with pytest.raises(DomainError, match=words):
        registry.scores(framework(method=method, uncertainty=None), "2024")


def test_goalposts_without_bounds_are_told(registry: Registry) -> None:
    """An indicator that cannot be put on the scale has a note that names it, and its groups a reason."""
    method = {"normalise": {"how": "goalposts"}}
    made = registry.standings(framework(method=method, uncertainty=None), "2024")
    told = {n.indicator for n in made.scores.notes if n.code == "no_scale"}
    assert told == {"deals", "deals_value", "startups", "orgs"}
    assert {row.missing for row in made.rows} == {"no_members"}


def test_an_empty_registry_gives_reasons_and_no_warning() -> None:
    """Nothing counted anywhere: no score, a reason in every row and a note for every indicator."""
    with Registry.open("sqlite://") as empty:
        made = empty.snapshot(framework(uncertainty=None), "2024")
    assert {r["missing"] for r in made.content["scores"]} == {"no_members"}
    assert {n["indicator"] for n in made.content["score_notes"]} == {"deals", "deals_value", "startups", "orgs"}


def turned(value: Any) -> Any:
    """The same document with the keys of every table in reverse."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(one) for one in value] if isinstance(value, list) else value


def test_a_snapshot_does_not_hang_on_the_order_of_keys(registry: Registry, tmp_path: Path) -> None:
    """However a framework's tables are written, and after a file has sorted their keys, it is the same snapshot."""
    uncertainty = {
        "draws": 50,
        "normalise": [{"how": "min_max", "to": [1, 100]}, {"how": "z_score", "mean": 50, "sd": 10}],
        "aggregate": [{"how": "arithmetic"}, {"how": "geometric"}],
        "weights": {"noise": 0.25},
        "one_out": True,
    }
    one = framework(uncertainty=uncertainty)
    made = registry.snapshot(one, "2024")
    assert registry.snapshot(Framework.from_document(turned(one.document), "trial"), "2024").sha256 == made.sha256
    made.write(tmp_path / "s.json")
    assert registry.verify(tmp_path / "s.json").outcome == "identical"


def test_a_snapshot_file_with_broken_scores_is_refused(registry: Registry, tmp_path: Path) -> None:
    """Scores that lack a part are no snapshot, whatever the hash says."""
    made = registry.snapshot(FILE, "2024")
    broken = attrs.evolve(made, content={**made.content, "scores": [{"group": "index"}]})
    whole = {"format": FORMAT, "content": broken.content, "sha256": broken.sha256, "environment": {}}
    (tmp_path / "s.json").write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(SnapshotError, match="lacks parts"):
        Snapshot.read(tmp_path / "s.json")


def call(capsys: pytest.CaptureFixture[str], database: Path, *words: str) -> tuple[int, str, str]:
    code = run(main_group, ["--lang", "en", "--db", f"sqlite:///{database}", *words])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_commands(database: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """scores prints the ranking, explain takes a group or a snapshot, snapshot takes a seed."""
    file = str(FILE)
    code, out, _ = call(capsys, database, "scores", file, "--period", "2024", "--uncertainty", "--format", "csv")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("group,place,name,period,score,rank,out_of,rank_low,rank_high,missing")
    assert len(lines) == 1 + 3 * 34
    stages = tmp_path / "stages"
    code, out, err = call(
        capsys, database, "scores", file, "--period", "2024", "--place", "92", "--stages", str(stages)
    )
    assert (code, len(list(stages.iterdir()))) == (0, 8)
    assert "Can Tho City" in out
    code, out, _ = call(capsys, database, "scores", file, "--period", "2026", "--places", "vn-2024", "--place", "93")
    assert (code, out.count("place not in force")) == (0, 3)
    code, out, err = call(capsys, database, "explain", file, "index", "--place", "92", "--period", "2024")
    assert code == 0
    assert "rank" in err
    path = str(tmp_path / "s.json")
    assert call(capsys, database, "snapshot", file, "--period", "2024", "--out", path, "--seed", "9")[0] == 0
    code, out, _ = call(
        capsys, database, "explain", path, "market", "--place", "92", "--period", "2024", "--format", "csv"
    )
    assert out.splitlines()[0].startswith("label,id,contribution,score,weight,value,date,file,row")
    assert any(",deal," in line and ".csv" in line for line in out.splitlines())
    assert call(capsys, database, "verify", path)[0] == 0
    code, _, err = call(capsys, database, "scores", file, "--period", "2024", "--place", "929")
    assert (code, "92" in err) == (1, True)


def test_why_an_index_moved_adds_up(registry: Registry) -> None:
    """Over the causes and over the indicators, to 1e-9; the figures that moved it are in the same diff."""
    old, new = registry.snapshot(FILE, "2023", known=9), registry.snapshot(FILE, "2024")
    found = registry.diff_snapshots(old, new)
    assert found.scores
    for move in found.scores:
        assert move.change is not None
        assert sum(move.causes.values()) == pytest.approx(move.change, abs=1e-9)
        assert sum(move.indicators.values()) + move.weights == pytest.approx(move.change, abs=1e-9)
        assert move.causes.keys() <= {"period", "records", "denominators"}
        rows = [r for r in found.rows() if r["place"] == move.place and r["part"] == "score"]
        assert sum(r["contribution"] for r in rows) == pytest.approx(move.change, abs=1e-9)
    assert {cause for move in found.scores for cause in move.causes} >= {"period", "denominators"}
    assert not registry.diff_snapshots(new, new).scores


def test_another_method_moves_an_index_by_the_framework_alone(registry: Registry) -> None:
    """Then points cannot be given to single indicators; without scores on one side there is nothing to compare."""
    old = registry.snapshot(framework(), "2024")
    to_ten = {"normalise": {"how": "min_max", "to": [1, 10]}}
    other = framework(method={**Framework.load(FILE).document["method"], **to_ten})
    moves = registry.diff_snapshots(old, registry.snapshot(other, "2024")).scores
    assert moves
    for move in moves:
        assert move.causes.keys() == {"framework"}
        assert sum(move.causes.values()) == pytest.approx(move.change, abs=1e-9)
        assert not move.indicators
    bare = registry.snapshot(framework(method=None, uncertainty=None), "2024")
    assert registry.diff_snapshots(old, bare).scores == ()
