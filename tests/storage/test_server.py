"""On a server: other processes, lost connections, restarts, and what becomes of a commit that nobody answered."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import pytest

from flows.people import Person
from storage.driver import TimeOuts
from storage.errors import Conflict, ConnectionLost, DatabaseLocked, StoreBusy, UnknownRow, WrongSchema
from storage.schema import HEAD, migrate, revision_of
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from tests.postgres import EMPTY, Server
from tests.storage.conftest import NOW, World, open_store, person, populate
from tests.storage.test_outbox import message

PATIENCE = 20
pytestmark = pytest.mark.server


@contextmanager
def held(store: Store, work: Callable[[UnitOfWork], Any] = lambda _: None) -> Iterator[Future[Any]]:
    """Do some work and hold the transaction open meanwhile."""
    begun, release = threading.Event(), threading.Event()

    def wait(uow: UnitOfWork) -> Any:
        done = work(uow)
        begun.set()
        release.wait(PATIENCE)
        return done

    waiting = store.submit(wait)
    assert begun.wait(PATIENCE)
    try:
        yield waiting
    finally:
        release.set()


def handles(store: Store) -> list[str]:
    """Who is in the database."""
    with store.read() as uow:
        return [each.handle for each in uow.people.all()]


def add(handle: str) -> Callable[[UnitOfWork], Person]:
    """A unit that adds a person."""
    return lambda uow: person(uow, handle, f"Name von {handle}")


def lock_anna(uow: UnitOfWork) -> None:
    """A unit that hears Anna."""
    uow.people.find("web", "p1", lock=True)


def test_two_stores_write_to_one_database(store: Store, other: Store) -> None:
    """Each sees what the other has written, and their ids are different from the first on."""
    first, second = store.submit(add("p1")).result(PATIENCE), other.submit(add("p2")).result(PATIENCE)
    assert ["p1", "p2"] == handles(store) == handles(other)
    assert {0, 1} == {store._ids.node, other._ids.node}
    assert first.id != second.id


def in_parallel(times: int, do: Callable[[], Any]) -> list[Any]:
    """Do the same on several threads at once; what they gave."""
    given: list[Any] = []
    threads = [threading.Thread(target=lambda: given.append(do())) for _ in range(times)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(PATIENCE)
    return given


def test_two_processes_that_start_together_agree_on_the_keys(server: Server) -> None:
    """Whoever is second takes the system keys of the first, and reads what the first has sealed."""
    url = server.create()
    stores: list[Store] = in_parallel(4, lambda: open_store(StoreSettings(url=url)))
    assert 4 == len(stores)
    stores[0].submit(populate).result(PATIENCE)
    for each in stores:
        with each.read() as uow:
            assert uow.people.find("web", "p1") is not None
        each.close()
    server.drop(url)


def test_a_number_is_free_again_when_its_holder_is_gone(settings: StoreSettings, store: Store) -> None:
    """A process that ends gives its number back, whether it says so or not."""
    second = open_store(settings)
    assert 1 == second._ids.node
    second.close()
    end, node = time.monotonic() + PATIENCE, -1
    while node != 1 and time.monotonic() < end:
        third = open_store(settings)
        node = third._ids.node
        third.close()
    assert 1 == node


def test_a_person_is_locked_for_one_process_at_a_time(store: Store, other: Store, world: World) -> None:
    """The second waits until the first has committed, and then sees what it did."""

    def rename(uow: UnitOfWork) -> None:
        lock_anna(uow)
        uow.people.update(replace(world.anna, name="Anna Neu"))

    def look(uow: UnitOfWork) -> str:
        found = uow.people.find("web", "p1", lock=True)
        assert found is not None
        return found[0].name

    with held(store, rename):
        second = other.submit(look)
        time.sleep(0.2)
        assert not second.done()
    assert "Anna Neu" == second.result(PATIENCE)


def test_who_refers_to_a_locked_person_does_not_wait(store: Store, other: Store, world: World) -> None:
    """A message to somebody who is just being heard is written at once."""
    with held(store, lock_anna):
        other.submit(lambda uow: message(uow, world.anna, world.anna_web)).result(PATIENCE)


def test_who_tries_does_not_wait(store: Store, other: Store, world: World) -> None:
    """A timer learns that its person is being heard, and comes again later."""
    with held(store, lock_anna) as hearing:
        assert not other.submit(lambda uow: uow.people.try_lock(world.anna.id)).result(PATIENCE)
    hearing.result(PATIENCE)
    assert other.submit(lambda uow: uow.people.try_lock(world.anna.id)).result(PATIENCE)


def test_a_lock_that_is_held_too_long_is_named(settings: StoreSettings, store: Store, world: World) -> None:
    """Who waits for longer than the lock time-out is told so, and the store works on."""
    impatient = open_store(replace(settings, time_outs=TimeOuts(lock=timedelta(milliseconds=100))))
    with held(store, lock_anna), pytest.raises(DatabaseLocked, match="lock_timeout"):
        impatient.submit(lambda uow: uow.people.find("web", "p1", lock=True)).result(PATIENCE)
    impatient.submit(add("p9")).result(PATIENCE)
    impatient.close()


def test_two_that_wait_for_each_other_are_both_served(store: Store, other: Store, world: World) -> None:
    """A circle is broken by the database; the unit that had to give way runs again."""
    meet = threading.Barrier(2)

    def both(first: Person, second: Person) -> Callable[[UnitOfWork], None]:
        runs: list[int] = []

        def work(uow: UnitOfWork) -> None:
            runs.append(1)
            uow.people.lock(first.id)
            uow.people.get(first.id)
            if len(runs) == 1:
                meet.wait(PATIENCE)
            uow.people.lock(second.id)
            uow.people.update(second)

        return work

    waiting = [store.submit(both(world.anna, world.bilal)), other.submit(both(world.bilal, world.anna))]
    assert [None, None] == [each.exception(PATIENCE) for each in waiting]


def test_two_relays_never_claim_the_same(store: Store, other: Store, world: World) -> None:
    """While one has claimed and not yet committed, the other gets what is left, and nothing of the same address."""

    def write(uow: UnitOfWork) -> list[int]:
        return [
            message(uow, to, where).id
            for to, where in (
                (world.anna, world.anna_web),
                (world.clara, world.clara_web),
                (world.anna, world.anna_web),
            )
        ]

    def claim(limit: int) -> Callable[[UnitOfWork], list[int]]:
        return lambda uow: [each.message.id for each in uow.outbox.claim(NOW, timedelta(minutes=1), limit)]

    first, second, _ = store.submit(write).result(PATIENCE)
    with held(store, claim(1)) as waiting:
        assert [second] == other.submit(claim(10)).result(PATIENCE)
    assert [first] == waiting.result(PATIENCE)
    assert [] == other.submit(claim(10)).result(PATIENCE)


def test_many_relays_claim_everything_once(store: Store, other: Store, world: World) -> None:
    """However they interleave, each message is claimed once, one at a time per address, in order."""

    def write(uow: UnitOfWork) -> list[int]:
        return [message(uow, world.anna, world.anna_web).id for _ in range(20)]

    written = store.submit(write).result(PATIENCE)
    seen: list[int] = []

    def relay(of: Store) -> None:
        end = time.monotonic() + PATIENCE
        while len(seen) < len(written) and time.monotonic() < end:
            for claimed in of.submit(lambda uow: uow.outbox.claim(NOW, timedelta(minutes=1), 10)).result(PATIENCE):
                seen.append(claimed.message.id)
                id_, lease = claimed.message.id, claimed.lease
                assert of.submit(lambda uow, i=id_, s=lease: uow.outbox.mark_sent(i, s, None, NOW)).result(PATIENCE)  # type: ignore[misc]  # defaults

    threads = [threading.Thread(target=relay, args=(each,)) for each in (store, other)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(PATIENCE)
    assert written == seen


def test_a_timer_is_taken_by_one(store: Store, other: Store, world: World) -> None:
    """While one process has taken a timer and not yet committed, the other passes it over."""
    id_ = store.submit(lambda uow: uow.timers.add("proof", NOW, world.anna.id, 7, "1")).result(PATIENCE)
    with held(store, lambda uow: uow.timers.take(id_, "fired")) as waiting:
        assert not other.submit(lambda uow: uow.timers.take(id_, "fired")).result(PATIENCE)
    assert waiting.result(PATIENCE)
    assert not other.submit(lambda uow: uow.timers.take(id_, "fired")).result(PATIENCE)


def test_a_commit_is_told_to_the_others(store: Store, other: Store) -> None:
    """Another process hears soon that something was written; who wrote it does not."""
    heard, own = threading.Event(), threading.Event()
    other.on_notice(heard.set)
    store.on_notice(own.set)
    time.sleep(0.2)
    own.clear()
    heard.clear()
    store.submit(add("p1")).result(PATIENCE)
    assert heard.wait(PATIENCE)
    assert not own.is_set()
    heard.clear()
    store.submit(lambda uow: uow.outbox.claim(NOW, timedelta(minutes=1), 1)).result(PATIENCE)
    assert not heard.wait(0.3)


def test_many_commits_are_few_notices(store: Store, other: Store) -> None:
    """At most one in fifty milliseconds, and the last commit is never kept quiet."""
    notices: list[float] = []
    other.on_notice(lambda: notices.append(time.monotonic()))
    time.sleep(0.2)
    notices.clear()
    began = time.monotonic()
    for n in range(100):
        store.submit(add(f"p{n}")).result(PATIENCE)
    last = time.monotonic()
    store.submit(add("the last")).result(PATIENCE)
    while (not notices or notices[-1] < last) and time.monotonic() < last + PATIENCE:
        time.sleep(0.01)
    assert last <= notices[-1]
    assert len(notices) <= (time.monotonic() - began) / 0.05 + 2


def test_a_row_that_is_not_there_fails_its_unit_alone(store: Store, world: World) -> None:
    """A change of nothing is noticed before the commit, and the neighbours are kept."""
    with held(store):
        waiting: list[Future[Any]] = [
            store.submit(add("p8")),
            store.submit(lambda uow: uow.alerts.step(1, 1)),
            store.submit(add("p9")),
        ]
    assert [None, UnknownRow, None] == [
        error if error is None else type(error) for error in (each.exception(PATIENCE) for each in waiting)
    ]
    assert {"p8", "p9"} < set(handles(store))


def test_a_refused_row_fails_its_unit_alone(store: Store, world: World) -> None:
    """A unit that only writes hears of the refusal although it did not wait for it."""
    with held(store):
        waiting = [store.submit(add("p8")), store.submit(add("p8")), store.submit(add("p9"))]
    assert [None, Conflict, None] == [
        error if error is None else type(error) for error in (each.exception(PATIENCE) for each in waiting)
    ]


def test_a_text_with_a_nul_is_refused_not_cut(store: Store) -> None:
    """What the database cannot keep whole it does not keep at all."""
    with pytest.raises(Exception, match="the database failed"):
        store.submit(add("p1\0evil")).result(PATIENCE)
    assert [] == handles(store)


def _note(ran: list[str], name: str, _: UnitOfWork) -> None:
    ran.append(name)


def test_units_of_a_group_are_in_the_order_of_their_locks(store: Store) -> None:
    """Whatever the order in which they came, units lock in one order that all processes share."""
    ran: list[str] = []
    with held(store):
        waiting = [store.submit(partial(_note, ran, name), order=name) for name in ("c", "a", "b", "a")]
    for each in waiting:
        each.result(PATIENCE)
    assert ["a", "a", "b", "c"] == ran


def test_an_empty_database_is_named_and_migrated(server: Server) -> None:
    """An empty database is not opened; migrating it makes it this program's, and twice is as good as once."""
    url = server.create(EMPTY)
    assert revision_of(url) is None
    with pytest.raises(WrongSchema, match="migrate"):
        open_store(StoreSettings(url=url))
    assert (None, HEAD) == (migrate(url).before, revision_of(url))
    assert HEAD == migrate(url).before
    server.drop(url)


def test_two_processes_may_migrate_at_once(server: Server) -> None:
    """One of them does it, the others wait and find that it is done."""
    url = server.create(EMPTY)
    before = in_parallel(3, lambda: migrate(url).before)
    assert [HEAD, HEAD, None] == sorted(before, key=str)
    server.drop(url)


def test_a_database_in_use_is_not_migrated(settings: StoreSettings, store: Store) -> None:
    """Whoever works with the tables as they were is not surprised by new ones."""
    with psycopg.connect(settings.url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
        connection.execute("DROP TABLE writers")
    with pytest.raises(StoreBusy, match="1 processes use the database"):
        migrate(settings.url)


def test_the_server_refuses_changes_of_what_is_append_only(settings: StoreSettings, store: Store, world: World) -> None:
    """Consents and events can be neither changed nor deleted nor emptied."""
    store.submit(
        lambda uow: uow.consents.record(world.anna.id, "C1", "effective", actor=world.anna.id, now=NOW, evidence={})
    ).result(PATIENCE)
    with psycopg.connect(settings.url, autocommit=True) as connection:
        for change in ("UPDATE consents SET state = 'withdrawn'", "DELETE FROM consents", "TRUNCATE events"):
            with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                connection.execute(change.encode())


def test_a_server_that_is_not_there_is_named() -> None:
    """The message names the setting."""
    with pytest.raises(ConnectionLost, match=r"database\.url"):
        open_store(StoreSettings(url="postgresql://127.0.0.1:1/lotse"))
