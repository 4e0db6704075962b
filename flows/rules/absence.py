"""Absence rules R1 to R6: which report covers which day, and what a second report does to it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from flows.engine.events import AbsenceChanged, AbsenceReported, AbsenceTakenBack, Reason
from flows.people import PersonId
from flows.rules.calendar import WorkCalendar


class Proof(StrEnum):
    """State of the proof (R2): not needed, still open, or there."""

    NOT_NEEDED = "not_needed"
    OPEN = "open"
    RECEIVED = "received"


class Source(StrEnum):
    """How a report came in (R20b)."""

    SELF = "self"
    PHONE = "phone"
    IN_PERSON = "in_person"
    OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """One reported absence. `last_day` None: not known. `revision` rises with every change and guards its timers."""

    id: int
    person: PersonId
    reason: Reason
    first_day: date
    last_day: date | None = None
    proof: Proof = Proof.NOT_NEEDED
    source: Source = Source.SELF
    taken_back: bool = False
    revision: int = 1


OPEN_DAYS = 6
"""How many days after its first a report without a known end still covers: a report a week later is a new one."""

BACKDATED_DAYS = 14
AHEAD_DAYS = 180
PROOF_WORKING_DAYS = (2, 3)
"""On which working days, counted from the first day, an open proof is reminded (R3)."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of an absence."""

    who: PersonId
    reason: Reason
    first_day: date
    last_day: date | None = None


def covers(absence: Absence, day: date) -> bool:
    """Whether a report that still stands speaks of `day`."""
    if absence.taken_back:
        return False
    last = absence.last_day or absence.first_day + timedelta(days=OPEN_DAYS)
    return absence.first_day <= day <= last


def settle(told: Told, absences: tuple[Absence, ...], today: date) -> tuple[AbsenceReported | AbsenceChanged, ...]:
    """What a report means beside those that stand: new, a change, or nothing new (R1: changes, never doubles).

    A report for a day already reported changes that report. Another reason from a later day on ends the first absence
    the day before. The same again on a later day confirms that it goes on.
    """
    standing = next((absence for absence in absences if _touches(absence, told)), None)
    if standing is None:
        return (_reported(told),)
    if told.first_day > standing.first_day and told.reason not in {standing.reason, Reason.OTHER}:
        ends = replace(standing, last_day=told.first_day - timedelta(days=1))
        return (changed(ends), _reported(told))
    reason = standing.reason if told.reason is Reason.OTHER else told.reason
    merged = replace(
        standing,
        reason=reason,
        first_day=min(standing.first_day, told.first_day),
        last_day=told.last_day or standing.last_day,
    )
    goes_on = standing.last_day is None and told.first_day > standing.first_day and told.first_day == today
    return (changed(merged),) if merged != standing or goes_on else ()


def _touches(absence: Absence, told: Told) -> bool:
    if covers(absence, told.first_day):
        return True
    return told.last_day is not None and not absence.taken_back and told.first_day <= absence.first_day <= told.last_day


def _reported(told: Told) -> AbsenceReported:
    return AbsenceReported(who=told.who, reason=told.reason, first_day=told.first_day, last_day=told.last_day)


def changed(absence: Absence) -> AbsenceChanged:
    """The event that says what is now known of a report."""
    return AbsenceChanged(
        who=absence.person,
        reason=absence.reason,
        first_day=absence.first_day,
        last_day=absence.last_day,
        absence=absence.id,
    )


def withdrawn(absence: Absence, today: date) -> AbsenceTakenBack | AbsenceChanged:
    """The person comes after all: a report not begun before today is taken back, a longer one ended yesterday."""
    if absence.first_day >= today:
        return AbsenceTakenBack(who=absence.person, first_day=absence.first_day, absence=absence.id)
    return changed(replace(absence, last_day=today - timedelta(days=1)))


def proof_days(absence: Absence, calendar: WorkCalendar) -> tuple[date, ...]:
    """The days on which an open proof is reminded."""
    return tuple(calendar.nth_working_day(absence.first_day, n) for n in PROOF_WORKING_DAYS)
