"""What is open: put off, given away, gathered, asked for; and what ends none of it."""

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from bot.profile import load_profile
from flows.engine.events import AlertKind
from flows.rules.profile import Digest
from handlers import leaving
from tests.handlers.test_alerts import holders, send_away
from tests.handlers.world import Arrived, World


@pytest.fixture
def gathering(loaded: Path, tmp_path: Path) -> World:
    """A world in which withdrawals wait for 9:00 and 13:00."""
    path = tmp_path / "gathering.db"
    path.write_bytes(loaded.read_bytes())
    kinds = frozenset({AlertKind.WITHDRAWAL})
    return World(path, replace(load_profile("demo"), digest=Digest(kinds=kinds, at=(time(9), time(13)))))


def seconds(world: World, index: int) -> str:
    """The value of the choice at this place under the newest question about when."""
    newest = next(one for one in reversed(world.arrived) if "snooze" in one.actions)
    return [button.value for button in newest.buttons if button.action == "snooze"][index]


def put_off(world: World, who: str, index: int) -> list[Arrived]:
    """Somebody puts the newest alert off."""
    world.tap(who, "later")
    return world.tap(who, "snooze", seconds(world, index))


def test_the_last_choice_counts(world: World) -> None:
    """Whoever puts it off twice gets it once, at the time they chose last."""
    world.say("p1", "Ich bin heute krank")
    put_off(world, "c1", 0)
    world.tap("c1", "snooze", seconds(world, 2))
    assert [] == [one for one in world.to("2026-11-23 13:59") if one.to == "c1"]
    assert 1 == len([one for one in world.to("2026-11-23 14:00") if one.to == "c1"])


def test_putting_off_moves_no_step(world: World) -> None:
    """The stand-in gets it when they would have got it anyway."""
    world.say("p1", "Ich bin heute krank")
    put_off(world, "c1", -1)
    world.to("2026-11-23 12:00")
    assert ["c2"] == holders(world, "AlertEscalated")


def test_what_was_seen_does_not_come_again(world: World) -> None:
    """Somebody else has seen it meanwhile."""
    world.say("p1", "Ich bin heute krank")
    put_off(world, "c1", 2)
    world.to("2026-11-23 12:00")
    world.tap("c2", "seen")
    assert [] == [one for one in world.to("2026-11-23 15:00") if one.to == "c1"]


def test_what_was_put_off_goes_on_when_its_holder_is_away_by_then(world: World) -> None:
    """It comes to whoever is responsible that day, not to an empty desk."""
    world.say("p1", "Ich bin heute krank")
    put_off(world, "c1", -1)
    world.write(lambda uow: uow.people.add_leave(world.person("c1").id, date(2026, 11, 24), date(2026, 11, 27)))
    world.to("2026-11-24 09:00")
    assert "c2" in holders(world, "AlertEscalated")
    assert not any("noch einmal" in text for text in world.texts("c1"))


def test_a_crisis_cannot_be_put_off_and_violence_goes_to_nobody_else(world: World) -> None:
    """A crisis can be given to a colleague; for violence there is nothing but "seen" and an answer."""
    world.say("p1", "Ich will nicht mehr leben")
    world.say("p3", "Мій хлопець мене б'є")
    (crisis,) = [one.actions for one in world.arrived if one.to == "c1" and "seen" in one.actions]
    violence = [one.actions for one in world.arrived if one.to == "v1" and one.actions]
    assert ("seen", "answer", "pass") == crisis
    assert [("seen", "answer")] == violence


def test_a_colleague_of_another_programme_is_not_offered(world: World) -> None:
    """The caseworker c1 has nobody of group B and stands in for nobody there: only the coordinator may take it over."""
    world.say("p5", "I am ill today")
    world.tap("c2", "later")
    (asked,) = world.tap("c2", "pass")
    assert ["Frau Lindner"] == [button.label for button in asked.buttons]


def test_somebody_who_went_away_after_being_offered_is_refused_kindly(world: World) -> None:
    """The old button says so, and nothing is handed over."""
    world.say("p1", "Ich bin heute krank")
    world.tap("c1", "later")
    world.tap("c1", "pass")
    send_away(world, "c2")
    (answer,) = world.tap("c1", "pass_to", world.button("c1", "pass_to").value)
    assert "nicht da" in answer.text
    assert [] == world.events("HandedOver")


def test_handing_over_leaves_the_ladder_alone(world: World) -> None:
    """Until the colleague has seen it, it is with both, and climbs."""
    world.say("p1", "Ich bin heute krank")
    world.tap("c1", "later")
    world.tap("c1", "pass")
    world.tap("c1", "pass_to", world.button("c1", "pass_to").value)
    world.to("2026-11-23 16:00")
    assert ["k1"] == holders(world, "AlertEscalated")


def test_whoever_hands_over_is_told_when_it_was_taken_over(world: World) -> None:
    """Both hear it, and the person hears who it is."""
    world.say("p2", "أنا مريضة اليوم")
    world.tap("c1", "later")
    world.tap("c1", "pass")
    world.tap("c1", "pass_to", world.button("c1", "pass_to").value)
    told = world.tap("c2", "seen")
    assert {"c1", "c2", "p2"} == {one.to for one in told}
    assert all("Demir" in one.text for one in told if one.to != "c2")


def test_what_can_wait_comes_in_one_message(gathering: World) -> None:
    """Nothing before nine, then one message with numbers and names; what is urgent is not held back."""
    for who in ("p1", "p3", "p4"):
        gathering.press(who, "@stop_all")
    assert [] == gathering.texts("c1")
    gathering.say("p4", "ich will nicht mehr leben")
    assert any("eilt" in text.casefold() for text in gathering.texts("c1"))
    digest = [one for one in gathering.to("2026-11-23 09:00") if one.to == "c1" and "open_alert" in one.actions]
    assert ["Offen: 3"] == [one.text[:8] for one in digest]
    assert 3 == len(digest[0].buttons)
    gathering.to("2026-11-23 13:00")
    assert 3 == holders(gathering, "AlertEscalated").count("c2") - 1


def test_a_digest_that_does_not_arrive_goes_on_at_once(gathering: World) -> None:
    """The stand-in gets each of them, as with an alert that does not arrive."""
    gathering.unreachable.add("c1")
    gathering.press("p1", "@stop_all")
    gathering.to("2026-11-23 09:00")
    assert ["c2"] == holders(gathering, "AlertEscalated")


def test_a_digest_waits_for_nobody_who_is_away(gathering: World) -> None:
    """A leave that was entered after it was gathered: whoever is responsible gets it at the time of the digest."""
    gathering.to("2026-11-23 08:30")
    gathering.press("p1", "@stop_all")
    send_away(gathering, "c1")
    gathering.to("2026-11-23 09:00")
    assert ["c2"] == holders(gathering, "AlertEscalated")
    assert [] == gathering.texts("c1")


def test_with_everybody_away_the_coordinator_hears_of_it(world: World) -> None:
    """Nobody waits for anybody: c1, c2 and k1 are all away, and it is still said again to the coordinator."""
    for who in ("c1", "c2", "k1"):
        send_away(world, who)
    world.say("p1", "Ich bin heute krank")
    world.to("2026-11-26 12:00")
    assert {"k1"} == set(holders(world, "AlertEscalated"))
    assert 2 <= len(holders(world, "AlertEscalated"))


def test_violence_with_nobody_there_is_called_out_without_a_name(world: World) -> None:
    """The coordinator hears once a day that something waits: no person, no kind, no word."""
    world.write(lambda uow: leaving.leave(uow, world.person("v1"), world.now))
    world.say("p1", "Mein Freund schlägt mich, Zahnrad")
    world.to("2026-11-24 12:00")
    texts = world.texts("k1")
    assert 2 == len(texts)
    assert not any("Jonas" in text or "Gewalt" in text or "Zahnrad" in text for text in texts)


def test_a_flood_is_joined_and_every_word_arrives(world: World) -> None:
    """120 messages of one person: a few alerts, each word once; somebody else's report is not kept waiting."""
    world.say("p1", "Ich will nicht mehr leben")
    for number in range(120):
        world.say("p1", f"Zahnrad{number}.")
    raised = len(world.events("AlertRaised"))
    assert 10 > raised
    arrived = world.say("p2", "أنا مريضة اليوم")
    assert any(one.to == "c1" and "Amal" in one.text for one in arrived)
    world.to("2026-11-23 07:41")
    read = "\n".join(world.texts("c1"))
    assert [] == [number for number in range(120) if f"Zahnrad{number}." not in read]
    assert raised + 1 == len(world.events("AlertRaised"))


@pytest.mark.parametrize(
    "first", ["Ich will nicht mehr leben", "Kann mich Frau Albers anrufen?", "Ich bin heute krank"]
)
def test_within_five_seconds_of_a_flood_others_are_heard(world: World, first: str) -> None:
    """A chat that takes one message a second has at most four waiting, and another's report is the fifth."""
    told = [world.say("p1", first), *(world.say("p1", f"Hallo Frau Albers, Zahnrad{number}") for number in range(100))]
    waiting = [one for arrived in told for one in arrived if one.to == "c1"]
    others = [one for one in world.say("p2", "أنا مريضة اليوم") if one.to == "c1"]
    assert "Amal" in others[0].text
    assert 1 <= len(waiting) <= 4


def test_seen_does_not_swallow_what_was_joined(world: World) -> None:
    """Whoever taps "seen" before the joined words came gets them as an alert of their own."""
    world.say("p1", "Ich will nicht mehr leben")
    for number in range(5):
        world.say("p1", f"Zahnrad{number}.")
    told = world.tap("c1", "seen")
    assert any("Zahnrad4." in one.text for one in told if one.to == "c1")
    world.to("2026-11-23 09:00")
    assert "c2" in holders(world, "AlertEscalated")
