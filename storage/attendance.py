"""Marks of attendance: append-only, sealed for the person, the newest stands (F35)."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.attendance import DayMark, Hours, Marked
from storage.attendance_tables import attendance_clock, attendance_marks
from storage.driver import Row
from storage.instants import from_micros, to_micros
from storage.repository import Repository
from storage.statements import Statement, const, insert_into

_TABLE: Final = "attendance_marks"
_ADD = insert_into(attendance_marks)
_BETWEEN = Statement(
    sa.select(attendance_marks)
    .where(
        attendance_marks.c.person == sa.bindparam("person"),
        attendance_marks.c.day >= sa.bindparam("first"),
        attendance_marks.c.day <= sa.bindparam("last"),
    )
    .order_by(attendance_marks.c.id)
)
_RAISE = Statement(
    sa.update(attendance_clock)
    .where(attendance_clock.c.id == const(1), attendance_clock.c.seen < sa.bindparam("seen"))
    .values(seen=sa.bindparam("seen"))
)
_SEEN = Statement(sa.select(attendance_clock.c.seen).where(attendance_clock.c.id == const(1)))


class AttendanceMarks(Repository):
    """Nothing is changed or deleted. For a month that is locked the database refuses the row with `Conflict`."""

    __slots__ = ()

    def add(self, mark: DayMark) -> None:
        """Keep a mark; the clock that only rises has then seen its instant."""
        self.see(mark.at)
        hours = mark.hours
        payload = {
            "marked": mark.marked,
            "hours": None
            if hours is None
            else [hours.came.isoformat("minutes"), hours.left.isoformat("minutes"), list(hours.breaks)],
        }
        sealed = self._seals.seal(mark.person, _TABLE, mark.id, payload)
        self._db.put(
            _ADD,
            id=mark.id,
            person=mark.person,
            day=mark.day.isoformat(),
            by=mark.by,
            at=to_micros(mark.at),
            sealed=sealed,
        )

    def between(self, person: PersonId, first: date, last: date) -> list[DayMark]:
        """Every mark of these days, both counted, the oldest first."""
        rows = self._db.rows(_BETWEEN, person=person, first=first.isoformat(), last=last.isoformat())
        return [self._mark(row) for row in rows]

    def see(self, now: datetime) -> None:
        """The clock has come so far; earlier than before changes nothing."""
        self._db.change(_RAISE, seen=to_micros(now))

    def seen(self) -> datetime:
        """The latest instant there has ever been here, whatever clocks say now."""
        row = self._db.row(_SEEN)
        return from_micros(0 if row is None else row[0])

    def _mark(self, row: Row) -> DayMark:
        id_, person, day, by, at, sealed = row
        payload: Mapping[str, Any] = self._seals.open(person, _TABLE, id_, sealed)
        return DayMark(
            id=id_,
            person=PersonId(person),
            day=date.fromisoformat(day),
            marked=Marked(payload["marked"]),
            by=PersonId(by),
            at=from_micros(at),
            hours=_hours(payload["hours"]),
        )


def _hours(kept: tuple[str, str, list[int]] | None) -> Hours | None:
    if kept is None:
        return None
    came, left, breaks = kept
    return Hours(came=time.fromisoformat(came), left=time.fromisoformat(left), breaks=tuple(breaks))
