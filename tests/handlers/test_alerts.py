"""Alerts: who gets them, who next, who may say "seen", and who never hears of it."""

from datetime import date
from functools import partial

import pytest

from handlers import deliveries, inbound
from tests.handlers.world import BERLIN, World


def holders(world: World, name: str = "AlertRaised") -> list[str]:
    """Who got alerts, in order."""
    return [world.handle(event.fields["to"]) for event in world.events(name)]


def send_away(world: World, who: str) -> None:
    """Somebody is on leave all week."""
    world.write(lambda uow: uow.people.add_leave(world.person(who).id, date(2026, 11, 23), date(2026, 11, 27)))


def test_the_caseworker_hears_of_a_report_and_the_person_of_seen(world: World) -> None:
    """A report raises one alert to the caseworker; "seen" is recorded and told to the person, once."""
    world.say("p1", "Ich bin heute krank")
    assert ["c1"] == holders(world)
    answers = world.tap("c1", "seen")
    assert ["p1"] == [one.to for one in answers]
    assert "Frau Albers" in answers[0].text
    (event,) = world.events("AlertAcknowledged")
    assert ("absence", "c1") == (event.fields["kind"], world.handle(event.fields["by"]))


def test_seen_twice_by_the_same_person_says_so(world: World) -> None:
    """Who presses "seen" again is told so; the person hears nothing a second time."""
    world.say("p1", "Ich bin heute krank")
    world.tap("c1", "seen")
    (again,) = world.tap("c1", "seen")
    assert ("c1", 1) == (again.to, len(world.events("AlertAcknowledged")))


def test_who_comes_second_is_told_who_was_first(world: World) -> None:
    """When the stand-in has the alert too, the first "seen" counts and the second says whose it was."""
    world.say("p1", "Ich bin heute krank")
    world.to("2026-11-23 12:30")
    assert ["c2"] == holders(world, "AlertEscalated")
    world.tap("c2", "seen")
    (answer,) = world.tap("c1", "seen")
    assert "Herr Demir" in answer.text
    assert 1 == len(world.events("AlertAcknowledged"))


def test_an_alert_nobody_sees_climbs_the_ladder(world: World) -> None:
    """After four office hours the stand-in gets it, after eight the coordinator, who hears of it every office day."""
    world.say("p1", "Ich bin heute krank")
    world.to("2026-11-23 11:59")
    assert [] == holders(world, "AlertEscalated")
    world.to("2026-11-23 12:00")
    assert ["c2"] == holders(world, "AlertEscalated")
    world.to("2026-11-25 12:00")
    assert ["c2", "k1", "k1"] == holders(world, "AlertEscalated")
    assert "16:00" == f"{world.events('AlertEscalated')[1].at.astimezone(BERLIN):%H:%M}"


def test_what_was_seen_climbs_no_further(world: World) -> None:
    """After "seen" neither stand-in nor coordinator hear of it."""
    world.say("p1", "Ich bin heute krank")
    world.tap("c1", "seen")
    world.to("2026-12-01 12:00")
    assert [] == holders(world, "AlertEscalated")
    assert [] == world.texts("c2") + world.texts("k1")


def test_while_the_caseworker_is_away_the_stand_in_gets_it_at_once(world: World) -> None:
    """The stand-in gets the alert and may answer; the next is the coordinator, not the stand-in again."""
    send_away(world, "c1")
    world.say("p1", "Ich bin heute krank")
    assert ["c2"] == holders(world)
    world.to("2026-11-24 07:39")
    assert ["k1"] == holders(world, "AlertEscalated")
    assert [] == world.texts("c1")


def test_without_a_stand_in_the_coordinator_comes_next(world: World) -> None:
    """Nobody stands in for c2: an alert that nobody sees goes to the coordinator after eight office hours."""
    world.say("p5", "I am ill today")
    world.to("2026-11-23 15:59")
    assert ["c2"] == holders(world)
    assert [] == holders(world, "AlertEscalated")
    world.to("2026-11-23 16:00")
    assert ["k1"] == holders(world, "AlertEscalated")


def test_a_crisis_climbs_within_the_hour(world: World) -> None:
    """Crisis alerts go on after thirty and sixty office minutes; at night they count from the opening."""
    world.to("2026-11-23 22:00")
    world.say("p1", "Ich will nicht mehr leben")
    assert ["c1"] == holders(world)
    world.to("2026-11-24 08:29")
    assert [] == holders(world, "AlertEscalated")
    world.to("2026-11-24 09:00")
    assert ["c2", "k1"] == holders(world, "AlertEscalated")


def test_violence_reaches_the_protection_person_alone(world: World) -> None:
    """Nobody else ever gets a word of it; it is repeated to the protection person."""
    world.say("p1", "Mein Freund schlägt mich, Zahnrad")
    world.to("2026-12-04 12:00")
    assert {"v1"} == set(holders(world)) | set(holders(world, "AlertEscalated"))
    assert 2 <= len(world.texts("v1"))
    assert [] == world.texts("c1") + world.texts("c2") + world.texts("k1")
    assert any("Zahnrad" in text for text in world.texts("v1"))


def test_violence_stays_with_the_protection_person_when_they_cannot_be_reached(world: World) -> None:
    """A message that does not reach the protection person goes to nobody else."""
    world.unreachable.add("v1")
    world.say("p1", "Mein Freund schlägt mich")
    world.to("2026-12-04 12:00")
    assert {"p1"} == {arrived.to for arrived in world.arrived}


@pytest.mark.parametrize("text", ["Ich bin heute krank", "Ich will nicht mehr leben"])
def test_an_alert_that_does_not_arrive_goes_on_at_once_and_only_one_step(world: World, text: str) -> None:
    """When the caseworker cannot be reached the stand-in gets it at once, the coordinator not before their time."""
    world.unreachable.add("c1")
    world.say("p1", text)
    assert ["c2"] == holders(world, "AlertEscalated")
    assert [] == world.texts("k1")


def test_an_alert_climbs_on_until_somebody_can_be_reached(world: World) -> None:
    """With caseworker and stand-in unreachable the coordinator gets it at once."""
    world.unreachable |= {"c1", "c2"}
    world.say("p1", "Ich bin heute krank")
    assert ["c2", "k1"] == holders(world, "AlertEscalated")
    assert 1 == len(world.texts("k1"))


def test_a_participant_who_cannot_be_reached_raises_one_alert(world: World) -> None:
    """The caseworker is asked to call, once for all messages that did not arrive."""
    world.unreachable.add("p1")
    world.say("p1", "Ich bin heute krank")
    kinds = [event.fields["kind"] for event in world.events("AlertRaised")]
    assert ["absence", "undeliverable"] == kinds


def test_an_alert_about_something_undeliverable_is_raised_anew_after_seen(world: World) -> None:
    """Once the caseworker has seen it, the next failure is news again."""
    world.unreachable.add("p1")
    world.say("p1", "hallo")
    world.tap("c1", "seen")
    world.say("p1", "hallo")
    assert 2 == len(world.events("AlertRaised"))


def test_a_stale_timer_does_nothing(world: World) -> None:
    """A timer whose alert has gone on since does not make it go on again."""
    world.unreachable.add("c1")
    world.say("p1", "Ich bin heute krank")
    world.to("2026-11-23 12:00")
    assert ["c2"] == holders(world, "AlertEscalated")


def test_giving_up_under_a_lost_lease_raises_nothing(world: World) -> None:
    """A sender that lost its lease cannot report a message as undeliverable."""
    world.write(partial(inbound.receive, inbound=world.update("p1", text="hallo"), now=world.now))
    claimed = world.claim()[0]
    world.write(lambda uow: uow.outbox.mark_retry(claimed.message.id, claimed.lease, world.now, "later"))
    world.write(lambda uow: deliveries.give_up(uow, claimed, "unreachable", world.now))
    assert [] == world.events("AlertRaised")
