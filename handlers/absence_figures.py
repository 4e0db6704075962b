"""Rates of absence for whoever answers for the programme: days of everybody together, never of one (F38)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from flows.people import Person
from flows.rules.absence_figures import OF_EXCUSE, Line, Planned, lines
from flows.rules.access import Operation
from flows.rules.excuses import Excuse, excuse_on
from flows.rules.figures import half_of, next_month
from flows.rules.leave import working_days
from flows.rules.participations import Participation, Point
from handlers import access
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
    """The planned days of one participation, with what stands of each."""
    entry, end = known.day(Point.ENTRY), known.end
    if entry is None:
        return
    first, last = max(since, entry), last if end is None else min(last, end.day)
    person, excuses = occasion.uow.people.get(known.person), known_of(occasion, known.person, first)
    for day in working_days(first, last, occasion.calendar):
        excuse = excuse_on(day, excuses)
        if excuse is not Excuse.LEAVE:
            share = None if excuse is None else OF_EXCUSE[excuse]
            yield Planned(day=day, place=person.phase, group=person.group, share=share)


def read_for(uow: UnitOfWork, reader: Person, now: datetime) -> list[Line] | None:
    """As `read`; None for whoever does not answer for the programme, or does no more."""
    if uow.people.has_left(reader.id) or not access.may_own(reader, Operation.SEE_FIGURES):
        return None
    return read(uow, now)
