"""What a dialogue may know, gathered before it runs: the engine looks nothing up."""

from flows.engine.flow import Facts
from flows.people import Person, PersonId, Role
from flows.rules.absence import Absence
from handlers import absences
from handlers.occasion import Occasion


def gather(occasion: Occasion, person: Person) -> Facts:
    """The facts of one person at this occasion."""
    profile = occasion.uow.profile
    people = tuple([(one.id, one.name) for one in _within_reach(occasion, person)])
    return Facts(
        person=person,
        consents=occasion.uow.consents.effective(person.id),
        absences=_absences(occasion, person, [one for one, _ in people]),
        calendar=occasion.calendar,
        reasons=profile.reasons,
        needs_proof=profile.evidence_rule.needs_proof,
        must_tell=profile.must_tell.get(person.phase, profile.must_tell.get("", ())),
        people=people,
    )


def within_reach(occasion: Occasion, person: Person) -> list[PersonId]:
    """The ids of whom `gather` would name; of one's own people nobody is opened."""
    people = occasion.uow.people
    if person.role is Role.GUARDIAN or not person.role.is_staff:
        return [one.id for one in _within_reach(occasion, person)]
    return [*people.ids_of(person.id), *(one.id for one in _of_absent_colleagues(occasion, person))]


def _within_reach(occasion: Occasion, person: Person) -> list[Person]:
    """Wards of a guardian; of staff the people they look after, the own ones first, then an absent colleague's."""
    people = occasion.uow.people
    if person.role is Role.GUARDIAN:
        return people.wards_of(person.id)
    if not person.role.is_staff:
        return []
    return [*people.participants_of(person.id), *_of_absent_colleagues(occasion, person)]


def _of_absent_colleagues(occasion: Occasion, person: Person) -> list[Person]:
    people = occasion.uow.people
    today = occasion.local(person).date()
    return [
        participant
        for colleague in people.all(Role.CASEWORKER)
        if colleague.id != person.id and people.is_away(colleague.id, today)
        for participant in people.participants_of(colleague.id)
        if (substitute := people.substitute_of(colleague.id)) is not None and substitute.id == person.id
    ]


def _absences(occasion: Occasion, person: Person, reach: list[PersonId]) -> tuple[Absence, ...]:
    if person.role is Role.PARTICIPANT:
        return absences.of_person(occasion, person)
    return tuple(absence for one in reach for absence in absences.of_person(occasion, occasion.uow.people.get(one)))
