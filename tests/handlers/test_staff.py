"""What staff do in the chat: record reports, write to people, answer; and what a guardian reports."""

from datetime import date, timedelta

import pytest

from flows.engine.messages import MessageClass
from handlers import consent
from tests.handlers.world import World

TODAY = date(2026, 11, 23)


def take_c1_away(world: World) -> None:
    """Frau Albers is on leave this week; Herr Demir stands in."""
    world.write(lambda uow: uow.people.add_leave(world.person("c1").id, TODAY, TODAY + timedelta(days=4)))


def test_a_caseworker_records_a_report_by_phone(world: World) -> None:
    """A report that came by phone has its source, raises no alert to who recorded it, and the person is told."""
    world.say("c1", "Jonas ist heute krank")
    answers = world.tap("c1", "phone")
    (event,) = world.events("AbsenceReported")
    assert ("p1", "phone") == (world.handle(event.fields["who"]), event.fields["source"])
    assert [] == world.events("AlertRaised")
    assert {"c1", "p1"} == {one.to for one in answers} | {one.to for one in world.to("2026-11-23 08:00")}


def test_a_report_is_recorded_step_by_step(world: World) -> None:
    """Who, why, from when and how it came in are asked one after the other."""
    world.say("c1", "hilfe")
    world.tap("c1", "cannot")
    world.tap("c1", "person", str(world.person("p4").id))
    for action in ("ill", "tomorrow", "others"):
        world.tap("c1", action)
    (event,) = world.events("AbsenceReported")
    assert ("p4", "others", "2026-11-24") == (
        world.handle(event.fields["who"]),
        event.fields["source"],
        event.fields["first_day"],
    )


def test_a_report_recorded_twice_is_one(world: World) -> None:
    """What is known already is not recorded again by staff either."""
    world.say("p1", "Ich bin heute krank")
    world.say("c1", "Jonas ist heute krank")
    answers = world.tap("c1", "phone")
    assert 1 == len(world.absences("p1"))
    assert ["c1"] == [one.to for one in answers]


def test_words_go_both_ways(world: World) -> None:
    """What the person writes reaches the caseworker as written, and the answer comes back."""
    world.say("p1", "Zahnrad <b>eins</b>?")
    world.tap("p1", "yes")
    assert "Zahnrad <b>eins</b>?" in world.texts("c1")
    world.tap("c1", "answer")
    world.say("c1", "Zahnrad zwei & drei")
    assert "Zahnrad zwei & drei" in world.texts("p1")
    assert ["c1", "p1"] == [world.handle(event.fields["to"]) for event in world.events("MessageRelayed")]


def test_staff_write_to_somebody_they_name(world: World) -> None:
    """Words without an addressee are asked for one; only people within reach are offered."""
    answers = world.say("c1", "Bitte bringen Sie den Ausweis mit")
    offered = {world.handle(int(button.value)) for button in answers[0].buttons if button.action == "person"}
    assert {"p0", "p1", "p2", "p3", "p4"} == offered
    world.tap("c1", "person", str(world.person("p4").id))
    world.to("2026-11-23 08:00")
    assert "Bitte bringen Sie den Ausweis mit" in world.texts("p4")


def test_an_unasked_message_waits_for_the_morning(world: World) -> None:
    """What staff write on their own at night is delivered at eight; an answer goes at once."""
    world.to("2026-11-23 22:00")
    world.say("c1", "Bitte den Ausweis mitbringen")
    world.tap("c1", "person", str(world.person("p4").id))
    assert [] == world.texts("p4")
    assert [] != [one for one in world.to("2026-11-24 08:00") if one.to == "p4"]


def test_an_old_question_does_not_open_the_night(world: World) -> None:
    """Somebody who wrote a week ago is not woken by what staff write today."""
    world.say("p4", "Zahnrad")
    world.tap("p4", "yes")
    world.tap("c1", "seen")
    world.to("2026-12-01 22:00")
    known = len(world.texts("p4"))
    world.say("c1", "Bitte den Ausweis mitbringen")
    world.tap("c1", "person", str(world.person("p4").id))
    assert known == len(world.texts("p4"))


def test_who_has_withdrawn_gets_no_unasked_message(world: World) -> None:
    """Words to somebody without consent are not passed on, the caseworker is asked to call; nothing is recorded."""
    world.write(lambda uow: consent.withdraw(uow, world.person("p4"), "C1", world.now))
    world.say("c1", "Zahnrad")
    answers = world.tap("c1", "person", str(world.person("p4").id))
    assert ["c1"] == [one.to for one in answers]
    assert [] == world.events("MessageRelayed")
    assert not [text for text in world.texts("p4") if "Zahnrad" in text]


def test_a_message_withdrawn_in_between_is_not_sent(world: World) -> None:
    """Words that wait for the morning are dropped when the person stops in the night."""
    world.to("2026-11-23 22:00")
    world.say("c1", "Zahnrad")
    world.tap("c1", "person", str(world.person("p4").id))
    world.say("p4", "stop")
    world.to("2026-11-24 12:00")
    assert not [text for text in world.texts("p4") if "Zahnrad" in text]


def test_whoever_stands_in_reaches_the_people_of_who_is_away(world: World) -> None:
    """While c1 is away c2 can record and write for her people; afterwards no more."""
    world.say("c2", "Jonas ist heute krank")
    assert [] == world.events("AbsenceReported")
    take_c1_away(world)
    world.say("c2", "abbrechen")
    world.say("c2", "Jonas ist heute krank")
    world.tap("c2", "phone")
    assert 1 == len(world.events("AbsenceReported"))
    world.to("2026-11-30 09:00")
    offered = world.say("c2", "Ausweis mitbringen")[0].buttons
    assert {"p5", "p6"} == {world.handle(int(one.value)) for one in offered if one.action == "person"}


@pytest.mark.parametrize("who", ["k1", "v1"])
def test_who_looks_after_nobody_is_told_so(world: World, who: str) -> None:
    """A coordinator and a protection person have nobody to write to."""
    (answer, *_) = world.say(who, "Bitte kommen")
    assert who == answer.to
    assert [] == world.events()


def test_the_sick_note_ends_the_reminders(world: World) -> None:
    """ "Sick note is here" is recorded, told to the person, and nothing is asked for any more; twice says so."""
    world.say("p1", "Ich bin heute krank")
    handle = world.button("c1", "proof").handle
    answers = world.press("c1", handle)
    assert {"c1", "p1"} == {one.to for one in answers} | {one.to for one in world.to("2026-11-23 08:00")}
    assert 1 == len(world.events("CertificateReceived"))
    world.press("c1", handle)
    assert 1 == len(world.events("CertificateReceived"))
    world.to("2026-12-04 12:00")
    assert [] == world.events("ReminderSent")


def test_a_guardian_reports_for_the_child(world: World) -> None:
    """A guardian's "my child is ill" is the child's illness, told by others; the guardian is absent from nowhere."""
    world.say("g1", "Mein Kind ist heute krank")
    (event,) = world.events("AbsenceReported")
    assert ("p6", "illness", "others") == (
        world.handle(event.fields["who"]),
        event.fields["reason"],
        event.fields["source"],
    )
    assert ["c2"] == [world.handle(one.fields["to"]) for one in world.events("AlertRaised")]


def test_alerts_are_never_held_back(world: World) -> None:
    """Every alert goes out as one, at any hour."""
    world.to("2026-11-29 03:00")
    answers = world.say("p1", "Ich bin heute krank")
    assert [MessageClass.ALERT] == [one.message.message_class for one in answers if one.to == "c1"]
