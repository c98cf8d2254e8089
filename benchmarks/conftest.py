"""Each benchmark runs its floor right before every round of its own, on CPU time, and reports the quotient."""

import contextlib
import gc
import shutil
import statistics
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

from benchmarks.deals import BODIES, DEALS, Deals, registry_at
from stregistry.demo import write_demo


@attrs.frozen
class Ratio:
    """A claim and what was measured: CPU seconds, the median of the rounds; or megabytes.

    bar: of the quotient; seconds: of our own time; None for no claim.
    """

    claim: str
    ours: float
    floor: float
    quotient: float
    bar: float | None
    seconds: float | None = None
    unit: str = "s"

    def line(self) -> str:
        said = []
        if self.bar is not None:
            said.append(f"at most {self.bar:4.2f}  {'holds' if self.quotient <= self.bar else 'MISSED'}")
        if self.seconds is not None:
            said.append(f"at most {self.seconds:g} s  {'holds' if self.ours <= self.seconds else 'MISSED'}")
        verdict = ", ".join(said) or "no bar"
        ours, floor = f"{self.ours:9.4f} {self.unit}", f"{self.floor:9.4f} {self.unit}"
        return f"{self.claim:<66} {ours} / {floor} = {self.quotient:6.3f}   {verdict}"


RATIOS = pytest.StashKey[list[Ratio]]()

Compare = Callable[..., None]


@pytest.fixture
def compare(benchmark: Any, request: pytest.FixtureRequest) -> Compare:
    """Measures `ours` against `floor`, in turn so that a busy machine slows both, and notes the quotient.

    fresh: makes the arguments of a round, untimed; both functions get the same. The quotient is
    the median over the rounds; a round before them warms caches and is not counted.
    """
    timer = request.node.get_closest_marker("benchmark").kwargs["timer"]

    def run(
        claim: str,
        *,
        floor: Callable[..., Any],
        ours: Callable[..., Any],
        bar: float | None = None,
        seconds: float | None = None,
        rounds: int = 5,
        fresh: Callable[[], tuple[Any, ...]] = tuple,
    ) -> None:
        floors: list[float] = []

        def before() -> tuple[tuple[Any, ...], dict[str, Any]]:
            args = fresh()
            gc.collect()
            start = timer()
            floor(*args)
            floors.append(timer() - start)
            gc.collect()
            return args, {}

        benchmark.pedantic(ours, setup=before, rounds=rounds, warmup_rounds=1)
        if not benchmark.enabled:
            return
        mine, below = benchmark.stats.stats.data, floors[-rounds:]
        ratio = Ratio(
            claim=claim,
            ours=statistics.median(mine),
            floor=statistics.median(below),
            quotient=statistics.median(a / b for a, b in zip(mine, below, strict=True)),
            bar=bar,
            seconds=seconds,
        )
        benchmark.extra_info.update(floor=ratio.floor, quotient=ratio.quotient, bar=bar)
        request.config.stash.setdefault(RATIOS, []).append(ratio)

    return run


@pytest.fixture
def weigh(benchmark: Any, request: pytest.FixtureRequest) -> Callable[..., None]:
    """Notes the quotient of two peaks of memory: `floor` and `ours` run a process and return its peak in megabytes."""

    def run(claim: str, *, floor: Callable[[], float], ours: Callable[[], float], bar: float) -> None:
        below = floor()
        mine = benchmark.pedantic(ours, rounds=1)
        ratio = Ratio(claim=claim, ours=mine, floor=below, quotient=mine / below, bar=bar, unit="MB")
        benchmark.extra_info.update(floor=below, quotient=ratio.quotient, bar=bar)
        request.config.stash.setdefault(RATIOS, []).append(ratio)

    return run


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    ratios = config.stash.get(RATIOS, [])
    if ratios:
        terminalreporter.section("CPU time and memory against the floor of the same run")
        for ratio in ratios:
            terminalreporter.line(ratio.line())


@pytest.fixture(scope="session")
def deals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deals]:
    folder = tmp_path_factory.mktemp("deals")
    files = {file.kind: file.path for file in write_demo(folder, size=BODIES, deals=DEALS)}
    bodies, full = folder / "bodies.db", folder / "full.db"
    with registry_at(bodies) as registry:
        registry.import_file(files["organisation"], "organisation", actor="bench")
    shutil.copy(bodies, full)
    with registry_at(full) as registry:
        registry.import_file(files["deal"], "deal", actor="bench")
    yield Deals(files["deal"], bodies, full)
    # Gigabytes that pytest would keep for three runs.
    with contextlib.suppress(OSError):
        shutil.rmtree(folder)
