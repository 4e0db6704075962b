"""Gathers what is known of a person's absences, so that `flows/rules/excuses.py` can say what stands of a day."""

from datetime import date

from flows.people import PersonId
from flows.rules.excuses import Known
from flows.rules.leave import granted
from handlers.occasion import Occasion


def known_of(occasion: Occasion, person: PersonId, since: date) -> Known:
    """Reports that reach to `since` or later, and all granted leave."""
    leave = granted(occasion.uow.leaves.of(person)) if occasion.uow.profile.leave is not None else ()
    return Known(reports=tuple(occasion.uow.absences.of(person, since=since)), verdicts={}, leave=leave)
