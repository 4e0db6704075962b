"""Messages in two directions: who gets them, who reads them later, and that an answer counts as seen."""

import pytest

from flows.rules.thread import Kind
from tests.handlers.world import World

COMPLAINTS = {
    "p1": "Ich will mich über Frau Albers beschweren, sie ist unfair",
    "p2": "بدي اشتكي على المشرفة لأنها بتصرخ عليي",
    "p3": "Хочу поскаржитися на пані Альберс, вона кричить на мене",
    "p4": "Ich will mich beschweren. Der Trainer lacht mich aus",
    "p5": "I want to complain about my caseworker, he is rude to me",
}


@pytest.mark.parametrize("who", COMPLAINTS)
def test_a_complaint_reaches_the_protection_person_alone(world: World, who: str) -> None:
    """In every language; no alert, no message and no line of the thread is there for the own caseworker."""
    words = COMPLAINTS[who]
    world.say(who, words)
    told = [message.to for message in world.arrived if words in message.text]
    assert ["v1"] == told
    assert not [message for message in world.arrived if message.to in {"c1", "c2", "k1"}]


def test_a_complaint_is_a_message_like_any_other_to_the_history(world: World) -> None:
    """The event names no complaint: whoever reads the history learns that somebody wrote, not what about."""
    world.say("p1", COMPLAINTS["p1"])
    (event,) = world.events("AlertRaised")
    assert "message" == event.fields["kind"]


def test_whoever_answers_has_seen_what_they_answer(world: World) -> None:
    """It is not passed on to the stand-in any more; what needs a decision of its own stays open."""
    world.say("p1", "Ich möchte mit Frau Albers reden")
    world.say("p1", "Wann ist der Kurs zu Ende?")
    world.tap("c1", "answer")
    world.say("c1", "Um vier Uhr")
    seen = world.events("AlertAcknowledged")
    assert seen
    assert {"message"} == {event.fields["kind"] for event in seen}


def test_everything_passed_on_is_kept_once(world: World) -> None:
    """The person's words and the answer stand in the thread, each once, with who wrote them."""
    world.say("p1", "Ich möchte mit Frau Albers reden")
    world.say("p1", "Wann ist der Kurs zu Ende?")
    world.tap("c1", "answer")
    world.say("c1", "Um vier Uhr")
    person, staff = world.person("p1").id, world.person("c1").id
    with world.store.read() as uow:
        kept = [(entry.by, entry.words) for entry in reversed(uow.thread.of(person, (Kind.MESSAGE,)))]
    assert [(person, "Wann ist der Kurs zu Ende?"), (staff, "Um vier Uhr")] == kept
