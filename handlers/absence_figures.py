"""Rates of absence for whoever answers for the programme: days of everybody together, never of one (F38)."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta

from flows.people import Person
from flows.rules.absence_figures import OF_EXCUSE, OF_STATE, Line, Planned, Share, counts, lines
from flows.rules.access import Operation
from flows.rules.attendance import Day
from flows.rules.excuses import Excuse, excuse_on
from flows.rules.figures import half_of, next_month
from flows.rules.leave import working_days
from flows.rules.month import UNDECIDED, with_decisions
from flows.rules.participations import Participation, Point
from handlers import access, attendance
from handlers.excusing import known_of
from handlers.figures import BACK, ZONE
from handlers.occasion import Occasion
from storage.uow import UnitOfWork


def read(uow: UnitOfWork, now: datetime) -> list[Line]:
    """The rates of the last two years, as far as they may be shown."""
    occasion = Occasion(uow=uow, now=now, cause="figures")
    today = now.astimezone(ZONE).date()
    this_month = today.replace(day=1)
    since, last = half_of(next_month(this_month, -BACK)), this_month - timedelta(days=1)
    known = uow.participations.all()
    return lines((day for one in known for day in _days(occasion, one, since, last)), today)


def _days(occasion: Occasion, known: Participation, since: date, last: date) -> Iterator[Planned]:
    """The planned days of one participation, with what stands of each: by the sheet in months that have one."""
    entry, end = known.day(Point.ENTRY), known.end
    if entry is None:
        return
    first, last = max(since, entry), last if end is None else min(last, end.day)
    person = occasion.uow.people.get(known.person)
    kept = dict(_sheets(occasion, person, first, last))
    shares = (*_of_sheets(kept, first, last), *_of_reports(occasion, person, (first, last), kept))
    for day, share in shares:
        yield Planned(day=day, place=person.phase, group=person.group, share=share)


def _sheets(occasion: Occasion, person: Person, first: date, last: date) -> Iterator[tuple[date, tuple[Day, ...]]]:
    """Months in which a sheet was kept: what they were closed with, as decided since, or what stands now."""
    uow = occasion.uow
    if attendance.rule_of(uow) is None:
        return
    closed = uow.months.all_closed(person.id)
    for month, days in closed.items():
        undecided = any(day.state in UNDECIDED for day in days)
        yield month, with_decisions(days, uow.months.said_of(person.id, month)) if undecided else days
    marked = {one.day.replace(day=1) for one in uow.attendance.between(person.id, first, last)}
    for month in sorted(marked - closed.keys()):
        yield month, attendance.worked_out(occasion, person, month)


def _of_sheets(kept: Mapping[date, tuple[Day, ...]], first: date, last: date) -> Iterator[tuple[date, Share | None]]:
    for one in (day for days in kept.values() for day in days):
        if first <= one.day <= last and counts(one):
            yield one.day, OF_STATE[one.state]


def _of_reports(
    occasion: Occasion, person: Person, span: tuple[date, date], kept: Collection[date]
) -> Iterator[tuple[date, Share | None]]:
    """Working days of months without a sheet, by what was reported."""
    excuses = known_of(occasion, person.id, span[0])
    for day in (one for one in working_days(*span, occasion.calendar) if one.replace(day=1) not in kept):
        excuse = excuse_on(day, excuses)
        if excuse is not Excuse.LEAVE:
            yield day, None if excuse is None else OF_EXCUSE[excuse]


def read_for(uow: UnitOfWork, reader: Person, now: datetime) -> list[Line] | None:
    """As `read`; None for whoever does not answer for the programme, or does no more."""
    if uow.people.has_left(reader.id) or not access.may_own(reader, Operation.SEE_FIGURES):
        return None
    return read(uow, now)
