"""What people open their messages with: the hash of a PIN, sealed, and how often it was tried in vain."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.people import PersonId
from storage.instants import instant_or_none, micros_or_none
from storage.key_tables import pins
from storage.repository import Repository
from storage.statements import Statement, insert_into

_TABLE: Final = "pins"
_THIS = pins.c.person == sa.bindparam("person")
_ADD = insert_into(pins, unless=("person",))
_SET = Statement(
    sa.update(pins)
    .where(_THIS)
    .values(tries=sa.bindparam("tries"), wait_until=sa.bindparam("wait_until"), sealed=sa.bindparam("sealed"))
)
_FIND = Statement(sa.select(pins).where(_THIS))
_NOTE = Statement(
    sa.update(pins).where(_THIS).values(tries=sa.bindparam("tries"), wait_until=sa.bindparam("wait_until"))
)
_DROP = Statement(sa.delete(pins).where(_THIS))


@dataclass(frozen=True, slots=True)
class Pin:
    """The hash of a person's PIN; wrong tries since the last right one, and until when no other is taken."""

    hashed: str
    tries: int = 0
    wait_until: datetime | None = None


class Pins(Repository):
    """One PIN per person, for all their devices."""

    __slots__ = ()

    def find(self, person: PersonId) -> Pin | None:
        """The person's PIN, if they have chosen one."""
        row = self._db.row(_FIND, person=person)
        if row is None:
            return None
        _, tries, wait_until, sealed = row
        hashed = self._seals.open(person, _TABLE, person, sealed)["hashed"]
        return Pin(hashed, tries, instant_or_none(wait_until))

    def is_set(self, person: PersonId) -> bool:
        """Whether the person has chosen one; nothing is opened."""
        return self._db.row(_FIND, person=person) is not None

    def choose(self, person: PersonId, hashed: str) -> None:
        """From now on this one is the person's; no try counts against it."""
        sealed = self._seals.seal(person, _TABLE, person, {"hashed": hashed})
        if not self._db.change(_SET, person=person, tries=0, wait_until=None, sealed=sealed):
            self._db.change(_ADD, person=person, tries=0, wait_until=None, sealed=sealed)

    def note_tries(self, person: PersonId, tries: int, wait_until: datetime | None) -> None:
        """So many wrong tries, and the next one not before then."""
        self._db.change(_NOTE, person=person, tries=tries, wait_until=micros_or_none(wait_until))

    def drop(self, person: PersonId) -> None:
        """The person has no PIN any more."""
        self._db.change(_DROP, person=person)
