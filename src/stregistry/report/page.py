"""The page: the template filled, with its one style and one script allowed by their hashes and nothing else."""

import base64
import datetime as dt
import hashlib
import importlib.resources
import json
import re
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from stregistry.figures import NONE, exact, number, with_decimals
from stregistry.missing import MISSING
from stregistry.places import place_map
from stregistry.plan.words import VERIFIED
from stregistry.report.cards import cards, source_of, target_lines, target_of
from stregistry.report.charts import stacked
from stregistry.report.duties import duties
from stregistry.report.gather import Matter
from stregistry.report.moves import moved, signed
from stregistry.report.scores import headline, ranking, tree
from stregistry.report.tiles import tiles
from stregistry.report.words import CLASS_NAMES, CLASSES, SAID, W
from stregistry.text import Text


def page(matter: Matter, lang: str) -> str:
    """The whole page as HTML."""
    style, script = _file("page.css"), _file("page.js")
    messages = {key: {"vi": text.vi, "en": text.en} for key, text in {**SAID, **MISSING}.items()}
    env = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.filters |= {"number": lambda value: number(value, lang), "exact": exact, "fixed": _fixed(lang)}
    env.filters |= {
        "signed": lambda value, decimals: signed(value, decimals)[lang],
        "day": _day,
        "web": _web,
        "breakable": _breakable,
    }
    lines = target_lines(matter)
    return env.from_string(_file("page.html.j2")).render(
        m=matter,
        w=W,
        lang=lang,
        style=Markup(style),  # noqa: S704  # our own file, whose hash is in the policy
        script=Markup(script),  # noqa: S704
        policy=f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'",
        messages=Markup(_json(messages)),  # noqa: S704  # `<` and `&` are escaped in it
        title=_title(matter),
        groups={g.id: g for g in matter.framework.groups},
        cards=cards(matter, lang),
        lines=lines,
        verified=VERIFIED,
        several=any(line.code != matter.focus for line in lines),
        target_of=target_of,
        counts=_counts(lines),
        class_names=CLASS_NAMES,
        target_bar=_target_bar(lines, lang),
        measured=sum(
            matter.row(i.id, matter.focus, matter.last.label)["value"] is not None for i in matter.framework.indicators
        ),
        headline=headline(matter),
        ranking=ranking(matter, lang),
        tree=tree(matter, lang),
        moved=moved(matter, lang),
        duties=duties(matter),
        tiles=tiles(matter, lang),
        source_of=lambda id: source_of(matter, id),
        method=_json(matter.framework.method, 1) if matter.framework.method else None,
        steps=_steps(matter),
        map_name=place_map(matter.latest.content["places"]["map"]).name,
    )


def _steps(matter: Matter) -> list[tuple[Text, Text]]:
    """What the method does, step by step in words; none where the framework does not score."""
    if not matter.framework.method:
        return []
    from stregistry.scoring.method import Method
    from stregistry.scoring.words import told

    return list(told(Method.of(matter.framework.method)))


def _file(name: str) -> str:
    return (importlib.resources.files("stregistry") / "report" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _json(value: Any, indent: int | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return text if indent else text.replace("<", "\\u003c").replace("&", "\\u0026")


def _fixed(lang: str) -> Callable[[float | None, int], str]:
    """A filter for columns of scores: as many decimals in every row."""
    return lambda value, decimals: NONE if value is None else with_decimals(value, decimals, lang)


def _breakable(name: str) -> Markup:
    """The name of a file with places where a line may end, so that it does not end within a word."""
    return Markup("<wbr>").join(re.split(r"(?<=\w)(?=[._:-])", name))


def _day(value: str | dt.date, lang: str) -> str:
    """A day as the language writes it."""
    day = dt.date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day:%d/%m/%Y}" if lang == "vi" else f"{day.day} {day:%B %Y}"


def _web(url: str | None) -> str | None:
    """The address when it is one of the web: a framework is not to run a script."""
    return url if url and url.startswith(("https://", "http://")) else None


def _title(matter: Matter) -> Text:
    name, title = matter.names[matter.focus][1], matter.framework.title
    return Text(f"{name.vi}, {matter.last.words.vi}: {title.vi}", f"{name.en}, {matter.last.words.en}: {title.en}")


def _counts(lines: list[Any]) -> dict[str, int]:
    return {kind: sum(line.kind == kind for line in lines) for kind in CLASSES}


def _target_bar(lines: list[Any], lang: str) -> Markup | None:
    if not lines:
        return None
    counts = _counts(lines)
    said = {n: "; ".join(f"{CLASS_NAMES[k][n]}: {c}" for k, c in counts.items()) for n in ("vi", "en")}
    return stacked(list(counts.items()), W["targets"], Text(said["vi"], said["en"]), lang)
