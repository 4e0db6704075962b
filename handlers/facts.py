"""What a dialogue may know, gathered before it runs: the engine looks nothing up."""

from flows.engine.flow import Facts
from flows.people import Person, PersonId, Role
from flows.rules.absence import Absence
from handlers import absences, access
from handlers.occasion import Occasion
from locales.catalog import LANGUAGES, own_name


def gather(occasion: Occasion, person: Person) -> Facts:
    """The facts of one person at this occasion."""
    profile = occasion.uow.profile
    people = tuple([(one.id, one.name) for one in access.within_reach(occasion, person)])
    return Facts(
        person=person,
        consents=occasion.uow.consents.effective(person.id, occasion.now),
        absences=_absences(occasion, person, [one for one, _ in people]),
        calendar=occasion.calendar,
        reasons=profile.reasons,
        needs_proof=profile.evidence_rule.needs_proof,
        must_tell=profile.must_tell.get(person.phase, profile.must_tell.get("", ())),
        people=people,
        languages=tuple((code, own_name(code)) for code in LANGUAGES) if person.role.is_staff else (),
    )


def within_reach(occasion: Occasion, person: Person) -> list[PersonId]:
    """The ids of whom `gather` would name."""
    return [one.id for one in access.within_reach(occasion, person)]


def _absences(occasion: Occasion, person: Person, reach: list[PersonId]) -> tuple[Absence, ...]:
    if person.role is Role.PARTICIPANT:
        return absences.of_person(occasion, person)
    return tuple(absence for one in reach for absence in absences.of_person(occasion, occasion.uow.people.get(one)))
