"""The command that writes a publication."""

from pathlib import Path

import click

from stregistry.cli.base import KNOWN, TRUE_ON, Command, open_registry, option, say
from stregistry.cli.output import count
from stregistry.cli.personal import WHY_PERSONAL, personal_reason
from stregistry.text import Text


def _licences() -> Text:
    from stregistry.publication import LICENCES

    listed = ", ".join(LICENCES)
    return Text(f"Giấy phép là một trong: {listed}.", f"The licence is one of: {listed}.")


@click.command(
    "publish",
    cls=Command,
    note=_licences,
    about=Text(
        "Công bố dữ liệu: ghi ra một thư mục tệp Parquet theo hai thời gian, kèm bản kê, mã băm và giới thiệu.\n\n"
        "Mỗi loại hồ sơ một tệp; trường cá nhân và nội bộ được bỏ ra. Cùng sổ đăng ký và cùng hai thời gian cho ra "
        "cùng các byte. Các lệnh tính số liệu đọc được thư mục này: --db publication:DIR.",
        "Publish: write a folder of Parquet files as of two times, with a manifest, hashes and a README.\n\n"
        "One file a kind; personal and internal fields are left out. The same registry and times give the same bytes. "
        "The commands that compute figures read the folder: --db publication:DIR.",
    ),
    examples=(
        "stregistry publish cong-bo-2024 --valid 2024-12-31",
        "stregistry publish open-data --valid 2024-12-31 --known 12 --licence CC0-1.0",
        "stregistry --db publication:cong-bo-2024 indicators ecosystem-core --period 2024",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@TRUE_ON
@KNOWN
@option(
    "--licence",
    metavar="ID",
    default="CC-BY-4.0",
    vi="Giấy phép sử dụng dữ liệu, mã SPDX (mặc định: CC-BY-4.0).",
    en="The licence of the data, an SPDX id (default: CC-BY-4.0).",
)
@option(
    "--personal",
    is_flag=True,
    vi="Đưa cả trường cá nhân và nội bộ; phải có --why.",
    en="Personal and internal fields too; takes --why.",
)
@WHY_PERSONAL
@click.pass_context
def publish(
    ctx: click.Context,
    folder: Path,
    valid: str | None,
    known: str | None,
    licence: str,
    personal: bool,
    why: str | None,
) -> None:
    reason = personal_reason(personal, why, folder)
    made = open_registry(ctx).publish(folder, valid=valid, known=known, licence=licence, personal_why=reason)
    tables = {path: rows for path, rows in made.rows.items() if rows is not None and "/" not in path}
    total = sum(tables.values())
    say(
        Text(
            f"Đã ghi {len(tables)} loại hồ sơ, {total} dòng vào {made.folder}: theo thực tế ngày {made.valid}, "
            f"theo ghi nhận đến đợt {made.changeset}.",
            f"Wrote {count(len(tables), 'kind')} of records, {count(total, 'row')} to {made.folder}: as true on "
            f"{made.valid}, as known at changeset {made.changeset}.",
        )
    )


COMMANDS = (publish,)
