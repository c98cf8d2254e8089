"""Commands that score: a plain table, and the registry's own indicators."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stregistry.cli.asked import PERIOD, PLACES, STOCKS_ON, place_code
from stregistry.cli.base import Command, Whole, lang_of, open_registry, option, reading_as, say
from stregistry.cli.output import emit, print_table
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.framework import Framework
    from stregistry.scored import ScoreExplanation
    from stregistry.scores import Scores
    from stregistry.scores.doubt import RankUncertainty
    from stregistry.scoring.faults import Note

_PLACES_SHOWN = 20  # rows of the ranking on the terminal; the files hold all of them
_NOTES_SHOWN = 12
_SEED = option(
    "--seed",
    type=Whole(0, 2**32 - 1),
    default=1,
    metavar="N",
    vi="Hạt giống ngẫu nhiên (mặc định: 1).",
    en="Random seed (default: 1).",
)


@click.command(
    "score",
    cls=Command,
    about=Text(
        "Chấm điểm và xếp hạng các đơn vị của một bảng số liệu theo một bộ chỉ tiêu.\n\n"
        "TABLE là tệp CSV hoặc XLSX: cột unit, cột period nếu có nhiều kỳ, và mỗi chỉ tiêu một cột. Ô trống hoặc NA là "
        "chưa đo được.",
        "Score and rank the units of a table by a framework.\n\n"
        "TABLE is a CSV or XLSX file: a column unit, a column period if there are several, and one column for each "
        "indicator. An empty cell or NA is not measured.",
    ),
    examples=(
        "stregistry score table.csv --framework framework.toml --out scores",
        "stregistry score table.csv --framework framework.toml --out scores --uncertainty --sensitivity --seed 7",
    ),
)
@click.argument("table", type=click.Path(path_type=Path))
@option(
    "--framework",
    required=True,
    metavar="FILE",
    vi="Tệp .toml hoặc mã của bộ chỉ tiêu, có cây chỉ số và bảng [method].",
    en="The .toml file or the id of a framework with an index tree and a table [method].",
)
@option(
    "--out",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    vi="Thư mục nhận các tệp kết quả; tệp cùng tên bị ghi đè.",
    en="The folder that receives the results; files of the same name are replaced.",
)
@option(
    "--uncertainty",
    is_flag=True,
    vi="Tính thêm khoảng dao động của điểm và hạng theo [uncertainty].",
    en="Also compute how scores and ranks spread under [uncertainty].",
)
@option(
    "--sensitivity",
    is_flag=True,
    vi="Tính thêm hạng phụ thuộc vào giả định nào của [uncertainty].",
    en="Also compute which assumption of [uncertainty] the ranks depend on.",
)
@_SEED
def score(table: Path, framework: str, folder: Path, uncertainty: bool, sensitivity: bool, seed: int) -> None:
    from stregistry.scores import score as score_table
    from stregistry.scores.write import write_scores

    found = score_table(table, framework)
    # Everything is computed before anything is written, so that a failure leaves no half of a result.
    spread = found.uncertainty(seed=seed) if uncertainty else None
    shares = found.sensitivity(seed=seed) if sensitivity else None
    files = write_scores(found, folder, spread, shares)
    if spread is not None:
        failed = spread.failed
        say(
            Text(
                f"Độ bất định: {spread.draws} lượt tính, {failed} lượt không cho kết quả, hạt giống {seed}.",
                f"Uncertainty: {spread.draws} draws, {failed} of them failed, seed {seed}.",
            )
        )
    if shares is not None:
        say(
            Text(
                f"Độ nhạy: {shares.n} điểm cho mỗi ma trận, hạt giống {seed}.",
                f"Sensitivity: {shares.n} points in each matrix, seed {seed}.",
            )
        )
    _print_ranking(found, spread, lang_of())
    _say_notes(found.notes, lang_of())
    say(Text(f"Đã ghi {len(files)} tệp vào {folder}.", f"Wrote {len(files)} files to {folder}."))


def _print_ranking(found: "Scores", spread: "RankUncertainty | None", lang: str) -> None:
    """Prints the first places of the last period with the scores of the pillars, and how many more there are."""
    from stregistry.cli.figures import TREND
    from stregistry.figures import sparkline, with_decimals
    from stregistry.scores.show import ranking

    placed = ranking(found)
    if found.periods:
        click.secho(found.periods[-1], bold=True)
    tree, pillars = found.stages.index.tree, [g for g in found.framework.groups if g.id in found.bound.groups]
    pillars = [g for g in pillars if tree.parent[tree.place[g.id]] == tree.top]
    headers = {
        "rank": Text("Hạng", "Rank"),
        "unit": Text("Đơn vị", "Unit"),
        "score": Text("Điểm", "Score"),
        "low": Text("Hạng 5%", "Rank 5%"),
        "high": Text("Hạng 95%", "Rank 95%"),
        "trend": TREND,
        **{f".{g.id}": g.name for g in pillars},
    }
    between = {} if spread is None else {row["unit"]: row for row in spread.frame.to_dict("records")}
    rows = []
    for rank, unit, score in placed[:_PLACES_SHOWN]:
        at = found.unit_at(unit)
        own = found.stages.scores[:, :, at]
        row = {"rank": rank, "unit": unit, "score": with_decimals(score, 2, lang)}
        row |= {f".{g.id}": _score(own[tree.place[g.id], -1], lang) for g in pillars}
        row["trend"] = sparkline(own[-1].tolist()) if len(found.periods) > 2 else ""
        if unit in between:
            row |= {"low": float(between[unit]["rank_low"]), "high": float(between[unit]["rank_high"])}
        rows.append(row)
    print_table(rows, headers, ["score", *(name for name in headers if name[0] == ".")])
    if len(placed) > _PLACES_SHOWN:
        more = len(placed) - _PLACES_SHOWN
        say(Text(f"… và {more} đơn vị nữa, xem scores.csv.", f"… and {more} more units, see scores.csv."))
    without = len(found.units) - len(placed)
    if without:
        have = "unit has" if without == 1 else "units have"
        say(Text(f"{without} đơn vị không có điểm.", f"{without} {have} no score."), fg="yellow")


def _score(value: float, lang: str) -> str:
    from stregistry.figures import with_decimals

    return "" if math.isnan(value) else with_decimals(value, 2, lang)


def _say_notes(notes: "Sequence[Note]", lang: str) -> None:
    for note in notes[:_NOTES_SHOWN]:
        say(note.message, fg="yellow")
    if len(notes) > _NOTES_SHOWN:
        more = len(notes) - _NOTES_SHOWN
        say(Text(f"… và {more} ghi chú khác.", f"… and {more} more notes."))


@click.command(
    "scores",
    cls=Command,
    about=Text(
        "Điểm và thứ hạng của các địa bàn trong sổ đăng ký, theo [method] của một bộ chỉ tiêu.",
        "Scores and ranks of the registry's places by the [method] of a framework.",
    ),
    examples=(
        "stregistry scores chi-so.toml --period 2024",
        "stregistry scores chi-so.toml --period 2024 --place 92 --uncertainty --seed 7 --format csv",
    ),
)
@click.argument("framework")
@PERIOD
@option("--place", metavar="CODE", vi="Chỉ một địa bàn: mã hoặc tên.", en="Only one place, by code or name.")
@PLACES
@option(
    "--uncertainty",
    is_flag=True,
    vi="Thêm khoảng dao động của hạng chỉ số theo [uncertainty].",
    en="Also the interval of the index's rank under [uncertainty].",
)
@_SEED
@option(
    "--stages",
    type=click.Path(path_type=Path),
    metavar="DIR",
    vi="Ghi thêm mọi bước tính vào thư mục này, như lệnh score.",
    en="Also write every stage into this folder, as the command score does.",
)
@reading_as(STOCKS_ON)
@click.pass_context
def scores(
    ctx: click.Context,
    framework: str,
    period: str,
    place: str | None,
    places: str | None,
    uncertainty: bool,
    seed: int,
    stages: Path | None,
    valid: str | None,
    known: str | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.cli.standing import SCORE_HEADERS, score_rows, score_table
    from stregistry.framework import Framework
    from stregistry.scores.write import write_scores

    chosen = Framework.load(framework)
    place = place and place_code(place, places or chosen.evaluation.places)
    made = open_registry(ctx).standings(
        chosen, period, places, valid=valid, known=known, seed=seed if uncertainty else None
    )
    if form == "table" and not out:
        print_table(*score_table(made, place, lang_of()), gives_way=made.scores.periods[:-1])
    else:
        emit(score_rows(made, place, lang_of()), SCORE_HEADERS, form=form, out=out)
    _say_notes(made.scores.notes, lang_of())
    if stages is not None:
        files = write_scores(made.scores, stages)
        say(Text(f"Đã ghi {len(files)} tệp vào {stages}.", f"Wrote {len(files)} files to {stages}."))


def print_score(framework: "Framework", found: "ScoreExplanation", form: str, out: str | None) -> None:
    """Prints or writes the tree below a score."""
    from stregistry.cli.standing import MEMBER_HEADERS, member_rows, score_notes
    from stregistry.cli.told import RECORDS

    for line in score_notes(framework, found, lang_of()):
        say(line)
    emit(member_rows(framework, found, lang_of()), MEMBER_HEADERS, form=form, out=out, told=RECORDS)


COMMANDS = (score, scores)
