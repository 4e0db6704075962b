"""Stop ends everything unasked before the next message; after crisis words everything automatic rests."""

from datetime import timedelta
from functools import partial

import pytest

from flows.engine.messages import OutboxStatus
from handlers import absences, consent, deliveries, timers
from tests.handlers.world import World


def statuses(world: World, reason: str) -> int:
    """How many messages were put aside for this reason."""
    return sum(row.count(reason) for row in world.rows()["outbox"])


def ill_until_friday(world: World) -> None:
    """A report with an open proof: reminders are planned for Tuesday and Wednesday at nine."""
    world.say("p1", "Ich bin krank bis Freitag")


def write_reminder(world: World) -> None:
    """It is Tuesday at nine: the reminder stands in the outbox and is not delivered yet."""
    world.to("2026-11-24 08:59")
    world.now += timedelta(minutes=1)
    with world.store.read() as uow:
        due = [timer for timer in uow.timers.due(world.now, 100) if timer.kind == absences.TIMER]
    for timer in due:
        world.write(partial(timers.fire, timer=timer, now=world.now))


def test_the_sick_note_is_asked_for_twice_and_no_more(world: World) -> None:
    """On the second and third working day at nine, with ways out; never at the weekend after."""
    ill_until_friday(world)
    assert ["p1"] == [one.to for one in world.to("2026-11-24 09:00") if "no_doctor" in one.actions]
    world.to("2026-12-04 12:00")
    assert 2 == len(world.events("ReminderSent"))


@pytest.mark.parametrize("way", ["stop", "button"])
def test_after_stop_nothing_unasked_is_sent(world: World, way: str) -> None:
    """Stop is confirmed with the way by phone, the caseworker hears of it, and no reminder comes any more."""
    ill_until_friday(world)
    answers = world.say("p1", "stop") if way == "stop" else world.press("p1", "@stop_all")
    assert any("0221 4710 101" in one.text for one in answers if one.to == "p1")
    assert "withdrawal" in [event.fields["kind"] for event in world.events("AlertRaised")]
    assert [] == [one for one in world.to("2026-12-04 12:00") if one.to == "p1"]
    assert [] == world.events("ReminderSent")


def test_stop_drops_what_waits_and_what_is_claimed_and_comes_back(world: World) -> None:
    """A reminder in the outbox is dropped; one that was claimed and cut off is not sent when it is tried again."""
    ill_until_friday(world)
    write_reminder(world)
    (claimed,) = world.claim()
    world.say("p1", "stop")
    world.write(lambda uow: uow.outbox.mark_retry(claimed.message.id, claimed.lease, world.now, "interrupted"))
    assert claimed.message.id not in [one.message.id for one in world.claim()]
    assert 1 == statuses(world, deliveries.WITHDRAWN)


def test_withdrawing_certificates_keeps_everything_else(world: World) -> None:
    """C3 withdrawn ends the reminders for sick notes; other messages still come."""
    ill_until_friday(world)
    world.write(lambda uow: consent.withdraw(uow, world.person("p1"), "C3", world.now))
    world.tap("c1", "seen")
    assert "Frau Albers" in world.texts("p1")[-1]
    world.to("2026-12-04 12:00")
    assert [] == world.events("ReminderSent")


def test_after_stop_a_report_is_still_passed_on(world: World) -> None:
    """Who has withdrawn is not asked for details, but a report of theirs is recorded and answered."""
    world.say("p1", "stop")
    answers = world.say("p1", "Ich bin heute krank")
    assert 1 == len(world.events("AbsenceReported"))
    assert {"p1", "c1"} == {one.to for one in answers}
    assert [] == [one for one in world.tap("c1", "seen", None) if one.to == "p1"]


def test_stop_twice_is_one_withdrawal(world: World) -> None:
    """Saying stop again is confirmed again and records nothing more."""
    world.say("p1", "stop")
    assert world.say("p1", "stop")
    assert 1 == len(world.events("ConsentWithdrawn"))
    assert 1 == len(world.events("AlertRaised"))


def test_messages_again_asks_and_declining_is_as_easy(world: World) -> None:
    """After stop the consent can be given anew, or not; neither changes any other purpose."""
    world.say("p1", "stop")
    world.tap("p1", "start")
    world.tap("p1", "no")
    assert ["C1"] == [event.fields["purpose"] for event in world.events("ConsentDeclined")]
    with world.store.read() as uow:
        assert frozenset({"C3"}) == uow.consents.effective(world.person("p1").id, world.now)
    world.say("p1", "stop")
    world.tap("p1", "start")
    world.tap("p1", "yes")
    with world.store.read() as uow:
        assert frozenset({"C1", "C3"}) == uow.consents.effective(world.person("p1").id, world.now)


def test_stop_in_the_middle_of_a_report_does_not_lose_it(world: World) -> None:
    """A report that was begun reaches the caseworker although the person stopped."""
    world.say("p1", "ich kann heute nicht kommen")
    world.press("p1", "@stop_all")
    kinds = [event.fields["kind"] for event in world.events("AlertRaised")]
    assert sorted(["withdrawal", "absence"]) == sorted(kinds)


@pytest.mark.parametrize("way", ["pause", "silence", "other", "handed over"])
def test_a_report_that_was_begun_is_never_lost(world: World, way: str) -> None:
    """Whether somebody pauses, falls silent, begins something else or is not understood: the caseworker hears of it."""
    world.say("p1", "ich kann heute nicht kommen")
    if way == "pause":
        world.press("p1", "@pause")
    elif way == "other":
        world.say("p1", "Ich möchte meine Termine sehen")
    elif way == "handed over":
        for _ in range(3):
            world.say("p1", "Zahnrad")
    world.to("2026-11-23 12:00")
    assert "absence" in [event.fields["kind"] for event in world.events("AlertRaised")]


def test_the_one_put_aside_last_goes_on_first(world: World) -> None:
    """ "Go on" takes up what was paused last; what was paused before waits."""
    world.say("p1", "ich kann heute nicht kommen")
    world.press("p1", "@pause")
    world.to("2026-11-23 09:00")
    world.say("p1", "Ich möchte mit Frau Albers sprechen")
    world.press("p1", "@pause")
    world.say("p1", "weiter")
    world.say("p1", "Zahnrad")
    assert any("Zahnrad" in text for text in world.texts("c1"))


CRISIS = "Ich will nicht mehr leben"


def test_crisis_words_hold_everything_automatic(world: World) -> None:
    """After crisis words no reminder is sent until somebody of the staff lets it begin again."""
    ill_until_friday(world)
    world.say("p1", CRISIS)
    assert [] == [one for one in world.to("2026-11-24 12:00") if one.to == "p1"]
    world.tap("c1", "seen")
    world.tap("c1", "release")
    assert any("no_doctor" in one.actions for one in world.to("2026-11-25 12:00"))


def test_a_reminder_written_before_the_crisis_is_held_too(world: World) -> None:
    """What waits in the outbox when crisis words come is not sent either."""
    ill_until_friday(world)
    write_reminder(world)
    world.say("p1", CRISIS)
    assert 1 == statuses(world, deliveries.HELD)


def test_a_caseworker_reaches_somebody_in_a_crisis_at_any_hour(world: World) -> None:
    """What a human being writes is never held back, at night neither."""
    world.to("2026-11-23 23:00")
    world.say("p1", CRISIS)
    world.tap("c1", "answer")
    answers = world.say("c1", "Zahnrad, ich rufe Sie gleich an")
    assert any("Zahnrad" in one.text for one in answers if one.to == "p1")


def test_crisis_help_needs_no_consent_and_no_open_office(world: World) -> None:
    """Somebody without any consent gets help and helplines at night, and an honest word on when it is read."""
    world.to("2026-11-28 03:00")
    answers = [one.text for one in world.say("p6", CRISIS) if one.to == "p6"]
    assert any("112" in text for text in answers)
    assert any("geschlossen" in text or "nicht da" in text or "30.11." in text for text in answers)
    assert "c2" in {one.to for one in world.arrived}


def test_crisis_words_do_not_end_an_open_question(world: World) -> None:
    """Crisis help in the middle of a report leaves one open question at most."""
    world.say("p1", "Ich bin heute krank")
    world.say("p1", "Ich bin krank und will nicht mehr leben")
    open_ones = [row for row in world.rows()["conversations"] if row[2] == "waiting"]
    assert 1 >= len(open_ones)
    assert 1 == len(world.absences("p1"))


def test_releasing_twice_says_so(world: World) -> None:
    """Nothing is released that is not held."""
    world.say("p1", CRISIS)
    world.tap("c1", "seen")
    handle = world.button("c1", "release").handle
    world.press("c1", handle)
    assert world.person("p1").held_since is None
    assert world.press("c1", handle)


def test_a_message_of_another_class_is_not_touched_by_stop(world: World) -> None:
    """Stop drops reminders and broadcasts, never an alert to staff."""
    ill_until_friday(world)
    world.say("p1", "stop")
    assert 0 == sum(row.count(OutboxStatus.PENDING.value) for row in world.rows()["outbox"])
    assert world.texts("c1")
