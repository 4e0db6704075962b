"""What keeps staff and participants busy is seen at planning and when another time is offered, with a way out."""

from datetime import UTC, datetime, timedelta

from flows.rules.hours import Span
from tests.handlers.world import BERLIN, World

TEN = datetime(2026, 12, 1, 10, tzinfo=BERLIN).astimezone(UTC)
HOUR = timedelta(hours=1)


def plan(world: World, who: str, clock: str, *, by: str = "c1") -> str:
    """Plan a talk of 45 minutes on 1 December; the question at its end."""
    world.say(by, f"Termin mit {who} am 1.12.")
    world.tap(by, "phone")
    world.say(by, clock)
    world.say(by, "45")
    asked = world.tap(by, "without")[-1]
    return world.tap(by, "no")[-1].text if "Braucht" in asked.text else asked.text


def keep_busy(world: World, who: str, *spans: Span) -> None:
    """Another calendar says that they are busy."""
    world.write(lambda uow: uow.busy.replace(world.person(who).id, spans))


def test_busy_times_from_elsewhere_speak_against_a_time(world: World) -> None:
    """Only from and to is said; another time is one tap away."""
    keep_busy(world, "c1", Span(TEN, TEN + HOUR))
    asked = plan(world, "Jonas", "10:30")
    assert "Von 10:00 bis 11:00 haben Sie etwas anderes" in asked
    again = world.tap("c1", "again")[-1]
    assert "An welchem Tag" in again.text
    world.say("c1", "1.12.")
    assert "Stimmt das so" in world.say("c1", "11:00")[-1].text


def test_a_whole_day_that_is_busy_is_said_with_its_days(world: World) -> None:
    """It has no time of its own."""
    keep_busy(world, "c1", Span(TEN - HOUR * 10, TEN + HOUR * 14))
    assert "Von Di 1.12., 0:00 bis Mi 2.12., 0:00 haben Sie etwas anderes" in plan(world, "Jonas", "10:30")


def test_busy_times_are_not_offered(world: World) -> None:
    """Neither to staff who plan, nor to somebody who needs another time."""
    world.say("c1", "Termin mit Jonas am 24.11.")
    world.tap("c1", "phone")
    free = [button.label for button in world.arrived[-1].buttons]
    eight = datetime(2026, 11, 24, 8, tzinfo=BERLIN).astimezone(UTC)
    keep_busy(world, "c1", Span(eight, eight + HOUR * 2))
    world.say("c1", "abbrechen")
    world.say("c1", "Termin mit Jonas am 24.11.")
    world.tap("c1", "phone")
    later = [button.label for button in world.arrived[-1].buttons]
    assert ("8:00", "10:00") == (free[0], later[0])


def test_what_a_participant_has_with_others_is_said_without_what_it_is(world: World) -> None:
    """The stand-in plans over an appointment with the caseworker: that there is one, and no more, is said."""
    plan(world, "Daniel", "10:00", by="c2")
    world.tap("c2", "confirm")
    world.write(lambda uow: uow.people.assign(world.person("p5").id, world.person("c1").id))
    asked = plan(world, "Daniel", "10:30")
    assert "Daniel Okafor hat dann schon einen anderen Termin" in asked
    assert "again" in world.arrived[-1].actions
