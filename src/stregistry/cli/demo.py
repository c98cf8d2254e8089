"""The demo: a made-up ecosystem taken in from files, its figures, and the records behind one of them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stregistry.cli.base import Command, Whole, lang_of, option, say
from stregistry.cli.output import in_words, print_table
from stregistry.errors import StregistryError
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.registry import Registry


@click.command(
    "demo",
    cls=Command,
    about=Text(
        "Chạy thử trên dữ liệu giả lập: tạo tệp, nhập, tính chỉ tiêu, giải trình một con số.\n\n"
        "Mọi tổ chức, giao dịch và số liệu trong bản chạy thử đều do máy tạo ra, không có thật. Chúng được ghi vào một "
        "sổ đăng ký riêng trong thư mục (demo.db), dù STREGISTRY_DB nêu sổ nào; --db nêu một sổ khác, chưa có hồ sơ.",
        "Try it on synthetic data: make files, import them, compute indicators, explain a figure.\n\n"
        "Every body, deal and statistic of the demo is made up by the program. They go into a registry of their own in "
        "the folder (demo.db), whatever STREGISTRY_DB names; --db names another one, without records of yours.",
    ),
    examples=("stregistry demo", "stregistry demo --size 20000 --seed 7 --folder thu-nghiem"),
)
@option(
    "--size",
    type=Whole(100, 1_000_000),
    default=4000,
    metavar="N",
    vi="Số tổ chức (mặc định: 4000).",
    en="Number of bodies (default: 4000).",
)
@option(
    "--seed", type=int, default=1, metavar="N", vi="Hạt giống ngẫu nhiên (mặc định: 1).", en="Random seed (default: 1)."
)
@option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("demo"),
    metavar="DIR",
    vi="Thư mục chứa tệp (mặc định: demo).",
    en="Folder for the files (default: demo).",
)
@click.pass_context
def demo(ctx: click.Context, size: int, seed: int, folder: Path) -> None:
    from stregistry.cli.figures import differing, explain_notes, explain_rows, print_figures
    from stregistry.cli.importrows import import_summary
    from stregistry.cli.told import RECORDS
    from stregistry.demo import write_demo
    from stregistry.framework import Framework
    from stregistry.registry import Registry

    lang = lang_of()
    folder.mkdir(parents=True, exist_ok=True)
    files = write_demo(folder, size=size, seed=seed)
    url = ctx.find_root().params.get("db") or f"sqlite:///{(folder / 'demo.db').as_posix()}"
    with Registry.open(url) as registry:
        _refuse_records(registry)
        for file in files:
            report = registry.import_file(file.path, file.kind, source_id="demo", actor="demo")
            say(import_summary(report))
        framework = Framework.load("ecosystem-core")
        figures = registry.indicators(framework, "2024", units=["92"])
        click.echo()
        click.secho(Text("Số liệu giả lập, Cần Thơ, năm 2024", "Synthetic figures, Cần Thơ, 2024")[lang], bold=True)
        print_figures(framework, figures.cells, lang)
        click.echo()
        found = registry.explain(framework, "deals_value", "92", "2024")
        for line in explain_notes(framework, found, lang):
            click.echo(line)
        rows = explain_rows(found)
        print_table(in_words(rows[:10], RECORDS), differing(rows), wrap=True)
        if len(rows) > 10:
            more = len(rows) - 10
            click.echo(Text(f"… và {more} hồ sơ khác.", f"… and {more} more records.")[lang])
    click.echo()
    click.echo(
        Text(
            f"Các tệp nằm trong {folder.resolve()}. Thử tiếp:\n"
            f"  stregistry --db {url} indicators cantho-kl69 --period 2020..2024 --place 92\n"
            f"  stregistry --db {url} explain ecosystem-core startups --place 92 --period 2024",
            f"The files are in {folder.resolve()}. Go on with:\n"
            f"  stregistry --db {url} indicators cantho-kl69 --period 2020..2024 --place 92\n"
            f"  stregistry --db {url} explain ecosystem-core startups --place 92 --period 2024",
        )[lang]
    )


def _refuse_records(registry: "Registry") -> None:
    """Raises StregistryError when somebody else than the demo wrote into the registry."""
    others = next((c for c in registry.changesets() if c.actor != "demo"), None)
    if others is not None:
        raise StregistryError(
            Text(
                f"Sổ đăng ký {registry.address} đã có hồ sơ ({others.actor} ghi ở đợt {others.number}); bản chạy thử "
                "không ghi dữ liệu giả lập vào đó. Hãy bỏ --db hoặc nêu một sổ khác.",
                f"The registry {registry.address} has records already ({others.actor} wrote changeset "
                f"{others.number}); the demo puts no made-up data there. Leave out --db, or name another registry.",
            )
        )


COMMANDS = (demo,)
