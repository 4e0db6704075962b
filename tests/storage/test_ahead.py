"""On a server a group is asked for ahead, in steps; what its units write meanwhile is seen all the same."""

from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any
from unittest.mock import patch

import pytest

from flows.engine.conversation import Conversation
from flows.people import Person
from storage.errors import DatabaseFailed
from storage.postgres_wire import Wire
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World
from tests.storage.test_writer import held

PATIENCE = 20
pytestmark = pytest.mark.server


def converse(store: Store, who: Person, *, write: bool = True) -> "Future[int]":
    """A unit that reads the person's conversation, asked for ahead, and begins another; its turn, 0 without any."""

    def ahead(uow: UnitOfWork) -> Iterator[None]:
        uow.people.find_ahead("web", who.handle)
        yield
        found = uow.people.found_ahead("web", who.handle)
        if found is not None:
            uow.conversations.look_ahead(found)

    def work(uow: UnitOfWork) -> int:
        uow.people.find("web", who.handle, lock=True)
        uow.guard.hears(who.id, NOW)
        current = uow.conversations.current(who.id)
        turn = current.conversation.turn if current else 0
        if write:
            uow.conversations.add(who.id, Conversation(flow="absence", version=1, node="day", turn=turn + 1), NOW)
        return turn

    return store.submit(work, order=who.handle, ahead=ahead)


def test_a_unit_sees_what_its_neighbour_has_written(store: Store, world: World) -> None:
    """Two messages of one person in one group: the second finds the conversation that the first has begun."""
    with held(store):
        units = [converse(store, world.anna) for _ in range(3)]
    assert [0, 1, 2] == [unit.result(PATIENCE) for unit in units]


def test_a_neighbour_costs_no_question(store: Store, world: World) -> None:
    """What one person's unit writes leaves true what was asked about others: nothing is asked again."""
    asked: list[bytes] = []
    ask = Wire.ask

    def noting(wire: Wire, question: Any, values: Any, tag: object) -> None:
        asked.append(question.sql)
        ask(wire, question, values, tag)

    with patch.object(Wire, "ask", noting):
        with held(store):
            units = [converse(store, who) for who in (world.anna, world.clara)]
        assert [0, 0] == [unit.result(PATIENCE) for unit in units]
    assert 2 == len([sql for sql in asked if sql.startswith(b"SELECT conversations")])


def test_a_step_that_fails_fails_its_unit_alone(store: Store, world: World) -> None:
    """When looking ahead fails for somebody, everybody runs again alone, and the others are kept."""

    def ahead(uow: UnitOfWork) -> Iterator[None]:
        uow.people.find_ahead("web", "p2")
        yield
        raise DatabaseFailed("no answer")

    with held(store):
        before = converse(store, world.anna)
        poor = store.submit(lambda uow: uow.new_id(), order="p2", ahead=ahead)
        after = converse(store, world.clara)
    assert (0, 0) == (before.result(PATIENCE), after.result(PATIENCE))
    with pytest.raises(DatabaseFailed):
        poor.result(PATIENCE)
    assert 1 == converse(store, world.anna, write=False).result(PATIENCE)
