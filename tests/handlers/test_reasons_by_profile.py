"""Every reason in every legal circle, for an adult and a minor: proof, what stands, and who decides (R2, R5 to R16)."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from bot.profile import load_profile, names
from flows.engine.events import AbsenceReported, AbsenceTakenBack, Reason
from flows.rules.absence import Proof
from flows.rules.excuses import Excuse, excuse_on
from handlers import absences, verdict_ways
from handlers.excusing import known_of
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.handlers.world import World

MONDAY = date(2026, 11, 23)
ALL = ("accept", "ask", "decline")
UNASKED = ("accept", "decline")
SOURCE = "illness moving own_wedding family_illness birth bereavement official_date honorary_office personal_matter"
TEN = frozenset(f"{SOURCE} civil_protection".split())
"""The ten important reasons of the source, R7 to R16 (S1:661-671)."""


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows of a report: its proof, what stands of the day, and what a person can decide."""

    proof: Proof
    stands: Excuse
    ways: tuple[str, ...]


BY_A_PERSON = Follows(Proof.NOT_NEEDED, Excuse.OPEN, ALL)
"""Every other reason is recognised by a person, each time (R6)."""
NEVER_ASKED = Follows(Proof.NOT_NEEDED, Excuse.OPEN, UNASKED)
"""The same, and nothing is asked in writing (R12, R13)."""
NOBODY = Follows(Proof.NOT_NEEDED, Excuse.OWN_WORD, ())
ILL = {
    "demo": Follows(Proof.OPEN, Excuse.OPEN, ()),
    "inbeq": Follows(Proof.OPEN, Excuse.OPEN, ()),
    "durchstarten": NOBODY,
}
"""Illness needs a certificate from day 1 where the source binds (R2); elsewhere the profile says what does."""
OFFERED = {
    "demo": frozenset(one.value for one in Reason),
    "inbeq": TEN | {"child_ill", "other"},
    "durchstarten": TEN - {"honorary_office", "civil_protection"} | {"child_ill", "other", "ride_failed"},
}


def expected(profile: str, reason: str) -> Follows:
    """The table."""
    if reason == "illness":
        return ILL[profile]
    if reason == "ride_failed":
        return NOBODY
    return NEVER_ASKED if reason in {"bereavement", "official_date"} else BY_A_PERSON


CASES = [(profile, reason) for profile in OFFERED for reason in sorted(OFFERED[profile])]


@pytest.fixture(scope="module")
def worlds(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, World]]:
    """The demo's people, served under each profile."""
    found = {}
    for name in OFFERED:
        copy = tmp_path_factory.mktemp(name) / "lotse.db"
        shutil.copy(loaded, copy)
        found[name] = World(copy, replace(load_profile(name), carrier=load_profile("demo").carrier))
    yield found
    for world in found.values():
        world.close()


def test_every_shipped_profile_is_in_the_table() -> None:
    """Whoever adds a profile says what its reasons lead to."""
    assert sorted(OFFERED) == names()


@pytest.mark.parametrize("profile", OFFERED)
def test_a_profile_offers_its_reasons(profile: str) -> None:
    """The ten where the source binds, and those a person decides about under R15; the others bring their own."""
    known = load_profile(profile)
    assert OFFERED[profile] == {*known.reasons, *(one.code for one in known.own_reasons)}


@pytest.mark.parametrize("who", ["p1", "p6"])
@pytest.mark.parametrize(("profile", "reason"), CASES)
def test_a_reason_leads_to_what_the_table_says(worlds: dict[str, World], profile: str, reason: str, who: str) -> None:
    """Age changes nothing of it: a minor's report without any consent is recorded like any other (R1)."""
    world = worlds[profile]
    person = world.person(who)

    def report(uow: UnitOfWork) -> Follows:
        occasion = Occasion(uow=uow, now=world.now, cause=f"test:{reason}")
        told = AbsenceReported(who=person.id, reason=Reason(reason), first_day=MONDAY, last_day=MONDAY)
        absences.report(occasion, told, person)
        kept = absences.that_begins(occasion, person.id, MONDAY)
        assert kept is not None
        ways = tuple(button.action for button in verdict_ways.of(occasion, kept))
        follows = Follows(kept.proof, excuse_on(MONDAY, known_of(occasion, person.id, MONDAY)) or Excuse.DECLINED, ways)
        absences.take_back(occasion, AbsenceTakenBack(who=person.id, first_day=MONDAY, absence=kept.id), person)
        return follows

    assert expected(profile, reason) == world.write(report)
