"""What an operator may know about outgoing messages: who, what kind, since when, what became of it; never a text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.engine.messages import MessageClass, OutboxStatus
from flows.people import PersonId
from storage.driver import Row
from storage.instants import from_micros, instant_or_none, to_micros
from storage.listed import among, as_list
from storage.repository import Repository
from storage.statements import Statement, const, take
from storage.tables import outbox, people

SHOWN: Final = (OutboxStatus.UNCERTAIN, OutboxStatus.FAILED, OutboxStatus.SENDING, OutboxStatus.PENDING)

_COLUMNS = (
    outbox.c.id,
    outbox.c.recipient,
    people.c.handle,
    outbox.c.channel,
    outbox.c.message_class,
    outbox.c.status,
    outbox.c.created,
    outbox.c.not_before,
    outbox.c.expires,
    outbox.c.attempts,
    outbox.c.reason,
)
_JOINED = sa.select(*_COLUMNS).join(people, people.c.id == outbox.c.recipient)


def _in(status: OutboxStatus) -> sa.ColumnElement[bool]:
    return outbox.c.status == const(status.value)


_OF_STATUS: Final = {status: Statement(take(_JOINED.where(_in(status)).order_by(outbox.c.id))) for status in SHOWN}
_COUNTS: Final = {
    status: Statement(
        sa.select(outbox.c.message_class, sa.func.count()).where(_in(status)).group_by(outbox.c.message_class)
    )
    for status in SHOWN
}
_GET = Statement(_JOINED.where(outbox.c.id == sa.bindparam("id")))
_RESEND = Statement(
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("id"), sa.or_(_in(OutboxStatus.UNCERTAIN), _in(OutboxStatus.FAILED)))
    .values(
        status=const(OutboxStatus.PENDING.value),
        not_before=sa.bindparam("now"),
        reason=sa.bindparam("reason"),
        attempts=const(0),
        settled=sa.null(),
    )
)

_UNASKED = Statement(
    among(outbox.c.recipient)
    .add_columns(outbox.c.recipient, outbox.c.settled)
    .where(
        outbox.c.seq.is_not(None),
        outbox.c.ping == const(0),
        sa.or_(
            outbox.c.message_class == const(MessageClass.REMINDER.value),
            outbox.c.message_class == const(MessageClass.BROADCAST.value),
        ),
        outbox.c.settled >= sa.bindparam("since"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageState:
    """A message without what it says. `handle`: whom it is for, as staff know the person."""

    id: int
    recipient: PersonId
    handle: str
    channel: str
    message_class: MessageClass
    status: OutboxStatus
    created: datetime
    not_before: datetime
    expires: datetime | None
    attempts: int
    reason: str


class Overview(Repository):
    """The outbox as an operator sees it."""

    __slots__ = ()

    def messages(self, status: OutboxStatus, limit: int = 1000) -> list[MessageState]:
        """The messages of a status in `SHOWN`, oldest first."""
        return [_state(row) for row in self._db.rows(_OF_STATUS[status], limit=limit)]

    def message(self, id_: int) -> MessageState | None:
        """One message of any status."""
        row = self._db.row(_GET, id=id_)
        return _state(row) if row else None

    def counts(self) -> Mapping[tuple[MessageClass, OutboxStatus], int]:
        """How many messages of each class have each status in `SHOWN`; what there is none of is left out."""
        return {
            (MessageClass(message_class), status): count
            for status in SHOWN
            for message_class, count in self._db.rows(_COUNTS[status])
        }

    def unasked_since(self, people: Iterable[PersonId], since: datetime) -> dict[PersonId, list[datetime]]:
        """When each of them got something that nobody had asked for, in no order. One question for all."""
        known: dict[PersonId, list[datetime]] = {}
        for person, at in self._db.rows(_UNASKED, ids=as_list(people), since=to_micros(since)):
            known.setdefault(person, []).append(from_micros(at))
        return known

    def resend(self, id_: int, now: datetime, reason: str) -> bool:
        """Have an uncertain or failed message sent again; False if it is neither."""
        return self._db.change(_RESEND, id=id_, now=to_micros(now), reason=reason) == 1


def _state(row: Row) -> MessageState:
    id_, recipient, handle, channel, message_class, status, created, not_before, expires, attempts, reason = row
    return MessageState(
        id=id_,
        recipient=recipient,
        handle=handle,
        channel=channel,
        message_class=MessageClass(message_class),
        status=OutboxStatus(status),
        created=from_micros(created),
        not_before=from_micros(not_before),
        expires=instant_or_none(expires),
        attempts=attempts,
        reason=reason or "",
    )
