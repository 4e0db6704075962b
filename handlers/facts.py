"""What a dialogue may know, gathered before it runs: the engine looks nothing up."""

from dataclasses import replace
from datetime import timedelta

from flows.engine.flow import Facts
from flows.people import Person, PersonId, Role
from flows.rules.absence import Absence
from flows.rules.appointments import free_times
from flows.rules.hours import Span
from flows.rules.profile import EvidenceRule
from handlers import absences, access, free
from handlers.occasion import Occasion
from locales.catalog import LANGUAGES, own_name

AHEAD = timedelta(days=370)
DAYS = 20
SHORT = 30
"""Minutes that must be free at least for a time to be offered."""


def gather(occasion: Occasion, person: Person) -> Facts:
    """The facts of one person at this occasion."""
    profile = occasion.uow.profile
    reach = access.within_reach(occasion, person)
    people = tuple([(one.id, one.name) for one in reach])
    facts = Facts(
        person=person,
        consents=occasion.uow.consents.effective(person.id, occasion.now),
        absences=_absences(occasion, person, [one for one, _ in people]),
        calendar=occasion.calendar,
        reasons=(*profile.reasons, *(one.reason for one in profile.own_reasons)),
        own_reasons=profile.own_reasons,
        proof_from=profile.evidence_rule.proof_from,
        word_counts=profile.evidence_rule is EvidenceRule.OWN_WORD,
        must_tell=profile.must_tell.get(person.phase, profile.must_tell.get("", ())),
        people=people,
    )
    return _with_calendar(occasion, facts, reach) if person.role.is_staff else facts


def _with_calendar(occasion: Occasion, facts: Facts, reach: list[Person]) -> Facts:
    """What planning an appointment needs: what is busy, what is free, where, and who speaks what."""
    profile, local = occasion.uow.profile, occasion.local(facts.person)
    busy = tuple(free.taken(occasion, facts.person, occasion.now + AHEAD))
    calendar = free.calendar_of(occasion, facts.person)
    return replace(
        facts,
        calendar=calendar,
        languages=tuple((code, own_name(code)) for code in LANGUAGES),
        places=profile.places,
        busy=busy,
        free_times=tuple(free_times(local, SHORT, busy, calendar, days=DAYS)),
        groups=_groups(reach),
        phases=tuple((phase.end, phase.name) for phase in occasion.uow.profile.deadlines.phases),
        speak_other=frozenset(str(one.id) for one in reach if not one.language.startswith("de")),
        engaged=tuple(_engaged(occasion, facts.person, reach)),
        interpreters=profile.interpreters,
        interpreting=tuple(_interpreting(occasion)),
    )


def _engaged(occasion: Occasion, staff: Person, reach: list[Person]) -> list[tuple[PersonId, Span]]:
    """What those within reach have with others; what they have with this member of staff keeps both busy."""
    until = occasion.now + AHEAD
    own = set(occasion.uow.appointments.taken(staff.id, occasion.now, until))
    known = occasion.uow.appointments.taken_of([one.id for one in reach], occasion.now, until)
    return [(who, span) for who, span in known if span not in own]


def _interpreting(occasion: Occasion) -> list[tuple[str, Span]]:
    until = occasion.now + AHEAD
    return [
        (one.name, span)
        for one in occasion.uow.profile.interpreters
        for _, span in occasion.uow.appointments.interpreted(one.name, occasion.now, until)
    ]


def _groups(reach: list[Person]) -> tuple[tuple[str, tuple[PersonId, ...]], ...]:
    """Who of those within reach is in which group."""
    named = sorted({one.group for one in reach if one.group})
    return tuple((name, tuple([one.id for one in reach if one.group == name])) for name in named)


def within_reach(occasion: Occasion, person: Person) -> list[PersonId]:
    """The ids of whom `gather` would name."""
    return [one.id for one in access.within_reach(occasion, person)]


def _absences(occasion: Occasion, person: Person, reach: list[PersonId]) -> tuple[Absence, ...]:
    if person.role is Role.PARTICIPANT:
        return absences.of_person(occasion, person)
    return tuple(absence for one in reach for absence in absences.of_person(occasion, occasion.uow.people.get(one)))
