"""No-show rates for whoever answers for the programme: numbers of everybody together, never of one (F28)."""

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from flows.people import Person
from flows.rules.access import Operation
from flows.rules.figures import Figures, Marked, figures, half_of, next_month
from handlers import access
from storage.uow import UnitOfWork

BACK: Final = 24
"""So many months are looked back, and on to the begin of that half-year."""
ZONE: Final = ZoneInfo("Europe/Berlin")
"""Where months begin and end: the carrier's own clock."""


def read(uow: UnitOfWork, now: datetime) -> Figures:
    """The figures of the last two years, as far as they may be shown."""
    uow.guard.at(now)
    today = now.astimezone(ZONE).date()
    since = half_of(next_month(today.replace(day=1), -BACK))
    named = frozenset(uow.profile.places)
    marks = (
        Marked(
            day=one.starts.astimezone(ZONE).date(),
            kind=one.kind,
            place=one.place if one.place in named else "",
            mark=one.mark,
        )
        for one in uow.marks.between(_midnight(since), _midnight(today.replace(day=1)))
    )
    return figures(marks, today)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), ZONE)


def read_for(uow: UnitOfWork, reader: Person, now: datetime) -> Figures | None:
    """As `read`; None for whoever does not answer for the programme, or does no more."""
    if uow.people.has_left(reader.id) or not access.may_own(reader, Operation.SEE_FIGURES):
        return None
    return read(uow, now)
