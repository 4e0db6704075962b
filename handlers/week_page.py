"""A week of one member of staff: their appointments, what is due, who is away, and the days nobody works (F27, F84).

Nothing stands here that the chat would not say: a stand-in sees the days on which they stand in from today on, and
nothing of what was. Whoever is named may see that it was read, once for each look.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from flows.dialogues import day_sheet, meetings
from flows.engine.messages import Text
from flows.people import Person, PersonId
from flows.rules.absence import covers
from flows.rules.access import Operation
from flows.rules.appointments import Appointment
from flows.rules.calendar import ONE_DAY, SATURDAY
from handlers import absences, access, agenda, day_sheets, leave_days, tasks
from handlers.on_page import PageOccasion

DAYS: Final = 7
FARTHEST: Final = timedelta(days=366)
"""How far from today a week can be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """An appointment with those of it whom the reader may see; `host` is whoever is away and stood in for."""

    appointment: Appointment
    starts: datetime
    kind: str
    people: tuple[Person, ...]
    others: int
    host: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something about one person that holds on a day."""

    person: Person
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDay:
    """One day. `free`: nobody works, by the calendar of the programme; `off`: the reader is entered as away."""

    day: date
    is_today: bool
    free: bool
    off: bool
    meetings: tuple[Meeting, ...]
    due: tuple[Line, ...]
    away: tuple[Line, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say about it."""
        return not (self.free or self.off or self.meetings or self.due or self.away)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday on, and the Mondays before and after where they can be looked at.

    `links` are the handles of those whose page the reader may open.
    """

    monday: date
    days: tuple[WeekDay, ...]
    before: date | None
    after: date | None
    links: frozenset[str]

    @property
    def is_now(self) -> bool:
        """Whether today lies in it."""
        return any(one.is_today for one in self.days)

    @property
    def shown(self) -> tuple[WeekDay, ...]:
        """The days that have a place of their own: a weekend only where there is something to do."""
        return tuple(one for one in self.days if one.day.weekday() < SATURDAY or one.meetings or one.due)


@dataclass(slots=True)
class _Look:
    """What is gathered for one look, and about whom it was read."""

    occasion: PageOccasion
    today: date
    theirs: list[Person]
    read: dict[tuple[Operation, PersonId], Person] = field(default_factory=dict)

    def note(self, operation: Operation, person: Person) -> None:
        self.read[operation, person.id] = person


def monday_of(day: date, today: date) -> date:
    """The Monday of the week a day lies in; of this week, where it is too far away."""
    near = day if abs(day - today) <= FARTHEST else today
    return near - timedelta(days=near.weekday())


def gather(occasion: PageOccasion, day: date | None = None) -> Week:
    """The week of this day, or this week; each person that is named is read about."""
    reader = occasion.reader
    today = occasion.local(reader).date()
    monday = monday_of(day or today, today)
    look = _Look(occasion, today, day_sheets.looked_after(occasion, reader))
    days = tuple(_day(look, monday + number * ONE_DAY) for number in range(DAYS))
    for (operation, _), person in look.read.items():
        access.note_read(occasion, reader, operation, person)
    week = DAYS * ONE_DAY
    before, after = (each if abs(each - today) <= FARTHEST else None for each in (monday - week, monday + week))
    named = {person.id: person for person in look.read.values()}.values()
    links = (one.handle for one in named if access.may(occasion, reader, Operation.READ_CASE, one))
    return Week(monday, days, before, after, frozenset(links))


def _day(look: _Look, day: date) -> WeekDay:
    occasion, reader = look.occasion, look.occasion.reader
    found = [*_own(look, day), *_covered(look, day)]
    return WeekDay(
        day=day,
        is_today=day == look.today,
        free=day in occasion.calendar.free_days,
        off=occasion.uow.people.is_away(reader.id, day),
        meetings=tuple(sorted(found, key=lambda one: (one.starts, one.appointment.id))),
        due=tuple(_due(look, day)),
        away=tuple(_away(look, day)),
    )


def _own(look: _Look, day: date) -> Iterator[Meeting]:
    """The reader's own appointments with those they still have to do with."""
    occasion, reader = look.occasion, look.occasion.reader
    for one in _held(look, reader, day):
        people = agenda.theirs(occasion, reader, one)
        if people:
            yield _meeting(look, one, people)
            for person in people:
                look.note(Operation.READ_APPOINTMENTS, person)


def _covered(look: _Look, day: date) -> Iterator[Meeting]:
    """From today on, what colleagues have on the days on which they are away, with those the reader looks after."""
    occasion, reader = look.occasion, look.occasion.reader
    known = {one.id: one for one in look.theirs}
    hosts = [] if day < look.today else day_sheets.hosts_of(occasion, reader, look.theirs)
    for host in (one for one in hosts if one.id != reader.id and occasion.uow.people.is_away(one.id, day)):
        for one in _held(look, host, day):
            invited = [known.get(each.person) for each in occasion.uow.appointments.invited(one.id)]
            people = [person for person in invited if person is not None]
            if people:
                yield _meeting(look, one, people, host)
                for person in people:
                    look.note(Operation.READ_DAY_SHEET, person)


def _held(look: _Look, host: Person, day: date) -> list[Appointment]:
    zone = look.occasion.local(look.occasion.reader).tzinfo
    since, until = (datetime.combine(each, time(0), zone).astimezone(UTC) for each in (day, day + ONE_DAY))
    held = look.occasion.uow.appointments.held_by(host.id, since, until)
    return [one for one in held if since <= one.starts and not one.cancelled]


def _meeting(look: _Look, one: Appointment, people: list[Person], host: Person | None = None) -> Meeting:
    occasion = look.occasion
    return Meeting(
        appointment=one,
        starts=one.starts.astimezone(occasion.local(occasion.reader).tzinfo),
        kind=occasion.put(meetings.STAFF_KINDS[one.kind]),
        people=tuple(people),
        others=len(occasion.uow.appointments.invited(one.id)) - len(people),
        host=host,
    )


def _due(look: _Look, day: date) -> Iterator[Line]:
    """Tasks that are due on the day and were said already, as the chat says them."""
    occasion = look.occasion
    for person in look.theirs:
        if not access.may(occasion, occasion.reader, Operation.READ_TASKS, person):
            continue
        for task in occasion.uow.tasks.open_of(person.id):
            row = tasks.row_of(occasion, task)
            if row is not None and task.due == day and task.said is not None:
                look.note(Operation.READ_TASKS, person)
                yield Line(person=person, text=occasion.put(tasks.says(row, task, occasion, person), person))


def _away(look: _Look, day: date) -> Iterator[Line]:
    """Who is reported absent or has leave; what was is for whoever may read it."""
    occasion = look.occasion
    operation = Operation.READ_HISTORY if day < look.today else Operation.READ_DAY_SHEET
    for person in look.theirs:
        text = _why_away(occasion, person, day)
        if text is not None and access.may(occasion, occasion.reader, operation, person):
            look.note(operation, person)
            yield Line(person=person, text=occasion.put(text))


def _why_away(occasion: PageOccasion, person: Person, day: date) -> Text | None:
    if any(covers(report, day) for report in absences.of_person(occasion, person)):
        return day_sheet.ABSENT
    return Text("on leave") if leave_days.is_away(occasion, person, day) else None
