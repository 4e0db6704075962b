"""Limits on how often somebody may call: counted in memory, under a keyed hash, gone with the process."""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

_MINUTE = timedelta(minutes=1).total_seconds()


class Limit:
    """So many calls a minute for each caller, refilled evenly. `fails_open` decides when the table is full.

    The table forgets whoever has been quiet for a minute; callers are kept as a keyed hash, never as an address.
    """

    def __init__(
        self, per_minute: int, *, callers: int, fails_open: bool, seconds: Callable[[], float] = monotonic
    ) -> None:
        """`callers` bounds the table; `seconds` is a clock that never goes back."""
        self._rate, self._size, self._fails_open, self._seconds = per_minute / _MINUTE, callers, fails_open, seconds
        self._burst = float(per_minute)
        self._key = secrets.token_bytes(32)
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def allows(self, caller: str) -> bool:
        """Whether the caller may go on; counts this call."""
        name = hashlib.blake2b(caller.encode(), key=self._key, digest_size=16).digest()
        now = self._seconds()
        if name not in self._left and not self._has_room(now):
            return self._fails_open
        left, seen = self._left.pop(name, (self._burst, now))
        left = min(self._burst, left + (now - seen) * self._rate)
        allowed = left >= 1
        self._left[name] = (left - 1 if allowed else left, now)
        return allowed

    def _has_room(self, now: float) -> bool:
        while self._left:
            name, (_, seen) = next(iter(self._left.items()))
            if now - seen < _MINUTE:
                break
            del self._left[name]
        return len(self._left) < self._size
