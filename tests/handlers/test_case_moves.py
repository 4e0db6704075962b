"""Somebody gets another caseworker: what goes along, what stays, and who may do it (F44, R57)."""

from datetime import UTC, datetime

from flows.engine.meetings import MeetingWanted
from flows.rules.appointments import Appointment, Kind
from handlers import appointments, leaving
from handlers.occasion import Occasion
from tests.handlers.test_alerts import holders, send_away
from tests.handlers.world import Arrived, World

FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def plan(world: World, *who: str) -> Appointment:
    """An appointment of these people with c1."""
    people = tuple(world.person(one).id for one in who)
    wanted = MeetingWanted(people=people, kind=Kind.PHONE, starts=FRIDAY, minutes=30)
    return world.write(
        lambda uow: appointments.plan(Occasion(uow=uow, now=world.now, cause=f"plan:{who}"), wanted, world.person("c1"))
    )


def hand_over(world: World, by: str = "c1") -> list[Arrived]:
    """Amal goes to Herr Demir."""
    world.say(by, "Übergabe Amal an Herrn Demir")
    return world.tap(by, "hand_case")


def organiser(world: World, appointment: Appointment) -> str:
    """Whom it is with by now."""
    with world.store.read() as uow:
        return uow.people.get(uow.appointments.get(appointment.id).organiser).handle


def test_own_dates_go_along_and_those_of_a_group_stay(world: World) -> None:
    """The new caseworker has the talk, the former one keeps the day with several people."""
    alone, together = plan(world, "p2"), plan(world, "p2", "p3")
    hand_over(world)
    assert ["c2", "c1"] == [organiser(world, one) for one in (alone, together)]


def test_a_reminder_that_waits_names_the_new_one(world: World) -> None:
    """Written at night, sent in the morning: nobody reads the name of who is not there any more (R57)."""
    world.to("2026-11-23 21:00")
    plan(world, "p2")
    hand_over(world)
    morning = [one.text for one in world.to("2026-11-24 08:30") if one.to == "p2"]
    assert any("Herr Demir" in text for text in morning)
    assert not any("Albers" in text for text in morning)


def test_violence_does_not_go_along(world: World) -> None:
    """The new caseworker hears nothing of it, nor does the former one."""
    world.say("p2", "زوجي يضربني")
    hand_over(world)
    assert not any("Gewalt" in text for text in world.texts("c1") + world.texts("c2"))
    assert ["v1"] == holders(world)


def test_the_former_caseworker_cannot_say_seen_any_more(world: World) -> None:
    """The alert is the new one's: an old button of the former one does nothing."""
    world.say("p2", "أنا مريضة اليوم")
    seen = world.button("c1", "seen").handle
    hand_over(world)
    world.press("c1", seen)
    assert [] == world.events("AlertAcknowledged")
    world.tap("c2", "seen")
    assert 1 == len(world.events("AlertAcknowledged"))


def test_an_absent_colleague_gets_the_case_and_somebody_present_the_alert(world: World) -> None:
    """Nothing open waits until the new caseworker is back."""
    world.say("p2", "أنا مريضة اليوم")
    send_away(world, "c2")
    hand_over(world)
    assert any("krank" in text for text in world.texts("k1"))


def test_the_coordinator_gives_away_whom_somebody_has_left(world: World) -> None:
    """Nobody who left is named to the person."""
    world.to("2026-11-23 09:00")
    world.write(lambda uow: leaving.leave(uow, world.person("c1"), world.now))
    told = [one.text for one in hand_over(world, "k1") if one.to == "p2"]
    assert any("Herr Demir" in text for text in told)
    assert not any("Albers" in text for text in told)


def test_who_gets_no_messages_is_to_be_told_by_a_person(world: World) -> None:
    """Without consent nothing is written to them, and whoever handed over hears that."""
    world.to("2026-11-23 09:00")
    world.press("p2", "@stop_all")
    told = hand_over(world)
    assert [] == [one for one in told if one.to == "p2"]
    assert any("bekommt hier keine Nachrichten" in one.text for one in told if one.to == "c1")


def test_the_reminder_of_a_day_with_several_still_names_whoever_holds_it(world: World) -> None:
    """It waits for the morning, and the day stays with the former caseworker: the name is not put in its place."""
    world.to("2026-11-23 21:00")
    plan(world, "p2", "p3")
    hand_over(world)
    morning = [one.text for one in world.to("2026-11-24 08:30") if one.to == "p2"]
    assert any("Albers" in text for text in morning)
