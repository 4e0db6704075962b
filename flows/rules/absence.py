"""Absence rules R1 to R6: which report covers which day, and what a second report does to it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from flows.engine.events import AbsenceChanged, AbsenceReported, AbsenceTakenBack, Reason
from flows.people import PersonId
from flows.quick import quick
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


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """One reported absence. `last_day` None: not known. `revision` rises with every change and guards its timers.

    `goes_on_from`: where it was told later that it goes on, the first of the further days. `proven_until`: so far a
    sick note was in somebody's hands before it went on; for the days after that another one is needed (R5).
    `told_at`: when it was told, where that was before somebody recorded it.
    `decided`: a person recognises the reason; `sensitive`: nothing is asked about it in writing; as the profile had it.
    """

    id: int
    person: PersonId
    reason: Reason
    first_day: date
    last_day: date | None = None
    proof: Proof = Proof.NOT_NEEDED
    source: Source = Source.SELF
    taken_back: bool = False
    revision: int = 1
    goes_on_from: date | None = None
    proven_until: date | None = None
    told_at: datetime | None = None
    decided: bool = True
    sensitive: bool = False


OPEN_DAYS = 6
"""How many days after its first a report without a known end still covers: a report a week later is a new one."""

NEW = 0
ONE_DAY = timedelta(days=1)
BACKDATED_DAYS = 14
AHEAD_DAYS = 180
PROOF_WORKING_DAYS = (2, 3)
"""On which working days, counted from the first day, an open proof is reminded (R3)."""
LATER_PROOF_WORKING_DAYS = (1, 2)
"""The same where a sick note is needed later: counted from the day from which on it is."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of an absence."""

    who: PersonId
    reason: Reason
    first_day: date
    last_day: date | None = None


def standing(absences: Iterable[Absence], today: date) -> tuple[Absence, ...]:
    """The reports that speak of today or a later day and have not been taken back."""
    return tuple(absence for absence in absences if not absence.taken_back and end_of(absence) >= today)


def end_of(absence: Absence) -> date:
    """The last day that a report speaks of; without a known end some days from when it was last heard of."""
    return absence.last_day or (absence.goes_on_from or absence.first_day) + timedelta(days=OPEN_DAYS)


def covers(absence: Absence, day: date) -> bool:
    """Whether a report that still stands speaks of `day`."""
    if absence.taken_back:
        return False
    return absence.first_day <= day <= end_of(absence)


def settle(told: Told, absences: tuple[Absence, ...], today: date) -> tuple[AbsenceReported | AbsenceChanged, ...]:
    """What a report means beside those that stand: new, a change, or nothing new (R1: changes, never doubles).

    A report for a day already reported changes that report. Another reason from a later day on ends the first absence
    the day before; for days inside a known period it changes nothing, they are excused already. The same again on a
    later day confirms that it goes on. What the report itself is about comes last.
    """
    if not absences:
        return (AbsenceReported(who=told.who, reason=told.reason, first_day=told.first_day, last_day=told.last_day),)
    touched = sorted((one for one in absences if _touches(one, told)), key=lambda one: one.first_day)
    known = touched[0] if touched and _means(told, touched[0]) else None
    if known is None:
        return beside(_fresh(told), touched)
    inside = told.last_day is not None and known.last_day is not None and told.last_day < known.last_day
    if told.reason is not known.reason and inside and known.first_day <= told.first_day:
        return ()
    if told.reason not in {known.reason, Reason.OTHER} and told.first_day > known.first_day:
        ends = replace(known, last_day=told.first_day - ONE_DAY)
        return (changed(ends), *beside(_fresh(told), touched[1:]))
    merged = replace(
        known,
        reason=known.reason if told.reason is Reason.OTHER else told.reason,
        first_day=min(known.first_day, told.first_day),
        last_day=told.last_day or known.last_day,
    )
    goes_on = known.last_day is None and told.first_day > known.first_day and told.first_day == today
    events = beside(merged, touched[1:])
    return events if events != (changed(known),) or goes_on else ()


def _touches(absence: Absence, told: Told) -> bool:
    if covers(absence, told.first_day):
        return True
    last = told.last_day or told.first_day + timedelta(days=OPEN_DAYS)
    return not absence.taken_back and told.first_day <= absence.first_day <= last


def _means(told: Told, absence: Absence) -> bool:
    """Whether a report is about an absence known already; another reason before it is a report of its own."""
    return covers(absence, told.first_day) or told.reason in {absence.reason, Reason.OTHER}


def beside(main: Absence, others: Iterable[Absence]) -> tuple[AbsenceReported | AbsenceChanged, ...]:
    """A report beside later ones, which stay: it ends before the next, and what it says of days after that is kept."""
    later = [one for one in others if one.first_day <= end_of(main)]
    if not later:
        return (_told_as(main),)
    ends = [one.first_day - ONE_DAY for one in later]
    reach = zip(later, (*ends[1:], main.last_day), strict=True) if main.last_day else ()
    rest = (_longer(one, end, main.reason) for one, end in reach if end_of(one) < end)
    return (*rest, _told_as(replace(main, last_day=ends[0])))


def _longer(absence: Absence, last: date, reason: Reason) -> AbsenceReported | AbsenceChanged:
    """The days after an absence, until `last`: the same reason goes on, another one is a report of its own."""
    if reason is absence.reason:
        return changed(replace(absence, last_day=last))
    return AbsenceReported(who=absence.person, reason=reason, first_day=end_of(absence) + ONE_DAY, last_day=last)


def _fresh(told: Told) -> Absence:
    return Absence(id=NEW, person=told.who, reason=told.reason, first_day=told.first_day, last_day=told.last_day)


def _told_as(absence: Absence) -> AbsenceReported | AbsenceChanged:
    if absence.id != NEW:
        return changed(absence)
    return AbsenceReported(
        who=absence.person, reason=absence.reason, first_day=absence.first_day, last_day=absence.last_day
    )


def changed(absence: Absence) -> AbsenceChanged:
    """The event that says what is now known of a report."""
    return AbsenceChanged(
        who=absence.person,
        reason=absence.reason,
        first_day=absence.first_day,
        last_day=absence.last_day,
        absence=absence.id,
        goes_on_from=absence.goes_on_from,
    )


def withdrawn(absence: Absence, back: date) -> AbsenceTakenBack | AbsenceChanged:
    """The person comes on `back`: a report that begins then or later is taken back, an earlier one ends before it."""
    if absence.first_day >= back:
        return AbsenceTakenBack(who=absence.person, first_day=absence.first_day, absence=absence.id)
    eve = back - timedelta(days=1)
    return changed(replace(absence, last_day=min(eve, absence.last_day or eve)))


def proof_of(absence: Absence, proof_from: int) -> Proof:
    """What is open of an illness where a sick note is needed from its `proof_from`-th day on (R2); 0: never.

    One that is known to be over before that needs none. What has arrived stays.
    """
    if absence.reason is not Reason.ILLNESS or not proof_from:
        return Proof.NOT_NEEDED
    if absence.proof is Proof.RECEIVED:
        return Proof.RECEIVED
    is_short = absence.last_day is not None and absence.last_day < needed_from(absence, proof_from)
    return Proof.NOT_NEEDED if is_short else Proof.OPEN


def needed_from(absence: Absence, proof_from: int) -> date:
    """The first day that needs a sick note."""
    return absence.first_day + timedelta(days=proof_from - 1)


def proof_days(absence: Absence, calendar: WorkCalendar, proof_from: int = 1) -> tuple[date, ...]:
    """The days on which an open proof is reminded: none before the day from which on it is needed.

    Where an illness goes on, another sick note is needed for the further days: that one is reminded of as well.
    """
    if proof_from > 1:
        first = needed_from(absence, proof_from)
        days = {calendar.nth_working_day(first, n) for n in LATER_PROOF_WORKING_DAYS}
    else:
        days = {calendar.nth_working_day(absence.first_day, n) for n in PROOF_WORKING_DAYS}
    if absence.goes_on_from is not None:
        further = max(absence.goes_on_from, needed_from(absence, proof_from))
        days |= {calendar.nth_working_day(further, n) for n in PROOF_WORKING_DAYS}
    return tuple(sorted(days))
