"""Work that is cut off half-way: a child does it and is killed at a place or after some seconds."""

import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import sqlalchemy as sa

from storage import copies
from tests.faults.points import SEED
from tests.faults.tallies import Course
from tests.faults.trial import CONTEXT, PATIENCE
from tests.faults.tripwire import Place, Tripwire, end_at_once, places_in

Work = Callable[[], Callable[[], object]]
"""Prepares something in the child; what it returns is what is cut off."""

_FILES = frozenset({"open", "os.rename", "os.remove", "os.link", "os.truncate", "sqlite3.connect"})
_FEW_PAGES = 20


@dataclass(frozen=True, slots=True)
class Cut:
    """Where to kill: at a place that is passed, or some seconds after the beginning."""

    place: Place | None = None
    seconds: float = 0.0


def do(work: Work, cut: Cut = Cut()) -> Course:
    """Have a child do the work, and kill it there."""
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_live, args=(work, cut, theirs))
    process.start()
    theirs.close()
    process.join(PATIENCE)
    status = process.exitcode
    process.close()
    if status == 0:
        course: Course = ours.recv()
        return course
    assert status is not None, "the work does not end"
    assert status < 0, f"the work ended by itself with {status}"
    return Course([], 0.0, finished=False)


def cuts(course: Course, wanted: int) -> Iterator[Cut]:
    """About `wanted` places of the course, all if there are not more, and a quarter as many moments."""
    chance = random.Random(SEED)
    places = places_in(course.passed)
    for place in places if len(places) <= wanted else chance.sample(places, wanted):
        yield Cut(place=place)
    yield from moments(course, max(1, wanted // 4))


def moments(course: Course, wanted: int) -> Iterator[Cut]:
    """Any time in the course."""
    chance = random.Random(SEED)
    for _ in range(wanted):
        yield Cut(seconds=chance.uniform(0.0, course.seconds) + 1e-6)


def _live(work: Work, cut: Cut, pipe: Connection) -> None:
    """The child's life."""
    wire = Tripwire(cut.place, _nothing)
    what_is_cut = work()
    watch(wire)
    if cut.seconds:
        threading.Timer(cut.seconds, end_at_once).start()
    started = time.monotonic()
    what_is_cut()
    pipe.send(Course(list(wire.passed), time.monotonic() - started, finished=True))


def watch(wire: Tripwire) -> None:
    """Every file that is touched, every statement of a migration, and every few pages that are copied are places."""
    copies.PAGES_AT_ONCE = _FEW_PAGES  # type: ignore[misc]  # a small database would be copied in one go

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FILES and not str(arguments[0]).endswith((".py", ".pyc")):
            wire.passing(f"before {event}")

    def statement(*_: object) -> None:
        wire.passing("before a statement")

    sys.addaudithook(audit)
    sa.event.listen(sa.Engine, "before_cursor_execute", statement)
    sa.event.listen(sa.Engine, "commit", statement)


def _nothing(_: str) -> None:
    """Nobody has to be told."""
