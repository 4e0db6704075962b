"""What the pictures of attendance show: a sheet with a conflict, and somebody's own November in Arabic."""

from datetime import UTC, date, datetime, time

from flows.rules.attendance import Hours, Marked
from handlers import attendance, dates
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

SHOWN = datetime(2026, 12, 1, 9, tzinfo=UTC)
"""When everybody sees their November: a Tuesday, 10:00."""
DAY = date(2026, 11, 24)
LONG = Hours(came=time(8), left=time(17, 46), breaks=(15, 30))
MARKED = {
    "p1": {24: Marked.PRESENT, 25: Marked.PRESENT, 26: Marked.PRESENT, 27: Marked.CANCELLED, 30: Marked.PRESENT},
    "p2": {24: Marked.PRESENT, 25: Marked.UNEXCUSED, 26: Marked.PRESENT, 27: Marked.CANCELLED, 30: Marked.PRESENT},
    "p4": {24: Marked.EXCUSED, 25: Marked.PRESENT, 26: Marked.PRESENT, 27: Marked.CANCELLED, 30: Marked.PRESENT},
}


def live_through_november(uow: UnitOfWork) -> None:
    """Four people began on the 24th; of one of them nobody has said anything."""
    occasion = Occasion(uow=uow, now=SHOWN, cause="picture")
    clara = uow.people.by_handle("c1")
    assert clara is not None
    for handle in ("p1", "p2", "p3", "p4"):
        person = uow.people.by_handle(handle)
        assert person is not None
        dates.keep(uow, person, ("entry", DAY), None, SHOWN)
        for number, marked in MARKED.get(handle, {}).items():
            hours = LONG if (handle, number) == ("p1", 24) else None
            attendance.mark(occasion, clara, person, date(2026, 11, number), (marked, hours))
