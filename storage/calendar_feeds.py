"""Addresses at which staff fetch their own calendar; only hashes are stored, and each can be ended."""

from datetime import datetime

import sqlalchemy as sa

from flows.people import PersonId
from storage.instants import from_micros, to_micros
from storage.meeting_tables import calendar_feeds
from storage.repository import Repository
from storage.statements import Statement, insert_into

_ADD = insert_into(calendar_feeds)
_VALID = calendar_feeds.c.ended.is_(None)
_FIND = Statement(
    sa.select(calendar_feeds.c.person).where(calendar_feeds.c.token_hash == sa.bindparam("token_hash"), _VALID)
)
_OPEN = Statement(sa.select(calendar_feeds.c.made).where(calendar_feeds.c.person == sa.bindparam("person"), _VALID))
_END = Statement(
    sa.update(calendar_feeds)
    .where(calendar_feeds.c.person == sa.bindparam("person"), _VALID)
    .values(ended=sa.bindparam("now"))
)


class CalendarFeeds(Repository):
    """One address per person at a time."""

    __slots__ = ()

    def add(self, token_hash: bytes, person: PersonId, now: datetime) -> None:
        """A new address; the one before works no more."""
        self.end_all(person, now)
        self._db.put(_ADD, token_hash=token_hash, person=person, made=to_micros(now), ended=None)

    def person(self, token_hash: bytes) -> PersonId | None:
        """Whose calendar is fetched there; None if the address is unknown or has ended."""
        row = self._db.row(_FIND, token_hash=token_hash)
        return None if row is None else PersonId(row[0])

    def since(self, person: PersonId) -> datetime | None:
        """Since when the person has an address; None if they have none."""
        row = self._db.row(_OPEN, person=person)
        return None if row is None else from_micros(row[0])

    def end_all(self, person: PersonId, now: datetime) -> bool:
        """Nothing is fetched for this person any more; False if nothing was."""
        return self._db.change(_END, person=person, now=to_micros(now)) > 0
