"""A case goes to another caseworker with everything that is pending; nothing of it stays behind (F44)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest

from bot.profile import load_profile
from flows.engine.events import AlertKind, Said
from flows.engine.meetings import MoveWanted
from flows.engine.messages import Text
from flows.people import Address, Person, PersonId, Role
from flows.rules.deadline_rows import TABLE
from flows.rules.deadlines import Occurrence, binding
from flows.rules.intake import Intake, State
from handlers import alerts, case_moves, moves, reach, tasks
from handlers.alerts import News
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork
from tests.handlers.test_case_moves import organiser, plan
from tests.handlers.test_inbox import COMPLAINTS
from tests.handlers.world import CHANNEL, World

WORDS = "عندي سؤال عن العقد"


@pytest.fixture
def world3(world: World) -> World:
    """With a third caseworker, so that neither the former one nor their stand-in gets the case."""
    world.write(lambda uow: hire(uow, "c3", Role.CASEWORKER, "Frau Yilmaz", "0221 4710 103"))
    world.to("2026-11-23 09:00")
    return world


def hire(uow: UnitOfWork, handle: str, role: Role, name: str, phone: str = "") -> None:
    """Somebody more works here."""
    hired = Person(
        id=PersonId(uow.new_id()), handle=handle, role=role, name=name, language="de", formal=True, phone=phone
    )
    uow.people.add(hired)
    uow.people.add_address(Address(id=uow.new_id(), person=hired.id, channel=CHANNEL, external=handle))


def do(world: World, work: Callable[[Occasion], object], cause: str) -> None:
    """Something happens, and nothing is delivered by it yet."""
    world.write(lambda uow: work(Occasion(uow=uow, now=world.now, cause=cause)))


def give(world: World, who: str, to: str) -> None:
    """Somebody is looked after by this caseworker, without a word to anybody."""
    participant, caseworker = world.person(who).id, world.person(to).id
    world.write(lambda uow: uow.people.assign(participant, caseworker))


def hand_over(world: World) -> None:
    """Amal goes from Frau Albers to Frau Yilmaz."""
    amal, new, old = world.person("p2"), world.person("c3"), world.person("c1")
    do(world, lambda occasion: case_moves.move(occasion, amal, new, old), "move")
    world.deliver()


def told(world: World, who: str, since: int) -> list[str]:
    """What somebody got since then."""
    return [one.text for one in world.arrived[since:] if one.to == who]


def unseen_report(world: World) -> None:
    """A report that nobody has looked at."""
    world.say("p2", "أنا مريضة اليوم")


def put_off(world: World) -> None:
    """The former caseworker wants to see it again later."""
    world.say("p2", "أنا مريضة اليوم")
    world.tap("c1", "later")
    world.tap("c1", "snooze")


def asked_for_a_call(world: World) -> None:
    """A wish for a call."""
    world.say("p2", "اتصلوا بي من فضلكم")


def words_written(world: World) -> None:
    """Words that wait for an answer."""
    world.say("p2", "أريد التحدث مع المشرفة")
    world.say("p2", WORDS)


def leave_seen(world: World) -> None:
    """A request for leave, seen, not decided."""
    world.say("p2", "إجازة من 7.12. إلى 11.12.")
    world.tap("p2", "confirm")
    world.tap("c1", "seen")


def intake_seen(world: World) -> None:
    """First answers, seen, not accepted."""
    amal = world.person("p2")

    def submit(occasion: Occasion) -> None:
        known = Intake(id=occasion.uow.new_id(), person=amal.id, state=State.SUBMITTED, submitted=occasion.now)
        occasion.uow.intakes.add(known, occasion.now)
        alerts.raise_alert(occasion, amal, News(kind=AlertKind.INTAKE))

    do(world, submit, "intake")
    world.deliver()
    world.tap("c1", "seen")


def move_seen(world: World) -> None:
    """A wish for another time, seen, not settled."""
    plan(world, "p2")
    amal = world.person("p2")

    def wish(occasion: Occasion) -> None:
        ((appointment, invitee),) = occasion.uow.appointments.of(amal.id, occasion.now)
        moves.ask_for_move(occasion, amal, MoveWanted(invitee=invitee.id, wish=appointment.starts + timedelta(hours=2)))

    do(world, wish, "move wished")
    world.deliver()
    world.tap("c1", "seen")


def task_due(world: World) -> None:
    """A deadline that was said."""
    amal, row = world.person("p2"), binding(TABLE, load_profile("demo").deadlines)[0]
    day, at = world.now.date(), world.now
    one = Occurrence(row=row, n="1", anchor=day, due=day, told=at)
    do(world, lambda occasion: tasks.say(occasion, amal, one, tasks.open_for(occasion, amal, one), at), "task")
    world.deliver()


UNSETTLED: dict[Callable[[World], None], int] = {
    unseen_report: 1, put_off: 1, asked_for_a_call: 1, words_written: 2, leave_seen: 1, intake_seen: 1, move_seen: 1,
    task_due: 1,
}  # fmt: skip
"""What waits for somebody of the staff, and how many cards it is."""


@pytest.mark.parametrize("begin", UNSETTLED, ids=lambda one: one.__name__)
def test_what_waits_for_somebody_waits_for_the_new_one(world3: World, begin: Callable[[World], None]) -> None:
    """Exactly the new caseworker has it, it is shown to them, and it never comes to the former ones again."""
    begin(world3)
    since = len(world3.arrived)
    hand_over(world3)
    with world3.store.read() as uow:
        opened = [len(uow.alerts.open_to(world3.person(one).id)) for one in ("c1", "c2", "c3")]
    assert [0, 0, UNSETTLED[begin]] == opened
    assert 1 + UNSETTLED[begin] <= len(told(world3, "c3", since))
    (notice,) = told(world3, "c1", since)
    assert "Frau Yilmaz" in notice
    world3.to("2026-11-24 12:00")
    assert [notice] == told(world3, "c1", since)
    assert [] == told(world3, "c2", since)


def test_a_decided_request_is_not_shown_again(world3: World) -> None:
    """Only what waits for a decision comes anew."""
    leave_seen(world3)
    world3.tap("c1", "accept")
    hand_over(world3)
    with world3.store.read() as uow:
        assert [] == uow.alerts.open_to(world3.person("c3").id)


@pytest.mark.parametrize("holder", ["c1", "c2"])
def test_a_message_that_waits_for_the_former_ones_goes_to_the_new_one(world3: World, holder: str) -> None:
    """Written and not delivered yet: the new caseworker gets it, and nobody else, the stand-in included."""
    amal, to = world3.person("p2"), world3.person(holder)
    note = Text("{words}", {"words": "Ein Hinweis für später"})
    do(world3, lambda occasion: occasion.say(to, Said(note), Sending(subject=amal)), "note")
    hand_over(world3)
    assert ["c3"] == [one.to for one in world3.arrived if one.text == "Ein Hinweis für später"]


def test_lists_of_the_new_one_have_it_and_those_of_the_former_one_do_not(world3: World) -> None:
    """Open proofs, whom to call, tasks, appointments, what was written: asked for in the chat by both."""
    task_due(world3)
    world3.say("p2", "أنا مريضة اليوم")
    date_ = plan(world3, "p2")
    words_written(world3)
    world3.write(lambda uow: reach.call(uow, world3.person("p2").id, reach.NOT_FETCHED, world3.now + timedelta(1)))
    hand_over(world3)
    asked = ("/proofs", "/calls", "tasks", "Nachrichten Amal", "/today", "/open")
    for line in asked:
        assert any("Amal" in one.text for one in world3.say("c3", line)), line
        assert not any("Amal" in one.text for one in world3.say("c1", line)), line
    assert "c3" == organiser(world3, date_)


def test_a_talk_that_is_open_goes_on_and_its_end_comes_to_the_new_one(world3: World) -> None:
    """The person is in the middle of telling why: nothing is asked again, the report reaches the new caseworker."""
    world3.say("p2", "لا أستطيع أن آتي")
    hand_over(world3)
    world3.tap("p2", "ill")
    world3.tap("p2", "today")
    assert any("krank" in text for text in world3.texts("c3"))
    assert not any("krank" in text for text in world3.texts("c1"))


def test_what_the_former_one_was_writing_is_not_sent(world3: World) -> None:
    """They had begun an answer: it reaches nobody, and they are told that it did not."""
    words_written(world3)
    world3.tap("c1", "answer")
    hand_over(world3)
    answered = world3.say("c1", "Komm morgen um neun")
    assert {"c1"} == {one.to for one in answered}
    assert not any("Komm morgen um neun" in text for text in world3.texts("p2"))


def test_the_person_hears_of_it_with_the_direct_line_and_not_who_it_was(world3: World) -> None:
    """In their language, with name and number of the new caseworker."""
    hand_over(world3)
    assert any("Frau Yilmaz" in text and "0221 4710 103" in text for text in world3.texts("p2"))
    assert not any("Albers" in text for text in world3.texts("p2"))


def test_a_complaint_stays_with_the_protection_person(world3: World) -> None:
    """Neither the new nor the former caseworker learns of it by the hand-over (R59)."""
    world3.say("p2", COMPLAINTS["p2"])
    since = len(world3.arrived)
    hand_over(world3)
    assert not any(COMPLAINTS["p2"] in text for text in told(world3, "c3", since) + told(world3, "c1", since))
    assert any("Offene Hinweise: 0." in text for text in told(world3, "c3", since))


FORMER: Final = {
    "access_log": "who has read, then",
    "addresses": "their own",
    "alert_holders": "what they have seen; nothing that is open, see below",
    "alerts": "seen by them, then",
    "copies": "their own",
    "events": "what was, sealed",
    "inbox": "what they wrote",
    "invitations": "that they made one",
    "name_index": "themselves",
    "person_keys": "themselves",
    "former_assignments": "that they were it",
    "outbox": "what they got",
    "people": "themselves",
    "substitutes": "who stands in for them",
    "thread": "what they wrote",
}
"""Where the id of the former caseworker may still stand once nobody is theirs any more, and why."""


def test_no_table_holds_anything_for_the_former_one(world3: World) -> None:
    """Everything above at once; then the whole database is searched for their id."""
    for other in ("p1", "p3", "p4", "p0"):
        give(world3, other, "c2")
    for begin in (leave_seen, move_seen, task_due, unseen_report, asked_for_a_call):
        begin(world3)
    hand_over(world3)
    old = world3.person("c1").id
    found = {table for table, rows in world3.rows().items() if any(old in row for row in rows)}
    assert set() == found - FORMER.keys()
    with world3.store.read() as uow:
        assert [] == uow.alerts.open_to(old)
        assert [] == uow.outbox.pending_for(old)
