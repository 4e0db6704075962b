"""The contact policy as delivery keeps to it: the reason stays with what is put off or not sent."""

from datetime import timedelta

import pytest

from flows.engine.events import Said
from flows.engine.messages import Haste, MessageClass, Text
from flows.rules.contact import Why
from handlers import deliveries
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork
from tests.handlers.world import World

SAID = Said(Text("Thank you, your sick note has arrived."))


def write(world: World, cause: str = "test:1", **more: object) -> bool:
    """Something unasked for p1 is written; whether it was."""

    def work(uow: UnitOfWork) -> bool:
        person = uow.people.get(world.person("p1").id)
        sending = Sending(message_class=MessageClass.REMINDER, purpose="C1", **more)  # type: ignore[arg-type]  # as is
        return Occasion(uow=uow, now=world.now, cause=cause).say(person, SAID, sending)

    return world.write(work)


def reasons(world: World) -> set[str]:
    """Why messages wait or did not go out."""
    return {str(why) for why in Why for row in world.rows()["outbox"] if str(why) in row}


@pytest.mark.parametrize(
    ("moment", "why", "comes"),
    [
        ("2026-11-24 21:00", Why.QUIET, "2026-11-25 08:00"),
        ("2026-11-29 12:00", Why.SUNDAY, "2026-11-30 08:00"),
        ("2027-01-01 12:00", Why.FREE_DAY, "2027-01-02 08:00"),
    ],
)
def test_what_the_clock_says_waits_with_its_reason(world: World, moment: str, why: Why, comes: str) -> None:
    """At night, on a Sunday, on free days: it is written, says why it waits, and comes in the morning."""
    world.to(moment)
    assert write(world, "timer:1")
    assert {str(why)} == reasons(world)
    world.deliver()
    earlier = len(world.texts("p1"))
    world.to(comes)
    assert earlier < len(world.texts("p1"))


def test_what_somebody_did_is_told_on_a_sunday(world: World) -> None:
    """The same because of a press comes at once."""
    world.to("2026-11-29 12:00")
    assert write(world)
    world.deliver()
    assert 1 == len(world.texts("p1"))


def test_at_claim_an_open_conversation_is_not_interrupted(world: World) -> None:
    """Written before the person began to talk, it comes ten minutes after their last word."""
    world.to("2026-11-24 10:00")
    write(world, "timer:1")
    answers = len(world.say("p1", "Ich kann morgen nicht kommen"))
    assert {str(Why.TALKING)} == reasons(world)
    assert answers == len(world.texts("p1"))
    world.to("2026-11-24 10:10")
    assert answers + 1 == len(world.texts("p1"))


def test_what_is_urgent_is_sent_at_night(world: World) -> None:
    """Delivery knows that it is urgent and lets it pass."""
    world.to("2026-11-24 23:00")
    assert write(world, "timer:1", urgent=True)
    world.deliver()
    assert 1 == len(world.texts("p1"))


def test_caps_are_kept_to_at_claim(world: World) -> None:
    """Of six that are due at one moment four come today and two the next morning."""
    world.to("2026-11-24 10:00")
    for number in range(6):
        assert write(world, f"timer:{number}")
    world.deliver()
    assert 4 == len(world.texts("p1"))
    assert {str(Why.DAY_FULL)} == reasons(world)
    world.to("2026-11-25 08:00")
    assert 6 == len(world.texts("p1"))


def test_what_would_come_too_late_is_not_written(world: World) -> None:
    """A reminder that the night holds up beyond its use says so to whoever wants to send it."""
    world.to("2026-11-24 23:00")
    assert not write(world, "timer:1", expires=world.now + timedelta(hours=2))


def test_in_a_break_reminders_end_and_news_wait(world: World) -> None:
    """A reminder is not written in a break; news come after it."""
    world.say("p1", "Pause bis Freitag")
    assert not write(world)
    assert write(world, haste=Haste.NEWS)
    before = len(world.texts("p1"))
    assert {deliveries.PAUSED} == reasons(world)
    world.to("2026-11-27 12:00")
    assert before + 2 == len(world.texts("p1"))
