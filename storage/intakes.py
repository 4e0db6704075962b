"""Intakes: one of each person; the answers, and what staff say about them, are sealed."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.intake import Correction, Intake, Query, State
from storage.driver import Row
from storage.instants import to_micros
from storage.repository import Repository
from storage.statements import Statement, insert_into
from storage.tables import intakes

_TABLE: Final = "intakes"
_ADD = insert_into(intakes)
_OF = Statement(sa.select(intakes).where(intakes.c.person == sa.bindparam("person")))
_CHANGED: dict[str, sa.BindParameter[Any]] = {
    "state": sa.bindparam("state"),
    "conversation": sa.bindparam("conversation"),
    "accepted_by": sa.bindparam("accepted_by"),
    "changed": sa.bindparam("changed"),
    "sealed": sa.bindparam("sealed"),
}
_SAVE = Statement(sa.update(intakes).where(intakes.c.id == sa.bindparam("id")).values(**_CHANGED))
_ACCEPT = Statement(
    sa.update(intakes).where(intakes.c.id == sa.bindparam("id"), intakes.c.accepted_by.is_(None)).values(**_CHANGED)
)


class Intakes(Repository):
    """Whoever changes one has locked the person before, so that nothing of another is overwritten."""

    __slots__ = ()

    def add(self, intake: Intake, now: datetime) -> None:
        """Store a new intake; `Conflict` if the person has one."""
        self._db.put(_ADD, person=intake.person, **self._columns(intake, now))

    def save(self, intake: Intake, now: datetime) -> None:
        """Store what changed."""
        self._db.put(_SAVE, **self._columns(intake, now))

    def accept(self, intake: Intake, now: datetime) -> bool:
        """Store that `accepted_by` has accepted it; False if somebody else has, and nothing changes."""
        return self._db.change(_ACCEPT, **self._columns(intake, now)) == 1

    def of(self, person: PersonId) -> Intake | None:
        """The person's intake."""
        row = self._db.row(_OF, person=person)
        return None if row is None else self._intake(row)

    def _columns(self, intake: Intake, now: datetime) -> dict[str, Any]:
        payload = {
            "version": intake.version,
            "answers": dict(intake.answers),
            "corrections": [asdict(one) for one in intake.corrections],
            "queries": [asdict(one) for one in intake.queries],
            "rule_read": intake.rule_read,
            "submitted": intake.submitted,
        }
        return {
            "id": intake.id,
            "state": intake.state.value,
            "conversation": intake.conversation,
            "accepted_by": intake.accepted_by,
            "changed": to_micros(now),
            "sealed": self._seals.seal(intake.person, _TABLE, intake.id, payload),
        }

    def _intake(self, row: Row) -> Intake:
        id_, person, state, conversation, accepted_by, _, sealed = row
        payload: Mapping[str, Any] = self._seals.open(person, _TABLE, id_, sealed)
        return Intake(
            id=id_,
            person=PersonId(person),
            state=State(state),
            conversation=conversation,
            accepted_by=None if accepted_by is None else PersonId(accepted_by),
            version=payload["version"],
            answers=payload["answers"],
            corrections=tuple(Correction(**one) for one in payload["corrections"]),
            queries=tuple(Query(**one) for one in payload["queries"]),
            rule_read=_instant(payload["rule_read"]),
            submitted=_instant(payload["submitted"]),
        )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
