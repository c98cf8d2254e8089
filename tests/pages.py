"""Pages of documentation, run as their reader would run them, so that no page lies.

What a page shows is run from its top to its end in one folder, which holds `docs/files` and `examples/` at first:

* ```` ```sh ````: every line is a command; `<!-- exit: 1 -->` before it says that the last one is refused.
* ```` ```python ````: run in one namespace for the page; `>>>` marks a doctest.
* ```` ```text ```` right after either: what it prints. `…` stands for anything in a line, alone for any lines.
* `<!-- file: NAME -->` before any block: the block is written to that file first.
* ```` ```console ````: commands that need a network or another machine; none of ours may be among them.
  `<!-- run: COMMAND -->` before it names the command of ours that is run in its place.

`python -m tests.pages FILE…` writes the outputs of pages anew where they are not what is printed today.
"""

import contextlib
import doctest
import io
import itertools
import os
import re
import shlex
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs
from sqlalchemy import Engine

from stregistry.cli import main_group
from stregistry.cli.run import run
from stregistry.store import Store
from tests.engines import VARIABLE, Schemas

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = tuple(
    sorted(
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("README.md"))
        if path.parent.name != "reference"
    )
)

_FENCE = re.compile(r"^```(\S*)(?: .*)?$")
_NOTE = re.compile(r"^<!-- (\w+): (.+) -->$")
_ANY: Final = "…"
SERVER: Final = "postgresql+psycopg://registry@db.example/office"


@attrs.frozen
class Block:
    """A fenced block. first: index of the line after its opening fence. notes: what the comments before it say."""

    word: str
    body: str
    first: int
    notes: dict[str, str]
    follows: bool  # nothing but blank lines stands between it and the block before


@attrs.frozen
class Fault:
    """Where a page is wrong. printed: what should stand in the block at `first`, or None if that is no cure."""

    first: int
    said: str
    printed: str | None = None


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in its order."""
    found: list[Block] = []
    notes: dict[str, str] = {}
    lines, n, follows = text.split("\n"), 0, False
    while n < len(lines):
        opened = _FENCE.match(lines[n])
        if opened:
            end = next(i for i in range(n + 1, len(lines)) if lines[i].startswith("```"))
            found.append(Block(opened[1], "\n".join(lines[n + 1 : end]), n + 1, notes, follows))
            notes, n, follows = {}, end, True
        elif said := _NOTE.match(lines[n]):
            notes = {**notes, said[1]: said[2]}
        elif lines[n].strip():
            notes, follows = {}, False
        n += 1
    return found


def lang_of_page(page: str) -> str:
    """Pages in a folder `vi` are read in Vietnamese, all others in English."""
    return "vi" if "/vi/" in page else "en"


def needs_server(page: str) -> bool:
    """Whether a page works on the PostgreSQL server it calls db.example."""
    return SERVER in (ROOT / page).read_text(encoding="utf-8")


@attrs.define
class Demo:
    """`stregistry demo`, run once for each language; pages that begin with it get a copy."""

    folder: Path
    printed: dict[str, str] = attrs.field(factory=dict)

    def give(self, lang: str, folder: Path) -> str:
        """Puts the demo's files into a folder and returns what making them printed."""
        own = self.folder / lang
        if lang not in self.printed:
            own.mkdir()
            with contextlib.chdir(own):
                self.printed[lang] = _command(["demo"])[1].replace(str(own.resolve()), "/home/lan")
        shutil.copytree(own / "demo", folder / "demo")
        return self.printed[lang]


@attrs.define
class Reader:
    """Someone who does what a page says, in a folder that is the working folder.

    server: what stands for db.example. space: the names of the page's Python blocks.
    """

    lang: str
    folder: Path
    demo: Demo
    server: str | None = None
    space: dict[str, Any] = attrs.field(factory=dict)

    def read(self, text: str) -> Iterator[Fault]:
        """Runs a page; yields what is not as it says."""
        every = blocks(text)
        for block, after in itertools.zip_longest(every, every[1:]):
            if "file" in block.notes:
                self._write(block)
            if block.word == "toml":
                tomllib.loads(block.body)
            if block.word == "console":
                yield from _ours(block)
            if block.word not in ("sh", "python") and "run" not in block.notes:
                continue
            if ">>>" in block.body:
                yield from self._doctest(block)
                continue
            got = self._python(block) if block.word == "python" else self._shell(block)
            if isinstance(got, Fault):
                yield got
            elif after is not None and after.word == "text" and after.follows:
                if not matches(after.body, got):
                    yield Fault(after.first, _beside(after.body, got), got)
            elif block.word == "python" and got:
                yield Fault(block.first, f"prints what the page does not show:\n{got}")

    def leave(self) -> None:
        """Closes what the page's Python blocks left open."""
        for thing in self.space.values():
            if isinstance(thing, Store):
                thing.close()
            elif isinstance(thing, Engine):
                thing.dispose()

    def _write(self, block: Block) -> None:
        path = self.folder / block.notes["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.body + "\n", encoding="utf-8")

    def _shell(self, block: Block) -> str | Fault:
        printed, code = [], 0
        for line in re.sub(r"\\\n\s*", "", block.notes.get("run", block.body)).splitlines():
            words = shlex.split(line, comments=True)
            if not words:
                continue
            if code:
                return Fault(block.first, f"goes on after a command that was refused:\n{''.join(printed)}")
            code, text = self._run(words)
            printed.append(text)
        wanted = int(block.notes.get("exit", 0))
        text = "".join(printed)
        return text if code == wanted else Fault(block.first, f"exit code {code} instead of {wanted}:\n{text}")

    def _run(self, words: list[str]) -> tuple[int, str]:
        words = [word.replace(SERVER, self.server or SERVER) for word in words]
        match words:
            case ["stregistry", "demo"]:
                return 0, self.demo.give(self.lang, self.folder)
            case ["stregistry", *rest, ">", file]:
                code, text = _command(rest, out := io.StringIO())
                (self.folder / file).write_text(out.getvalue(), encoding="utf-8")
                return code, text
            case ["stregistry", *rest]:
                code, text = _command(rest)
                return code, text.replace(self.server, SERVER) if self.server else text
            case ["export", assignment]:
                name, _, value = assignment.partition("=")
                os.environ[name] = value
                return 0, ""
            case ["cat" | "head", *_, file] if not (self.folder / file).exists():
                return 1, f"{file}: no such file\n"
            case ["cat", file]:
                return 0, (self.folder / file).read_text(encoding="utf-8")
            case ["head", number, file]:
                lines = (self.folder / file).read_text(encoding="utf-8").splitlines(keepends=True)
                return 0, "".join(lines[: int(number.lstrip("-"))])
        return 127, f"tests/pages.py cannot run: {shlex.join(words)}\n"

    def _python(self, block: Block) -> str | Fault:
        code = block.body.replace(SERVER, self.server or SERVER)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            try:
                exec(compile(code, f"<block at line {block.first}>", "exec"), self.space)  # noqa: S102
            except Exception as error:
                return Fault(block.first, f"raises {type(error).__name__}: {error}")
        return out.getvalue()

    def _doctest(self, block: Block) -> Iterator[Fault]:
        said: list[str] = []
        runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
        test = doctest.DocTestParser().get_doctest(block.body + "\n", self.space, "page", None, block.first)
        runner.run(test, out=said.append, clear_globs=False)
        self.space = test.globs
        if runner.summarize(verbose=False).failed:
            yield Fault(block.first, "".join(said))


def _command(words: list[str], out: io.StringIO | None = None) -> tuple[int, str]:
    """Exit code and what stands on the terminal; `out` takes standard output away from it."""
    terminal = io.StringIO()
    with contextlib.redirect_stdout(out or terminal), contextlib.redirect_stderr(terminal):
        code = run(main_group, words)
    return code, terminal.getvalue()


def _ours(block: Block) -> Iterator[Fault]:
    for line in block.body.splitlines():
        if line.lstrip("$ ").startswith("stregistry"):
            yield Fault(block.first, f"a command of ours that no test runs: {line}")


def matches(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed; `…` stands for anything in its line, alone for any lines.

    How wide a column is does not matter.
    """
    got = _narrow(printed)
    ends = {0}  # so many of the printed lines may be used up by what is shown so far
    for line in _narrow(shown):
        if line.strip() == _ANY:
            ends = set(range(min(ends), len(got) + 1)) if ends else ends
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in line.split(_ANY)))
        ends = {n + 1 for n in ends if n < len(got) and pattern.fullmatch(got[n])}
    return len(got) in ends


def _narrow(text: str) -> list[str]:
    return [re.sub(r"(?<=\S) +", " ", re.sub("-{3,}", "---", line)).rstrip() for line in text.strip("\n").split("\n")]


def _beside(shown: str, printed: str) -> str:
    return f"shows\n{shown}\nbut this is printed\n{printed}"


def settle(lang: str, folder: Path) -> None:
    """Makes the folder the reader's, with the files that pages bring along."""
    shutil.copytree(ROOT / "docs" / "files", folder, dirs_exist_ok=True)
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("STREGISTRY_DB", "STREGISTRY_PLACES"):
        os.environ.pop(name, None)
    os.environ.update(STREGISTRY_LANG=lang, STREGISTRY_ACTOR="Lan", COLUMNS="100")
    os.chdir(folder)


def rewrite(page: Path) -> None:
    """Puts into a page what its commands print today, and says what else is wrong."""
    lang = lang_of_page(page.as_posix())
    text = page.read_text(encoding="utf-8")
    schemas = Schemas(os.environ[VARIABLE]) if SERVER in text else None
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "page"
        folder.mkdir()
        (folder.parent / "demo").mkdir()
        settle(lang, folder)
        server = schemas.address(schemas.lend()) if schemas else None
        reader = Reader(lang, folder, Demo(folder.parent / "demo"), server)
        faults = list(reader.read(text))
        reader.leave()
        os.chdir(ROOT)
    if schemas:
        schemas.drop()
    lines = text.split("\n")
    for fault in reversed(faults):
        if fault.printed is None:
            print(f"{page}:{fault.first}: {fault.said}", file=sys.stderr)
            continue
        end = next(i for i in range(fault.first, len(lines)) if lines[i].startswith("```"))
        lines[fault.first : end] = _as_before(lines[fault.first : end], _lasting(fault.printed).strip("\n").split("\n"))
    page.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def _as_before(shown: list[str], printed: list[str]) -> list[str]:
    """What is printed, with its middle left out where the page left out something, as many lines kept at either end."""
    gaps = [n for n, line in enumerate(shown) if line.strip() == _ANY]
    if gaps:
        tail = len(shown) - gaps[-1] - 1
        printed = [*printed[: gaps[0]], _ANY, *printed[len(printed) - tail :]]
    return [line.rstrip() for line in printed]


def _lasting(printed: str) -> str:
    """What is printed, without what is otherwise tomorrow: instants and digests."""
    instants = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+[Z…]", lambda found: _ANY.ljust(len(found[0])), printed)
    return re.sub(r"\b[0-9a-f]{64}\b", _ANY, instants)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        rewrite(Path(name).resolve())
