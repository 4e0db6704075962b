"""Decisions about absences; what was decided, and why, is sealed. Nobody changes or deletes one."""

from datetime import date
from typing import Final

import sqlalchemy as sa

from flows.engine.events import Reason
from flows.people import PersonId
from flows.rules.excuses import Verdict
from flows.rules.verdicts import Ruling
from storage.driver import Row
from storage.instants import day_or_none, from_micros, iso_or_none, to_micros
from storage.repository import Repository
from storage.statements import Statement, insert_into
from storage.verdict_tables import verdicts

_TABLE: Final = "verdicts"
_ADD = insert_into(verdicts)
_OF = Statement(sa.select(verdicts).where(verdicts.c.person == sa.bindparam("person")).order_by(verdicts.c.id))


class Verdicts(Repository):
    """Decisions by the person they are about, the oldest first."""

    __slots__ = ()

    def add(self, ruling: Ruling) -> None:
        """Keep a decision beside those before it."""
        payload = {
            "verdict": ruling.verdict,
            "reason": ruling.reason,
            "first_day": ruling.first_day.isoformat(),
            "last_day": iso_or_none(ruling.last_day),
            "words": ruling.words,
        }
        self._db.put(
            _ADD,
            id=ruling.id,
            person=ruling.person,
            absence=ruling.absence,
            decided_by=ruling.by,
            at=to_micros(ruling.at),
            sealed=self._seals.seal(ruling.person, _TABLE, ruling.id, payload),
        )

    def of(self, person: PersonId) -> list[Ruling]:
        """Every decision about absences of this person."""
        return [self._ruling(row) for row in self._db.rows(_OF, person=person)]

    def _ruling(self, row: Row) -> Ruling:
        id_, person, absence, by, at, sealed = row
        payload = self._seals.open(person, _TABLE, id_, sealed)
        return Ruling(
            id=id_,
            absence=absence,
            person=person,
            by=by,
            at=from_micros(at),
            verdict=Verdict(payload["verdict"]),
            reason=Reason(payload["reason"]),
            first_day=date.fromisoformat(payload["first_day"]),
            last_day=day_or_none(payload["last_day"]),
            words=payload["words"],
        )
