"""Ids made by the application: time-ordered 63-bit integers."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

_EPOCH_MS = 1_577_836_800_000  # 2020-01-01 in UTC
_NODE_BITS = 10
_SEQUENCE_BITS = 12
_LAST_SEQUENCE = (1 << _SEQUENCE_BITS) - 1
NODES = 1 << _NODE_BITS


class Ids:
    """Milliseconds since 2020, then ten bits for the process (`node`), then twelve for the order within it.

    Strictly increasing, also over a clock that is set back, and always above `highest`, the greatest id already used.
    """

    def __init__(self, *, node: int = 0, highest: int = 0, clock: Callable[[], int] | None = None) -> None:
        if not 0 <= node < NODES:
            raise ValueError(f"a node is a number from 0 to {NODES - 1}")
        self._node = node << _SEQUENCE_BITS
        self._clock = clock or time.time_ns
        self._tick = (highest >> (_NODE_BITS + _SEQUENCE_BITS)) + 1 if highest else 0
        self._sequence = -1
        self._lock = threading.Lock()

    def move(self, node: int) -> None:
        """From now on this is another process's number: the old one may be somebody else's by now."""
        if not 0 <= node < NODES:
            raise ValueError(f"a node is a number from 0 to {NODES - 1}")
        with self._lock:
            self._node = node << _SEQUENCE_BITS

    @property
    def node(self) -> int:
        """This process's number."""
        return self._node >> _SEQUENCE_BITS

    def new(self) -> int:
        """The next id."""
        with self._lock:
            tick = self._clock() // 1_000_000 - _EPOCH_MS
            if tick > self._tick:
                self._tick, self._sequence = tick, 0
            elif self._sequence < _LAST_SEQUENCE:
                self._sequence += 1
            else:
                self._tick, self._sequence = self._tick + 1, 0
            return self._tick << (_NODE_BITS + _SEQUENCE_BITS) | self._node | self._sequence


def earlier(id_: int, span: timedelta) -> int:
    """Not above any id that was made at most so long before this one, in whatever process."""
    return max(0, id_ - (int(span.total_seconds() * 1000) + 1 << _NODE_BITS + _SEQUENCE_BITS))


def moment_of(id_: int) -> int:
    """When an id was made, in microseconds since 1970."""
    return ((id_ >> (_NODE_BITS + _SEQUENCE_BITS)) + _EPOCH_MS) * 1000
