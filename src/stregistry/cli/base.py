"""What every command shares: help in two languages, the registry it opens, errors without tracebacks.

Only click is imported here; commands import the rest when they run, so that help is quick.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stregistry.text import LANGS, Text, nearest, with_nearest

if TYPE_CHECKING:
    from stregistry.registry import Registry
    from stregistry.store.prepare import Upgrade

F = TypeVar("F", bound=Callable[..., Any])

_SECTIONS = {"Options": "Tùy chọn", "Commands": "Lệnh", "Usage": "Cách dùng", "Arguments": "Tham số"}


def lang_of(ctx: click.Context | None = None) -> str:
    """The language asked for by --lang, else by STREGISTRY_LANG, else Vietnamese."""
    ctx = ctx or click.get_current_context(silent=True)
    chosen = ctx.find_root().params.get("lang") if ctx else None
    chosen = chosen or os.environ.get("STREGISTRY_LANG", "vi")
    return chosen if chosen in LANGS else "vi"


class _Formatter(click.HelpFormatter):
    """click's formatter with its own words in the reader's language."""

    def __init__(self, lang: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._lang = lang

    def write_heading(self, heading: str) -> None:
        super().write_heading(_SECTIONS.get(heading, heading) if self._lang == "vi" else heading)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        if self._lang == "vi":
            args = args.replace("[OPTIONS]", "[TÙY CHỌN]").replace("COMMAND [ARGS]...", "LỆNH [THAM SỐ]...")
        super().write_usage(prog, args, prefix or ("Cách dùng: " if self._lang == "vi" else "Usage: "))


class _Context(click.Context):
    def make_formatter(self) -> click.HelpFormatter:
        return _Formatter(lang_of(self), width=min(self.terminal_width or 100, 100), max_width=100)


class _Bilingual(click.Command):
    """A command whose help is a Text, with examples below it."""

    context_class = _Context

    def __init__(
        self,
        *args: Any,
        about: Text,
        examples: tuple[str, ...] = (),
        note: Callable[[], Text] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._about = about
        self._note = note  # called when help is shown: what it says may take time to import
        self._examples = examples

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click does not always say which command was misused
            raise

    def get_short_help_str(self, limit: int = 200) -> str:
        return self._about[lang_of()].split("\n\n")[0].replace("\n", " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            note = f"\n\n{self._note()[lang_of(ctx)]}" if self._note else ""
            for paragraph in (self._about[lang_of(ctx)] + note).split("\n\n"):
                formatter.write_text(" ".join(paragraph.split()))
                formatter.write_paragraph()
        if self._examples:
            formatter.write_heading("Ví dụ" if lang_of(ctx) == "vi" else "Examples")
            with formatter.indentation():
                for example in self._examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Xem hướng dẫn này rồi thoát." if lang_of(ctx) == "vi" else "Show this help and exit."
        return option


class Command(_Bilingual):
    """One command."""


class Group(_Bilingual, click.Group):
    """A group of commands, listed in the order they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self.commands and not name.startswith("-"):
            sentence = Text(f"Không có lệnh '{name}'", f"There is no command '{name}'")
            ctx.fail(with_nearest(sentence, nearest(name, self.commands), self.commands)[lang_of(ctx)])
        return super().resolve_command(ctx, args)


class OneOf(click.Choice[str]):
    """A choice that says what may be chosen in the reader's language."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            listed = ", ".join(self.choices)
            self.fail(Text(f"'{value}' không thuộc {listed}.", f"'{value}' is none of {listed}.")[lang_of(ctx)])


class Whole(click.IntRange):
    """A whole number within bounds, refused in the reader's language."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            low, high = (f"{n:,}" for n in (self.min or 0, self.max or _LARGEST))
            vi, en = f"từ {low} đến {high}".replace(",", "."), f"from {low} to {high}"
            self.fail(
                Text(f"'{value}' không phải là số nguyên {vi}.", f"'{value}' is not a whole number {en}.")[lang_of(ctx)]
            )


# What a database holds in its largest integer column.
_LARGEST = 2**63 - 1
RECORD_ID = Whole(1, _LARGEST)


class Option(click.Option):
    """An option whose help is a Text."""

    def __init__(self, *args: Any, about: Text, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        self.help = self.about[lang_of(ctx)]
        record = super().get_help_record(ctx)
        if record is None or lang_of(ctx) != "vi":
            return record
        return record[0], record[1].replace("[required]", "[bắt buộc]")


def option(*names: str, vi: str, en: str, **kwargs: Any) -> Callable[[F], F]:
    """An option with its help in both languages."""
    return click.option(*names, cls=Option, about=Text(vi, en), **kwargs)


MARK = "stregistry.mark"  # in a context's meta: the CSV is to begin with a byte order mark


def _note_mark(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    ctx.meta[MARK] = value


def printing(f: F) -> F:
    """The options of a command that prints rows: the format, the file to write."""
    for wrap in (
        option(
            "--bom",
            is_flag=True,
            expose_value=False,
            callback=_note_mark,
            vi="CSV có dấu BOM, để Excel nhận đúng tiếng Việt.",
            en="CSV with a byte order mark, by which Excel reads Vietnamese rightly.",
        ),
        option(
            "--out",
            metavar="FILE",
            vi="Ghi ra tệp; đuôi tệp chọn định dạng: csv, json, jsonl, xlsx, parquet.",
            en="Write to a file; its ending chooses csv, json, jsonl, xlsx or parquet.",
        ),
        option(
            "--format",
            "form",
            type=OneOf(["table", "csv", "json"]),
            default="table",
            vi="Định dạng in ra (mặc định: table).",
            en="Format on stdout (default: table).",
        ),
    ):
        f = wrap(f)
    return f


KNOWN = option(
    "--known",
    metavar="DATE|N",
    vi="Theo những gì đã ghi nhận đến hết ngày này (giờ Việt Nam) hoặc đến đợt cập nhật này (mặc định: đến nay).",
    en="As known at the end of this day in Vietnam, or at this changeset (default: now).",
)


def valid_on(vi: str, en: str) -> Callable[[F], F]:
    """The option --valid, with what the day means to a command."""
    return option("--valid", metavar="DATE", vi=vi, en=en)


TRUE_ON = valid_on(
    "Theo thực tế có hiệu lực vào ngày này (mặc định: hôm nay).", "As true on this day (default: today)."
)


def reading_as(valid: Callable[[F], F]) -> Callable[[F], F]:
    """The options every reading command takes: the two times, the format, the file to write. valid: its --valid."""
    return lambda f: valid(KNOWN(printing(f)))


def reading(f: F) -> F:
    """The options of a command that reads records as they are true on a day."""
    return reading_as(TRUE_ON)(f)


def say(text: Text | str, **style: Any) -> None:
    """A message for the person, on stderr."""
    click.secho(text[lang_of()] if isinstance(text, Text) else text, err=True, **style)


def open_registry(ctx: click.Context) -> "Registry":
    """The registry the command works on; closed when the command ends."""
    from stregistry.registry import Registry

    registry = Registry.open(_address(ctx))
    ctx.call_on_close(registry.close)
    if ctx.command.name not in _BEGINNING and registry.head()[0] == 0:
        say(
            Text(
                f"Sổ đăng ký {registry.address} chưa có hồ sơ nào. Nhập bằng lệnh import; sổ ở nơi khác thì chỉ ra "
                "bằng --db hoặc STREGISTRY_DB.",
                f"The registry {registry.address} holds no record yet. Take some in with import; if yours is "
                "elsewhere, name it by --db or STREGISTRY_DB.",
            ),
            fg="yellow",
        )
    return registry


# A registry begins with these; to any other command one without records is the wrong one, most often.
_BEGINNING = ("init", "import")


def registry_at_hand(ctx: click.Context) -> "Registry | None":
    """The registry the command works on, None where its file is not there: none is made."""
    from sqlalchemy.engine import make_url

    url = make_url(_address(ctx))
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return None
    return open_registry(ctx)


def upgrade_registry(ctx: click.Context) -> "Upgrade":
    """Brings the registry the command names to this version."""
    from stregistry.registry import Registry

    return Registry.upgrade(_address(ctx))


def _address(ctx: click.Context) -> str:
    return ctx.find_root().params.get("db") or os.environ.get("STREGISTRY_DB") or "sqlite:///stregistry.db"


def actor() -> str:
    """Who is to stand in the changeset: STREGISTRY_ACTOR, else the name of the computer's user."""
    import getpass

    if name := os.environ.get("STREGISTRY_ACTOR"):
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without a passwd entry
        return "unknown"
