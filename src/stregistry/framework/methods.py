"""Checking the scoring method of a framework with the reader of the scoring engine itself."""

from collections.abc import Collection
from typing import Any, Final

from stregistry.errors import DomainError
from stregistry.measures import Check
from stregistry.scoring.method import STEPS, Method, merged
from stregistry.text import Text

_UNCERTAINTY_STEPS: Final = ("impute", "screen", "treat", "normalise", "aggregate")
UNCERTAINTY_KEYS: Final = ("draws", *_UNCERTAINTY_STEPS, "weights", "one_out")


def check_method(check: Check, value: Any, indicators: Collection[str]) -> None:
    """Notes everything wrong in [method], one step after the other."""
    table = check.table(value, STEPS)
    for step in STEPS:
        if step in table:
            _note(check.at(step), {step: table[step]})
    for step in ("treat", "normalise"):
        own = table.get(step)
        overrides = own.get("indicators") if isinstance(own, dict) else None
        for name in overrides if isinstance(overrides, dict) else ():
            if name not in indicators:
                check.at(step).at("indicators").at(name).unknown(Text("chỉ tiêu", "indicator"), name, indicators)


def check_uncertainty(check: Check, value: Any, method: dict[str, Any]) -> None:
    """Notes everything wrong in [uncertainty]: each alternative is laid over the method and read."""
    table = check.table(value, UNCERTAINTY_KEYS)
    if "draws" in table:
        check.at("draws").whole(table["draws"], low=1)
    if "one_out" in table and not isinstance(table["one_out"], bool):
        check.at("one_out").refuse("phải là true hoặc false.", "must be true or false.")
    # Weights may be alternatives like any other step, or noise on the given ones.
    listed = isinstance(table.get("weights"), list)
    for step in (*_UNCERTAINTY_STEPS, *(("weights",) if listed else ())):
        if step not in table:
            continue
        alternatives = table[step]
        at = check.at(step)
        if not isinstance(alternatives, list) or not alternatives:
            at.refuse("phải là danh sách phương án, không rỗng.", "must be a list of alternatives, not empty.")
            continue
        for i, change in enumerate(alternatives):
            _note(at.at(f"[{i}]"), method, (step, change))
    if "weights" in table and not listed:
        at = check.at("weights")
        weights = at.table(table["weights"], ("noise", "levels"), ("noise",))
        if "noise" in weights:
            at.at("noise").number(weights["noise"], low=0, high=1)
        levels = weights.get("levels", [1])
        if not isinstance(levels, list) or not levels:
            at.at("levels").refuse("phải là danh sách cấp, không rỗng.", "must be a list of levels, not empty.")
            return
        for i, level in enumerate(levels):
            at.at("levels").at(f"[{i}]").whole(level, low=1)


def _note(check: Check, method: dict[str, Any], change: tuple[str, Any] | None = None) -> None:
    """Notes what the scoring engine says of a method, with one step changed."""
    try:
        Method.of(merged(method, *change) if change else method)
    except DomainError as error:
        check.refuse(error.message.vi, error.message.en)
