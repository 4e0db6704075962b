"""An illness that goes on: the report that runs is prolonged, the further days need a sick note of their own (R5)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from flows.engine.events import AbsenceChanged, AbsenceReported
from flows.rules.absence import Absence, Told, beside, changed, end_of
from flows.rules.calendar import ONE_DAY

FOLLOWS_WITHIN: Final = timedelta(days=7)
"""So soon after its end a report can be gone on with; what lies between is reported with it, and open (R5)."""


def running(told: Told, absences: Iterable[Absence]) -> Absence | None:
    """The report that somebody goes on with: the latest for this reason that runs, or has ended within a week."""
    theirs = (
        one
        for one in absences
        if one.reason is told.reason
        and not one.taken_back
        and one.first_day <= told.first_day <= end_of(one) + ONE_DAY + FOLLOWS_WITHIN
    )
    return max(theirs, key=lambda one: (one.first_day, one.id), default=None)


def prolonged(known: Absence, told: Told, absences: Iterable[Absence]) -> tuple[AbsenceReported | AbsenceChanged, ...]:
    """What "I am still ill" does to the report that runs; nothing, where that is what it says already.

    Said without an end on its last day or later, the end is open again. What was reported for later days stays.
    """
    if known.last_day is None and told.last_day is None and told.first_day <= end_of(known):
        return (changed(known),)
    if known.last_day is not None and _says_nothing_new(known.last_day, told):
        return ()
    further = told.first_day if known.last_day is None else known.last_day + ONE_DAY
    later = [one for one in absences if not one.taken_back and one.first_day > known.first_day]
    longer = replace(known, last_day=told.last_day, goes_on_from=further)
    return beside(longer, sorted(later, key=lambda one: one.first_day))


def _says_nothing_new(last: date, told: Told) -> bool:
    return told.first_day < last if told.last_day is None else told.last_day <= last
