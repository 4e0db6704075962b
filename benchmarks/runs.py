"""What one run of one contender gave, and what several of them say together."""

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


class Unlike(Exception):
    """A contender did not do what it was measured for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One contender, once: how many things it did in how many seconds; latencies and longest block in seconds.

    `memory`: bytes at the peak, where a run has a process of its own.
    """

    count: int
    seconds: float
    latencies: Sequence[float] = ()
    block: float | None = None
    memory: int = 0

    @property
    def rate(self) -> float:
        """Things per second."""
        return self.count / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """All runs of one contender, in the order of the rounds."""

    runs: tuple[Run, ...]

    @property
    def rate(self) -> float:
        """The median of the rates."""
        return statistics.median(run.rate for run in self.runs)

    @property
    def memory(self) -> int:
        """The median of the peaks, in bytes."""
        return int(statistics.median(run.memory for run in self.runs))

    @property
    def beside(self) -> str:
        """Latencies of all rounds together, and the longest block of the event loop where one was watched."""
        latencies = sorted(one for run in self.runs for one in run.latencies)
        blocks = [run.block for run in self.runs if run.block is not None]
        parts = []
        if latencies:
            parts.append(f"p50 {_ms(quantile(latencies, 0.5))}, p99 {_ms(quantile(latencies, 0.99))}")
        if blocks:
            parts.append(f"loop blocked ≤ {_ms(max(blocks))}")
        return ", ".join(parts)

    def ratio(self, other: "Runs") -> float:
        """The median of the rounds' ratios: both ran within a minute, whatever else the machine did."""
        return statistics.median(a.rate / b.rate for a, b in zip(self.runs, other.runs, strict=True))


Contender = Callable[[], Run]


def interleave(contenders: Mapping[str, Contender], rounds: int) -> dict[str, Runs]:
    """Run all contenders in turn, `rounds` times, each with a garbage collector at rest."""
    collected: dict[str, list[Run]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            with at_rest():
                collected[name].append(contender())
    return {name: Runs(runs=tuple(runs)) for name, runs in collected.items()}


@contextmanager
def at_rest() -> Iterator[None]:
    """Garbage is collected before; what is there is passed over meanwhile, as in the program (bot/serving.py)."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of the ordered values do not pass."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """How long ago that was."""
        return time.perf_counter() - self._began
