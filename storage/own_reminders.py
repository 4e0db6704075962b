"""Reminders that people set for themselves; the words are sealed, and gone once they are said or not wanted."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.own_reminders import OwnReminder
from storage.driver import Row
from storage.instants import from_micros, to_micros
from storage.nudge_tables import own_reminders
from storage.repository import Repository
from storage.statements import Statement, insert_into

_TABLE: Final = "own_reminders"
_ADD = insert_into(own_reminders)
_SELECTED = sa.select(own_reminders.c.id, own_reminders.c.person, own_reminders.c.due, own_reminders.c.sealed)
_GET = Statement(_SELECTED.where(own_reminders.c.id == sa.bindparam("id")))
_OF = Statement(
    _SELECTED.where(own_reminders.c.person == sa.bindparam("person")).order_by(own_reminders.c.due, own_reminders.c.id)
)
_IDS = Statement(sa.select(own_reminders.c.id).where(own_reminders.c.person == sa.bindparam("person")))
_DROP = Statement(sa.delete(own_reminders).where(own_reminders.c.id == sa.bindparam("id")))


class OwnReminders(Repository):
    """What waits to be said to the person who asked for it. A row that is dropped is gone."""

    __slots__ = ()

    def add(self, reminder: OwnReminder, now: datetime) -> None:
        """Keep one."""
        sealed = self._seals.seal(reminder.person, _TABLE, reminder.id, {"words": reminder.words})
        due, made = to_micros(reminder.due), to_micros(now)
        self._db.put(_ADD, id=reminder.id, person=reminder.person, due=due, made=made, sealed=sealed)

    def get(self, id_: int) -> OwnReminder | None:
        """The one with this id; None if it is gone."""
        row = self._db.row(_GET, id=id_)
        return None if row is None else self._reminder(row)

    def of(self, person: PersonId) -> list[OwnReminder]:
        """What waits for this person, the next one first."""
        return [self._reminder(row) for row in self._db.rows(_OF, person=person)]

    def ids(self, person: PersonId) -> list[int]:
        """Which wait for this person; opens none of them."""
        return [id_ for (id_,) in self._db.rows(_IDS, person=person)]

    def drop(self, id_: int) -> None:
        """It is said, or not wanted any more."""
        self._db.send(_DROP, id=id_)

    def _reminder(self, row: Row) -> OwnReminder:
        id_, person, due, sealed = row
        words = self._seals.open(person, _TABLE, id_, sealed)["words"]
        return OwnReminder(id=id_, person=PersonId(person), due=from_micros(due), words=words)
