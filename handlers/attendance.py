"""What stands of somebody's days, and marks of staff: nothing is overwritten, a locked month stays as it is (F35)."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from flows.engine.attendance_events import AttendanceMarked
from flows.people import Person
from flows.rules.appointments import Kind, Mark
from flows.rules.attendance import Day, DayMark, Hours, Marked, Month, days_in, days_of
from flows.rules.month import Attendance, kind_of, lock_at, with_decisions
from handlers import tasks
from handlers.excusing import known_of
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

UNEXCUSED = "unexcused"


class MonthIsLocked(Exception):
    """Nothing in the month of this day changes any more; what is to be said to it is a note."""

    def __init__(self, month: date) -> None:
        super().__init__("the month is locked")
        self.month = month


def rule_of(uow: UnitOfWork) -> Attendance | None:
    """What the profile says about attendance; None: none is kept here."""
    rule: Attendance | None = uow.profile.attendance
    return rule


def is_locked(uow: UnitOfWork, month: date, now: datetime) -> bool:
    """Whether the database refuses marks for this month: the latest instant it has seen counts, not the clock alone."""
    if uow.months.locked(month) is not None:
        return True
    return uow.months.locks_on_tenth() and max(now, uow.attendance.seen()) >= lock_at(month)


def month_of(occasion: Occasion, person: Person, month: date) -> tuple[Day, ...]:
    """Every day of the person's month of which something stands: as it was closed, or as things are now.

    What was open when it was closed is as a named person has decided since (ADR 34).
    """
    closed = occasion.uow.months.closed(person.id, month)
    if closed is None:
        return worked_out(occasion, person, month)
    return with_decisions(closed, occasion.uow.months.said_of(person.id, month))


def worked_out(occasion: Occasion, person: Person, month: date) -> tuple[Day, ...]:
    """The days as plan, marks and reports make them now."""
    uow, rule = occasion.uow, rule_of(occasion.uow)
    if rule is None:
        return ()
    *_, last = days_in(month)
    return days_of(
        Month(
            first=month,
            timetable=rule.timetable,
            calendar=occasion.calendar,
            participation=uow.participations.of(person.id),
            known=known_of(occasion, person.id, month),
            marks=tuple(uow.attendance.between(person.id, month, last)),
            appointments=tuple(_group_dates(occasion, person, month, last)),
        ),
        occasion.local(person).date(),
    )


def _group_dates(occasion: Occasion, person: Person, first: date, last: date) -> Iterable[tuple[date, Mark | None]]:
    """Appointments of groups in the month: only what is at the programme's own place counts (R23, S1:749)."""
    zone = occasion.local(person).tzinfo
    since = datetime.combine(first, time(0), zone).astimezone(UTC)
    for appointment, invitee in occasion.uow.appointments.of(person.id, since):
        day = appointment.starts.astimezone(zone).date()
        if appointment.kind is Kind.GROUP and not appointment.cancelled and first <= day <= last:
            yield day, invitee.mark


def day_on(occasion: Occasion, person: Person, day: date) -> Day | None:
    """What stands of one day of the person."""
    found = month_of(occasion, person, day.replace(day=1))
    return next((one for one in found if one.day == day), None)


def mark(occasion: Occasion, by: Person, person: Person, day: date, said: tuple[Marked, Hours | None]) -> bool:
    """Keep what a member of staff says of a day; False: it stands so already. The person is locked by the caller.

    Raises `MonthIsLocked`. Unexcused is the agency's to hear (R17); another word ends that task.
    """
    uow, (marked, hours) = occasion.uow, said
    month = day.replace(day=1)
    if is_locked(uow, month, occasion.now):
        raise MonthIsLocked(month)
    known = uow.attendance.between(person.id, day, day)
    newest = max(known, key=lambda one: (one.at, one.id), default=None)
    if newest is not None and newest.marked is marked and (hours is None or hours == newest.hours):
        return False
    at = occasion.now if newest is None else max(occasion.now, newest.at + timedelta(microseconds=1))
    rule = rule_of(uow)
    whole = rule.timetable.hours if rule is not None and marked is Marked.PRESENT else None
    uow.attendance.add(
        DayMark(id=uow.new_id(), person=person.id, day=day, marked=marked, by=by.id, at=at, hours=hours or whole)
    )
    occasion.record(AttendanceMarked(who=person.id, day=day, mark=marked, by=by.id), person.id)
    if marked is Marked.UNEXCUSED:
        tasks.happened(occasion, person, UNEXCUSED, day.isoformat())
    else:
        tasks.undone(occasion, person, UNEXCUSED, day.isoformat(), by)
    return True


def fingerprint(days: Iterable[Day]) -> str:
    """What tells these days from others: if they change, the person has to see them again."""
    told = ";".join(f"{day.day.isoformat()}={day.state}/{kind_of(day) or ''}" for day in days)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
