"""The stub of the model, `model.pyi`: its classes with the arguments their constructors really take.

A constructor converts: it takes a list where the record holds a tuple, text where it holds a date. Type checkers
see converters only where `attrs.field` stands beside the name, and the declarations of `fields.py` stand in between.
Run by `make schemas`.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from stregistry import model
from stregistry.fields import Field, fields_of

SOURCE = Path(inspect.getfile(model))

HEAD = '''"""What the constructors of the records take. Written by `make schemas` from `model.py`; edit that."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar, Final

import attrs

from stregistry.dates import PartialDate
from stregistry.fields import Money
from stregistry.text import Text
'''

_TAKES = {
    "text": "str | None",
    "code": "str | None",
    "codes": "str | Iterable[str] | None",
    "date": "PartialDate | dt.date | str | None",
    "integer": "int | None",
    "vnd": "int | None",
    "decimal": "Decimal | int | float | str | None",
    "flag": "bool | None",
    "place": "str | None",
    "ref": "int | None",
    "money": "Money | None",
}


def taken(field: Field) -> str:
    """An argument of a constructor: name, type, and whether it may be left out."""
    of = field.of.__name__ if field.of is not None else ""
    kind = {"part": f"{of} | None", "children": f"Iterable[{of}]"}.get(field.kind) or _TAKES[field.kind]
    return f"{field.name}: {kind.removesuffix(' | None')}" if field.required else f"{field.name}: {kind} = ..."


def _constructor(cls: type) -> str:
    own = ["id: int | None = ..."] if issubclass(cls, model.Record) else []
    arguments = [*own, *(taken(field) for field in fields_of(cls))]
    return "\n".join(
        ["    def __init__(", *(f"        {one}," for one in ("self", "*", *arguments)), "    ) -> None: ..."]
    )


def _body(node: ast.ClassDef) -> Iterator[str]:
    cls = getattr(model, node.name)
    for one in node.body:
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "about":
            yield "    about: ClassVar[About]"
        elif isinstance(one, ast.AnnAssign):
            yield f"    {ast.unparse(one.target)}: {ast.unparse(one.annotation)}"
        elif isinstance(one, ast.FunctionDef) and not one.name.startswith("_"):
            yield from (f"    @{ast.unparse(d)}" for d in one.decorator_list)
            yield f"    {_signature(one)}"
    if _constructed(cls):
        yield _constructor(cls)


def _constructed(cls: type) -> bool:
    """Whether the class is made by callers: of one that only others are made from, the arguments do not matter."""
    made_from = any(other.__module__ == model.__name__ for other in cls.__subclasses__())  # a test may make more
    return cls is not model.About and bool(fields_of(cls)) and not made_from


def _signature(node: ast.FunctionDef) -> str:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    # A stub needs no quotes around what is declared further down.
    return f"def {node.name}({ast.unparse(node.args)}){returns}: ...".replace("'", "")


def stub() -> str:
    """The text of the stub."""
    lines = [HEAD]
    for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body:
        match node:
            case ast.ClassDef():
                bases = f"({', '.join(ast.unparse(b) for b in node.bases)})" if node.bases else ""
                own = _constructed(getattr(model, node.name))
                lines.append("@attrs.frozen(kw_only=True, init=False)" if own else "@attrs.frozen(kw_only=True)")
                lines += [f"class {node.name}{bases}:", *_body(node), ""]
            case ast.AnnAssign(target=ast.Name(id=name)) if not name.startswith("_"):
                lines += [f"{name}: {ast.unparse(node.annotation)}", ""]
            case ast.FunctionDef(name=name) if not name.startswith("_"):
                lines += [_signature(node), ""]
    return "\n".join(lines).rstrip("\n").replace("\n\n\n", "\n\n") + "\n"
