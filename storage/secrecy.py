"""Who of the staff was bound to secrecy (§ 203 StGB), and on which day."""

from datetime import date, datetime

import sqlalchemy as sa

from flows.people import PersonId
from storage.instants import to_micros
from storage.proof_tables import secrecy
from storage.repository import Repository
from storage.statements import Statement, insert_into

_ADD = insert_into(secrecy)
_CHANGE = Statement(
    sa.update(secrecy)
    .where(secrecy.c.person == sa.bindparam("person"))
    .values(day=sa.bindparam("day"), recorded=sa.bindparam("recorded"))
)
_DAY = Statement(sa.select(secrecy.c.day).where(secrecy.c.person == sa.bindparam("person")))


class Secrecy(Repository):
    """One day for each person: that of the newest declaration."""

    __slots__ = ()

    def record(self, person: PersonId, day: date, now: datetime) -> None:
        """The person has signed on this day."""
        params = {"person": person, "day": day.isoformat(), "recorded": to_micros(now)}
        if not self._db.change(_CHANGE, **params):
            self._db.put(_ADD, **params)

    def day_of(self, person: PersonId) -> date | None:
        """When the person signed; None: nothing is recorded."""
        row = self._db.row(_DAY, person=person)
        return None if row is None else date.fromisoformat(row[0])
