"""Reading the tables of a method: which keys there are, and what each may hold.

The allowed parameters of a method are those of its function: a new function brings its own.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from stregistry.errors import DomainError
from stregistry.scoring.faults import check_parameters, unknown_name
from stregistry.text import Text

Spec = Mapping[str, Any]


def parameters_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The parameters a method can be given, as name -> annotation: those of its function that have a default."""
    signature = inspect.signature(function)
    return {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if parameter.default is not inspect.Parameter.empty
    }


def split_how(
    spec: Spec, key: str, kind: Text, functions: Mapping[str, Callable[..., Any]], default: str | None, extra: set[str]
) -> tuple[str, dict[str, Any]]:
    """The method of a table and its parameters, checked by name and type.

    functions: what `how` may be. default: what it is when left out, None if it has to be there. extra: keys of the
    table that are not the function's, and are left for the caller. Raises DomainError naming the key.
    """
    if "how" not in spec and default is None:
        raise DomainError(
            Text(
                f"[{key}] thiếu 'how'. Các giá trị: {', '.join(functions)}.",
                f"[{key}] lacks 'how'. Choose one of: {', '.join(functions)}.",
            ),
            key=key,
        )
    how = spec.get("how", default)
    if how not in functions:
        raise unknown_name(kind, str(how), functions)
    allowed = parameters_of(functions[how])
    params = {name: value for name, value in spec.items() if name != "how" and name not in extra}
    check_parameters(kind, how, params, [*allowed, *sorted(extra)])
    for name, value in params.items():
        expect(f"{key}.{name}", value, allowed[name])
    return how, params


def expect(key: str, value: Any, kind: Any) -> None:
    """Raises DomainError unless the value fits the annotation: bool, int, float, str, a list, or one of some words."""
    if not _fits(value, kind):
        raise DomainError(
            Text(
                f"{key}: không hiểu {value!r}; cần {_describe(kind).vi}.",
                f"{key}: {value!r} does not fit; {_describe(kind).en} is expected.",
            ),
            key=key,
            value=value,
        )


def _fits(value: Any, kind: Any) -> bool:
    origin = get_origin(kind)
    if origin is Literal:
        return value in get_args(kind)
    if origin in (Union, UnionType):
        return any(_fits(value, part) for part in get_args(kind))
    if origin is Sequence:
        return isinstance(value, list | tuple) and all(_fits(item, get_args(kind)[0]) for item in value)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(_fits(item, get_args(kind)[1]) for item in value.values())
    if kind is None or kind is type(None):
        return value is None
    if isinstance(value, bool) or kind is bool:
        return kind is bool and isinstance(value, bool)
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def _describe(kind: Any) -> Text:
    origin = get_origin(kind)
    if origin is Literal:
        words = ", ".join(repr(word) for word in get_args(kind))
        return Text(f"một trong {words}", f"one of {words}")
    if origin in (Union, UnionType):
        return _describe(get_args(kind)[0])
    if origin is Sequence:
        return Text("một danh sách", "a list")
    if origin is Mapping:
        return Text("một bảng", "a table")
    return {
        dict: Text("một bảng", "a table"),
        list: Text("một danh sách", "a list"),
        bool: Text("true hoặc false", "true or false"),
        int: Text("một số nguyên", "a whole number"),
        float: Text("một số", "a number"),
    }.get(kind, Text("một chuỗi", "a string"))
