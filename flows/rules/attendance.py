"""Attendance, day by day: what stands of a person's day, worked out from plan, marks and reports (F35, R23)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from flows.people import PersonId
from flows.rules.appointments import Mark
from flows.rules.calendar import ONE_DAY, WorkCalendar
from flows.rules.excuses import Excuse, Known, counts_on, excuse_on
from flows.rules.participations import Participation, Phase, Point, phase_on


class State(StrEnum):
    """What stands of one day."""

    PLANNED = "planned"  # it is still to come
    PRESENT = "present"
    EXCUSED = "excused"
    OPEN = "open"  # not there, or not known; nobody has decided what it is
    UNEXCUSED = "unexcused"  # a person has said so, never the clock
    CANCELLED = "cancelled"  # the carrier has called the day off


class Marked(StrEnum):
    """What a member of staff says of somebody's day on the sheet."""

    PRESENT = "present"
    MISSING = "missing"  # not there; the reports say whether that is excused
    EXCUSED = "excused"
    UNEXCUSED = "unexcused"
    CANCELLED = "cancelled"


class Conflict(StrEnum):
    """Two things that cannot both be so; a person has to look."""

    PRESENT_DESPITE_REPORT = "present_despite_report"
    EXCUSED_BUT_MISSING = "excused_but_missing"
    MARKS_DIFFER = "marks_differ"  # the sheet and an appointment of that day


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When somebody came and left (local), and how many minutes each break took."""

    came: time
    left: time
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMark:
    """One word of staff about one day; nothing is overwritten, the newest stands. `by`, `at` (aware UTC): who, when."""

    id: int
    person: PersonId
    day: date
    marked: Marked
    by: PersonId
    at: datetime
    hours: Hours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When the programme takes place: weekdays (Monday is 0), from, to, and the minutes of each break.

    `only_in`: phases in which it does so at the programme's own place; in others only group appointments count (R23,
    S1:749). Empty: in all. `phases` are those of the programme, in order.
    """

    weekdays: frozenset[int] = frozenset(range(5))
    begins: time = time(8, 30)
    ends: time = time(15)
    breaks: tuple[int, ...] = (15, 30)
    only_in: frozenset[str] = frozenset()
    phases: tuple[Phase, ...] = ()

    @property
    def hours(self) -> Hours:
        """The hours of a whole day."""
        return Hours(came=self.begins, left=self.ends, breaks=self.breaks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of one day: whether it is planned, marks of the sheet and of appointments, and the excuse."""

    day: date
    planned: bool
    marks: tuple[DayMark, ...] = ()
    appointments: tuple[Mark, ...] = ()
    excuse: Excuse | None = None
    counts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What stands of one day. `excuse` is why it is excused; `mark` the newest word of staff on the sheet."""

    day: date
    state: State
    excuse: Excuse | None = None
    counts: str = ""
    conflicts: tuple[Conflict, ...] = ()
    mark: DayMark | None = None


SETTLED: Final = frozenset({Excuse.PROVEN, Excuse.LEAVE, Excuse.RECOGNISED, Excuse.OWN_WORD})
"""Excuses that need nothing more."""
NOT_THERE: Final = frozenset({Marked.MISSING, Marked.UNEXCUSED})
MISSED: Final = frozenset({Mark.MISSED, Mark.UNEXCUSED})
OF_APPOINTMENT: Final = {
    Mark.MISSED: Marked.MISSING,
    Mark.EXCUSED: Marked.EXCUSED,
    Mark.UNEXCUSED: Marked.UNEXCUSED,
    Mark.CANCELLED_BY_CARRIER: Marked.CANCELLED,
}
STATE_OF: Final = {
    Marked.PRESENT: State.PRESENT,
    Marked.EXCUSED: State.EXCUSED,
    Marked.UNEXCUSED: State.UNEXCUSED,
    Marked.CANCELLED: State.CANCELLED,
}


def newest(marks: Iterable[DayMark]) -> DayMark | None:
    """The mark that stands."""
    return max(marks, key=lambda mark: (mark.at, mark.id), default=None)


def is_planned(day: date, timetable: Timetable, calendar: WorkCalendar, known: Participation | None) -> bool:
    """Whether the programme takes place on that day and the person takes part in it (R30: free days are free)."""
    if day.weekday() not in timetable.weekdays or day in calendar.free_days:
        return False
    if known is None or not known.takes_part(day, day):
        return False
    return not timetable.only_in or phase_on(known, timetable.phases, day) in timetable.only_in


def day_of(seen: Seen, today: date) -> Day | None:
    """What stands of a day; None if nothing was planned and nobody has said anything.

    The newest mark of the sheet stands, then marks of appointments, then the excuse. A certificate goes before
    "unexcused": nobody can decline it (R5). What has passed without a word is open.
    """
    mark = newest(seen.marks)
    said = mark.marked if mark is not None else _of_appointments(seen.appointments)
    if said is None and not seen.planned:
        return None
    excuse = seen.excuse
    state = _state(said, excuse) if said is not None else _unmarked(excuse, is_over=seen.day < today)
    conflicts = tuple(_conflicts(seen, mark, said))
    why = excuse if state in {State.EXCUSED, State.OPEN} else None
    counts = seen.counts if why is not None and state is State.EXCUSED else ""
    return Day(day=seen.day, state=state, excuse=why, counts=counts, conflicts=conflicts, mark=mark)


def _of_appointments(marks: tuple[Mark, ...]) -> Marked | None:
    """Whoever was at one appointment of the day was there; otherwise what weighs most."""
    if Mark.ATTENDED in marks:
        return Marked.PRESENT
    return next((OF_APPOINTMENT[mark] for mark in OF_APPOINTMENT if mark in marks), None)


def _state(said: Marked, excuse: Excuse | None) -> State:
    if said is Marked.UNEXCUSED and excuse is Excuse.PROVEN:
        return State.EXCUSED
    if said is Marked.MISSING:
        return State.EXCUSED if excuse in SETTLED else State.OPEN
    return STATE_OF[said]


def _unmarked(excuse: Excuse | None, *, is_over: bool) -> State:
    if excuse in SETTLED:
        return State.EXCUSED
    return State.OPEN if excuse is not None or is_over else State.PLANNED


def _conflicts(seen: Seen, mark: DayMark | None, said: Marked | None) -> Iterator[Conflict]:
    if said is Marked.PRESENT and seen.excuse is not None and seen.excuse is not Excuse.DECLINED:
        yield Conflict.PRESENT_DESPITE_REPORT
    if said in NOT_THERE and seen.excuse in SETTLED:
        yield Conflict.EXCUSED_BUT_MISSING
    if mark is not None and _differ(mark.marked, seen.appointments):
        yield Conflict.MARKS_DIFFER


def _differ(marked: Marked, appointments: tuple[Mark, ...]) -> bool:
    if marked is Marked.PRESENT:
        return bool(MISSED & set(appointments)) and Mark.ATTENDED not in appointments
    return Mark.ATTENDED in appointments


def proposal(day: Day) -> Marked:
    """What confirming the sheet says of somebody nobody has marked: there, unless they are reported or on leave."""
    if day.state is State.EXCUSED:
        return Marked.EXCUSED
    return Marked.MISSING if day.excuse is not None else Marked.PRESENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a person's month is worked out from."""

    first: date
    timetable: Timetable
    calendar: WorkCalendar
    participation: Participation | None
    known: Known
    marks: tuple[DayMark, ...] = ()
    appointments: tuple[tuple[date, Mark | None], ...] = field(default=())
    """Group appointments of the person in the month, with what became of them."""


def days_of(month: Month, today: date) -> tuple[Day, ...]:
    """Every day of the month of which something stands."""
    found = (day_of(_seen(month, day), today) for day in days_in(month.first))
    return tuple(day for day in found if day is not None)


def _seen(month: Month, day: date) -> Seen:
    met = [mark for on, mark in month.appointments if on == day]
    takes_part = month.participation is not None and month.participation.takes_part(day, day)
    planned = is_planned(day, month.timetable, month.calendar, month.participation) or (bool(met) and takes_part)
    return Seen(
        day=day,
        planned=planned,
        marks=tuple(mark for mark in month.marks if mark.day == day),
        appointments=tuple(mark for mark in met if mark is not None),
        excuse=excuse_on(day, month.known),
        counts=counts_on(day, month.known) if month.known.counts else "",
    )


def days_in(first: date) -> Iterator[date]:
    """The days of the month that begins on `first`."""
    day = first
    while day.month == first.month:
        yield day
        day += ONE_DAY


def month_after(first: date) -> date:
    """The first day of the next month."""
    return (first + timedelta(days=31)).replace(day=1)


def took_part_since(known: Participation | None) -> date | None:
    """The first day of participation."""
    return None if known is None else known.day(Point.ENTRY)
