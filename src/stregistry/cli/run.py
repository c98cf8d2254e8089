"""Running the command line: exit codes, and errors as messages in the reader's language instead of tracebacks."""

import contextlib
import os
import sys
from collections.abc import Sequence

import click

from stregistry.cli.base import Option, lang_of
from stregistry.errors import StregistryError, system_words
from stregistry.text import LANGS, Text


def run(group: click.Group, words: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code: 0 done, 1 refused or failed, 2 usage.

    words: the command line without the program's name; default as the process was called.
    Our own errors become a message; no error shows a traceback unless STREGISTRY_TRACEBACK is set.
    """
    for stream in (sys.stdout, sys.stderr):
        # A Windows console or a redirected pipe may not be UTF-8; output is, always.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    words = list(sys.argv[1:] if words is None else words)
    lang = _lang_of_words(words)
    try:
        code = group.main(words, prog_name="stregistry", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.UsageError as error:
        _say_usage(error, lang)
        return error.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        return _fail(Text("đã dừng giữa chừng.", "stopped half way."), lang)
    except (BrokenPipeError, SystemExit):
        # `stregistry list deal | head` closes the pipe early; click turns that into SystemExit.
        _drop_output()
        return 0
    except StregistryError as error:
        return _fail(Text(error.in_lang("vi"), error.in_lang("en")), lang)
    except OSError as error:
        _drop_output()
        said, where = system_words(error), f"{error.filename}: " if error.filename else ""
        return _fail(Text(f"{where}{said.vi}.", f"{where}{said.en}."), lang)
    except UnicodeEncodeError:
        return _fail(
            Text("có tham số không phải chữ UTF-8 hợp lệ.", "an argument is not valid UTF-8 text."),
            lang,
        )
    except Exception as error:
        if os.environ.get("STREGISTRY_TRACEBACK"):
            raise
        told = f"{type(error).__name__}: {error}".splitlines()[0]
        return _fail(
            Text(
                f"lỗi của chương trình ({told}). Đặt STREGISTRY_TRACEBACK=1 rồi chạy lại để xem chi tiết khi báo lỗi.",
                f"a fault of the program ({told}). Run again with STREGISTRY_TRACEBACK=1 for the details to report.",
            ),
            lang,
        )


def _fail(message: Text, lang: str) -> int:
    click.echo(f"{Text('Lỗi', 'Error')[lang]}: {message[lang]}", err=True)
    return 1


def _drop_output() -> None:
    """Sends what is still to be printed nowhere: Python would complain of it once more when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lang_of_words(words: Sequence[str]) -> str:
    """The language of this run when there is no context (yet, or any more): as --lang says it."""
    for word, after in zip(words, [*words[1:], ""], strict=False):
        name, _, value = word.partition("=")
        if name == "--lang" and (value or after) in LANGS:
            return value or after
    return lang_of()


_NO_WORDS = getattr(click.exceptions, "NoArgsIsHelpError", ())  # not in the oldest click we take


def _say_usage(error: click.UsageError, lang: str) -> None:
    """What is wrong with the command line, as click says it but in the reader's language."""
    if isinstance(error, _NO_WORDS):
        error.show()
        return
    if error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
        call = f"{error.ctx.command_path} --help"
        click.echo(Text(f"Xem hướng dẫn: {call}", f"For help: {call}")[lang], err=True)
    told = _usage_in_vi(error) if lang == "vi" else error.format_message()
    if isinstance(error, click.MissingParameter) and isinstance(error.param, Option):
        told = f"{told} {error.param.about[lang]}"
    click.echo(f"{Text('Lỗi', 'Error')[lang]}: {told}", err=True)


def _usage_in_vi(error: click.UsageError) -> str:
    match error:
        case click.MissingParameter(param=click.Parameter() as param):
            word = "tham số" if param.param_type_name == "argument" else "tùy chọn"
            return f"Thiếu {word} {param.get_error_hint(error.ctx)}."
        case click.BadParameter(param=click.Parameter() as param):
            return f"Giá trị của {param.get_error_hint(error.ctx)} không hợp lệ: {error.message}"
        case click.NoSuchOption():
            near = f"; có phải {error.possibilities[0]}?" if error.possibilities else "."
            return f"Không có tùy chọn {error.option_name}{near}"
        case click.BadOptionUsage() if "does not take a value" in error.message:
            return f"Tùy chọn {error.option_name} không nhận giá trị."
        case click.BadOptionUsage():
            return f"Tùy chọn {error.option_name} cần một giá trị."
    if error.message.startswith("Got unexpected extra argument"):
        return f"Thừa tham số: {error.message.partition('(')[2].rstrip(')')}."
    return error.message
