"""Intakes, papers, appointments, and what guardians decide: reads are entries, and who may not is told nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from flows.dialogues import meetings
from flows.engine.events import Said
from flows.engine.meetings import MeetingWanted
from flows.engine.messages import Button, Text
from flows.people import Person
from flows.rules.access import Operation
from flows.rules.appointments import Appointment, Kind
from flows.rules.intake import Intake, State
from handlers import access, appointments, consent, submissions, withdrawal
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.handlers.world import BERLIN, CHANNEL, World

NO = "Das geht hier nicht."
OVER = "Dieser Termin ist vorbei oder hat sich geändert."
OF_AGE = date(2000, 1, 1)


def reads(world: World, who: str) -> list[tuple[str, Operation]]:
    """Who has read what of somebody, newest first."""
    person = world.person(who).id
    with world.store.read() as uow:
        entries = uow.access_log.reads_of(person, 100)
    return [(world.handle(entry.reader), entry.operation) for entry in entries]


def change(world: World, who: str, **more: object) -> Person:
    """Somebody is another from now on."""
    person = replace(world.person(who), **more)  # type: ignore[arg-type]  # named by the test
    world.write(lambda uow: uow.people.update(person))
    return person


def do(world: World, work: Callable[[Occasion], None]) -> None:
    """Something happens at an occasion of its own."""
    world.write(lambda uow: work(_occasion(world, uow)))
    world.deliver()


def _occasion(world: World, uow: UnitOfWork) -> Occasion:
    return Occasion(uow=uow, now=world.now, cause=f"test:{uow.new_id()}", channel=CHANNEL)


def meet(world: World, by: str, *who: str) -> Appointment:
    """An appointment in two days."""
    people = tuple(world.person(one).id for one in who)
    starts = world.now + timedelta(days=2)
    kind = Kind.GROUP if len(who) > 1 else Kind.PHONE
    wanted = MeetingWanted(people=people, kind=kind, starts=starts, minutes=30, place="Beratungsstelle")
    organiser = world.person(by)
    made = world.write(lambda uow: appointments.plan(_occasion(world, uow), wanted, organiser))
    world.deliver()
    return made


def part(world: World, appointment: Appointment, who: str) -> int:
    """The number of somebody's part."""
    person = world.person(who).id
    with world.store.read() as uow:
        return next(one.id for one in uow.appointments.invited(appointment.id) if one.person == person)


def known(world: World, appointment: Appointment) -> Appointment:
    """The appointment as it is now."""
    with world.store.read() as uow:
        return uow.appointments.get(appointment.id)


@contextmanager
def forged(world: World, who: str, action: str, value: str) -> Iterator[list[str]]:
    """What somebody reads after a press on a button with a value that nobody gave them."""
    person, told = world.person(who), list[str]()

    def work(occasion: Occasion) -> None:
        occasion.uow.guard.hears(person.id, occasion.now)
        occasion.say(person, Said(Text("{words}", {"words": "x"}), (Button(Text("Help"), action, value),)))

    do(world, work)
    told += [one.text for one in world.tap(who, action, value) if one.to == who]
    yield told


def send_intake(world: World, who: str) -> None:
    """Somebody has sent their first answers."""
    person = world.person(who).id
    made = Intake(id=0, person=person, state=State.SUBMITTED, answers={"german": "few"}, submitted=world.now)
    world.write(lambda uow: uow.intakes.add(replace(made, id=uow.new_id()), world.now))


def test_reading_an_intake_is_an_entry_which_the_person_sees(world: World) -> None:
    """Who looks at the answers stands in the list, under the name of what was read."""
    send_intake(world, "p1")
    c1, p1 = world.person("c1"), world.person("p1")
    do(world, lambda occasion: submissions.show(occasion, c1, p1))
    assert [("c1", Operation.HANDLE_INTAKE)] == reads(world, "p1")
    (answer,) = world.say("p1", "Wer hat meine Daten gesehen?")
    assert "Frau Albers" in answer.text


def test_a_list_of_appointments_is_a_read_of_everybody_in_it(world: World) -> None:
    """Those who are with somebody else by now are neither named nor read."""
    meet(world, "c1", "p1", "p2")
    p2, c2 = world.person("p2").id, world.person("c2").id
    world.write(lambda uow: uow.people.assign(p2, c2))
    (told,) = world.say("c1", "Meine Termine")
    assert world.person("p1").name in told.text
    assert world.person("p2").name not in told.text
    assert [("c1", Operation.READ_APPOINTMENTS)] == reads(world, "p1")
    assert [] == reads(world, "p2")


def test_an_appointment_of_several_is_changed_by_whom_all_of_them_are_with(world: World) -> None:
    """One who is somebody else's: neither called off nor moved; nothing new is planned with them either."""
    held = meet(world, "c1", "p1", "p2")
    p2, c2 = world.person("p2").id, world.person("c2").id
    world.write(lambda uow: uow.people.assign(p2, c2))
    for action, value in (("call_off", f"{held.id}:{held.revision}"), ("confirm", f"{part(world, held, 'p1')}:1")):
        with forged(world, "c1", action, value) as told:
            assert [NO] == told
    assert held == known(world, held)
    people = (world.person("p1").id, p2)
    wanted = MeetingWanted(people=people, kind=Kind.GROUP, starts=world.now + timedelta(days=1), minutes=30)
    c1 = world.person("c1")
    assert not world.write(lambda uow: access.admits(_occasion(world, uow), c1, [wanted]))
    with forged(world, "c1", "missed", str(part(world, held, "p1"))) as told:
        assert any("Jonas" in text for text in told)


@pytest.mark.parametrize("action", ["here", "come", "move"])
def test_a_part_of_somebody_else_an_old_one_and_none_are_answered_alike(world: World, action: str) -> None:
    """Nobody learns from a button which appointments there are."""
    held = meet(world, "c1", "p2")
    start = "here:" if action == "here" else meetings.VALUE
    foreign, own = part(world, held, "p2"), part(world, meet(world, "c1", "p1"), "p1")
    values = [f"{start}{foreign}", f"{start}{foreign + 1}", f"{start}1"]
    answers = []
    for value in values:
        with forged(world, "p1", action, value) as told:
            answers.append(told)
    world.now += timedelta(days=3)
    with forged(world, "p1", action, f"{start}{own}") as told:
        answers.append(told)
    assert 1 == len({tuple(told) for told in answers})
    assert OVER in answers[0][0]
    assert [] == world.events("AppointmentConfirmed")


def test_whoever_organised_hears_of_somebody_only_while_it_is_theirs(world: World) -> None:
    """ "I am here" goes to whom the person is with now."""
    held = meet(world, "c1", "p1")
    p1, c2 = world.person("p1").id, world.person("c2").id
    world.write(lambda uow: uow.people.assign(p1, c2))
    before = len(world.texts("c1"))
    with forged(world, "p1", "here", f"here:{part(world, held, 'p1')}"):
        assert before == len(world.texts("c1"))
    assert ("c2", Operation.READ_APPOINTMENTS) in reads(world, "p1")


def legal(world: World, *scopes: str) -> tuple[Person, Person]:
    """g1 is a legal guardian of p6, who is of age, for these purposes; all of C1, C3 and C4 is in effect."""
    p6 = change(world, "p6", born=OF_AGE, legal_scopes=scopes)
    for code in ("C1", "C3", "C4"):
        world.write(partial(consent.put, person=p6, purpose=code, now=world.now))
    return world.person("g1"), p6


def ends(world: World, guardian: Person, ward: Person, codes: list[str]) -> frozenset[str]:
    """What is left after a guardian has wanted these to end."""
    do(world, lambda occasion: withdrawal.end_for(occasion, guardian, ward, codes))
    with world.store.read() as uow:
        return uow.consents.effective(ward.id, world.now)


def test_a_legal_guardian_ends_what_is_theirs_and_nothing_else(world: World) -> None:
    """The scopes that were recorded are the whole of it."""
    g1, p6 = legal(world, "C3")
    assert {"C1", "C4"} == ends(world, g1, p6, ["C1", "C3", "C4"])
    assert "C1" not in world.texts("p6")[-1]


def may(world: World, guardian: Person, who: str, operation: Operation) -> bool:
    """Whether the table allows it now."""
    person = world.person(who)
    return world.write(lambda uow: access.may(_occasion(world, uow), guardian, operation, person))


@pytest.mark.parametrize("operation", [Operation.DECIDE_FOR_WARD, Operation.END_FOR_WARD, Operation.REPORT_FOR_WARD])
def test_a_guardian_has_a_right_until_contact_is_blocked_or_the_birthday_comes(
    world: World, operation: Operation
) -> None:
    """Blocked: nothing, whether parent or legal guardian. Of age: only with scopes, from the first instant on."""
    g1 = world.person("g1")
    change(world, "p6", born=date(2008, 11, 24))
    assert may(world, g1, "p6", operation)
    change(world, "p6", contact_blocked=True)
    assert not may(world, g1, "p6", operation)
    change(world, "p6", contact_blocked=False)
    world.now = datetime(2026, 11, 23, 23, 59, 59, tzinfo=BERLIN).astimezone(UTC)
    assert may(world, g1, "p6", operation)
    world.now += timedelta(seconds=1)
    assert not may(world, g1, "p6", operation)
    change(world, "p6", legal_scopes=("C3",))
    assert may(world, g1, "p6", operation)
    change(world, "p6", contact_blocked=True)
    assert not may(world, g1, "p6", operation)


def test_a_guardian_with_blocked_contact_is_asked_about_nothing(world: World) -> None:
    """ "Stop" of the guardian names no ward any more; what was shown before has no effect."""
    g1, p6 = legal(world, "C1", "C3")
    change(world, "p6", contact_blocked=True)
    with forged(world, "g1", "withdraw_beside", f"{p6.id} C3//"), forged(world, "g1", "stop_one", f"C1;{p6.id}"):
        pass
    world.say("g1", "Stopp")
    assert not [text for text in world.texts("g1") if "Leon" in text]
    with world.store.read() as uow:
        assert {"C1", "C3", "C4"} == uow.consents.effective(p6.id, world.now)
    assert [] == world.write(lambda uow: withdrawal.wards_of(_occasion(world, uow), g1))
