"""Each evidence rule behaves in its own way, from the first answer to what stands of each day (R2, R3)."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.profile import load_profile
from flows.rules.excuses import Excuse, excuse_on
from flows.rules.profile import EvidenceRule
from handlers.excusing import known_of
from handlers.occasion import Occasion
from tests.handlers.world import World

MONDAY = date(2026, 11, 23)
NEEDED, ENOUGH, LATER = "ab dem ersten Tag", "Dein Wort genügt", "falls du dann noch krank bist"
WORD, OPEN = Excuse.OWN_WORD, Excuse.OPEN

Make = Callable[[EvidenceRule], World]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What follows of an illness with an unknown end: what is said of proof, when it is asked for, what stands."""

    says: str
    asked: tuple[str, ...]
    days: tuple[Excuse, ...]
    other_reason: Excuse


TABLE = {
    EvidenceRule.NONE: Behaviour("", (), (WORD, WORD, WORD, WORD), OPEN),
    EvidenceRule.OWN_WORD: Behaviour(ENOUGH, (), (WORD, WORD, WORD, WORD), OPEN),
    EvidenceRule.CERTIFICATE_DAY_1: Behaviour(NEEDED, ("24", "25"), (OPEN, OPEN, OPEN, OPEN), OPEN),
    EvidenceRule.CERTIFICATE_DAY_3: Behaviour(LATER, ("25", "26"), (WORD, WORD, OPEN, OPEN), OPEN),
    EvidenceRule.CERTIFICATE_DAY_4: Behaviour(LATER, ("26", "27"), (WORD, WORD, WORD, OPEN), OPEN),
    EvidenceRule.NOTIFY_ONLY: Behaviour("", (), (WORD, WORD, WORD, WORD), WORD),
}


@pytest.fixture
def under(loaded: Path, tmp_path: Path) -> Iterator[Make]:
    """The demo's people, served under another evidence rule."""
    worlds: list[World] = []

    def make(rule: EvidenceRule) -> World:
        copy = tmp_path / "lotse.db"
        shutil.copy(loaded, copy)
        worlds.append(World(copy, replace(load_profile("demo"), evidence_rule=rule)))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()


def stands(world: World, who: str, day: date) -> Excuse | None:
    """What stands of a day."""
    person = world.person(who).id
    return world.write(
        lambda uow: excuse_on(day, known_of(Occasion(uow=uow, now=world.now, cause="test"), person, MONDAY))
    )


@pytest.mark.parametrize("rule", list(EvidenceRule))
def test_a_rule_says_asks_and_excuses_as_the_table_has_it(under: Make, rule: EvidenceRule) -> None:
    """The answer, the reminders and each day of an illness with an unknown end; and a reason that is no illness."""
    world, expected = under(rule), TABLE[rule]
    told = " ".join(arrived.text for arrived in world.say("p1", "Ich bin heute krank") if arrived.to == "p1")
    assert {expected.says} - {""} == {words for words in (NEEDED, ENOUGH, LATER) if words in told}
    assert expected.days == tuple(stands(world, "p1", MONDAY + timedelta(days=n)) for n in range(4))
    world.say("p4", "Ich kann heute nicht kommen, ich ziehe um")
    assert expected.other_reason is stands(world, "p4", MONDAY)
    seen = len(world.arrived)
    world.to("2026-11-28 10:00")
    reminded = [one for one in world.arrived[seen:] if one.to == "p1" and "doctor_tomorrow" in one.actions]
    assert expected.asked == tuple(f"{one.message.created:%d}" for one in reminded)


@pytest.mark.parametrize(
    ("rule", "words", "expected"),
    [
        (EvidenceRule.CERTIFICATE_DAY_3, "Ich bin krank bis morgen", ENOUGH),
        (EvidenceRule.CERTIFICATE_DAY_3, "Ich bin krank bis 25.11.", LATER),
        (EvidenceRule.CERTIFICATE_DAY_4, "Ich bin krank bis 25.11.", ENOUGH),
        (EvidenceRule.CERTIFICATE_DAY_4, "Ich bin krank bis 26.11.", LATER),
        (EvidenceRule.CERTIFICATE_DAY_1, "Ich bin nur heute krank", NEEDED),
    ],
)
def test_a_short_illness_needs_no_sick_note_where_it_is_needed_later(
    under: Make, rule: EvidenceRule, words: str, expected: str
) -> None:
    """The last day before the rule and the first day of it."""
    world = under(rule)
    told = [arrived.text for arrived in world.say("p1", words) if arrived.to == "p1"]
    assert any(expected in text for text in told), told


def test_what_is_learnt_later_changes_what_is_needed(under: Make) -> None:
    """Ill with an unknown end, then until tomorrow: nothing is asked for any more; longer again: it is."""
    world = under(EvidenceRule.CERTIFICATE_DAY_3)
    world.say("p1", "Ich bin heute krank")
    world.say("p1", "bis morgen")
    assert Excuse.OWN_WORD is stands(world, "p1", MONDAY + timedelta(days=1))
    assert stands(world, "p1", MONDAY + timedelta(days=2)) is None
    world.say("p1", "Ich bin krank bis 27.11.")
    assert Excuse.OPEN is stands(world, "p1", MONDAY + timedelta(days=2))
