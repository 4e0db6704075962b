"""Whose guardians have rights, as far as it is known of the person (F12, R20b)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flows.people import Person
from flows.rules.guardians import Guardianship


def guardianship_of(person: Person) -> Guardianship:
    """What the rules of consent have to know about the person."""
    return Guardianship(
        born=person.born,
        zone=ZoneInfo(person.zone),
        assessment=person.assessment,
        scopes=frozenset(person.legal_scopes),
        blocked=person.contact_blocked,
    )


def is_ward(person: Person, at: datetime) -> bool:
    """Whether a guardian may still speak for the person: under age or with recorded scopes, and not blocked."""
    known = guardianship_of(person)
    of_age = known.of_age_at
    return not known.blocked and (bool(known.scopes) or of_age is None or at < of_age)
