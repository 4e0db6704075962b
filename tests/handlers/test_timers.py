"""Due timers fire together: with the same outcome as one by one, and none at the cost of another."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from flows.people import PersonId, Role
from flows.rules.absence import Proof
from handlers import absences, timers
from storage.outbox import Claimed
from storage.timers import Timer
from storage.uow import UnitOfWork
from tests.handlers.world import World

ILL = {"p1": "Ich bin heute krank", "p2": "I am ill today", "p3": "أنا مريض اليوم", "p4": "я сьогодні хвора"}
Fire = Callable[[World, list[Timer]], int]


def together(world: World, due: list[Timer]) -> int:
    """All in one unit of work."""
    return world.write(partial(timers.fire_all, due=due, now=world.now))


def one_by_one(world: World, due: list[Timer]) -> int:
    """Each in its own."""
    return sum(world.write(partial(timers.fire, timer=timer, now=world.now)) for timer in due)


def days_later(world: World) -> list[Timer]:
    """Everybody reported to be ill; two days later their reminders are due, and escalations."""
    for who, words in ILL.items():
        world.say(who, words)
    world.now += timedelta(days=2, hours=2)
    with world.store.read() as uow:
        return uow.timers.due(world.now, 1000)


def waiting(world: World) -> list[Timer]:
    """What is still due."""
    with world.store.read() as uow:
        return uow.timers.due(world.now, 1000)


@pytest.fixture(params=[together, one_by_one])
def fire(request: pytest.FixtureRequest) -> Fire:
    """Both ways to fire."""
    way: Fire = request.param
    return way


def test_both_ways_say_the_same(world: World, fire: Fire) -> None:
    """Everybody who is asked for a note is asked once, in their language; all that was due is done."""
    due = days_later(world)
    assert {absences.TIMER} < {timer.kind for timer in due}
    assert len(due) == fire(world, due)
    assert [] == waiting(world)
    before = len(world.arrived)
    world.deliver()
    asked = [arrived for arrived in world.arrived[before:] if "doctor_tomorrow" in arrived.actions]
    assert sorted(ILL) == sorted(arrived.to for arrived in asked)
    assert len(ILL) == len({arrived.text for arrived in asked})
    assert len(ILL) == len(world.events("ReminderSent"))


def test_what_has_fired_does_not_fire_again(world: World) -> None:
    """A timer that was taken meanwhile is left out, and the others fire."""
    due = days_later(world)
    assert 1 == one_by_one(world, due[:1])
    assert len(due) - 1 == together(world, due)
    assert 0 == together(world, due)
    assert 0 == together(world, [])


def test_who_withdrew_is_not_reminded_with_the_others(world: World) -> None:
    """One consent that was withdrawn stops one reminder."""
    due = days_later(world)
    p2 = world.person("p2").id
    world.write(lambda uow: uow.consents.record(p2, "C3", "withdrawn", actor=p2, now=world.now, evidence={}))
    assert len(due) == together(world, due)
    assert {world.person(who).id for who in ("p1", "p3", "p4")} == reminded(world)


def test_who_withdrew_between_firing_and_sending_is_not_sent_to(world: World) -> None:
    """Of many that are taken up together one is put aside, and so is the one whose note has come."""
    assert together(world, days_later(world))
    p2, p3 = world.person("p2").id, world.person("p3").id
    world.write(lambda uow: uow.consents.record(p2, "C3", "withdrawn", actor=p2, now=world.now, evidence={}))

    def show_note(uow: UnitOfWork) -> None:
        (absence,) = uow.absences.of(p3, since=world.now.date() - timedelta(days=9))
        uow.absences.change(replace(absence, proof=Proof.RECEIVED, revision=absence.revision + 1), world.now)

    world.write(show_note)
    before = len(world.arrived)
    world.deliver()
    asked = {arrived.to for arrived in world.arrived[before:] if "doctor_tomorrow" in arrived.actions}
    assert {"p1", "p4"} == asked


def test_reminders_of_a_person_go_in_their_order(world: World) -> None:
    """Two reports of one person: both are asked about, the earlier one first, one at a time."""
    world.say("p1", "Ich bin heute krank")
    world.now += timedelta(hours=2)
    p1 = world.person("p1")

    def report_again(uow: UnitOfWork) -> list[int]:
        (known,) = uow.absences.of(p1.id, since=world.now.date())
        other = replace(known, id=uow.new_id(), first_day=known.first_day + timedelta(days=30))
        uow.absences.add(other, world.now)
        for about in (known, other):
            uow.timers.add(absences.TIMER, world.now, p1.id, about.id, str(about.revision))
        return [known.id, other.id]

    reports = world.write(report_again)
    assert 2 == together(world, [timer for timer in waiting(world) if timer.kind == absences.TIMER])
    assert reports == [absences.asked_about(one.message.dedupe) for one in taken_in_turn(world)]


def test_one_that_cannot_fire_undoes_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Together they fire all or not at all: nothing was said, and each can still fire by itself."""
    due = days_later(world)
    poison = next(timer for timer in due if timer.kind == absences.TIMER)
    remind = absences.remind_of_proof

    def refuse(occasion: object, absence_id: int, guard: str) -> None:
        if absence_id == poison.ref:
            raise RuntimeError
        remind(occasion, absence_id, guard)  # type: ignore[arg-type]  # an Occasion

    monkeypatch.setattr(absences, "remind_of_proof", refuse)
    with pytest.raises(RuntimeError):
        together(world, due)
    assert due == waiting(world)
    assert set() == reminded(world)
    others = [timer for timer in due if timer.ref != poison.ref]
    assert len(others) == one_by_one(world, others)
    assert len(ILL) - 1 == len(reminded(world))


def test_nobody_is_needed_for_a_timer_about_nobody(world: World) -> None:
    """Timers about nobody, about somebody who is not there any more, and of an unknown kind hold up nobody."""
    coordinator = world.write(lambda uow: uow.people.all(Role.COORDINATOR)[0].id)

    def plan(uow: UnitOfWork) -> None:
        uow.timers.add(absences.TIMER, world.now, None, None, "")
        uow.timers.add("nonsense", world.now, coordinator, 1, "")

    world.write(plan)
    assert 2 == together(world, waiting(world))
    assert [] == waiting(world)


def taken_in_turn(world: World) -> list[Claimed]:
    """What is taken up until nothing is left, each marked before the next is looked for; one at a time."""
    taken = []
    while found := world.claim():
        assert 1 == len(found)
        world.write(partial(_sent, claimed=found[0], world=world))
        taken += found
    return taken


def _sent(uow: UnitOfWork, claimed: Claimed, world: World) -> None:
    uow.outbox.mark_sent(claimed.message.id, claimed.lease, None, world.now)


def reminded(world: World) -> set[PersonId]:
    """Whom the record says were reminded."""
    return {PersonId(event.fields["who"]) for event in world.events("ReminderSent")}
