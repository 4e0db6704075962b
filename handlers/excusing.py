"""Gathers what is known of a person's absences, so that `flows/rules/excuses.py` can say what stands of a day."""

from datetime import date

from flows.people import PersonId
from flows.rules.excuses import Known
from handlers import certificates
from handlers.occasion import Occasion


def known_of(occasion: Occasion, person: PersonId, since: date) -> Known:
    """Reports and certificates that reach to `since` or later."""
    uow = occasion.uow
    return Known(
        reports=tuple(uow.absences.of(person, since=since)),
        verdicts={},
        certificates=certificates.spans_of(uow, person, since),
    )
