"""Whose guardians have rights, as far as it is known of the person (F12, R20b)."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.people import Person
from flows.rules.guardians import Assessment, Guardianship


def guardianship_of(person: Person) -> Guardianship:
    """What the rules of consent have to know about the person."""
    return _guardianship(
        person.born, person.zone, person.assessment, tuple(person.legal_scopes), person.contact_blocked
    )


@lru_cache(maxsize=4096)
def _guardianship(
    born: date | None, zone: str, assessment: Assessment, scopes: tuple[str, ...], blocked: bool
) -> Guardianship:
    return Guardianship(
        born=born, zone=ZoneInfo(zone), assessment=assessment, scopes=frozenset(scopes), blocked=blocked
    )


def is_ward(person: Person, at: datetime) -> bool:
    """Whether a guardian may still speak for the person: under age or with recorded scopes, and not blocked."""
    known = guardianship_of(person)
    of_age = known.of_age_at
    return not known.blocked and (bool(known.scopes) or of_age is None or at < of_age)
