"""Help: every command in both languages, nothing of the other language left in."""

import re

import click
import pytest

from stregistry.cli import main_group
from tests.cli.conftest import Cli

COMMANDS = [
    *((name,) for name in main_group.commands),
    *(
        (name, sub)
        for name, group in main_group.commands.items()
        if isinstance(group, click.Group)
        for sub in group.commands
    ),
]
ISSUE_2 = (
    *("init", "import", "template", "list", "show", "search", "history", "set", "retract", "indicators", "explain"),
    *("snapshot", "verify", "audit", "framework", "schema", "demo"),
)


def test_every_command_is_there(cli: Cli) -> None:
    """The commands of the contract are listed, in English and in Vietnamese."""
    assert set(ISSUE_2) <= set(main_group.commands)
    for lang, heading in (("vi", "Lệnh:"), ("en", "Commands:")):
        listed = cli("--lang", lang, "--help").out.partition(heading)[2]
        assert [line.split()[0] for line in listed.splitlines() if re.match(r"  \w", line)] == list(main_group.commands)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_is_in_the_readers_language(cli: Cli, words: tuple[str, ...]) -> None:
    """Each command has help with no English heading in Vietnamese, no line over 100 characters, and examples."""
    vi, en = (cli("--lang", lang, *words, "--help") for lang in ("vi", "en"))
    assert (vi.code, en.code, vi.err, en.err) == (0, 0, "", "")
    assert vi.out.startswith("Cách dùng: stregistry")
    assert en.out.startswith("Usage: stregistry")
    for word in ("Usage", "Options", "[required]", "Show this", "Examples", "[OPTIONS]", "default:"):
        assert word not in vi.out
    assert not re.search("[ạ-ỹđĐ]", re.sub('".*"', "", en.out))
    lines = [line for line in (vi.out + en.out).splitlines() if not line.startswith("  stregistry")]
    assert max(map(len, lines)) <= 100
    command: click.Command = main_group
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    assert isinstance(command, click.Group) or f"stregistry {' '.join(words)}" in en.out.partition("Examples")[2]


def test_reading_commands_take_the_two_times_and_the_formats() -> None:
    """Every reading command has --valid, --known, --format and --out."""
    for name in ("list", "show", "search", "history", "indicators", "explain"):
        options = {o for p in main_group.commands[name].params for o in p.opts}
        assert {"--valid", "--known", "--format", "--out"} <= options


def test_help_says_what_the_valid_day_is_to_the_command(cli: Cli) -> None:
    """Today is the default of lists and figures, but not where --on names the day, or where all is told."""
    said = {name: " ".join(cli("--lang", "en", name, "--help").out.split()) for name in ("due", "list", "history")}
    assert "true on this day (default: the day of --on)" in said["due"]
    assert "true on this day (default: today)" in said["list"]
    assert "hold on this day (default: all)" in said["history"]


def test_the_language_comes_from_the_option_then_the_variable(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """--lang wins over STREGISTRY_LANG; without either it is Vietnamese; the order of options does not matter."""
    monkeypatch.setenv("STREGISTRY_LANG", "en")
    assert "Lệnh:" in cli("--lang", "vi", "--help").out
    assert "Lệnh:" in cli("--lang=vi", "list", "--nothing").err or "Lỗi:" in cli("--lang=vi", "list", "--nothing").err
    assert "Commands:" in cli("--help").out
    monkeypatch.delenv("STREGISTRY_LANG")
    assert "Lệnh:" in cli("--help").out


def test_no_words_at_all_show_the_help(cli: Cli) -> None:
    """`stregistry` alone is wrong usage, and shows how to use it."""
    ran = cli()
    assert ran.code == 2
    assert "stregistry demo" in ran.out + ran.err


def test_import_help_names_the_kinds(cli: Cli) -> None:
    """Whoever asks how to import learns what can be imported."""
    for lang in ("vi", "en"):
        text = " ".join(cli("--lang", lang, "import", "--help").out.split())
        assert "startup, st_organisation, st_enterprise" in text
        assert "ror" in text
