"""The assumptions that can be left open: each a factor, driven by numbers in 0..1."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from stregistry.scoring.faults import Floats, check_parameters
from stregistry.scoring.method import STEPS, Method, merged
from stregistry.scoring.parameters import expect
from stregistry.text import Text


@attrs.frozen
class Choice:
    """One of several values for a step of the method: number min(⌊u·k⌋, k - 1). step: a field of `Method`."""

    step: str
    options: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The step it varies."""
        return self.step


@attrs.frozen
class WeightNoise:
    """Every weight on the levels named is multiplied by 1 + size·(2u - 1), one u for each node, and not rescaled."""

    size: float
    levels: tuple[int, ...]
    name: str = "weights"


@attrs.frozen(eq=False)
class MeasurementError:
    """Normal noise on the measured values; error: standard errors, shaped as the table's values, NaN for none.

    Its one u picks the noise of all cells. Weights that come from data are taken from the data without noise.
    """

    error: Floats
    name: str = "measurement"


@attrs.frozen
class OneOut:
    """One indicator at weight 0, a different one for each k-th of 0..1; it still counts for availability."""

    name: str = "one_out"


Factor = Choice | WeightNoise | MeasurementError | OneOut


def factors_of(spec: Mapping[str, Any], base: Mapping[str, Any]) -> tuple[Factor, ...]:
    """The factors an [uncertainty] table names, its alternatives laid over the [method] table `base`.

    They come in the order the method runs, however the table is written: draws follow the order of factors, and
    a snapshot keeps the table with its keys sorted.
    Keys: a step with a list of alternatives, `weights` also as {noise, levels}, `one_out = true`. The number of draws
    is not a factor and is left alone. Raises DomainError for anything else.
    """
    keys = [*STEPS, "one_out", "draws"]
    check_parameters(Text("bảng", "table"), "uncertainty", spec, keys)
    factors: list[Factor] = []
    for step in (key for key in keys if key in spec):
        value = spec[step]
        if step == "draws":
            expect("uncertainty.draws", value, int)
        elif step == "one_out":
            expect("uncertainty.one_out", value, bool)
            if value:
                factors.append(OneOut())
        elif step == "weights" and isinstance(value, Mapping):
            check_parameters(Text("bảng", "table"), "uncertainty.weights", value, ("noise", "levels"))
            expect("uncertainty.weights.noise", value.get("noise"), float)
            expect("uncertainty.weights.levels", value.get("levels", [1]), Sequence[int])
            factors.append(WeightNoise(float(value["noise"]), tuple(value.get("levels", [1]))))
        else:
            expect(f"uncertainty.{step}", value, list)
            methods = [Method.of(merged(base, step, change)) for change in value]
            factors.append(Choice(step, tuple(getattr(method, step) for method in methods)))
    return tuple(factors)
