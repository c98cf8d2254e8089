"""The scoring method as frozen values, read from the [method] table of a framework.

`Method.of` checks every name, key and type; `merged` lays an alternative of [uncertainty] over it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs

from stregistry.errors import DomainError
from stregistry.scoring.aggregate import AGGREGATORS
from stregistry.scoring.faults import check_parameters, unknown_name
from stregistry.scoring.impute import IMPUTERS
from stregistry.scoring.normalise import NORMALISERS
from stregistry.scoring.optimise import optimised
from stregistry.scoring.parameters import Spec, expect, parameters_of, split_how
from stregistry.scoring.treat import TREATMENTS, Rule
from stregistry.scoring.weight import WEIGHTINGS
from stregistry.text import Text

IMPUTE = Text("cách bù dữ liệu", "imputation")
NORMALISE = Text("cách chuẩn hóa", "normalisation")
WEIGHT = Text("cách đặt trọng số", "weighting")
AGGREGATE = Text("cách tổng hợp", "aggregation")

# `optimised` looks at the whole tree, the others at one group; [method.weights] may name either kind.
ALL_WEIGHTINGS: Final[dict[str, Callable[..., Any]]] = {**WEIGHTINGS, "optimised": optimised}


@attrs.frozen
class Step:
    """One method by name, with its parameters."""

    how: str
    params: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Impute(Step):
    """How missing cells are filled; within: the name of the unit groups to stay inside, None for all units."""

    within: str | None = None


@attrs.frozen(kw_only=True)
class Screen:
    """Which units take part; None: no limit. on: "imputed" or "measured", when availability is counted."""

    availability: float | None = None
    non_zero: float | None = None
    on: str = "imputed"
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Treat:
    """How outliers are treated: a rule for all, other rules for some indicators, all periods together or not."""

    rule: Rule | None = None
    indicators: Mapping[str, Rule] = attrs.field(factory=dict)
    pooled: bool | None = None


@attrs.frozen(kw_only=True)
class Normalise:
    """How indicators are put on one scale: a step for all, other steps for some, all periods together or not."""

    step: Step = Step("min_max")
    indicators: Mapping[str, Step] = attrs.field(factory=dict)
    pooled: bool | None = None


@attrs.frozen(kw_only=True)
class Aggregate(Step):
    """How the children of a group become one score; availability: the least measured share of them, None for any."""

    availability: float | None = None


@attrs.frozen(kw_only=True)
class Method:
    """A whole scoring method. aggregate: one for all levels, or one for each level of groups from the bottom.

    pooled: treat and normalise over all periods together (True) or each by itself (False); a table of several
    periods needs it said, here or in the step.
    """

    impute: Impute = Impute("none")
    screen: Screen = Screen()
    treat: Treat = Treat()
    normalise: Normalise = Normalise()
    weights: Step = Step("given")
    aggregate: tuple[Aggregate, ...] = (Aggregate("arithmetic"),)
    pooled: bool | None = None

    @classmethod
    def of(cls, spec: Spec) -> "Method":
        """The method a table describes, as FRAMEWORK.md lays it out; steps left out do nothing or have defaults.

        Raises DomainError for anything unknown or of the wrong type, naming the key and the nearest known name.
        """
        check_parameters(Text("bảng", "table"), "method", spec, STEPS)
        for key, value in spec.items():
            if key == "pooled":
                expect("method.pooled", value, bool)
            elif key != "aggregate" or not isinstance(value, list | tuple):
                expect(f"method.{key}", value, dict)
        return cls(
            impute=_impute(spec.get("impute", {})),
            screen=_screen(spec.get("screen", {})),
            treat=_treat(spec["treat"]) if "treat" in spec else Treat(),
            normalise=_normalise(spec.get("normalise", {})),
            weights=Step(*split_how(spec.get("weights", {}), "method.weights", WEIGHT, ALL_WEIGHTINGS, "given", set())),
            aggregate=_aggregates(spec.get("aggregate", {})),
            pooled=spec.get("pooled"),
        )


STEPS: Final = ("impute", "screen", "treat", "normalise", "weights", "aggregate", "pooled")

_FUNCTIONS: Final[dict[str, Mapping[str, Callable[..., Any]]]] = {
    "impute": IMPUTERS,
    "normalise": {name: row.function for name, row in NORMALISERS.items()},
    "weights": ALL_WEIGHTINGS,
    "aggregate": {name: row.function for name, row in AGGREGATORS.items()},
}


def merged(spec: Spec, step: str, change: Any) -> dict[str, Any]:
    """The [method] table with one step changed: the keys of `change` replace those of the step.

    When `how` changes, parameters the new method does not have are dropped. A change over a list of aggregations is
    laid over each of them; `pooled` is simply replaced.
    """
    if step not in STEPS:
        raise unknown_name(Text("bước", "step"), step, STEPS)
    if step == "pooled" or isinstance(change, list | tuple):
        return {**spec, step: change}
    expect(step, change, dict)
    old = spec.get(step, {})
    new = [_over(step, one, change) for one in old] if isinstance(old, list | tuple) else _over(step, old, change)
    return {**spec, step: new}


def _over(step: str, old: Spec, change: Spec) -> dict[str, Any]:
    functions = _FUNCTIONS.get(step, {})
    how = change.get("how")
    if how is None or how == old.get("how") or how not in functions:
        return {**old, **change}
    own = {"within", "availability", "pooled", "indicators"} | set(parameters_of(functions[how]))
    return {**{name: value for name, value in old.items() if name in own}, **change}


def _impute(spec: Spec) -> Impute:
    how, params = split_how(spec, "method.impute", IMPUTE, IMPUTERS, "none", {"within"})
    within = spec.get("within")
    expect("method.impute.within", within, str | None)
    return Impute(how, params, within=within)


def _screen(spec: Spec) -> Screen:
    check_parameters(Text("bước", "step"), "screen", spec, ("availability", "non_zero", "on", "keep", "drop"))
    for key in ("availability", "non_zero"):
        expect(f"method.screen.{key}", spec.get(key), float | None)
    if spec.get("on", "imputed") not in ("imputed", "measured"):
        raise unknown_name(
            Text("giá trị của screen.on", "value of screen.on"), str(spec["on"]), ("imputed", "measured")
        )
    for key in ("keep", "drop"):
        expect(f"method.screen.{key}", spec.get(key, []), Sequence[str])
    return Screen(
        availability=spec.get("availability"),
        non_zero=spec.get("non_zero"),
        on=spec.get("on", "imputed"),
        keep=tuple(spec.get("keep", ())),
        drop=tuple(spec.get("drop", ())),
    )


_RULE: Final[dict[str, Any]] = {
    "winsorise": int,
    "skewness": float,
    "kurtosis": float,
    "then": str,
    "lambda": float,
    "on_winsorised": bool,
}


def _rule(spec: Spec, key: str, base: Rule) -> Rule:
    check_parameters(Text("bước", "step"), "treat", spec, [*_RULE, "indicators", "pooled"])
    values = {name: value for name, value in spec.items() if name in _RULE}
    for name, value in values.items():
        expect(f"{key}.{name}", value, _RULE[name])
    if values.get("then", "none") not in TREATMENTS:
        raise unknown_name(Text("hàm xử lý ngoại lệ", "treatment"), values["then"], TREATMENTS)
    if values.get("winsorise", 0) < 0:
        raise DomainError(Text(f"{key}.winsorise không được âm.", f"{key}.winsorise cannot be negative."), key=key)
    if "lambda" in values:
        values["power"] = float(values.pop("lambda"))
    return attrs.evolve(base, **values)


def _treat(spec: Spec) -> Treat:
    rule = _rule(spec, "method.treat", Rule())
    expect("method.treat.pooled", spec.get("pooled"), bool | None)
    others = spec.get("indicators", {})
    expect("method.treat.indicators", others, dict)
    return Treat(
        rule=rule,
        indicators={name: _rule(one, f"method.treat.indicators.{name}", rule) for name, one in others.items()},
        pooled=spec.get("pooled"),
    )


def _normalise(spec: Spec) -> Normalise:
    functions = _FUNCTIONS["normalise"]
    # `unit` names the reference unit; the step turns it into that unit's values.
    how, params = split_how(
        spec, "method.normalise", NORMALISE, functions, "min_max", {"indicators", "pooled", *_unit(spec)}
    )
    others = spec.get("indicators", {})
    expect("method.normalise.indicators", others, dict)
    expect("method.normalise.pooled", spec.get("pooled"), bool | None)
    return Normalise(
        step=_with_unit(Step(how, params), spec, "method.normalise"),
        indicators={
            name: _with_unit(
                Step(*split_how(one, f"method.normalise.indicators.{name}", NORMALISE, functions, how, _unit(one))),
                one,
                f"method.normalise.indicators.{name}",
            )
            for name, one in others.items()
        },
        pooled=spec.get("pooled"),
    )


def _unit(spec: Spec) -> set[str]:
    return {"unit"} if spec.get("how") == "distance_to_reference" else set()


def _with_unit(step: Step, spec: Spec, key: str) -> Step:
    if step.how != "distance_to_reference":
        return step
    expect(f"{key}.unit", spec.get("unit"), str)
    return Step(step.how, {**step.params, "unit": spec["unit"]})


def _aggregates(spec: Spec | Sequence[Spec]) -> tuple[Aggregate, ...]:
    if isinstance(spec, Mapping):
        return (_aggregate(spec, "method.aggregate"),)
    return tuple(_aggregate(one, f"method.aggregate[{i}]") for i, one in enumerate(spec))


def _aggregate(spec: Spec, key: str) -> Aggregate:
    expect(key, spec, dict)
    how, params = split_how(spec, key, AGGREGATE, _FUNCTIONS["aggregate"], "arithmetic", {"availability"})
    expect(f"{key}.availability", spec.get("availability"), float | None)
    return Aggregate(how, params, availability=spec.get("availability"))
