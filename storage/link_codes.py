"""Codes that link an address on another channel to a person; only their hashes are stored (F7)."""

from datetime import datetime

import sqlalchemy as sa

from flows.people import PersonId
from storage.instants import to_micros
from storage.repository import Repository
from storage.statements import Statement, insert_into
from storage.tables import link_codes

_VALID = (
    link_codes.c.code_hash == sa.bindparam("code_hash"),
    link_codes.c.channel == sa.bindparam("channel"),
    link_codes.c.used_at.is_(None),
    link_codes.c.expires > sa.bindparam("now"),
)
_ADD = insert_into(link_codes)
_FIND = Statement(sa.select(link_codes.c.person).where(*_VALID))
_USE = Statement(sa.update(link_codes).where(*_VALID).values(used_at=sa.bindparam("now")))
_DROP = Statement(
    sa.delete(link_codes)
    .where(link_codes.c.person == sa.bindparam("person"))
    .where(link_codes.c.channel == sa.bindparam("channel"))
)


class LinkCodes(Repository):
    """One code per person and channel, for one use."""

    __slots__ = ()

    def add(self, code_hash: bytes, person: PersonId, channel: str, expires: datetime) -> None:
        """Store a code by its hash; earlier ones of the person for this channel end."""
        self.drop(person, channel)
        self._db.put(
            _ADD, code_hash=code_hash, person=person, channel=channel, expires=to_micros(expires), used_at=None
        )

    def person(self, code_hash: bytes, channel: str, now: datetime) -> PersonId | None:
        """Whose code this is; None if it is unknown, used, expired, or for another channel."""
        row = self._db.row(_FIND, code_hash=code_hash, channel=channel, now=to_micros(now))
        return None if row is None else PersonId(row[0])

    def use(self, code_hash: bytes, channel: str, now: datetime) -> bool:
        """Use the code up; False if somebody else just did."""
        return self._db.change(_USE, code_hash=code_hash, channel=channel, now=to_micros(now)) == 1

    def drop(self, person: PersonId, channel: str) -> None:
        """The person's codes for this channel work no more."""
        self._db.send(_DROP, person=person, channel=channel)
