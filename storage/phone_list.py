"""Who could be reached by nothing and is to be called: one open entry per person (F48)."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from flows.people import PersonId
from storage.instants import from_micros, to_micros
from storage.repository import Repository
from storage.statements import Statement, insert_into
from storage.tables import phone_list

_OPEN = phone_list.c.settled.is_(None)
_OF = phone_list.c.person == sa.bindparam("person")
_COLUMNS = (phone_list.c.id, phone_list.c.person, phone_list.c.why, phone_list.c.since)

_ADD = insert_into(phone_list)
_OPEN_OF = Statement(sa.select(*_COLUMNS).where(_OF, _OPEN))
_ALL_OPEN = Statement(sa.select(*_COLUMNS).where(_OPEN).order_by(phone_list.c.person))
_SETTLE = Statement(
    sa.update(phone_list)
    .where(_OF, _OPEN)
    .values(settled=sa.bindparam("settled"), settled_by=sa.bindparam("settled_by"))
)


@dataclass(frozen=True, slots=True)
class ToCall:
    """Somebody to be called: since when, and why nothing reached them (never a word of any message)."""

    id: int
    person: PersonId
    why: str
    since: datetime


class PhoneList(Repository):
    """The open entries, and how they were settled. The caller holds the person's lock."""

    __slots__ = ()

    def add(self, person: PersonId, why: str, now: datetime) -> bool:
        """Somebody has to call this person; False if they are on the list already."""
        if self.entry(person) is not None:
            return False
        self._db.put(
            _ADD, id=self._new_id(), person=person, why=why, since=to_micros(now), settled=None, settled_by=None
        )
        return True

    def entry(self, person: PersonId) -> ToCall | None:
        """The person's open entry."""
        row = self._db.row(_OPEN_OF, person=person)
        return None if row is None else _to_call(*row)

    def open(self) -> list[ToCall]:
        """Everybody to be called, longest waiting first."""
        return sorted((_to_call(*row) for row in self._db.rows(_ALL_OPEN)), key=lambda entry: (entry.since, entry.id))

    def settle(self, person: PersonId, by: PersonId, now: datetime) -> bool:
        """The person was called by `by`, or has written (then `by` is the person); False if not on the list."""
        return self._db.change(_SETTLE, person=person, settled=to_micros(now), settled_by=by) == 1


def _to_call(id_: int, person: int, why: str, since: int) -> ToCall:
    return ToCall(id_, PersonId(person), why, from_micros(since))
