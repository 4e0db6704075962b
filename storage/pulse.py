"""What the writer counts of itself: how many units it commits at once, and how long that takes."""

from bisect import bisect_left
from typing import Final

SIZES: Final = (1, 2, 4, 8, 16, 32, 64)
SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


class Histogram:
    """How many values fell up to each bound; the last count is of those above all."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


class Pulse:
    """One beat for each group; written by the writer's thread, read by anybody."""

    def __init__(self) -> None:
        self.sizes = Histogram(SIZES)
        self.seconds = Histogram(SECONDS)
        self.failed = 0

    def beat(self, kept: int, failed: int, seconds: float) -> None:
        """A group is done: this many units were kept, this many were not, after this long."""
        if kept:
            self.sizes.add(kept)
        self.seconds.add(seconds)
        self.failed += failed
