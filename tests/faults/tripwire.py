"""Places a run passes, and the end of the process at one of them: SIGKILL, as a power cut would do it.

The program knows nothing of this: the child that is to be killed wraps what it is made of before it is built.
"""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, NoReturn

from handlers import inbound, timers
from storage.driver import SqliteDriver
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.postgres import PostgresDriver
from storage.postgres_wire import Wire

WRAPPED: tuple[tuple[Any, str, str], ...] = (
    (SqliteDriver, "commit", "commit"),
    (SqliteDriver, "checkpoint", "checkpoint"),
    (PostgresDriver, "commit", "commit"),
    (Wire, "_send", "question"),
    (Inbox, "accept", "accept"),
    (Outbox, "add", "write"),
    (Outbox, "claim", "claim"),
    (Outbox, "lapsed", "recover"),
    (Outbox, "mark_all_sent", "mark"),
    (Outbox, "mark_retry", "mark"),
    (Outbox, "mark_failed", "mark"),
    (Outbox, "mark_uncertain", "mark"),
    (inbound, "receive", "receive"),
    (timers, "fire", "fire"),
)
EXPECTED: frozenset[str] = frozenset(
    f"{side} {label}"
    for label in ("commit", "accept", "write", "claim", "send", "mark", "receive")
    for side in ("before", "after")
)
"""Every dialogue passes these; where one is missing the program has changed, and the table above has not."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One passing of a place with a name: the first time the program is there, the second, the third."""

    name: str
    time: int = 1


def places_in(passed: Iterable[str]) -> list[Place]:
    """Each of these passings, in order."""
    times, places = Counter[str](), list[Place]()
    for name in passed:
        times[name] += 1
        places.append(Place(name, times[name]))
    return places


class Tripwire:
    """Notes the places that are passed and ends the process at the one it is set for, if it is set for any.

    Threads and tasks pass places of different names in another order each time: how many were passed says nothing.
    """

    def __init__(self, end_at: Place | None, tell: Callable[[str], object]) -> None:
        """`tell` is called with the name of the place right before the end."""
        self._end_at = end_at
        self._tell = tell
        self._lock = threading.Lock()
        self._times = Counter[str]()
        self.passed: list[str] = []

    def passing(self, place: str) -> None:
        """The process is at this place."""
        with self._lock:
            self.passed.append(place)
            self._times[place] += 1
            if self._end_at == Place(place, self._times[place]):
                self._tell(place)
                end_at_once()

    def stretch(self) -> None:
        """Wrap what the program is made of, in this process."""
        for owner, name, label in WRAPPED:
            setattr(owner, name, self._around(getattr(owner, name), label))

    def _around(self, original: Callable[..., Any], label: str) -> Callable[..., Any]:
        @wraps(original)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.passing(f"before {label}")
            result = original(*args, **kwargs)
            self.passing(f"after {label}")
            return result

        return wrapped


def end_at_once() -> NoReturn:
    """Nothing is finished, flushed or told."""
    os.kill(os.getpid(), signal.SIGKILL)
    while True:
        time.sleep(1)
