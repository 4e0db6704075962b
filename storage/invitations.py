"""Invitations: whose code it is, by a keyed hash of it; and how far somebody has come who has used it (F2, F3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.engine.conversation import Conversation, Status
from flows.people import PersonId
from storage.driver import Row
from storage.instants import from_micros, instant_or_none, to_micros
from storage.repository import Repository
from storage.statements import Statement, insert_into
from storage.tables import invitations

_TABLE: Final = "invitations"
_ADD = insert_into(invitations)
_HAS_CODE = invitations.c.code_hash == sa.bindparam("code_hash")
_FIND = Statement(sa.select(invitations).where(_HAS_CODE))
_AT = Statement(
    sa.select(invitations)
    .where(invitations.c.address == sa.bindparam("address"))
    .where(invitations.c.settled.is_(None))
)
_OPEN = Statement(
    sa.select(invitations).where(invitations.c.person == sa.bindparam("person")).where(invitations.c.settled.is_(None))
)
_THIS = invitations.c.id == sa.bindparam("id")
_USE = Statement(
    sa.update(invitations)
    .where(_THIS, invitations.c.used_at.is_(None))
    .values(used_at=sa.bindparam("used_at"), address=sa.bindparam("address"))
)
_FREE = Statement(sa.update(invitations).where(_THIS, invitations.c.settled.is_(None)).values(used_at=sa.null()))
_KEEP = Statement(sa.update(invitations).where(_THIS).values(sealed=sa.bindparam("sealed")))
_SETTLE = Statement(
    sa.update(invitations).where(_THIS).values(settled=sa.bindparam("settled"), sealed=sa.bindparam("sealed"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation of one person; `address` is where its code came from, `settled` when it was all over.

    `conversation` is where somebody stands who has not said yet that the invitation is theirs.
    """

    id: int
    person: PersonId
    made_by: PersonId | None
    expires: datetime
    used_at: datetime | None = None
    address: int | None = None
    settled: datetime | None = None
    conversation: Conversation | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether its code can still be used."""
        return self.used_at is None and self.settled is None and now < self.expires


class Invitations(Repository):
    """Codes are known by a keyed hash only: nobody reads one out of the database, or tries all of them on a copy."""

    __slots__ = ()

    def add(self, code: str, invitation: Invitation) -> None:
        """Store a new invitation with its code, in the form in which codes are kept."""
        self._db.put(
            _ADD,
            id=invitation.id,
            code_hash=self._hash(code),
            person=invitation.person,
            made_by=invitation.made_by,
            expires=to_micros(invitation.expires),
            used_at=None,
            address=None,
            settled=None,
            sealed=None,
        )

    def find(self, code: str) -> Invitation | None:
        """The invitation with this code, used and expired ones too."""
        row = self._db.row(_FIND, code_hash=self._hash(code))
        return None if row is None else self._invitation(row)

    def at(self, address: int) -> Invitation | None:
        """The invitation that somebody at this address has not said yes to yet."""
        row = self._db.row(_AT, address=address)
        return None if row is None else self._invitation(row)

    def open_of(self, person: PersonId) -> list[Invitation]:
        """The person's invitations that are not over."""
        return [self._invitation(row) for row in self._db.rows(_OPEN, person=person)]

    def use(self, invitation: int, now: datetime, address: int | None = None) -> bool:
        """Use the code up; False if somebody else just did."""
        return self._db.change(_USE, id=invitation, used_at=to_micros(now), address=address) == 1

    def free(self, invitation: int) -> None:
        """Its code opens the page once more: who began elsewhere has said that it is theirs."""
        self._db.send(_FREE, id=invitation)

    def keep(self, invitation: Invitation, conversation: Conversation) -> None:
        """Keep where the conversation stands."""
        payload = {
            "flow": conversation.flow,
            "version": conversation.version,
            "node": conversation.node,
            "answers": dict(conversation.answers),
            "status": conversation.status.value,
            "turn": conversation.turn,
            "misses": conversation.misses,
            "asked": conversation.asked,
        }
        sealed = self._seals.seal(invitation.person, _TABLE, invitation.id, payload)
        self._db.put(_KEEP, id=invitation.id, sealed=sealed)

    def settle(self, invitation: int, now: datetime) -> None:
        """It is all over: accepted, refused, or replaced. The code works no more."""
        self._db.put(_SETTLE, id=invitation, settled=to_micros(now), sealed=None)

    def _hash(self, code: str) -> bytes:
        return self._seals.fingerprint("invitation", code)

    def _invitation(self, row: Row) -> Invitation:
        id_, _, person, made_by, expires, used_at, address, settled, sealed = row
        return Invitation(
            id=id_,
            person=PersonId(person),
            made_by=None if made_by is None else PersonId(made_by),
            expires=from_micros(expires),
            used_at=instant_or_none(used_at),
            address=address,
            settled=instant_or_none(settled),
            conversation=None if sealed is None else self._conversation(person, id_, sealed),
        )

    def _conversation(self, person: PersonId, id_: int, sealed: bytes) -> Conversation:
        payload = self._seals.open(person, _TABLE, id_, sealed)
        payload["asked"] = tuple(payload["asked"])
        payload["status"] = Status(payload["status"])
        return Conversation(**payload)
