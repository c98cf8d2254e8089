"""Handing out personal fields: only when asked for, and with a reason that stays with them."""

import click

from stregistry.cli.base import lang_of, option
from stregistry.text import Text

PERSONAL = option(
    "--personal",
    is_flag=True,
    vi="Đưa cả trường cá nhân; phải có --why và --out.",
    en="Personal fields too; takes --why and --out.",
)
WHY_PERSONAL = option(
    "--why",
    metavar="TEXT",
    vi="Lý do đưa dữ liệu cá nhân, ghi vào bản kê bên cạnh dữ liệu.",
    en="The reason for handing out personal fields, kept in a manifest beside the data.",
)


def personal_reason(personal: bool, why: str | None, out: object) -> str | None:
    """The reason for handing out personal fields; None when they were not asked for.

    out: where they go; on a screen or into a pipe a reason could not stay with them.
    Raises UsageError for one of the options without the others.
    """
    if personal and not (why or "").strip():
        raise click.UsageError(
            Text("--personal phải đi cùng --why: lý do.", "--personal needs --why: the reason.")[lang_of()]
        )
    if why is not None and not personal:
        raise click.UsageError(
            Text("--why chỉ dùng cùng --personal ở lệnh này.", "--why goes with --personal in this command.")[lang_of()]
        )
    if personal and not out:
        raise click.UsageError(
            Text(
                "--personal phải đi cùng --out, để lý do nằm cạnh dữ liệu.",
                "--personal needs --out, so that the reason stays with the data.",
            )[lang_of()]
        )
    return why if personal else None
