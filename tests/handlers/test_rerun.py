"""A handler may run twice: what was rolled back leaves nothing, and the second run does what the first would have."""

from collections.abc import Callable
from functools import partial

import pytest

from flows.engine.messages import Inbound, InboundKind
from handlers import inbound, timers
from storage.timers import Timer
from storage.uow import UnitOfWork
from tests.handlers.world import World

DAYS = {
    "a report in words": ["Ich bin heute krank", "bis Freitag", "ich komme doch"],
    "a report by buttons": ["ich kann nicht kommen", "#ill", "#tomorrow"],
    "lateness": ["ich komme später", "20 Minuten"],
    "a message": ["Zahnrad", "#yes"],
    "not understood": ["ich kann nicht kommen", "Zahnrad", "Zahnrad", "Zahnrad"],
    "crisis": ["Ich will nicht mehr leben", "#call"],
    "violence": ["mein Freund schlägt mich"],
    "stop and again": ["stop", "#start", "#yes"],
    "language": ["English please", "help"],
    "wrong buttons": ["hilfe", "#ill", "#!nonsense"],
}


class Neighbour(Exception):
    """What a neighbour's fault does to a unit."""


def twice(world: World, work: Callable[[UnitOfWork], object]) -> None:
    """Run a unit, lose it, and run it again."""

    def lost(uow: UnitOfWork) -> None:
        work(uow)
        raise Neighbour

    before = world.rows()
    with pytest.raises(Neighbour):
        world.write(lost)
    assert before == world.rows()
    world.write(work)


def once(world: World, work: Callable[[UnitOfWork], object]) -> None:
    """Run a unit."""
    world.write(work)


def update_of(world: World, line: str) -> Inbound:
    """A line of a day as an update."""
    if not line.startswith("#"):
        return world.update("p1", text=line)
    handle = line[2:] if line.startswith("#!") else world.button("p1", line[1:]).handle
    return world.update("p1", InboundKind.TAP, tap=handle)


def live(world: World, lines: list[str], run: Callable[[World, Callable[[UnitOfWork], object]], None]) -> list[object]:
    """A day with its timers; everything that came of it, without ids and handles."""
    for line in lines:
        run(world, partial(inbound.receive, inbound=update_of(world, line), now=world.now))
        world.deliver()
    for _ in range(4):
        with world.store.read() as uow:
            due = uow.timers.next_due()
        if due is None:
            break
        world.now = max(due, world.now)
        for timer in due_timers(world):
            run(world, partial(timers.fire, timer=timer, now=world.now))
        world.deliver()
    events = [(event.name, event.at, sorted(event.fields), event.fields.get("kind")) for event in world.events()]
    said = sorted((one.to, one.text, one.actions, str(one.message.message_class)) for one in world.arrived)
    return [events, said, world.counts()]


def due_timers(world: World) -> list[Timer]:
    """What is to fire now."""
    with world.store.read() as uow:
        return uow.timers.due(world.now, 100)


@pytest.mark.parametrize("lines", DAYS.values(), ids=DAYS)
def test_a_unit_that_runs_twice_has_one_effect(new_world: Callable[[], World], lines: list[str]) -> None:
    """Every unit of a day is lost once and run again: messages, events and rows are those of a day without loss."""
    assert live(new_world(), lines, once) == live(new_world(), lines, twice)
