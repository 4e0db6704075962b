"""Who a broadcast is for, who could look at it, and which of its words are pointed out (F50, F51, F54)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from flows.engine.messages import Level
from flows.people import Person, PersonId, Role
from flows.rules.absence import covers
from flows.rules.broadcasts import Audience, Broadcast, Member, Warned, WarningKind, members
from flows.rules.leave import granted
from flows.rules.participations import Point
from handlers.occasion import Occasion
from locales.diagnoses import find_diagnoses
from locales.revealing import Revealing, everywhere
from storage.uow import UnitOfWork

SHORT: Final = 3
"""Words of fewer letters are not looked for among names."""
OFFICIAL: Final = frozenset({Role.CASEWORKER, Role.COORDINATOR})
"""Whose names belong into a text that says whom to ask."""


def people(occasion: Occasion) -> list[Person]:
    """Everybody who takes part today, in the order they came."""
    uow = occasion.uow
    over = {one.person: one.day(Point.EXIT) for one in uow.participations.all()}
    return [
        one
        for one in uow.people.all(Role.PARTICIPANT)
        if (last := over.get(one.id)) is None or last >= occasion.local(one).date()
    ]


def audience(occasion: Occasion, wanted: Audience) -> tuple[Member, ...]:
    """Who belongs to it now."""
    return members(wanted, people(occasion))


def choices(everybody: Iterable[Person]) -> tuple[list[str], list[str], list[str]]:
    """The groups, phases and languages there are."""
    known = list(everybody)
    groups = sorted({one.group for one in known if one.group})
    phases = sorted({one.phase for one in known if one.phase})
    return groups, phases, sorted({one.language for one in known if one.language})


def phase_name(uow: UnitOfWork, phase: str) -> str:
    """What the profile calls a phase."""
    named: dict[str, str] = {one.key: one.name for one in uow.profile.deadlines.phases}
    return named.get(phase, phase)


def absent_today(occasion: Occasion, found: Iterable[Member]) -> frozenset[PersonId]:
    """Who of them is reported absent today, or has leave: they need no word about the house (F54)."""
    uow = occasion.uow
    gone = set()
    for one in found:
        person = uow.people.get(one.person)
        today = occasion.local(person).date()
        reported = any(covers(report, today) for report in uow.absences.of(person.id, since=today))
        if reported or _has_leave(occasion, person):
            gone.add(person.id)
    return frozenset(gone)


def _has_leave(occasion: Occasion, person: Person) -> bool:
    if occasion.uow.profile.leave is None:
        return False
    today = occasion.local(person).date()
    return any(today in span for span in granted(occasion.uow.leaves.of(person.id)))


def second_persons(occasion: Occasion, by: PersonId, found: Iterable[Member]) -> list[Person]:
    """Who is asked to look: the other coordinators; where none is there, the caseworkers of those who get it."""
    uow = occasion.uow
    others = [one for one in uow.people.all(Role.COORDINATOR) if one.id != by and _is_here(occasion, one)]
    if others:
        return others
    ids = {one.person for one in found}
    caseworkers = (one for one in uow.people.all(Role.CASEWORKER) if one.id != by and _is_here(occasion, one))
    return [one for one in caseworkers if ids.intersection(uow.people.ids_of(one.id))]


def _is_here(occasion: Occasion, person: Person) -> bool:
    people_ = occasion.uow.people
    return not people_.has_left(person.id) and not people_.is_away(person.id, occasion.local(person).date())


def warned_in(uow: UnitOfWork, texts: Mapping[str, str]) -> tuple[Warned, ...]:
    """Words of the texts that are part of somebody's name, or name an illness; those who are asked are not meant."""
    words = list(dict.fromkeys(word for text in texts.values() for word in _words(text)))
    names = [Warned(WarningKind.NAME, word) for word in words if _is_a_name(uow, word)]
    ill = dict.fromkeys(word for text in texts.values() for word in find_diagnoses(text))
    return (*names, *(Warned(WarningKind.DIAGNOSIS, word) for word in ill))


def _words(text: str) -> Iterable[str]:
    parted = "".join(char if char.isalpha() else " " for char in text)
    return (word for word in parted.split() if len(word) >= SHORT)


def _is_a_name(uow: UnitOfWork, word: str) -> bool:
    return any(uow.people.get(person).role not in OFFICIAL for person in uow.people.named(word))


def level_of(uow: UnitOfWork, broadcast: Broadcast, words: str) -> Level:
    """How much the text reveals: neutral words may leave the page, anything else stays there (PRIVACY.md)."""
    profile = uow.profile
    shows = _revealing(profile.revealing, profile.carrier["name"]).find(words)
    return Level.L3 if shows or broadcast.warned else Level.L2


@lru_cache(maxsize=8)
def _revealing(own: tuple[str, ...], carrier: str) -> Revealing:
    return Revealing([*everywhere(), *own, carrier])
