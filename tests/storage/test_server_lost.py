"""Lost connections, restarts of the server, and what becomes of a commit that nobody answered."""

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from flows.people import Person
from storage.driver import TimeOuts
from storage.errors import CommitUnknown, Conflict
from storage.postgres import PostgresDriver
from storage.postgres_wire import Wire
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from tests.postgres import Server
from tests.storage.conftest import open_store, person
from tests.storage.test_server import PATIENCE, add, handles, held

pytestmark = pytest.mark.server


def driver_of(store: Store) -> PostgresDriver:
    """The writer's driver."""
    assert isinstance(store._driver, PostgresDriver)
    return store._driver


def test_a_restart_between_units_is_not_noticed(store: Store, server: Server) -> None:
    """A connection that the server has closed meanwhile is replaced before the next unit."""
    store.submit(add("p1")).result(PATIENCE)
    assert ["p1"] == handles(store)
    server.restart("fast")
    store.submit(add("p2")).result(PATIENCE)
    assert ["p1", "p2"] == handles(store)


def test_a_restart_in_mid_transaction_is_survived(store: Store, server: Server) -> None:
    """What was not committed runs again on the new connection; nothing is lost, nothing is there twice."""
    with held(store, add("p1")) as first:
        others = [store.submit(add(f"q{n}")) for n in range(5)]
        server.restart("immediate")
    assert "p1" == first.result(PATIENCE).handle
    for each in others:
        each.result(PATIENCE)
    assert ["p1", "q0", "q1", "q2", "q3", "q4"] == sorted(handles(store))


def test_a_number_is_leased_anew_after_a_restart(store: Store, other: Store, server: Server) -> None:
    """Both come back with different numbers, whichever is first."""
    server.restart("immediate")
    other.submit(add("p2")).result(PATIENCE)
    store.submit(add("p1")).result(PATIENCE)
    assert {0, 1} == {store._ids.node, other._ids.node}


def break_in_commit(
    store: Store, monkeypatch: pytest.MonkeyPatch, *, before: bool, come_back: bool = True
) -> list[str]:
    """The connection breaks when the next commit is under way, before or after the server has got it."""
    driver, told = driver_of(store), list[str]()
    sync = Wire.sync

    def broken(wire: Wire) -> Any:
        if wire is driver._wire and driver._wrote and not told:
            told.append("broken")
            if not come_back:
                monkeypatch.setattr(driver, "_url", "postgresql://127.0.0.1:1/nowhere")
            if not before:
                sync(wire)
            with socket.socket(fileno=os.dup(wire._pg.socket)) as line:
                line.shutdown(socket.SHUT_RDWR)
        return sync(wire)

    monkeypatch.setattr(Wire, "sync", broken)
    return told


def counted(handle: str, runs: list[str]) -> Callable[[UnitOfWork], Person]:
    """A unit that adds a person and says that it has run."""

    def work(uow: UnitOfWork) -> Person:
        runs.append(handle)
        return person(uow, handle, "Name")

    return work


def test_a_commit_that_happened_is_not_run_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is lost, the mark is there: the units are told that they were kept."""
    runs: list[str] = []
    told = break_in_commit(store, monkeypatch, before=False)
    assert "p1" == store.submit(counted("p1", runs)).result(PATIENCE).handle
    assert (["broken"], ["p1"], ["p1"]) == (told, runs, handles(store))


def test_a_commit_that_did_not_happen_is_run_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mark is not there: the units run again, once."""
    runs: list[str] = []
    told = break_in_commit(store, monkeypatch, before=True)
    assert "p1" == store.submit(counted("p1", runs)).result(PATIENCE).handle
    assert (["broken"], ["p1", "p1"], ["p1"]) == (told, runs, handles(store))


def test_a_commit_that_nobody_knows_of_is_neither(settings: StoreSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the database does not come back, the units are not called kept and do not run again."""
    store = open_store(replace(settings, time_outs=TimeOuts(reconnect=timedelta(seconds=0.3))))
    runs: list[str] = []
    told = break_in_commit(store, monkeypatch, before=False, come_back=False)
    with pytest.raises(CommitUnknown, match="does not come back"):
        store.submit(counted("p1", runs)).result(PATIENCE)
    assert (["broken"], ["p1"]) == (told, runs)
    monkeypatch.undo()
    assert ["p1"] == handles(store)
    with pytest.raises(Conflict):
        store.submit(add("p1")).result(PATIENCE)
    store.close()


def test_a_late_commit_is_stopped(store: Store, settings: StoreSettings) -> None:
    """Once a process has come back and asked, the commit that was under way can no longer happen."""
    driver = driver_of(store)
    seat = driver._seat
    assert seat is not None
    store.submit(add("p1")).result(PATIENCE)
    new, id_, old = seat.move()
    with psycopg.connect(settings.url, autocommit=True) as connection:
        assert not seat.take(connection)
        with pytest.raises(psycopg.errors.DivisionByZero):
            connection.execute(
                "WITH moved AS (UPDATE writers SET mark = %s WHERE id = %s AND mark = %s RETURNING 1)"
                " SELECT 1 / count(*) FROM moved",
                (new, id_, old),
            )
