"""Units are committed together and stand or fall alone; whatever happens, nobody waits for ever."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from flows.people import Person, PersonId
from storage.driver import SqliteDriver
from storage.errors import (
    Conflict,
    DatabaseFailed,
    DatabaseLocked,
    DiskFull,
    StorageError,
    StoreClosed,
    StoreFull,
    UnitEnded,
)
from storage.settings import StoreSettings, database_file
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World, open_store, person, sqlite_of

PATIENCE = 10


class Refused(Exception):
    """A handler refuses."""


@contextmanager
def held(store: Store) -> Iterator[None]:
    """Hold the writer inside a unit, so that what is submitted meanwhile becomes one group."""
    begun, release = threading.Event(), threading.Event()

    def wait(_: UnitOfWork) -> None:
        begun.set()
        release.wait(PATIENCE)

    waiting = store.submit(wait)
    assert begun.wait(PATIENCE)
    try:
        yield
    finally:
        release.set()
        waiting.result(PATIENCE)


def add(handle: str) -> Callable[[UnitOfWork], Person]:
    """A unit that adds a person."""
    return lambda uow: person(uow, handle, f"Name von {handle}")


def refuse(uow: UnitOfWork) -> None:
    """A unit that writes and then fails."""
    person(uow, "nobody", "Niemand")
    raise Refused


def lose(uow: UnitOfWork) -> None:
    """A unit during which the database drops the whole transaction, as it does by itself when something is broken."""
    uow.events._db._connection.execute("ROLLBACK")  # type: ignore[attr-defined]  # the test reaches for the driver
    uow.people.get(PersonId(1))


def handles(store: Store) -> set[str]:
    """Who is in the database."""
    with store.read() as uow:
        return {each.handle for each in uow.people.all()}


def submit(store: Store, *works: Callable[[UnitOfWork], Any]) -> list[Future[Any]]:
    """Submit several units in this order."""
    return [store.submit(work) for work in works]


def outcome(future: Future[Any]) -> str:
    """What the waiter was told: ok, or the name of the error."""
    error = future.exception(PATIENCE)
    return "ok" if error is None else type(error).__name__


def test_a_result_comes_after_the_commit(store: Store) -> None:
    """Who has a result finds what was written, at once, from another connection."""
    added = store.submit(add("p1")).result(PATIENCE)
    with store.read() as uow:
        assert added == uow.people.get(added.id)


def test_what_waits_is_committed_together(store: Store) -> None:
    """Forty waiting units need two commits: a full group of 32 and the rest."""
    commits: list[int] = []
    store.on_commit(lambda: commits.append(1))
    with held(store):
        waiting = [store.submit(add(f"p{n}")) for n in range(40)]
    assert ["ok"] * 40 == [outcome(each) for each in waiting]
    store.close()
    assert 1 + 2 == len(commits)


def test_a_unit_that_comes_alone_is_committed_alone(store: Store) -> None:
    """Nobody waits for company: each unit that finds the writer idle has its own commit."""
    commits: list[int] = []
    store.on_commit(lambda: commits.append(1))
    for n in range(3):
        store.submit(add(f"p{n}")).result(PATIENCE)
    store.close()
    assert 3 == len(commits)


def test_a_unit_that_fails_fails_alone(store: Store) -> None:
    """Its own changes are undone, its neighbours' are kept, and its waiter gets its very exception."""
    with held(store):
        before, failing, after = store.submit(add("p1")), store.submit(refuse), store.submit(add("p2"))
    assert ["ok", "Refused", "ok"] == [outcome(each) for each in (before, failing, after)]
    assert {"p1", "p2"} == handles(store)


def test_a_unit_that_swallows_a_database_error_is_broken(store: Store) -> None:
    """A handler cannot go on after the database has refused something."""

    def swallow(uow: UnitOfWork) -> str:
        person(uow, "p9", "Erste")
        try:
            person(uow, "p1", "Doppelt")
        except Conflict:
            return "never mind"
        return "fine"

    store.submit(add("p1")).result(PATIENCE)
    assert "Conflict" == outcome(store.submit(swallow))
    assert {"p1"} == handles(store)


@pytest.mark.file
def test_when_the_transaction_is_lost_the_others_run_again(store: Store) -> None:
    """Units before and after the broken one are run once more, alone, and kept."""
    runs: list[str] = []

    def counted(handle: str) -> Callable[[UnitOfWork], Person]:
        def work(uow: UnitOfWork) -> Person:
            runs.append(handle)
            return person(uow, handle, "Name")

        return work

    with held(store):
        waiting = submit(store, counted("p1"), lose, counted("p2"))
    assert ["ok", "UnknownPerson", "ok"] == [outcome(each) for each in waiting]
    assert {"p1", "p2"} == handles(store)
    assert ["p1", "p1", "p2"] == runs


@pytest.mark.file
def test_a_person_added_twice_by_a_rerun_has_the_right_key(settings: StoreSettings) -> None:
    """What is sealed in the second run opens after a restart, with the key that was stored."""
    fixed = PersonId(7)

    def add_fixed(uow: UnitOfWork) -> None:
        template = person(uow, f"t{uow.new_id()}", "Vorlage")
        uow.people.add(replace(template, id=fixed, handle="p1", name="Wirklich"))

    store = open_store(settings)
    with held(store):
        waiting = [store.submit(add_fixed), store.submit(lose)]
    assert ["ok", "UnknownPerson"] == [outcome(each) for each in waiting]
    store.close()
    again = open_store(settings)
    with again.read() as uow:
        assert "Wirklich" == uow.people.get(fixed).name
    again.close()


@pytest.mark.file
def test_when_the_commit_fails_everybody_runs_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit that fails for the group is tried again unit by unit."""
    commit, failures = store._driver.commit, iter([False, True])

    def fail_once() -> None:
        if next(failures, False):
            raise DatabaseFailed("the disk hiccups")
        commit()

    with held(store):
        waiting = submit(store, add("p1"), refuse, add("p2"))
        monkeypatch.setattr(store._driver, "commit", fail_once)
    assert ["ok", "Refused", "ok"] == [outcome(each) for each in waiting]
    assert {"p1", "p2"} == handles(store)


def test_when_no_commit_succeeds_everybody_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told that something was kept which was not, and afterwards the store works."""

    def fail() -> None:
        raise DatabaseFailed("the disk is gone")

    with held(store):
        waiting = [store.submit(add(f"p{n}")) for n in range(3)]
        commit = store._driver.commit
        monkeypatch.setattr(store._driver, "commit", lambda: fail() if waiting[0].running() else commit())
    assert ["DatabaseFailed"] * 3 == [outcome(each) for each in waiting]
    monkeypatch.undo()
    assert set() == handles(store)
    assert "ok" == outcome(store.submit(add("p1")))


@pytest.mark.file
def test_a_full_disk_is_told_and_survived(store: Store, world: World) -> None:
    """Who needs room is told that there is none, who needs none is served, and with room everything works again."""
    held_since = replace(world.anna, held_since=NOW)
    connection = sqlite_of(store)
    [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
    connection.execute(f"PRAGMA max_page_count={pages}").fetchall()

    def big(uow: UnitOfWork) -> None:
        uow.people.update(replace(world.bilal, name="lang " * 20_000))

    with held(store):
        waiting = submit(store, big, lambda uow: uow.people.update(held_since), big)
    assert ["DiskFull", "ok", "DiskFull"] == [outcome(each) for each in waiting]
    connection.execute("PRAGMA max_page_count=1000000").fetchall()
    assert "ok" == outcome(store.submit(big))
    with store.read() as uow:
        assert held_since == uow.people.get(world.anna.id)
    assert [("ok",)] == connection.execute("PRAGMA integrity_check").fetchall()


@pytest.mark.file
def test_a_full_disk_names_the_way_out(store: Store, world: World) -> None:
    """The message says that there is no room."""
    connection = sqlite_of(store)
    connection.execute("PRAGMA max_page_count=1").fetchall()
    with pytest.raises(DiskFull, match="free some"):
        store.submit(lambda uow: uow.people.update(replace(world.bilal, name="lang " * 20_000))).result(PATIENCE)


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError])
def test_nothing_that_a_unit_raises_stops_the_writer(store: Store, raised: type[BaseException]) -> None:
    """Even what is not an Exception belongs to its waiter alone."""

    def explode(_: UnitOfWork) -> None:
        raise raised

    with held(store):
        waiting = submit(store, add("p1"), explode, add("p2"))
    assert ["ok", raised.__name__, "ok"] == [outcome(each) for each in waiting]


def test_an_error_outside_the_units_is_told_to_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the writer itself fails, everybody in the group hears of it and the next group is served."""

    def fail(*_: object) -> UnitOfWork:
        raise MemoryError

    with held(store):
        waiting = [store.submit(add(f"p{n}")) for n in range(2)]
        monkeypatch.setattr(store._writer, "_new_unit", fail)
    assert ["MemoryError"] * 2 == [outcome(each) for each in waiting]
    monkeypatch.undo()
    assert "ok" == outcome(store.submit(add("p3")))
    assert {"p3"} == handles(store)


def test_a_cancelled_unit_is_not_begun(store: Store) -> None:
    """Who gives up while waiting leaves no trace, and who has begun cannot give up."""
    with held(store):
        kept, cancelled = store.submit(add("p1")), store.submit(add("p2"))
        assert cancelled.cancel()
    kept.result(PATIENCE)
    assert not kept.cancel()
    with pytest.raises(CancelledError):
        cancelled.result(PATIENCE)
    assert {"p1"} == handles(store)


def test_a_group_of_cancelled_units_is_nothing(store: Store) -> None:
    """When all gave up, the writer goes on."""
    with held(store):
        assert store.submit(add("p1")).cancel()
    assert "ok" == outcome(store.submit(add("p2")))


def test_a_full_queue_is_said_so(settings: StoreSettings) -> None:
    """Who comes when too many wait is told at once and can try again later."""
    store = open_store(replace(settings, queue_size=2))
    with held(store):
        waiting = [store.submit(add(f"p{n}")) for n in range(2)]
        with pytest.raises(StoreFull, match="queue_size"):
            store.submit(add("p9"))
    assert ["ok", "ok"] == [outcome(each) for each in waiting]
    assert "ok" == outcome(store.submit(add("p9")))
    store.close()


def test_closing_finishes_what_waits(settings: StoreSettings) -> None:
    """What was submitted before the end is written; what comes after is refused."""
    store = open_store(settings)
    waiting = [store.submit(add(f"p{n}")) for n in range(100)]
    store.close()
    store.close()
    assert ["ok"] * 100 == [outcome(each) for each in waiting]
    with pytest.raises(StoreClosed):
        store.submit(add("p100"))
    with pytest.raises(StoreClosed), store.read():
        raise AssertionError("never reached")


def test_listeners_and_callbacks_cannot_stop_the_writer(store: Store) -> None:
    """Whoever is told of a commit may fail; the next unit is served all the same."""

    def fail(*_: object) -> None:
        raise SystemExit

    store.on_commit(fail)
    store.submit(add("p1")).add_done_callback(fail)
    assert "ok" == outcome(store.submit(add("p2")))
    assert {"p1", "p2"} == handles(store)


def test_a_unit_is_dead_after_its_end(store: Store, world: World) -> None:
    """What a handler kept of its unit does nothing any more, neither after writing nor after reading."""
    unit = store.submit(lambda uow: uow).result(PATIENCE)
    people = store.submit(lambda uow: uow.people).result(PATIENCE)
    with store.read() as reading:
        pass
    for each in (unit.people, people, reading.people):
        with pytest.raises(UnitEnded):
            each.get(world.anna.id)
        with pytest.raises(UnitEnded):
            each.update(world.anna)
        with pytest.raises(UnitEnded):
            each.assign(world.anna.id, world.clara.id)


@pytest.mark.file
def test_another_program_s_lock_is_named(settings: StoreSettings) -> None:
    """While somebody else holds the database, units are told so after the lock time-out, and later work again."""
    quick = replace(settings, time_outs=replace(settings.time_outs, lock=settings.time_outs.lock / 100))
    store = open_store(quick)
    intruder = SqliteDriver(database_file(quick.url), quick.time_outs)
    intruder.begin()
    with pytest.raises(DatabaseLocked, match="lock_timeout"):
        store.submit(add("p1")).result(PATIENCE)
    intruder.recover()
    intruder.close()
    assert "ok" == outcome(store.submit(add("p1")))
    store.close()


@pytest.mark.file
def test_a_lost_connection_comes_back(store: Store) -> None:
    """When the connection breaks in a unit, the next one has a new connection."""

    def break_it(uow: UnitOfWork) -> None:
        sqlite_of(store).close()
        uow.people.all()

    with held(store):
        waiting = submit(store, add("p1"), break_it, add("p2"))
    assert ["ok", "DatabaseFailed", "ok"] == [outcome(each) for each in waiting]
    assert {"p1", "p2"} == handles(store)


def test_many_threads_may_submit_and_read(store: Store) -> None:
    """Nothing is lost or mixed up when several threads work at once."""
    errors: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for n in range(20):
                added = store.submit(add(f"{thread}-{n}")).result(PATIENCE)
                with store.read() as uow:
                    assert added == uow.people.get(added.id)
        except (AssertionError, StorageError) as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(PATIENCE)
    assert [] == errors
    assert 120 == len(handles(store))
