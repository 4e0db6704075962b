"""Appointments: who is invited, when people are reminded, which times are free (F20 to F25, EVIDENCE.md)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from flows.people import PersonId
from flows.rules.calendar import ONE_DAY, WorkCalendar
from flows.rules.hours import Taken

LATE_GUARD = timedelta(hours=1)
"""A reminder that could only go out closer than this to the beginning helps nobody and is left out."""
GRID = timedelta(minutes=30)
"""Free times begin on the half-hour."""
SIGNED = "signed"
"""The language of an interpreter who signs."""
SUNDAY = 6
NOON = 12


TakenT = TypeVar("TakenT", bound=Taken)


class Kind(StrEnum):
    """How people meet (R53)."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"
    HOME = "home"
    OPEN_HOURS = "open_hours"
    GROUP = "group"

    @property
    def has_place(self) -> bool:
        """Whether somebody has to go somewhere."""
        return self not in _WITHOUT_PLACE

    @property
    def has_link(self) -> bool:
        """Whether one gets in by a link or a number, which is personal."""
        return self in _BY_LINK

    @property
    def is_window(self) -> bool:
        """Whether people come at any time in between: nobody is late, and nobody is missed after minutes."""
        return self is Kind.OPEN_HOURS


_WITHOUT_PLACE = frozenset({Kind.VIDEO, Kind.PHONE, Kind.HOME})
_BY_LINK = frozenset({Kind.VIDEO, Kind.PHONE})


class Answer(StrEnum):
    """What an invited person has said so far."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    MOVE_REQUESTED = "move_requested"


class Mark(StrEnum):
    """What became of it for one person; set by a person, never by the clock (F26)."""

    ATTENDED = "attended"
    MISSED = "missed"
    EXCUSED = "excused"
    UNEXCUSED = "unexcused"
    CANCELLED_BY_CARRIER = "cancelled_by_carrier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One appointment. `handle` is its stable name in events and files; `starts` is aware UTC.

    `revision` rises when time or place change or it is cancelled, and guards everything planned for it (F24).
    `interpreter` names a language or `SIGNED` (R56), `interpreter_name` and `interpreter_contact` who it is.
    `organiser` is the member of staff it is with. `link`: by which address or number one gets in. `series` is the
    first date of a series that it belongs to, itself included. `sequence` is what a file that it came from called its
    revision.
    """

    id: int
    handle: str
    organiser: PersonId
    kind: Kind
    starts: datetime
    minutes: int
    place: str = ""
    way: str = ""
    interpreter: str = ""
    interpreter_name: str = ""
    interpreter_contact: str = ""
    link: str = ""
    series: int | None = None
    sequence: int = 0
    cancelled: bool = False
    revision: int = 1

    @property
    def ends(self) -> datetime:
        """When it is over."""
        return self.starts + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """Somebody the carrier works with (R56): how they are reached, and which languages they speak or sign."""

    name: str
    contact: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """One person's part in an appointment. `wish` is the start asked for instead, `asked` when they were last asked."""

    id: int
    appointment: int
    person: PersonId
    answer: Answer = Answer.OPEN
    mark: Mark | None = None
    wish: datetime | None = None
    asked: datetime | None = None


NOT_EXPECTED = frozenset({Answer.DECLINED, Answer.MOVE_REQUESTED})
"""Answers after which somebody is not waited for."""


def is_expected(invitee: Invitee) -> bool:
    """Whether somebody may be reminded as far as their own answer says, and what staff have marked."""
    return invitee.mark is None and invitee.answer not in NOT_EXPECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When people are reminded: so many days before, at a time of day (EVIDENCE.md: never two days alone).

    `days_if_far` are added where the appointment was made at least `far` before it begins. `ask_after` and `tell_after`
    are for the morning itself: the person is asked, then staff are told (F29). Whoever was marked as missing is asked
    at `care_at` on the next day on which people are written to; staff hear of a silence of `silent_after` (F26).
    """

    days: tuple[int, ...] = (3, 1)
    days_if_far: tuple[int, ...] = (7,)
    far: timedelta = timedelta(days=10)
    at: time = time(16)
    ask_after: timedelta = timedelta(minutes=10)
    tell_after: timedelta = timedelta(minutes=20)
    care_at: time = time(9)
    silent_after: timedelta = timedelta(hours=24)


def is_day_for_reminders(day: date, calendar: WorkCalendar) -> bool:
    """Nobody is reminded on a Sunday or a free day (F25)."""
    return day.weekday() != SUNDAY and day not in calendar.free_days


def reminders(starts: datetime, made: datetime, plan: Plan, calendar: WorkCalendar) -> list[datetime]:
    """When to remind of something that begins at `starts` and was made at `made` (both on the person's clock).

    A day on which nobody is reminded gives way to the last one before it on which people are. What would lie before
    `made` is left out: whoever has just been asked knows.
    """
    offsets = {*plan.days, *(plan.days_if_far if starts - made >= plan.far else ())}
    days = {_last_allowed(starts.date() - timedelta(days=offset), calendar) for offset in offsets}
    moments = (datetime.combine(day, plan.at, starts.tzinfo) for day in sorted(days))
    return [moment for moment in moments if made < moment <= starts - LATE_GUARD]


def _last_allowed(day: date, calendar: WorkCalendar) -> date:
    while not is_day_for_reminders(day, calendar):
        day -= ONE_DAY
    return day


def exists(moment: datetime) -> bool:
    """Whether a local time is on the clock that day: one hour is left out when summer time begins."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) == moment.replace(tzinfo=None)


def comes_twice(moment: datetime) -> bool:
    """Whether a local time is on the clock twice that day: one hour comes again when summer time ends."""
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset() and exists(moment)


def weekly(first: datetime, count: int, calendar: WorkCalendar) -> tuple[list[datetime], list[datetime]]:
    """The beginnings of a weekly series of `count` weeks after `first`, which is not among them; what is left out.

    It stays at the same time on the wall (local, aware); a week in which the day is free, or the time does not exist,
    is left out.
    """
    further = [first + timedelta(weeks=number) for number in range(1, count)]
    kept = [moment for moment in further if calendar.is_working_day(moment.date()) and exists(moment)]
    return kept, [moment for moment in further if moment not in kept]


def overlaps(starts: datetime, minutes: int, busy: Iterable[TakenT]) -> Iterator[TakenT]:
    """Those of `busy` that are not over before, and do not begin after, something of this length."""
    ends = starts + timedelta(minutes=minutes)
    return (one for one in busy if not one.cancelled and one.starts < ends and starts < one.ends)


def free_times(
    after: datetime, minutes: int, busy: Iterable[Taken], calendar: WorkCalendar, *, days: int = 10
) -> Iterator[datetime]:
    """Starts within the hours that collide with nothing, from the working day after `after` on (local, aware)."""
    known, day = tuple(busy), after.date()
    for _ in range(days):
        day = calendar.nth_working_day(day + ONE_DAY, 1)
        for opens, closes in calendar.windows(day):
            start = datetime.combine(day, opens, after.tzinfo)
            until = datetime.combine(day, closes, after.tzinfo)
            while start + timedelta(minutes=minutes) <= until:
                if not any(overlaps(start, minutes, known)):
                    yield start
                start += GRID


def spread(times: Iterable[datetime], count: int) -> list[datetime]:
    """The first free time of each morning and of each afternoon, `count` of them."""
    halves: dict[tuple[date, bool], datetime] = {}
    for moment in times:
        halves.setdefault((moment.date(), moment.hour < NOON), moment)
        if len(halves) == count:
            break
    return list(halves.values())
