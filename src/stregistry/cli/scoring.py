"""Commands that score: a plain table, and the registry's own indicators."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stregistry.cli.base import Command, Whole, lang_of, open_registry, option, reading, say
from stregistry.cli.numbers import PERIOD, PLACES
from stregistry.cli.output import emit, print_table
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.framework import Framework
    from stregistry.scored import ScoreExplanation
    from stregistry.scores import Scores
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
    _print_ranking(found, lang_of())
    _say_notes(found.notes, lang_of())
    say(Text(f"Đã ghi {len(files)} tệp vào {folder}.", f"Wrote {len(files)} files to {folder}."))


def _print_ranking(found: "Scores", lang: str) -> None:
    """Prints the first places of the last period, and how many more there are."""
    from stregistry.scores.show import ranking

    rows = ranking(found)
    if found.periods:
        click.secho(found.periods[-1], bold=True)
    headers = {"rank": Text("Hạng", "Rank"), "unit": Text("Đơn vị", "Unit"), "score": Text("Điểm", "Score")}
    print_table([dict(zip(headers, row, strict=True)) for row in rows[:_PLACES_SHOWN]], headers)
    if len(rows) > _PLACES_SHOWN:
        more = len(rows) - _PLACES_SHOWN
        say(Text(f"… và {more} đơn vị nữa, xem scores.csv.", f"… and {more} more units, see scores.csv."))
    without = len(found.units) - len(rows)
    if without:
        have = "unit has" if without == 1 else "units have"
        say(Text(f"{without} đơn vị không có điểm.", f"{without} {have} no score."), fg="yellow")


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
@option("--place", metavar="CODE", vi="Chỉ địa bàn này.", en="Only this place.")
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
@reading
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
    from stregistry.cli.standing import SCORE_HEADERS, score_rows
    from stregistry.scores.write import write_scores

    made = open_registry(ctx).standings(
        framework, period, places, valid=valid, known=known, seed=seed if uncertainty else None
    )
    shown = score_rows(made, place, lang_of(), table=not out and form == "table")
    emit(shown, SCORE_HEADERS, form=form, out=out)
    _say_notes(made.scores.notes, lang_of())
    if stages is not None:
        files = write_scores(made.scores, stages)
        say(Text(f"Đã ghi {len(files)} tệp vào {stages}.", f"Wrote {len(files)} files to {stages}."))


def print_score(framework: "Framework", found: "ScoreExplanation", form: str, out: str | None) -> None:
    """Prints or writes the tree below a score."""
    from stregistry.cli.standing import MEMBER_HEADERS, member_rows, score_notes

    for line in score_notes(framework, found, lang_of()):
        say(line)
    emit(member_rows(framework, found, lang_of()), MEMBER_HEADERS, form=form, out=out)


COMMANDS = (score, scores)
