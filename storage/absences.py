"""Reported absences; the reason is sealed."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from flows.engine.events import Reason
from flows.people import PersonId
from flows.rules.absence import Absence, Proof, Source
from storage.driver import Row
from storage.errors import UnknownRow
from storage.instants import day_or_none, iso_or_none, to_micros
from storage.listed import among, as_list
from storage.remembering import Remembering
from storage.repository import Repository
from storage.sealing import Sealing
from storage.statements import Statement, insert_into
from storage.tables import absences

_ADD = insert_into(absences)
_CHANGE = Statement(
    sa.update(absences)
    .where(absences.c.id == sa.bindparam("id"))
    .values(
        first_day=sa.bindparam("first_day"),
        last_day=sa.bindparam("last_day"),
        revision=sa.bindparam("revision"),
        changed=sa.bindparam("changed"),
        sealed=sa.bindparam("sealed"),
    )
)
_GET = Statement(sa.select(absences).where(absences.c.id == sa.bindparam("id")))
_MANY = Statement(among(absences.c.id).add_columns(absences))
_OF = Statement(
    sa.select(absences)
    .where(absences.c.person == sa.bindparam("person"))
    .where(
        sa.or_(
            absences.c.last_day.is_(None),
            absences.c.last_day >= sa.bindparam("since"),
            absences.c.first_day >= sa.bindparam("since"),
        )
    )
    .order_by(absences.c.id.desc())
)

_TABLE: Final = "absences"


class Absences(Repository):
    """Absences by person; taken-back ones stay. What was opened is remembered as long as the row stays the same."""

    __slots__ = ()

    _db: Remembering

    def __init__(self, db: Remembering, seals: Sealing, new_id: Callable[[], int]) -> None:
        super().__init__(db, seals, new_id)

    def add(self, absence: Absence, now: datetime) -> None:
        """Store a new absence."""
        self._write(_ADD, absence, now)

    def change(self, absence: Absence, now: datetime) -> None:
        """Store what became known; the caller has raised `revision`. `UnknownRow` if there is none with this id."""
        self._write(_CHANGE, absence, now)

    def get(self, id_: int) -> Absence:
        """The absence; `UnknownRow` if there is none with this id."""
        row = self._db.row(_GET, id=id_)
        if row is None:
            raise UnknownRow("no absence has this id")
        return self._absence(row)

    def look_up(self, ids: Iterable[int]) -> None:
        """Ask for all of them at once: `get` need not ask any more."""
        for row in self._db.rows(_MANY, ids=as_list(ids)):
            self._db.note(_GET, [row], id=row[0])

    def look_ahead(self, person_id: PersonId, *, since: date) -> None:
        """`of` will be asked."""
        self._db.ahead(_OF, person=person_id, since=since.isoformat())

    def of(self, person_id: PersonId, *, since: date) -> list[Absence]:
        """The person's absences that reach to `since` or later or whose end is open, the latest reported first."""
        return [self._absence(row) for row in self._db.rows(_OF, person=person_id, since=since.isoformat())]

    def _write(self, statement: Statement, absence: Absence, now: datetime) -> None:
        payload = {
            "reason": absence.reason,
            "proof": absence.proof,
            "source": absence.source,
            "taken_back": absence.taken_back,
            "decided": absence.decided,
            "sensitive": absence.sensitive,
            "goes_on_from": iso_or_none(absence.goes_on_from),
            "proven_until": iso_or_none(absence.proven_until),
            "told_at": None if absence.told_at is None else absence.told_at.isoformat(),
        }
        sealed = self._seals.seal(absence.person, _TABLE, absence.id, payload)
        first_day, last_day, changed = absence.first_day.isoformat(), iso_or_none(absence.last_day), to_micros(now)
        row = (absence.id, absence.person, first_day, last_day, absence.revision, changed, sealed)
        self._db.put(
            statement,
            id=absence.id,
            person=absence.person,
            first_day=first_day,
            last_day=last_day,
            revision=absence.revision,
            changed=changed,
            sealed=sealed,
        )
        self._db.note(_GET, [row], id=absence.id)

    def _absence(self, row: Row) -> Absence:
        id_, person, first_day, last_day, revision, _, sealed = row
        known: Absence | None = self._seals.opened(person, row)
        if known is not None:
            return known
        payload = self._seals.open(person, _TABLE, id_, sealed)
        known = Absence(
            id=id_,
            person=person,
            reason=Reason(payload["reason"]),
            first_day=date.fromisoformat(first_day),
            last_day=day_or_none(last_day),
            proof=Proof(payload["proof"]),
            source=Source(payload["source"]),
            taken_back=payload["taken_back"],
            revision=revision,
            decided=payload.get("decided", True),
            sensitive=payload.get("sensitive", False),
            goes_on_from=day_or_none(payload.get("goes_on_from")),
            proven_until=day_or_none(payload.get("proven_until")),
            told_at=None if payload.get("told_at") is None else datetime.fromisoformat(payload["told_at"]),
        )
        self._seals.keep_opened(person, row, known)
        return known
