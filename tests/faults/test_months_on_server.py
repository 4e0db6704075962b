"""A month is closed on PostgreSQL: killed on the way, with a mark at the same moment, and by two processes at once."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.demo import load_world
from bot.profile import load_profile
from flows.rules.attendance import Marked, State
from flows.rules.tasks import Task
from handlers import attendance, dates, months
from handlers.attendance import MonthIsLocked
from handlers.occasion import Occasion
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault
from tests.faults.databases import PostgresDatabase
from tests.handlers.world import MASTER
from tests.postgres import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

NOVEMBER, DAY = date(2026, 11, 1), date(2026, 11, 27)
LATER = datetime(2026, 12, 7, 9, tzinfo=UTC)
HANDLES = ("p1", "p2", "p3", "p4", "p5")
CUTS, PATIENCE = 4, 60
WORDS = ("change", "send", "put", "commit")
T = TypeVar("T")
CHILD = """
import os, signal, sys
from contextlib import closing
from functools import wraps
from storage.postgres import PostgresDriver
from tests.faults.test_months_on_server import WORDS, open_store, transmit

url, cut = sys.argv[1], int(sys.argv[2])
count = 0

def cutting(name):
    real = getattr(PostgresDriver, name)

    @wraps(real)
    def run(self, *given, **named):
        global count
        count += 1
        if count == cut:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, *given, **named)

    setattr(PostgresDriver, name, run)

with closing(open_store(url)) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for name in WORDS:
        cutting(name)
    store.submit(transmit).result()
    print(count, flush=True)
    if cut < 0:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What is there of November: whether it is locked, for how many people it is closed, how often it was told."""

    locked: bool
    closed: int
    told: int


def open_store(url: str) -> Store:
    """As the program opens it."""
    profile = load_profile("demo")
    return Store.open(StoreSettings(url=url), vault=Vault(MASTER, profile.carrier["name"]), profile=profile)


@pytest.fixture(scope="module")
def whole(server: Server) -> str:
    """The address of a database in which five people took part in November and were there on the 27th."""
    url = server.create()
    with closing(open_store(url)) as store:
        store.submit(partial(load_world, now=LATER, channels=("web",))).result()
        store.submit(_prepare).result()
    PostgresDatabase(server, url).wait_until_left()
    return url


def _prepare(uow: UnitOfWork) -> None:
    for handle in HANDLES:
        person = uow.people.by_handle(handle)
        assert person is not None
        dates.keep(uow, person, ("entry", DAY), None, LATER)
    mark(uow, "p2", Marked.PRESENT)


@pytest.fixture
def database(server: Server, whole: str) -> Iterator[PostgresDatabase]:
    """A copy of it."""
    database = PostgresDatabase(server, server.create(whole))
    yield database
    database.remove()


@pytest.fixture
def stores(database: PostgresDatabase) -> Iterator[tuple[Store, Store]]:
    """Two stores on one database, as two processes have them."""
    with closing(open_store(database.url)) as one, closing(open_store(database.url)) as other:
        yield one, other


def mark(uow: UnitOfWork, handle: str, marked: Marked) -> None:
    """A caseworker says what somebody's 27th was."""
    person, clara = uow.people.by_handle(handle), uow.people.by_handle("c1")
    assert person is not None
    assert clara is not None
    uow.people.lock(person.id)
    attendance.mark(Occasion(uow=uow, now=LATER, cause="test"), clara, person, DAY, (marked, None))


def transmit(uow: UnitOfWork) -> None:
    """The lead ticks that November is with the agency."""
    lead = uow.people.by_handle("k1")
    assert lead is not None
    due = date(2026, 12, 9)
    task = Task(id=uow.new_id(), person=lead.id, row=months.ROW, n="2026-11", anchor=due, due=due, told=LATER)
    months.transmit(Occasion(uow=uow, now=LATER, cause="test"), lead, task, all_the_same=True)


def look(store: Store) -> Found:
    """What is there now."""
    with store.read() as uow:
        people = [uow.people.by_handle(handle) for handle in HANDLES]
        closed = sum(uow.months.closed(one.id, NOVEMBER) is not None for one in people if one is not None)
        told = [event for event in uow.events.after(0) if event.name == "MonthTransmitted"]
        return Found(uow.months.locked(NOVEMBER) is not None, closed, len(told))


def first_day(store: Store) -> tuple[int, State]:
    """How many marks Jonas has on the 27th, and what stands of it in his closed month."""
    with store.read() as uow:
        jonas = uow.people.by_handle("p1")
        assert jonas is not None
        closed = uow.months.closed(jonas.id, NOVEMBER)
        assert closed is not None
        stands = next(one.state for one in closed if one.day == DAY)
        return len(uow.attendance.between(jonas.id, DAY, DAY)), stands


@contextmanager
def held(store: Store, work: Callable[[UnitOfWork], Any]) -> Iterator[None]:
    """Do some work, and keep its transaction open meanwhile."""
    done, release = threading.Event(), threading.Event()

    def wait(uow: UnitOfWork) -> None:
        work(uow)
        done.set()
        release.wait(PATIENCE)

    waiting = store.submit(wait)
    assert done.wait(PATIENCE)
    try:
        yield
    finally:
        release.set()
    waiting.result(PATIENCE)


def child(url: str, cut: int) -> "subprocess.Popen[str]":
    """A process that transmits as soon as it reads a line, killed at its n-th statement, or (negative) after all."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, url, str(cut)],
        cwd=Path(__file__).parents[2], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def run(url: str, cut: int) -> tuple[int, str]:
    """Transmit in a process of its own; how it ended and what it said last."""
    with child(url, cut) as process:
        said, _ = process.communicate("go\n", timeout=PATIENCE)
    return process.returncode, said.split()[-1]


def test_a_month_is_closed_wholly_or_not_at_all(server: Server, whole: str) -> None:
    """Killed at statements from the first to the commit, and after it; then once more until it comes through."""

    def tried(cut: int) -> tuple[int, Found, Found]:
        database = PostgresDatabase(server, server.create(whole))
        killed, _ = run(database.url, cut)
        with closing(open_store(database.url)) as store:
            left = look(store)
            store.submit(transmit).result()
            after = look(store)
        database.remove()
        return killed, left, after

    first = PostgresDatabase(server, server.create(whole))
    ended, count = run(first.url, 0)
    first.remove()
    assert 0 == ended
    cuts = [*sorted({1 + number * (int(count) - 1) // (CUTS - 1) for number in range(CUTS)}), -1]
    nothing, all_of_it = Found(locked=False, closed=0, told=0), Found(locked=True, closed=5, told=1)
    expected = {cut: (-signal.SIGKILL, all_of_it if cut < 0 else nothing, all_of_it) for cut in cuts}
    assert expected == {cut: tried(cut) for cut in cuts}


def test_a_mark_that_is_first_is_in_the_month(stores: tuple[Store, Store]) -> None:
    """The tick waits for whoever is just marking, and closes what they have said."""
    one, other = stores
    with held(one, partial(mark, handle="p1", marked=Marked.UNEXCUSED)):
        ticking = other.submit(transmit)
    ticking.result(PATIENCE)
    assert (1, State.UNEXCUSED) == first_day(one)


def test_a_mark_that_is_second_is_refused(stores: tuple[Store, Store]) -> None:
    """Whoever marks while the month is being closed waits, and then hears that it is locked."""
    one, other = stores
    with held(one, transmit):
        marking = other.submit(partial(mark, handle="p1", marked=Marked.UNEXCUSED))
    assert isinstance(marking.exception(PATIENCE), MonthIsLocked)
    assert (0, State.OPEN) == first_day(one)


def test_a_mark_and_the_tick_at_the_same_moment(server: Server, whole: str) -> None:
    """Whoever comes first: a mark is in the month that goes out, or refused, and never in after the lock."""
    outcomes = []
    for _ in range(4):
        database = PostgresDatabase(server, server.create(whole))
        with closing(open_store(database.url)) as one, closing(open_store(database.url)) as other:
            start = threading.Barrier(2)
            marking = one.submit(partial(_at_once, start, partial(mark, handle="p1", marked=Marked.UNEXCUSED)))
            ticking = other.submit(partial(_at_once, start, transmit))
            ticking.result(PATIENCE)
            refused = marking.exception(PATIENCE)
            assert refused is None or isinstance(refused, MonthIsLocked)
            outcomes.append((refused is None, *first_day(one)))
        database.remove()
    assert set(outcomes) <= {(True, 1, State.UNEXCUSED), (False, 0, State.OPEN)}


def _at_once(start: threading.Barrier, work: Callable[[UnitOfWork], T], uow: UnitOfWork) -> T:
    with suppress(threading.BrokenBarrierError):  # a unit that runs a second time waits for nobody
        start.wait(1)
    return work(uow)


def test_two_processes_that_transmit_at_once_close_it_once(database: PostgresDatabase) -> None:
    """Both come through, the month is closed once for everybody, and it is told once."""
    with child(database.url, 0) as one, child(database.url, 0) as other:
        for each in (one, other):
            assert each.stdout is not None
            assert "ready\n" == each.stdout.readline()
        for each in (one, other):
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        assert [0, 0] == [each.wait(PATIENCE) for each in (one, other)]
    with closing(open_store(database.url)) as store:
        assert Found(locked=True, closed=5, told=1) == look(store)
