"""What arrived, each update once; the words are sealed under the writer's key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.engine.messages import Inbound, InboundKind
from flows.people import PersonId
from storage.instants import from_micros, to_micros
from storage.repository import Repository
from storage.statements import Statement, const, insert_into, take
from storage.tables import inbox

_ACCEPT = insert_into(inbox, unless=("fingerprint",))
_SET = Statement(sa.update(inbox).where(inbox.c.id == sa.bindparam("id")).values(sealed=sa.bindparam("sealed")))
_HISTORY = Statement(
    take(
        sa.select(inbox.c.id, inbox.c.kind, inbox.c.received, inbox.c.sealed)
        .where(inbox.c.person == sa.bindparam("person"))
        .where(inbox.c.id > sa.bindparam("after"))
        .where(inbox.c.sealed.is_not(None))
        .order_by(inbox.c.id)
    )
)

_LATEST = Statement(
    sa.select(inbox.c.received)
    .where(inbox.c.person == sa.bindparam("person"))
    .order_by(inbox.c.id.desc())
    .limit(const(1))
    .offset(const(0))
)

_TABLE: Final = "inbox"


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """One thing a person sent: words, the label of the button pressed, or the name of a file.

    `edited`: the words replace those of the earlier entry with the same `platform_id`.
    """

    id: int
    text: str
    kind: InboundKind
    received: datetime
    platform_id: str = ""
    edited: bool = False


class Inbox(Repository):
    """Updates by their channel and the id the platform gave them."""

    __slots__ = ()

    def accept(self, inbound: Inbound, person: PersonId, now: datetime) -> int | None:
        """Store an update and return its id; None if it was delivered before. From now on the person speaks."""
        self._seals.guard.hears(person, now)
        id_ = self._new_id()
        stored = self._db.guess(
            _ACCEPT,
            id=id_,
            person=person,
            channel=inbound.channel,
            fingerprint=self._seals.fingerprint("inbox", inbound.channel, inbound.external_id),
            kind=inbound.kind.value,
            received=to_micros(now),
            sealed=self._seals.seal(person, _TABLE, id_, _payload(inbound)),
        )
        return id_ if stored else None

    def set_text(self, id_: int, person: PersonId, text: str) -> None:
        """What the history shows for this entry: a pressed button's label."""
        self._db.put(_SET, id=id_, sealed=self._seals.seal(person, _TABLE, id_, {"text": text}))

    def latest(self, person_id: PersonId) -> datetime | None:
        """When the person last sent anything."""
        row = self._db.row(_LATEST, person=person_id)
        return None if row is None else from_micros(row[0])

    def history(self, person_id: PersonId, after_id: int = 0, limit: int = 200) -> list[InboxEntry]:
        """What the person sent after the entry `after_id`, oldest first."""
        return [
            InboxEntry(
                id_,
                kind=InboundKind(kind),
                received=from_micros(at),
                **self._seals.open(person_id, _TABLE, id_, sealed),
            )
            for id_, kind, at, sealed in self._db.rows(_HISTORY, person=person_id, after=after_id, limit=limit)
        ]


def _payload(inbound: Inbound) -> dict[str, object]:
    """What is kept of an update; the channel's own name for the message where it has one."""
    payload: dict[str, object] = {"text": inbound.text or inbound.file_name}
    if inbound.platform_id:
        payload["platform_id"] = inbound.platform_id
    if inbound.edited:
        payload["edited"] = True
    return payload
