"""What is put right when the program begins: new texts end an older yes, and silence is listened for with everybody."""

from collections.abc import Callable
from functools import partial

import pytest

from flows.people import Address, Person, PersonId, Role
from flows.rules.consent import State
from flows.rules.purposes import Scope
from handlers import catching_up, consenting, contact_data
from handlers.occasion import Occasion
from storage.timers import Timers
from storage.uow import UnitOfWork
from tests.handlers.world import World

C1 = Scope("C1")


def agree(world: World, who: str) -> None:
    """Somebody reads the text of C1 and says yes."""

    def ask(uow: UnitOfWork) -> bool:
        person = uow.people.by_handle(who)
        assert person is not None
        occasion = Occasion(uow=uow, now=world.now, cause=f"test:{uow.new_id()}", channel="memory")
        return consenting.begin(occasion, person, consenting.Question(subject=person, scope=C1, wished=True))

    world.write(ask)
    world.deliver()
    world.tap(who, "yes")


def state(world: World, who: str) -> State:
    """Where C1 of somebody stands."""
    with world.store.read() as uow:
        return uow.consents.state(world.person(who).id, C1, world.now)


def catch_up(world: World) -> None:
    """What happens when the program begins."""
    world.write(lambda uow: catching_up.catch_up(uow, world.now))


def test_nothing_is_put_right_where_nothing_has_changed(world: World) -> None:
    """The demo world is listened to from the start, and there is one version of each text."""
    before = world.rows()
    with world.store.read() as uow:
        assert not catching_up.is_due(uow)
    catch_up(world)
    assert before == world.rows()


def test_who_was_here_before_is_listened_for_once(world: World) -> None:
    """In an older database everybody reachable gets the timer, whoever never writes as well; p0 is not reached yet."""
    p1 = world.person("p1").id
    world.write(lambda uow: uow.timers.cancel(contact_data.TIMER, p1))
    with world.store.read() as uow:
        assert catching_up.is_due(uow)
    catch_up(world)
    with world.store.read() as uow:
        waiting = uow.timers.waiting_for(contact_data.TIMER)
        assert not catching_up.is_due(uow)
    assert {world.person(f"p{number}").id for number in range(1, 7)} == waiting


def test_a_new_text_ends_the_older_yes_before_anything_is_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """F17: superseded from the beginning of the program, asked anew by day, effective with the new yes alone."""
    world.to("2026-11-23 21:00")
    agree(world, "p6")
    world.tap("g1", "yes")
    assert State.EFFECTIVE is state(world, "p6")
    monkeypatch.setattr(catching_up, "version_of", lambda _: 2)
    monkeypatch.setattr(consenting, "version_of", lambda _: 2)
    catch_up(world)
    assert State.SUPERSEDED is state(world, "p6")
    assert not [one for one in world.arrived if one.to == "p6" and "has changed" in one.text]
    heard = world.to("2026-11-24 08:00")
    assert any(one.to == "p6" and "hat sich geändert" in one.text for one in heard)


def test_who_is_listened_for_is_asked_as_often_for_many_as_for_few(
    new_world: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start of a program with ten thousand people must not ask ten thousand times for all of them."""
    asked, ask = [0], Timers.waiting_for

    def counted(timers: Timers, kind: str) -> frozenset[int]:
        asked[0] += 1
        return ask(timers, kind)

    monkeypatch.setattr(Timers, "waiting_for", counted)
    counts = []
    for people in (2, 20):
        world = new_world()
        world.write(partial(_newcomers, count=people))
        asked[0] = 0
        catch_up(world)
        counts.append(asked[0])
    assert counts[0] == counts[1]


def _newcomers(uow: UnitOfWork, count: int) -> None:
    for number in range(count):
        id_ = PersonId(uow.new_id())
        uow.people.add(Person(id=id_, handle=f"n{number}", role=Role.PARTICIPANT, name="Zahnrad", language="de"))
        uow.people.add_address(Address(id=uow.new_id(), person=id_, channel="memory", external=f"n{number}"))
