"""Appointments that come from a file: all or none, matched by their lasting name, told without a burst (F21)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from flows.engine.events import Said
from flows.engine.meetings import (
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentPlanned,
    AppointmentsImported,
    MeetingWanted,
)
from flows.engine.messages import MessageClass, Text, Value
from flows.people import Person
from flows.rules.appointments import Answer, Appointment
from flows.rules.imports import Report, Row
from handlers import appointments, host_reminders, import_checks, import_telling
from handlers.import_telling import What
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork

_DETAILS = ("place", "way", "link", "interpreter", "interpreter_name", "interpreter_contact", "kind", "minutes")


@dataclass(slots=True)
class _Work:
    """One import under way: what has been done, for whom something is new, and which series is called what here."""

    occasion: Occasion
    report: Report
    news: import_telling.News = field(default_factory=list)
    series: dict[str, int] = field(default_factory=dict)
    met: set[int] = field(default_factory=set)
    by_organiser: dict[int, list[int]] = field(default_factory=dict)


def look(uow: UnitOfWork, rows: Sequence[Row], now: datetime) -> Report:
    """What is wrong with the rows, or what importing them would do; nothing is stored."""
    occasion = Occasion(uow=uow, now=now, cause="import")
    report = Report()
    import_checks.check(occasion, rows, report)
    for row in rows if not report.faults else ():
        known = find(uow, row)
        match _outcome(known, row, occasion):
            case "new":
                report.new += 1
            case "cancelled":
                report.cancelled += 1
            case "changed":
                report.changed += 1
            case "older":
                report.older += 1
            case _:
                report.unchanged += 1
    return report


def find(uow: UnitOfWork, row: Row) -> Appointment | None:
    """The appointment that this row is about, if there is one already."""
    return import_checks.known(uow, row)


def carry_out(uow: UnitOfWork, rows: Sequence[Row], now: datetime) -> Report:
    """Import all rows in this one unit of work; none of them, if anything is wrong with one. People are told."""
    occasion = Occasion(uow=uow, now=now, cause=f"import:{uow.new_id()}")
    work = _Work(occasion, Report())
    _lock(uow, rows)
    import_checks.check(occasion, rows, work.report)
    if work.report.faults:
        return work.report
    for row in sorted(rows, key=lambda one: one.starts):
        _take(work, row)
    _call_off_missing(work, rows)
    import_telling.tell(occasion, work.news)
    _tell_organisers(work)
    report = work.report
    event = AppointmentsImported(new=report.new, changed=report.changed, cancelled=report.cancelled)
    uow.events.add(event, now, subject=None)
    return report


def _lock(uow: UnitOfWork, rows: Iterable[Row]) -> None:
    """One at a time with whoever is named, in an order that is everybody's."""
    people = (uow.people.by_handle(handle) for handle in {handle for row in rows for handle in row.people})
    for person in sorted(one.id for one in people if one is not None):
        uow.people.lock(person)


def _outcome(known: Appointment | None, row: Row, occasion: Occasion) -> str:
    if known is None:
        return "unchanged" if row.cancelled else "new"
    if row.sequence < (known.revision - 1 if row.own == known.id else known.sequence):
        return "older"
    if row.cancelled or known.cancelled:
        return "cancelled" if not known.cancelled else "unchanged"
    return "changed" if updated(known, row, occasion) != known else "unchanged"


def updated(known: Appointment, row: Row, occasion: Occasion) -> Appointment:
    """The appointment as the row has it; what came from here keeps what our own files do not say."""
    if row.own == known.id:
        ends = row.ends - row.starts
        return replace(known, starts=row.starts.astimezone(UTC), minutes=int(ends.total_seconds() // 60))
    fresh = appointments.build(known.id, occasion, _wanted(row), known.organiser)
    details = {name: getattr(fresh, name) for name in _DETAILS}
    return replace(known, starts=fresh.starts, sequence=row.sequence, **details)


def _wanted(row: Row) -> MeetingWanted:
    return MeetingWanted(
        people=(),
        kind=row.kind,
        starts=row.starts,
        minutes=row.minutes,
        place=row.place,
        way=row.way,
        link=row.link,
        interpreter=row.interpreter,
        interpreter_name=row.interpreter_name,
        interpreter_contact=row.interpreter_contact,
    )


def _take(work: _Work, row: Row) -> None:
    known = find(work.occasion.uow, row)
    match _outcome(known, row, work.occasion):
        case "new":
            known = _add(work, row)
        case "cancelled" if known is not None:
            _call_off(work, known)
        case "changed" if known is not None:
            _change(work, known, row)
        case "older":
            work.report.older += 1
        case _:
            work.report.unchanged += 1
    if known is not None:
        work.met.add(known.id)
        if row.series and known.series is not None:
            work.series[row.series] = known.series
        _invite_more(work, known, row)


def _count(work: _Work, organiser: int, place: int) -> None:
    work.by_organiser.setdefault(organiser, [0, 0, 0])[place] += 1


def _organiser(work: _Work, row: Row) -> Person:
    found = work.occasion.uow.people.by_handle(row.organiser)
    if found is None:
        raise LookupError("the rows were not checked")
    return found


def _add(work: _Work, row: Row) -> Appointment:
    uow, organiser = work.occasion.uow, _organiser(work, row)
    fresh = appointments.build(uow.new_id(), work.occasion, _wanted(row), organiser.id)
    series = work.series.setdefault(row.series, fresh.id) if row.series else None
    fresh = replace(fresh, series=series, sequence=row.sequence)
    uow.appointments.add(fresh, work.occasion.now, row.source)
    host_reminders.set_for(work.occasion, fresh)
    work.occasion.record(AppointmentPlanned(id=fresh.handle), organiser.id)
    work.report.new += 1
    _count(work, organiser.id, 0)
    return fresh


def _invite_more(work: _Work, appointment: Appointment, row: Row) -> None:
    """Invite whoever the row names and who is not invited yet."""
    if appointment.cancelled or row.cancelled or row.own == appointment.id:
        return
    uow = work.occasion.uow
    invited = {one.person for one in uow.appointments.invited(appointment.id)}
    for person in import_checks.people_of(uow, row):
        if person.id not in invited:
            invitee = uow.appointments.invite(appointment.id, person.id)
            appointments.set_timers(work.occasion, appointment, invitee, person)
            work.news.append((What.NEW, appointment, invitee))


def _change(work: _Work, known: Appointment, row: Row) -> None:
    fresh = replace(updated(known, row, work.occasion), revision=known.revision + 1)
    work.occasion.uow.appointments.change(fresh)
    host_reminders.set_for(work.occasion, fresh)
    work.occasion.record(AppointmentMoved(id=fresh.handle), fresh.organiser)
    work.report.changed += 1
    _count(work, fresh.organiser, 1)
    what = What.MOVED if fresh.starts != known.starts else What.CHANGED
    for invitee in work.occasion.uow.appointments.invited(fresh.id):
        asked_anew = replace(invitee, answer=Answer.OPEN, wish=None)
        work.occasion.uow.appointments.answer(asked_anew)
        person = work.occasion.uow.people.get(invitee.person)
        appointments.set_timers(work.occasion, fresh, asked_anew, person)
        work.news.append((what, fresh, asked_anew))


def _call_off(work: _Work, known: Appointment) -> None:
    off = replace(known, cancelled=True, revision=known.revision + 1)
    work.occasion.uow.appointments.change(off)
    work.occasion.record(AppointmentCancelled(id=off.handle), off.organiser)
    work.report.cancelled += 1
    _count(work, off.organiser, 2)
    for invitee in work.occasion.uow.appointments.invited(off.id):
        work.occasion.uow.timers.cancel(appointments.TIMER, invitee.id)
        work.news.append((What.OFF, off, invitee))


def _call_off_missing(work: _Work, rows: Iterable[Row]) -> None:
    """Of a series that the file has whole, what it does not name any more does not take place."""
    now = work.occasion.now
    until: dict[str, datetime] = {}
    for row in rows:
        if row.whole and row.series:
            until[row.series] = max(until.get(row.series, row.starts), row.starts)
    for series in until:
        number = work.series.get(series)
        dates = [] if number is None else work.occasion.uow.appointments.of_series(number, now)
        for appointment in dates:
            if appointment.id not in work.met:
                _call_off(work, appointment)


def _tell_organisers(work: _Work) -> None:
    """Whoever the dates are with hears of it once."""
    for organiser, (new, changed, off) in work.by_organiser.items():
        person = next(one for one in work.occasion.uow.people.all() if one.id == organiser)
        values: dict[str, Value] = {"new": new, "changed": changed, "off": off}
        text = Text("Imported into your calendar: {new} new, {changed} changed, {off} called off.", values)
        work.occasion.say(person, Said(text), Sending(message_class=MessageClass.ALERT, lasting=True))
