"""What became of appointments, without whom it was about: for figures (F28)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.rules.appointments import Kind, Mark
from storage.instants import from_micros, to_micros
from storage.meeting_tables import appointments, invitees
from storage.repository import Repository
from storage.statements import Statement, const

_BETWEEN = Statement(
    sa.select(
        invitees.c.id,
        invitees.c.person,
        invitees.c.sealed,
        appointments.c.id,
        appointments.c.kind,
        appointments.c.starts,
        appointments.c.sealed.label("of_appointment"),
    )
    .join(appointments, appointments.c.id == invitees.c.appointment)
    .where(
        appointments.c.cancelled == const(0),
        appointments.c.starts >= sa.bindparam("since"),
        appointments.c.starts < sa.bindparam("until"),
    )
    .order_by(appointments.c.starts)
)
_INVITEES: Final = "invitees"
_APPOINTMENTS: Final = "appointments"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMark:
    """A mark of staff: when and where the appointment was, of which kind; not whose it is."""

    starts: datetime
    kind: Kind
    place: str
    mark: Mark


class Marks(Repository):
    """Marks of appointments that were not called off."""

    __slots__ = ()

    def between(self, since: datetime, until: datetime) -> Iterator[KeptMark]:
        """Every mark of what began in the span."""
        for row in self._db.rows(_BETWEEN, since=to_micros(since), until=to_micros(until)):
            id_, person, sealed, appointment, kind, starts, of_appointment = row
            mark = self._seals.open(person, _INVITEES, id_, sealed)["mark"]
            if mark is not None:
                place = self._seals.open(None, _APPOINTMENTS, appointment, of_appointment)["place"]
                yield KeptMark(starts=from_micros(starts), kind=Kind(kind), place=place, mark=Mark(mark))
