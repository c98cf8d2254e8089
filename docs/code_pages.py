"""The pages of the reference that follow from the code: commands, measures, methods, code lists, frameworks, API.

They are made each time the site is built and are not kept. The pages of the kinds are kept, for
readers of the repository: `make schemas` writes those.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import click

import stregistry
from stregistry import vocab
from stregistry.cli import main_group
from stregistry.dates import ALWAYS, FOREVER, show_day
from stregistry.framework import Framework
from stregistry.measures import MEASURES
from stregistry.measures.words import MEASURES_SAID, PARAMETERS
from stregistry.model import KINDS
from stregistry.scoring.aggregate import AGGREGATORS
from stregistry.scoring.impute import IMPUTERS
from stregistry.scoring.method import ALL_WEIGHTINGS
from stregistry.scoring.normalise import NORMALISERS
from stregistry.scoring.parameters import parameters_of
from stregistry.scoring.transform import TRANSFORMS
from stregistry.scoring.words import METHODS, STEPS
from stregistry.scoring.words import PARAMETERS as METHOD_PARAMETERS
from stregistry.text import LANGS, Text

_VOCABULARIES = Path(inspect.getfile(vocab)).parent / "definitions" / "vocabularies"


def write_pages(folder: Path) -> None:
    """Writes every generated page into a folder; those that have not changed are left alone."""
    pages = {
        **{f"commands.{lang}.md": _commands(lang) for lang in LANGS},
        "measures.md": _measures(),
        "methods.md": _methods(),
        "vocabularies.md": _vocabularies(),
        "frameworks.md": _frameworks(),
        "api.md": _api(),
        "kinds.md": _kinds(),
    }
    for name, lines in pages.items():
        path, text = folder / name, "\n".join(lines) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")


def _kinds() -> Iterator[str]:
    yield from ("# Kinds of record · Loại hồ sơ", "")
    yield from _table(
        ("kind", "tiếng Việt", "English", "times"),
        (
            (
                f"[`{kind}`]({kind}.md)",
                cls.about.label.vi,
                cls.about.label.en,
                "valid and known" if cls.about.state else f"known; dated by `{cls.about.on}`",
            )
            for kind, cls in KINDS.items()
        ),
    )
    yield from ("```{toctree}", ":hidden:", *KINDS, "```")


def commands() -> Iterator[tuple[str, ...]]:
    """Every command by its words, groups before what they hold."""
    yield from _below(main_group, ())


def _below(group: click.Group, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from _below(command, (*words, name))


def help_of(words: Sequence[str], lang: str) -> str:
    """What `stregistry --lang LANG WORDS --help` prints."""
    context = main_group.make_context("stregistry", ["--lang", lang, *(words or ("--help",))], resilient_parsing=True)
    command: click.Command = main_group
    for word in words:
        assert isinstance(command, click.Group)  # held by `commands`
        command = command.commands[word]
        context = command.make_context(word, [], parent=context, resilient_parsing=True)
    with context:
        return command.get_help(context)


def _commands(lang: str) -> Iterator[str]:
    said = {
        "vi": ("Dòng lệnh", "Nội dung `--help` của mọi lệnh, in từ chính chương trình.", "Tất cả"),
        "en": ("Command line", "What `--help` says of every command, printed by the program itself.", "All"),
    }[lang]
    yield from (f"# {said[0]}", "", said[1], "")
    for words in ((), *commands()):
        yield from (f"## {' '.join(words) or 'stregistry'}", "", "```text", help_of(words, lang), "```", "")


def _cell(text: object) -> str:
    """Text in one cell of a table; names in it are code, and no bar ends it early."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield from ("| " + " | ".join(head) + " |", "|" + "---|" * len(head))
    for row in rows:
        yield "| " + " | ".join(map(_cell, row)) + " |"
    yield ""


def _measures() -> Iterator[str]:
    yield from ("# Measures · Cách tính", "")
    yield (
        "An indicator of a framework names one of these as its `measure`; the parameters stand beside it in `params`. "
        "Those without a default have to be there. Nobody to count is 0; nothing to divide by is missing."
    )
    yield ""
    yield (
        "Mỗi chỉ tiêu của bộ chỉ tiêu nêu một cách tính dưới đây ở `measure`, tham số ghi ở `params`; tham số không có "
        "giá trị mặc định thì bắt buộc. Không có gì để đếm là 0; không có gì để chia là chưa có số liệu."
    )
    yield ""
    for name, function in MEASURES.items():
        yield from (f"## {name}", "", *_told(MEASURES_SAID[name]))
        given = list(inspect.signature(function).parameters.values())[1:]
        yield from _table(
            ("parameter · tham số", "default · mặc định", "tiếng Việt", "English"),
            (
                (
                    f"`{p.name}`",
                    "required · bắt buộc" if p.default is p.empty else _value(p.default),
                    PARAMETERS[p.name].vi,
                    PARAMETERS[p.name].en,
                )
                for p in given
            ),
        )


def _told(said: Text) -> Iterator[str]:
    """A paragraph for each language, as sentences."""
    for text in (said.en, said.vi):
        yield from (f"{text[0].upper()}{text[1:]}.", "")


def _value(value: object) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
    return f"`{text}`"


def _methods() -> Iterator[str]:
    yield from ("# Scoring methods · Phương pháp chấm điểm", "")
    yield (
        "The `[method]` table of a framework runs these steps in this order: impute, screen, treat, normalise, "
        "weights, aggregate. Each names a method in `how`; its parameters stand beside it. A step left out does "
        "nothing, but for normalise (`min_max`) and aggregate (`arithmetic`)."
    )
    yield ""
    yield (
        "Bảng `[method]` của bộ chỉ tiêu chạy các bước theo thứ tự này: bù số liệu thiếu, chọn đơn vị, xử lý giá trị "
        "ngoại lai, chuẩn hóa, trọng số, tổng hợp. Mỗi bước nêu một phương pháp ở `how`, tham số ghi bên cạnh. Bước "
        "không nêu thì không làm gì, trừ chuẩn hóa (`min_max`) và tổng hợp (`arithmetic`)."
    )
    yield ""
    steps: dict[str, Mapping[str, Callable[..., Any]]] = {
        "impute": IMPUTERS,
        "treat": TRANSFORMS,
        "normalise": {name: row.function for name, row in NORMALISERS.items()},
        "weights": ALL_WEIGHTINGS,
        "aggregate": {name: row.function for name, row in AGGREGATORS.items()},
    }
    for step, functions in steps.items():
        yield from (f"## {step} · {STEPS[step].vi}", "")
        if step == "treat":
            yield from ("These are the `then` of a rule. · Là giá trị `then` của một quy tắc.", "")
        yield from _table(
            ("how", "tiếng Việt", "English", "parameters and defaults · tham số và mặc định"),
            (
                (f"`{name}`", METHODS[step][name].vi, METHODS[step][name].en, _parameters(function))
                for name, function in functions.items()
            ),
        )


def _parameters(function: Callable[..., Any]) -> str:
    signature = inspect.signature(function).parameters
    return "; ".join(
        f"`{name} = {_value(signature[name].default).strip('`') or 'none'}`" + _choices(annotation) + _meaning(name)
        for name, annotation in parameters_of(function).items()
    )


def _meaning(name: str) -> str:
    said = METHOD_PARAMETERS[name]
    return f": {said.vi} · {said.en}" if said.vi != said.en else f": {said.en}"


def _choices(annotation: Any) -> str:
    words = [word for word in get_args(annotation) if isinstance(word, str)]
    return f" (one of {', '.join(f'`{word}`' for word in words)})" if words else ""


def _vocabularies() -> Iterator[str]:
    yield from ("# Vocabularies · Danh mục mã", "")
    yield (
        "Every code a file, a filter or a framework may use. A cell may hold the code, its official code or its label "
        "in either language, with or without diacritics. `ours` marks codes this project chose; the others come from "
        "the document named."
    )
    yield ""
    for path in sorted(_VOCABULARIES.glob("*.toml")):
        one = vocab.vocabulary(path.stem)
        yield from (f"({'vocabulary-' + one.id})=", f"## {one.title.en} · {one.title.vi} (`{one.id}`)", "")
        yield from _table(
            ("code", "tiếng Việt", "English", "official", "in force", "origin"),
            (
                (f"`{t.code}`", t.label.vi, t.label.en, t.official_code or "", _span(t.start, t.end), _origin(t))
                for t in one.terms
            ),
        )


def _span(start: int, end: int) -> str:
    since = f"from {show_day(start)}" if start != ALWAYS else ""
    return f"{since} {f'until {show_day(end)}' if end != FOREVER else ''}".strip()


def _origin(term: vocab.Term) -> str:
    return ", ".join(filter(None, (term.origin, term.document, term.article and f"art. {term.article}")))


def _frameworks() -> Iterator[str]:
    yield from ("# Shipped frameworks · Bộ chỉ tiêu có sẵn", "")
    yield "Named by their id on the command line; a path to a file of your own does as well."
    yield ""
    for name in Framework.shipped():
        one = Framework.load(name)
        yield from (f"## {one.title.en} · {one.title.vi} (`{one.id}` {one.version})", "")
        yield from _table(
            ("indicator", "tiếng Việt", "English", "unit", "measure", "per", "targets"),
            (
                (f"`{i.id}`", i.name.vi, i.name.en, _both(i.measured_in), f"`{i.measure}`", _per(i), len(i.targets))
                for i in one.indicators
            ),
        )


def _both(text: Text | None) -> str:
    return f"{text.vi} · {text.en}" if text else ""


def _per(indicator: Any) -> str:
    per = indicator.per
    if per is None:
        return ""
    return f"{per.scale:g} × `{per.series or per.indicator}`" if per.scale != 1 else f"`{per.series or per.indicator}`"


def _api() -> Iterator[str]:
    yield from ("# Python API", "")
    yield (
        "What `import stregistry` names. Names are loaded when they are first used. Everything else is internal and "
        "may change. The fields of records are listed on [their own pages](kinds.md)."
    )
    yield ""
    records = {cls.__name__ for cls in KINDS.values()} | {
        *("Certificate", "Evidence", "Identifier", "Name", "Party", "Relation")
    }
    errors = {name for name in stregistry.__all__ if name.endswith("Error")} | {"Issue"}
    first = ("Registry", "Framework", "score", "Scores", "Snapshot")
    rest = [n for n in stregistry.__all__ if n not in records | errors | {*first, "__version__"}]
    for title, names in (
        ("Registry, figures, scores", first),
        ("Feed, dates, money, text", rest),
        ("Errors", sorted(errors)),
        ("Records", sorted(records)),
    ):
        yield from (f"## {title}", "")
        for name in names:
            yield from _autodoc(name, members=name not in records)


def _autodoc(name: str, *, members: bool) -> Iterator[str]:
    thing = getattr(stregistry, name)
    kind = "autofunction" if inspect.isfunction(thing) else "autoclass"
    yield from (f"### {name}", "", "```{eval-rst}", f".. {kind}:: stregistry.{name}")
    if kind == "autoclass" and members:
        yield from ("   :members:", "   :inherited-members: Exception, BaseException, LookupError, ValueError")
    yield from ("```", "")
