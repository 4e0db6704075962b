""" "Call me": heard at every question in every language, one card however often, honest about the hour (F48, R52)."""

from dataclasses import replace
from datetime import date

import pytest

from flows.engine.replies import Reply
from flows.engine.run import resume
from flows.engine.wishes import Wish
from handlers.understanding import read
from tests.flows.samples import NOW, every_question
from tests.handlers.test_alerts import holders
from tests.handlers.world import World

WORDS = {
    "de": "Bitte ruf mich an",
    "de-simple": "Bitte anrufen",
    "en": "call me back please",
    "ar": "اتصلوا بي من فضلكم",
    "uk": "передзвоніть мені будь ласка",
}
SHORT = {
    "de": "Rückruf bitte", "de-simple": "Bitte anrufen", "en": "call me", "ar": "اتصلوا بي", "uk": "передзвоніть мені",
}  # fmt: skip
"""A word or two: where any words are an answer, longer ones are passed on as such."""
WHO = {"de": "p1", "ar": "p2", "uk": "p3", "de-simple": "p4", "en": "p5"}


@pytest.mark.parametrize("language", WORDS)
def test_it_is_heard_at_every_question(language: str) -> None:
    """Whatever is being asked, whatever kind of answer is waited for: somebody is to call, and the question stays."""
    reading = read(SHORT[language], language, NOW.date())
    deaf = []
    for flow, conversation, known in every_question():
        turn = resume(flow, conversation, Reply(text=SHORT[language], reading=reading), now=NOW, facts=known)
        if Wish.CALL not in turn.events:
            deaf.append((flow.name, conversation.node))
    assert [] == deaf


def cards(world: World, who: str = "c1") -> list[str]:
    """What somebody of the staff read about wishes for a call."""
    return [text for text in world.texts(who) if "bittet um einen Anruf" in text]


@pytest.mark.parametrize("language", WORDS)
def test_a_second_wish_is_no_second_card(world: World, language: str) -> None:
    """One alert, told at once and once more after an hour, with how often and when last."""
    who = WHO[language]
    caseworker = "c2" if who == "p5" else "c1"
    world.to("2026-11-23 09:00")
    for minute in ("09:00", "09:10", "09:20"):
        world.to(f"2026-11-23 {minute}")
        world.say(who, WORDS[language])
    assert [caseworker] == holders(world)
    assert 1 == len(cards(world, caseworker))
    world.to("2026-11-23 10:09")
    assert 1 == len(cards(world, caseworker))
    world.to("2026-11-23 10:10")
    (_, again) = cards(world, caseworker)
    assert "3-mal" in again
    assert "9:20" in again
    world.tap(caseworker, "seen")
    world.to("2026-11-23 15:00")
    assert 2 == len(cards(world, caseworker))


def test_the_answer_to_a_second_wish_says_since_when_it_is_known(world: World) -> None:
    """Nothing is promised anew; the number to call is said."""
    world.to("2026-11-23 09:00")
    world.say("p1", WORDS["de"])
    world.to("2026-11-23 09:30")
    told = " ".join(one.text for one in world.say("p1", WORDS["de"]) if one.to == "p1")
    assert "9:00" in told
    assert "0221 4710 101" in told


def test_after_seen_a_wish_is_a_new_one(world: World) -> None:
    """What somebody has seen is over: who asks later is told anew, by a card of its own."""
    world.to("2026-11-23 09:00")
    world.say("p1", WORDS["de"])
    world.tap("c1", "seen")
    world.say("p1", WORDS["de"])
    assert ["c1", "c1"] == holders(world)
    assert 2 == len(cards(world))


def test_what_was_asked_at_night_comes_again_when_the_office_opens(world: World) -> None:
    """Twice at night: the second card waits for the morning."""
    world.to("2026-11-23 21:00")
    world.say("p1", WORDS["de"])
    world.say("p1", WORDS["de"])
    world.to("2026-11-24 07:59")
    assert 1 == len(cards(world))
    world.to("2026-11-24 08:00")
    assert 2 <= len(cards(world))
    assert "2-mal" in cards(world)[1]


def test_whoever_is_away_by_then_is_not_told_and_the_stand_in_is(world: World) -> None:
    """Asked in the evening before a leave, and again: in the morning the stand-in reads how often."""
    person = world.person("c1").id
    world.write(lambda uow: uow.people.add_leave(person, date(2026, 11, 24), date(2026, 11, 27)))
    world.to("2026-11-23 21:00")
    world.say("p1", WORDS["de"])
    world.say("p1", WORDS["de"])
    world.to("2026-11-24 09:00")
    assert 1 == len(cards(world))
    assert any("2-mal" in text for text in cards(world, "c2"))


def test_two_people_have_a_card_each(world: World) -> None:
    """Only wishes of the same person are counted together."""
    world.to("2026-11-23 09:00")
    world.say("p1", WORDS["de"])
    world.say("p2", WORDS["ar"])
    assert 2 == len(cards(world))


def test_somebody_without_a_number_of_their_own_answers_by_that_of_the_carrier(world: World) -> None:
    """The sentence never ends in nothing."""
    world.write(lambda uow: uow.people.update(replace(world.person("c1"), phone="")))
    world.to("2026-11-23 09:00")
    assert any("0221 4710 100" in one.text for one in world.say("p1", WORDS["de"]))
