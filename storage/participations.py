"""The dates of participations, sealed with their whole history."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.participations import Change, Participation, Told
from storage.driver import Row
from storage.instants import day_or_none, to_micros
from storage.nudge_tables import participations
from storage.repository import Repository
from storage.statements import Statement, insert_into

_TABLE: Final = "participations"
_ADD = insert_into(participations)
_OF = Statement(sa.select(participations).where(participations.c.person == sa.bindparam("person")))
_ALL = Statement(sa.select(participations).order_by(participations.c.id))
_SAVE = Statement(
    sa.update(participations)
    .where(participations.c.id == sa.bindparam("id"))
    .values(revision=sa.bindparam("revision"), changed=sa.bindparam("changed"), sealed=sa.bindparam("sealed"))
)


class Participations(Repository):
    """One of each person. Whoever changes one has locked the person before."""

    __slots__ = ()

    def of(self, person: PersonId) -> Participation | None:
        """The person's dates; None if nobody has told any."""
        row = self._db.row(_OF, person=person)
        return None if row is None else self._participation(row)

    def all(self) -> list[Participation]:
        """Everybody's, the oldest record first."""
        return [self._participation(row) for row in self._db.rows(_ALL)]

    def add(self, known: Participation, now: datetime) -> None:
        """Keep a new one."""
        self._db.put(_ADD, person=known.person, **self._columns(known, now))

    def save(self, known: Participation, now: datetime) -> None:
        """Keep what changed; the caller has raised `revision`."""
        self._db.put(_SAVE, **self._columns(known, now))

    def _columns(self, known: Participation, now: datetime) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "dates": {what: [told.day, told.at] for what, told in known.dates.items()},
            "appeared": {day.isoformat(): there for day, there in known.appeared.items()},
            "history": [[one.what, one.before, one.after, one.at, one.by] for one in known.history],
        }
        if known.company is not None:
            payload["company"] = known.company
        sealed = self._seals.seal(known.person, _TABLE, known.id, payload)
        return {"id": known.id, "revision": known.revision, "changed": to_micros(now), "sealed": sealed}

    def _participation(self, row: Row) -> Participation:
        id_, person, revision, _, sealed = row
        payload: Mapping[str, Any] = self._seals.open(person, _TABLE, id_, sealed)
        dates = payload["dates"].items()
        return Participation(
            id=id_,
            person=PersonId(person),
            dates={what: Told(date.fromisoformat(day), datetime.fromisoformat(at)) for what, (day, at) in dates},
            appeared={date.fromisoformat(day): there for day, there in payload["appeared"].items()},
            history=tuple(_change(*one) for one in payload["history"]),
            revision=revision,
            company=payload.get("company"),
        )


def _change(what: str, before: str | None, after: str | None, at: str, by: int | None) -> Change:
    return Change(
        what=what,
        before=day_or_none(before),
        after=day_or_none(after),
        at=datetime.fromisoformat(at),
        by=None if by is None else PersonId(by),
    )
