"""The intake through the real doors: taps counted, consents kept to, new questions in the middle, foreign presses."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.profile import load_profile
from flows.rules.intake import Form, Intake, Kind, Question, State
from flows.rules.profile import Profile
from handlers import submissions
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.handlers.world import World

CODE = "7K3M9QXT2PR"
MOST_TAPS = 25
GOALS = 4
HOBBY = Question(id="hobby", kind=Kind.TEXT, text="What are you good at, or what do you like to do?", label="Strengths")
Opened = Callable[[Profile], World]


@pytest.fixture
def opened(loaded: Path, tmp_path: Path) -> Iterator[Opened]:
    """Opens one database with a profile, again and again, as restarts do."""
    path = tmp_path / "lotse.db"
    shutil.copy(loaded, path)
    worlds: list[World] = []
    carrier = load_profile("demo").carrier

    def open_(profile: Profile) -> World:
        """The same carrier, whose key the database has; updates are numbered on."""
        before = worlds.pop() if worlds else None
        if before is not None:
            before.close()
        worlds.append(World(path, replace(profile, carrier=carrier)))
        if before is not None:
            worlds[0].count_on_from(before)
        return worlds[0]

    yield open_
    for world in worlds:
        world.close()


def intake_of(world: World, handle: str = "p0") -> Intake:
    """Somebody's intake as it is stored."""
    person = world.person(handle)
    with world.store.read() as uow:
        found = uow.intakes.of(person.id)
    assert found is not None
    return found


def consent(world: World, purpose: str, state: str) -> None:
    """Record a consent of p0."""
    who = world.person("p0").id
    world.write(
        lambda uow: uow.consents.record(who, purpose, state, actor=who, now=world.now, evidence={"source": "test"})
    )


def arrive(world: World, language: str = "en") -> int:
    """Use the code, choose, and agree to each purpose; how many taps and messages that was."""
    world.say("p0", CODE)
    world.tap("p0", "choose", language)
    world.tap("p0", "sign")
    world.tap("p0", "yes")
    taps = 4
    while "differently" in last_of(world):
        world.tap("p0", "yes")
        taps += 1
    return taps


def names(world: World) -> list[str]:
    """The names of everything recorded."""
    return [event.name for event in world.events()]


def last_of(world: World) -> tuple[str, ...]:
    """The actions under the newest message to p0 that has buttons."""
    return next(one.actions for one in reversed(world.arrived) if one.to == "p0" and one.actions)


def test_durchstarten_takes_fewer_than_25_taps(opened: Opened) -> None:
    """From the code to the answers sent: each consent, every question asked and answered, every goal ticked."""
    profile = load_profile("durchstarten")
    world = opened(profile)
    taps = arrive(world)
    assert 4 + len([code for code in profile.consent.at_start if code != "C2"]) == taps
    typed = iter(["24.8.2004", "0151 23456789"])
    ticked = 0
    while intake_of(world).state is State.OPEN:
        actions = last_of(world) if world.texts("p0")[-1] != "When were you born?" else ("back",)
        if "choose" not in actions and "confirm" not in actions:
            world.say("p0", next(typed))
        elif "confirm" in actions and "choose" in actions and ticked < GOALS:
            button = [one for one in world.arrived[-1].buttons if one.action == "choose"][ticked]
            world.press("p0", button.handle)
            ticked += 1
        else:
            world.tap("p0", "confirm" if "confirm" in actions else "choose")
        taps += 1
        assert taps < MOST_TAPS, world.texts("p0")[-1]
    assert "IntakeSubmitted" in names(world)
    assert world.person("p0").phone == "+4915123456789"


def test_staff_read_what_rests_on_a_consent_only_while_it_holds(opened: Opened) -> None:
    """Somebody trusted is asked for with C5, and taken out of what staff read once it is withdrawn."""
    world = opened(load_profile("inbeq"))
    consent(world, "C5", "effective")
    arrive(world)
    world.tap("p0", "confirm")
    world.say("p0", "1.5.2006")
    for action in ("skip", "skip", "skip", "skip", "skip"):
        world.tap("p0", action)
    assert "Whom may we call" in world.texts("p0")[-1]
    world.say("p0", "0221 4710 555")
    world.tap("p0", "confirm")
    assert any("Vertrauensperson: +492214710555" in text for text in world.texts("c1"))
    consent(world, "C5", "withdrawn")
    shown = world.tap("c1", "answers")
    assert shown
    assert not any("4710555" in one.text for one in shown)


def test_new_questions_in_the_middle_keep_what_fits(opened: Opened) -> None:
    """A version with other questions goes on where it stands: kept answers are not asked for again, and it says so."""
    demo = load_profile("demo")
    world = opened(demo)
    arrive(world)
    world.tap("p0", "confirm")
    world.say("p0", "24.8.2004")
    assert demo.intake is not None
    newer = Form(version=2, questions=(demo.intake.questions[0], HOBBY), shows_rule=True)
    world = opened(replace(demo, intake=newer))
    texts = [one.text for one in world.say("p0", "0151 23456789")]
    assert "The questions have changed a little. Your answers are kept." == texts[0]
    assert "What are you good at, or what do you like to do?" == texts[-1]
    world.say("p0", "sewing")
    world.tap("p0", "confirm")
    assert {"born": "2004-08-24", "hobby": "sewing"} == intake_of(world).answers
    assert 2 == intake_of(world).version


def test_the_rule_is_acknowledged_before_anything_else_and_stored(opened: Opened) -> None:
    """R4: the acknowledgement is a recorded fact with its time, before the first answer."""
    world = opened(load_profile("demo"))
    arrive(world)
    assert "RuleAcknowledged" not in names(world)
    world.tap("p0", "confirm")
    assert "RuleAcknowledged" in names(world)
    assert world.now == intake_of(world).rule_read


def test_birthday_and_name_change_only_with_the_yes_of_staff(opened: Opened) -> None:
    """What somebody writes about their age counts once a person has accepted it."""
    world = opened(load_profile("demo"))
    before = world.person("p0").born
    assert "2004-08-24" != str(before)
    arrive(world)
    world.tap("p0", "confirm")
    world.say("p0", "24.8.2004")
    for _ in range(4):
        world.tap("p0", "skip")
    world.tap("p0", "confirm")
    assert before == world.person("p0").born
    world.tap("c1", "accept")
    assert "2004-08-24" == str(world.person("p0").born)


def test_two_acceptances_have_one_effect(opened: Opened) -> None:
    """The second of two staff changes nothing, whatever they knew before."""
    world = opened(load_profile("demo"))
    arrive(world)
    world.tap("p0", "confirm")
    world.say("p0", "24.8.2004")
    for _ in range(4):
        world.tap("p0", "skip")
    world.tap("p0", "confirm")
    subject = world.person("p0")

    def accept(by: str, uow: UnitOfWork) -> None:
        occasion = Occasion(uow=uow, now=world.now, cause=f"test:{by}")
        submissions.accept(occasion, subject, world.person(by))

    for by in ("c2", "c1"):
        world.write(partial(accept, by))
    assert world.person("c2").id == intake_of(world).accepted_by
    assert 1 == names(world).count("IntakeAccepted")
