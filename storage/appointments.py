"""Appointments and who is invited; place and way are sealed for the carrier, a person's part under their own key."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.appointments import Answer, Appointment, Invitee, Kind, Mark
from flows.rules.hours import Span
from storage.driver import Row
from storage.errors import UnknownRow
from storage.instants import from_micros, to_micros
from storage.listed import among, as_list
from storage.meeting_tables import appointments, invitees
from storage.remembering import Remembering
from storage.repository import Repository
from storage.sealing import Sealing
from storage.statements import Statement, const, insert_into

_ID: sa.BindParameter[int] = sa.bindparam("id")
_ADD = insert_into(appointments)
_CHANGE = Statement(
    sa.update(appointments)
    .where(appointments.c.id == _ID)
    .values(
        starts=sa.bindparam("starts"),
        ends=sa.bindparam("ends"),
        revision=sa.bindparam("revision"),
        cancelled=sa.bindparam("cancelled"),
        sealed=sa.bindparam("sealed"),
        series=sa.bindparam("series"),
        interpreter=sa.bindparam("interpreter"),
    )
)
_HAND_TO = Statement(
    sa.update(appointments).where(appointments.c.id == _ID).values(organiser=sa.bindparam("organiser"))
)
_GET = Statement(sa.select(appointments).where(appointments.c.id == _ID))
_MANY = Statement(among(appointments.c.id).add_columns(appointments))
_MANY_INVITEES = Statement(among(invitees.c.id).add_columns(invitees))
_BY_HANDLE = Statement(sa.select(appointments).where(appointments.c.handle == sa.bindparam("handle")))
_ADD_INVITEE = insert_into(invitees)
_CHANGE_INVITEE = Statement(sa.update(invitees).where(invitees.c.id == _ID).values(sealed=sa.bindparam("sealed")))
_INVITEE = Statement(sa.select(invitees).where(invitees.c.id == _ID))
_INVITED = Statement(
    sa.select(invitees).where(invitees.c.appointment == sa.bindparam("appointment")).order_by(invitees.c.id)
)
_OF_PERSON = Statement(
    sa.select(*invitees.c, *appointments.c)
    .join(appointments, appointments.c.id == invitees.c.appointment)
    .where(invitees.c.person == sa.bindparam("person"), appointments.c.ends > sa.bindparam("since"))
    .order_by(appointments.c.starts, appointments.c.id)
)
_WITH = Statement(
    sa.select(appointments)
    .where(
        appointments.c.organiser == sa.bindparam("organiser"),
        appointments.c.ends > sa.bindparam("since"),
        appointments.c.starts < sa.bindparam("until"),
    )
    .order_by(appointments.c.starts, appointments.c.id)
)

_SPAN = (appointments.c.starts, appointments.c.ends)
_AHEAD = (
    appointments.c.cancelled == const(0),
    appointments.c.ends > sa.bindparam("since"),
    appointments.c.starts < sa.bindparam("until"),
)
_TAKEN = Statement(sa.select(*_SPAN).where(appointments.c.organiser == sa.bindparam("organiser"), *_AHEAD))
_TAKEN_OF = Statement(
    among(invitees.c.person)
    .add_columns(invitees.c.person, *_SPAN)
    .join(appointments, appointments.c.id == invitees.c.appointment)
    .where(*_AHEAD)
)
_INTERPRETED = Statement(
    sa.select(appointments.c.id, *_SPAN).where(appointments.c.interpreter == sa.bindparam("interpreter"), *_AHEAD)
)
_SERIES = Statement(
    sa.select(appointments)
    .where(
        appointments.c.series == sa.bindparam("series"),
        appointments.c.cancelled == const(0),
        appointments.c.starts >= sa.bindparam("since"),
    )
    .order_by(appointments.c.starts, appointments.c.id)
)
_BY_SOURCE = Statement(sa.select(appointments).where(appointments.c.source == sa.bindparam("source")))

_TABLE: Final = "appointments"
_SEALED: Final = ("place", "way", "interpreter", "interpreter_name", "interpreter_contact", "link", "sequence")
"""What only the carrier's key opens."""
_INVITEES: Final = "invitees"
_INVITEE_COLUMNS: Final = len(invitees.c)


class Appointments(Repository):
    """Appointments with their invitees; nothing is deleted, what does not take place says so."""

    __slots__ = ()

    _db: Remembering

    def __init__(self, db: Remembering, seals: Sealing, new_id: Callable[[], int]) -> None:
        super().__init__(db, seals, new_id)

    def add(self, appointment: Appointment, now: datetime, source: str = "") -> None:
        """Store a new appointment; `source` is what a file called it. `Conflict` if the handle or source is taken."""
        self._db.put(
            _ADD,
            id=appointment.id,
            handle=appointment.handle,
            organiser=appointment.organiser,
            kind=appointment.kind.value,
            starts=to_micros(appointment.starts),
            ends=to_micros(appointment.ends),
            revision=appointment.revision,
            cancelled=int(appointment.cancelled),
            made=to_micros(now),
            sealed=self._sealed(appointment),
            series=appointment.series,
            source=self._source(source) if source else None,
            interpreter=self._interpreter(appointment.interpreter_name),
        )

    def change(self, appointment: Appointment) -> None:
        """Store what changed; the caller has raised `revision`."""
        self._db.put(
            _CHANGE,
            id=appointment.id,
            starts=to_micros(appointment.starts),
            ends=to_micros(appointment.ends),
            revision=appointment.revision,
            cancelled=int(appointment.cancelled),
            sealed=self._sealed(appointment),
            series=appointment.series,
            interpreter=self._interpreter(appointment.interpreter_name),
        )

    def hand_to(self, id_: int, organiser: PersonId) -> None:
        """From now on it is with this member of staff; nothing else about it changes."""
        self._db.put(_HAND_TO, id=id_, organiser=organiser)

    def get(self, id_: int) -> Appointment:
        """The appointment; `UnknownRow` if there is none with this id."""
        row = self._db.row(_GET, id=id_)
        if row is None:
            raise UnknownRow("no appointment has this id")
        return self._appointment(row)

    def look_up(self, ids: Iterable[int]) -> None:
        """Ask for all of them at once: `get` need not ask any more."""
        for row in self._db.rows(_MANY, ids=as_list(ids)):
            self._db.note(_GET, [row], id=row[0])

    def look_up_invitees(self, ids: Iterable[int]) -> None:
        """Ask for these parts and their appointments at once: `invitee` and `get` need not ask any more."""
        rows = self._db.rows(_MANY_INVITEES, ids=as_list(ids))
        for row in rows:
            self._db.note(_INVITEE, [row], id=row[0])
        self.look_up(row[1] for row in rows)

    def by_handle(self, handle: str) -> Appointment | None:
        """The appointment with this stable name."""
        row = self._db.row(_BY_HANDLE, handle=handle)
        return None if row is None else self._appointment(row)

    def by_source(self, source: str) -> Appointment | None:
        """The appointment that came from a file under this name."""
        row = self._db.row(_BY_SOURCE, source=self._source(source))
        return None if row is None else self._appointment(row)

    def of_series(self, series: int, since: datetime) -> list[Appointment]:
        """The dates of a series that take place and begin at `since` or later, in order."""
        return [self._appointment(row) for row in self._db.rows(_SERIES, series=series, since=to_micros(since))]

    def taken(self, organiser: PersonId, since: datetime, until: datetime) -> list[Span]:
        """When this member of staff has an appointment; nothing is opened for it."""
        rows = self._db.rows(_TAKEN, organiser=organiser, since=to_micros(since), until=to_micros(until))
        return [_span(row) for row in rows]

    def taken_of(self, people: Iterable[PersonId], since: datetime, until: datetime) -> list[tuple[PersonId, Span]]:
        """When any of these people is invited to something, whoever it is with."""
        rows = self._db.rows(_TAKEN_OF, ids=as_list(people), since=to_micros(since), until=to_micros(until))
        return [(PersonId(row[0]), _span(row[1:])) for row in rows]

    def interpreted(self, name: str, since: datetime, until: datetime) -> list[tuple[int, Span]]:
        """When this interpreter is wanted, and by which appointment (R56)."""
        key = self._interpreter(name)
        rows = self._db.rows(_INTERPRETED, interpreter=key, since=to_micros(since), until=to_micros(until))
        return [(row[0], _span(row[1:])) for row in rows]

    def invite(self, appointment: int, person: PersonId) -> Invitee:
        """Invite a person; `Conflict` if they are invited already."""
        invitee = Invitee(id=self._new_id(), appointment=appointment, person=person)
        sealed = self._sealed_invitee(invitee)
        self._db.put(_ADD_INVITEE, id=invitee.id, appointment=appointment, person=person, sealed=sealed)
        return invitee

    def answer(self, invitee: Invitee) -> None:
        """Store what is new about a person's part."""
        self._db.put(_CHANGE_INVITEE, id=invitee.id, sealed=self._sealed_invitee(invitee))

    def invitee(self, id_: int) -> Invitee:
        """A person's part; `UnknownRow` if there is none with this id."""
        row = self._db.row(_INVITEE, id=id_)
        if row is None:
            raise UnknownRow("no invitee has this id")
        return self._invitee(row)

    def invited(self, appointment: int) -> list[Invitee]:
        """Everybody's part, in the order they were invited."""
        return [self._invitee(row) for row in self._db.rows(_INVITED, appointment=appointment)]

    def of(self, person: PersonId, since: datetime) -> list[tuple[Appointment, Invitee]]:
        """A person's appointments that are not over at `since`, the next one first; cancelled ones, too."""
        rows = self._db.rows(_OF_PERSON, person=person, since=to_micros(since))
        return [(self._appointment(row[_INVITEE_COLUMNS:]), self._invitee(row[:_INVITEE_COLUMNS])) for row in rows]

    def held_by(self, organiser: PersonId, since: datetime, until: datetime) -> list[Appointment]:
        """Appointments with this member of staff that touch the span, in order; cancelled ones, too."""
        rows = self._db.rows(_WITH, organiser=organiser, since=to_micros(since), until=to_micros(until))
        return [self._appointment(row) for row in rows]

    def _sealed(self, appointment: Appointment) -> bytes:
        payload = {name: getattr(appointment, name) for name in _SEALED}
        return self._seals.seal(None, _TABLE, appointment.id, payload)

    def _source(self, source: str) -> bytes:
        return self._seals.fingerprint(_TABLE, source)

    def _interpreter(self, name: str) -> bytes | None:
        """By what an interpreter is found, however the name is written."""
        words = " ".join(name.casefold().split())
        return self._seals.fingerprint("interpreters", words) if words else None

    def _sealed_invitee(self, invitee: Invitee) -> bytes:
        payload = {
            "answer": invitee.answer,
            "mark": invitee.mark,
            "wish": invitee.wish,
            "asked": invitee.asked,
        }
        return self._seals.seal(invitee.person, _INVITEES, invitee.id, payload)

    def _appointment(self, row: Row) -> Appointment:
        id_, handle, organiser, kind, starts, ends, revision, cancelled, _made, sealed, series, *_ = row
        return Appointment(
            id=id_,
            handle=handle,
            organiser=organiser,
            kind=Kind(kind),
            starts=from_micros(starts),
            minutes=(ends - starts) // 60_000_000,
            cancelled=bool(cancelled),
            revision=revision,
            series=series,
            **self._seals.open(None, _TABLE, id_, sealed),
        )

    def _invitee(self, row: Row) -> Invitee:
        id_, appointment, person, sealed = row
        payload = self._seals.open(person, _INVITEES, id_, sealed)
        return Invitee(
            id=id_,
            appointment=appointment,
            person=person,
            answer=Answer(payload["answer"]),
            mark=None if payload["mark"] is None else Mark(payload["mark"]),
            wish=_instant(payload["wish"]),
            asked=_instant(payload["asked"]),
        )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _span(row: Row) -> Span:
    return Span(from_micros(row[0]), from_micros(row[1]))
