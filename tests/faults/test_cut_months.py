"""The plug is pulled while a month is closed: it is closed for everybody or for nobody, and going on closes it once."""

import shutil
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.rules.attendance import Marked
from flows.rules.tasks import Task
from handlers import attendance, dates, months
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.handlers.world import World, make_database

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

NOVEMBER, DAY = date(2026, 11, 1), date(2026, 11, 27)
LATER = datetime(2026, 12, 7, 9, tzinfo=UTC)
HANDLES = ("p1", "p2", "p3", "p4", "p5")
CUTS = 8
CHILD = """
import os, signal, sys
from functools import wraps
from pathlib import Path
from storage.driver import SqliteDriver
from tests.faults.test_cut_months import transmit
from tests.handlers.world import World

path, cut = Path(sys.argv[1]), int(sys.argv[2])
count = 0

def cutting(name):
    real = getattr(SqliteDriver, name)

    @wraps(real)
    def run(self, *given, **named):
        global count
        count += 1
        if count == cut:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, *given, **named)

    setattr(SqliteDriver, name, run)

world = World(path)
for name in ("change", "send", "commit"):
    cutting(name)
world.write(transmit)
print(count)
if cut < 0:
    os.kill(os.getpid(), signal.SIGKILL)
world.close()
"""


def prepare(uow: UnitOfWork) -> None:
    """Five people took part in November, and nobody has said anything about their month."""
    occasion = Occasion(uow=uow, now=LATER, cause="test")
    clara = uow.people.by_handle("c1")
    assert clara is not None
    for handle in HANDLES:
        person = uow.people.by_handle(handle)
        assert person is not None
        dates.keep(uow, person, ("entry", DAY), None, LATER)
        attendance.mark(occasion, clara, person, DAY, (Marked.PRESENT, None))


def transmit(uow: UnitOfWork) -> None:
    """The lead ticks that November is with the agency."""
    lead = uow.people.by_handle("k1")
    assert lead is not None
    due = date(2026, 12, 9)
    task = Task(id=uow.new_id(), person=lead.id, row=months.ROW, n="2026-11", anchor=due, due=due, told=LATER)
    if uow.months.locked(NOVEMBER) is None:
        months.transmit(Occasion(uow=uow, now=LATER, cause="test"), lead, task, all_the_same=True)


def run(path: Path, cut: int) -> subprocess.CompletedProcess[str]:
    """Close the month in a process of its own, killed at its n-th statement, or (negative) after the commit."""
    child = [sys.executable, "-c", CHILD, str(path), str(cut)]
    return subprocess.run(child, check=False, cwd=Path(__file__).parents[2], capture_output=True, text=True)


def found(world: World) -> tuple[bool, int, int]:
    """Whether November is locked, for how many people it is closed, and how often it was told."""
    with world.store.read() as uow:
        people = [uow.people.by_handle(handle) for handle in HANDLES]
        closed = sum(uow.months.closed(one.id, NOVEMBER) is not None for one in people if one is not None)
        return uow.months.locked(NOVEMBER) is not None, closed, len(world.events("MonthTransmitted"))


def test_a_month_is_closed_wholly_or_not_at_all(tmp_path: Path) -> None:
    """Killed at statements from the first to the commit, and after it; then once more until it comes through."""
    whole = tmp_path / "whole.db"
    make_database(whole)
    world = World(whole)
    world.write(prepare)
    world.close()
    first = tmp_path / "first.db"
    shutil.copy(whole, first)
    ran = run(first, 0)
    assert 0 == ran.returncode, ran.stderr
    count = int(ran.stdout)
    cuts = [*sorted({1 + number * (count - 1) // (CUTS - 1) for number in range(CUTS)}), -1]
    wrong = []
    for cut in cuts:
        path = tmp_path / f"cut{cut}.db"
        shutil.copy(whole, path)
        killed = run(path, cut).returncode
        world = World(path)
        left = found(world)
        world.write(transmit)
        after = found(world)
        world.close()
        expected = (True, 5, 1) if cut < 0 else (False, 0, 0)
        if (killed, left, after) != (-signal.SIGKILL, expected, (True, 5, 1)):
            wrong.append((cut, killed, left, after))
    assert [] == wrong
