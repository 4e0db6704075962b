"""No message names somebody who has left, and what waits is put right; on leave, the direct line is the stand-in's.

R57: every message names a person with a direct line, never someone who left.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from flows.engine.events import Relayed
from flows.people import Role
from handlers import inbox, leaving, staff_leave
from tests.handlers.test_case_moves import plan
from tests.handlers.test_case_moves_complete import do, hire
from tests.handlers.test_inbox import COMPLAINTS
from tests.handlers.test_people_walk import SENTENCES, step
from tests.handlers.world import BERLIN, World

OUTSIDE = frozenset({Role.PARTICIPANT, Role.GUARDIAN})
LEAVERS = ("c1", "c2", "k1", "v1")
OWN_WORDS = "".join(SENTENCES.values())


def leave(world: World, who: str) -> None:
    """Somebody of the staff works here no more."""
    person = world.person(who)
    world.write(lambda uow: leaving.leave(uow, person, world.now))
    world.deliver()


def rest_today(world: World, who: str) -> None:
    """Somebody of the staff is away today."""
    person, today = world.person(who).id, world.now.date()
    world.write(lambda uow: uow.people.add_leave(person, today, today))


def outside(world: World, since: int) -> list[str]:
    """What participants and guardians have got since then, with the labels of the buttons; words of staff as such."""
    with world.store.read() as uow:
        reads = {one.handle for one in uow.people.all() if one.role in OUTSIDE}
    arrived = [one for one in world.arrived[since:] if one.to in reads]
    return [" ".join((one.text, *(button.label for button in one.buttons))) for one in arrived]


@pytest.mark.parametrize("who", LEAVERS)
@pytest.mark.parametrize("seed", range(3))
def test_whatever_people_do_nobody_reads_the_name_of_who_left(world: World, who: str, seed: int) -> None:
    """Random steps of everybody, then somebody leaves, then more of them and three days on the clock."""
    chance, gone = Random(f"{who}{seed}"), world.person(who)
    for _ in range(15):
        step(world, chance)
    leave(world, who)
    since = len(world.arrived)
    for number in range(40):
        step(world, chance)
        named = [text for text in outside(world, since) if gone.name in text or gone.phone in text]
        assert [] == [text for text in named if text not in OWN_WORDS], f"step {number}"
    later = world.now.astimezone(BERLIN) + timedelta(days=3)
    world.to(later.replace(tzinfo=None).isoformat())
    assert [] == [text for text in outside(world, since) if gone.name in text or gone.phone in text]


def relays(world: World) -> None:
    """Words of the caseworker that wait for the morning."""
    albers, jonas = world.person("c1"), world.person("p1")
    do(world, lambda occasion: inbox.relay(occasion, albers, Relayed("Komm bitte um neun", to=jonas.id)), "relay")


def plans(world: World) -> None:
    """An appointment that the person is told of in the morning, and reminded of later."""
    plan(world, "p1")


def plans_for_many(world: World) -> None:
    """The same for a group, which stays with whoever planned it."""
    plan(world, "p1", "p3")


def hands_over(world: World) -> None:
    """Daniel gets Frau Albers, and hears of it in the morning."""
    world.say("k1", "Übergabe Daniel an Frau Albers")
    world.tap("k1", "hand_case")


def grants_leave(world: World) -> None:
    """A decision on leave that waits."""
    world.say("p1", "Urlaub vom 7.12. bis 11.12. bitte")
    world.tap("p1", "confirm")
    world.tap("c1", "accept")


WAITING = (relays, plans, plans_for_many, hands_over, grants_leave)


@pytest.mark.parametrize("write", WAITING, ids=lambda one: one.__name__)
def test_what_waits_over_night_names_nobody_who_left_meanwhile(world: World, write: Callable[[World], None]) -> None:
    """Written in the evening; she leaves at ten; in the morning, and on the days after, somebody else is named."""
    world.to("2026-11-23 21:00")
    write(world)
    world.to("2026-11-23 22:00")
    leave(world, "c1")
    since = len(world.arrived)
    world.to("2026-11-27 09:00")
    texts = outside(world, since)
    assert texts or write is grants_leave
    assert [] == [text for text in texts if "Albers" in text or "4710 101" in text]


def test_her_words_are_not_put_into_the_mouth_of_somebody_else(world: World) -> None:
    """What she wrote arrives, as written by the office, with whoever is there now and the direct line."""
    world.to("2026-11-23 21:00")
    relays(world)
    leave(world, "c1")
    since = len(world.arrived)
    world.to("2026-11-24 08:30")
    head, words = outside(world, since)
    assert "Komm bitte um neun" == words
    assert "Herr Demir" in head
    assert "0221 4710 102" in head
    assert "Demir schreibt" not in head


def test_while_she_is_on_leave_what_waits_has_the_line_of_the_stand_in(world: World) -> None:
    """A call is asked for in the evening before a leave, the answer names who is there in the morning."""
    world.to("2026-11-23 21:00")
    plans(world)
    albers = world.person("c1")
    today = world.now.date()
    do(world, lambda one: staff_leave.enter(one, albers, today + timedelta(1), today + timedelta(9)), "away")
    answer = " ".join(one.text for one in world.say("p1", "ruf mich an") if one.to == "p1")
    assert "Herr" in answer
    assert "Demir" in answer
    since = len(world.arrived)
    world.to("2026-11-26 17:00")
    assert outside(world, since)
    assert [] == [text for text in outside(world, since) if "4710 101" in text]


def test_nobody_is_left_and_the_carrier_answers(world: World) -> None:
    """Caseworkers and coordinator have left: no name is invented, and the call list is not lost."""
    for who in ("c1", "c2", "k1"):
        leave(world, who)
    answer = " ".join(one.text for one in world.say("p1", "ruf mich an"))
    assert "Beispiel-Träger" in answer
    assert "0221 4710 100" in answer
    with world.store.read() as uow:
        assert 1 == len(uow.alerts.about(world.person("p1").id))


def test_a_stand_in_who_left_is_named_to_nobody(world: World) -> None:
    """She is on leave and the stand-in has left: the coordinator is named, even while away herself."""
    leave(world, "c2")
    for who in ("c1", "k1"):
        rest_today(world, who)
    assert not any("Demir" in one.text for one in world.say("p1", "ruf mich an"))


def test_a_waiting_message_stays_the_same_message(world: World) -> None:
    """It is put right where it stands: it is neither doubled nor sent earlier."""
    world.to("2026-11-23 21:00")
    plans(world)
    jonas = world.person("p1").id
    with world.store.read() as uow:
        before = [(one.id, one.not_before, one.dedupe) for one in uow.outbox.pending_for(jonas)]
    leave(world, "c1")
    with world.store.read() as uow:
        assert before == [(one.id, one.not_before, one.dedupe) for one in uow.outbox.pending_for(jonas)]


def test_a_complaint_that_is_being_told_goes_to_whoever_is_there_by_then(world: World) -> None:
    """The protection person leaves in the middle of it: the next one is named, and reads it; nobody else does."""
    world.write(lambda uow: hire(uow, "v2", Role.PROTECTION, "Herr Winter"))
    assert any("Sommer" in one.text for one in world.say("p1", "Ich will mich beschweren"))
    leave(world, "v1")
    since = len(world.arrived)
    world.say("p1", "Im Kurs machen alle Witze über mich")
    assert any("Herrn Winter" in text or "Herr Winter" in text for text in outside(world, since))
    assert not any("Sommer" in text for text in outside(world, since))
    assert ["v2"] == [one.to for one in world.arrived if "Witze über mich" in one.text]


def test_an_answer_to_the_protection_person_who_left_goes_to_the_next_one(world: World) -> None:
    """What fits nothing is offered to whoever is there, never to the own caseworker first."""
    world.write(lambda uow: hire(uow, "v2", Role.PROTECTION, "Herr Winter"))
    world.say("p1", COMPLAINTS["p1"])
    world.tap("p1", "skip")
    world.tap("v1", "answer")
    world.say("v1", "Wollen wir morgen sprechen?")
    leave(world, "v1")
    since = len(world.arrived)
    world.say("p1", "das wäre mir recht so")
    (offered,) = outside(world, since)
    assert "Herr" in offered
    assert "Winter" in offered
    assert "Sommer" not in offered
