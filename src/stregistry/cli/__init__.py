"""The command line: parse, call, print. No logic of its own."""

import os
import sys

import click

import stregistry
from stregistry.cli import (
    demo,
    duties,
    eligibility,
    feed,
    handout,
    identity,
    intake,
    numbers,
    places,
    plan,
    publish,
    records,
    report,
    review,
    scoring,
    snapshots,
)
from stregistry.cli.base import Group, OneOf, Option, option
from stregistry.cli.run import run
from stregistry.text import LANGS, Text


@click.group(
    cls=Group,
    about=Text(
        "Sổ đăng ký hệ sinh thái đổi mới sáng tạo: từ hồ sơ đến con số giải trình được.",
        "A registry of an innovation ecosystem: from records to figures that can be defended.",
    ),
    examples=(
        "stregistry demo",
        "stregistry import startups.csv --as startup",
        "stregistry indicators ecosystem-core --period 2024 --place 92",
        "stregistry explain ecosystem-core startups --place 92 --period 2024",
    ),
)
@option(
    "--db",
    metavar="URL",
    vi="Địa chỉ cơ sở dữ liệu (STREGISTRY_DB; mặc định sqlite:///stregistry.db).",
    en="Database address (STREGISTRY_DB; default sqlite:///stregistry.db).",
)
@option(
    "--lang",
    type=OneOf(LANGS),
    is_eager=True,
    vi="Ngôn ngữ (STREGISTRY_LANG; mặc định vi).",
    en="Language (STREGISTRY_LANG; default vi).",
)
@click.version_option(
    stregistry.__version__,
    prog_name="stregistry",
    cls=Option,
    about=Text("Xem phiên bản rồi thoát.", "Show the version and exit."),
)
@click.pass_context
def main_group(ctx: click.Context, db: str | None, lang: str | None) -> None:
    if os.environ.get("NO_COLOR"):  # https://no-color.org; click itself looks only at whether it is a terminal
        ctx.color = False


_AREAS = (
    intake,
    handout,
    records,
    identity,
    feed,
    places,
    numbers,
    snapshots,
    scoring,
    plan,
    duties,
    eligibility,
    report,
    review,
    publish,
    demo,
)
for _command in (command for area in _AREAS for command in area.COMMANDS):
    main_group.add_command(_command)


def main() -> None:
    """The entry point of `stregistry`."""
    sys.exit(run(main_group))
