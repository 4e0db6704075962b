"""What becomes of a message after it was written: fetched by a device, or moved to another address of its person."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from flows.people import PersonId, Place
from storage.instants import from_micros, to_micros
from storage.outbox import AWAITED
from storage.repository import Repository
from storage.statements import Statement, const
from storage.tables import inbox, outbox

TAKES_ANOTHER_WAY: Final = "takes another way"

_ID = outbox.c.id == sa.bindparam("id")
_PENDING = outbox.c.status == const("pending")
_SENDING = outbox.c.status == const("sending")
_TO_ADDRESS: Final[dict[str, sa.BindParameter[Any]]] = {
    "channel": sa.bindparam("channel"),
    "address": sa.bindparam("address"),
}

_FETCHED = Statement(
    sa.update(outbox)
    .where(outbox.c.recipient == sa.bindparam("recipient"))
    .where(outbox.c.fetched == const(AWAITED))
    .where(outbox.c.seq <= sa.bindparam("seq"))
    .values(fetched=sa.bindparam("fetched"))
)
_AWAITED = Statement(sa.select(outbox.c.id).where(_ID, outbox.c.fetched == const(AWAITED)))
_AWAIT = Statement(sa.update(outbox).where(_ID, outbox.c.fetched.is_(None)).values(fetched=const(AWAITED)))
_PENDING_AT = Statement(
    sa.select(outbox.c.id).where(_PENDING, outbox.c.address == sa.bindparam("address")).order_by(outbox.c.id)
)
_AT_ADDRESS = (outbox.c.address == sa.bindparam("address"), outbox.c.ping == const(0))
_AGAIN: Final[dict[str, Any]] = {
    "status": const("pending"),
    "not_before": sa.bindparam("not_before"),
    "attempts": const(0),
    "settled": sa.null(),
    "reason": sa.null(),
    "lease_until": sa.null(),
}
_TAKE_BACK = [
    Statement(sa.update(outbox).where(outbox.c.status == const(status), *_AT_ADDRESS).values(**_AGAIN))
    for status in ("sending", "uncertain")
]
_MOVE = Statement(sa.update(outbox).where(_ID, _PENDING).values(**_TO_ADDRESS))
_MOVE_HELD = Statement(
    sa.update(outbox)
    .where(_ID, _SENDING, outbox.c.lease == sa.bindparam("lease"))
    .values(
        status=const("pending"),
        not_before=sa.bindparam("not_before"),
        attempts=const(0),
        reason=sa.null(),
        **_TO_ADDRESS,
    )
)
_DROPPED: Final[dict[str, Any]] = {
    "status": const("suppressed"),
    "settled": sa.bindparam("settled"),
    "reason": sa.bindparam("reason"),
}
_DROP = Statement(sa.update(outbox).where(_ID, _PENDING).values(**_DROPPED))
_DROP_HELD = Statement(
    sa.update(outbox).where(_ID, _SENDING, outbox.c.lease == sa.bindparam("lease")).values(**_DROPPED)
)
_WRITTEN = Statement(sa.select(outbox.c.id).where(outbox.c.dedupe == sa.bindparam("dedupe")))
_LAST_HEARD = Statement(
    sa.select(inbox.c.received)
    .where(inbox.c.person == sa.bindparam("person"))
    .order_by(inbox.c.id.desc())
    .limit(const(1))
    .offset(const(0))
)


class Reaching(Repository):
    """Whether messages were fetched, and where they go instead."""

    __slots__ = ()

    def fetch(self, person: PersonId, seq: int, now: datetime) -> int:
        """A device of the person shows everything up to the place `seq`; how many messages somebody waited for."""
        return self._db.change(_FETCHED, recipient=person, seq=seq, fetched=to_micros(now))

    def is_awaited(self, message_id: int) -> bool:
        """Whether somebody still waits for a device to fetch the message."""
        return self._db.row(_AWAITED, id=message_id) is not None

    def wait_for(self, message_id: int) -> None:
        """From now on somebody waits for a device to fetch the message."""
        self._db.send(_AWAIT, id=message_id)

    def is_written(self, dedupe: str) -> bool:
        """Whether a message with this key has been written, whatever became of it."""
        return self._db.row(_WRITTEN, dedupe=self._seals.fingerprint("outbox", dedupe)) is not None

    def pending_at(self, address_id: int) -> list[int]:
        """The messages that wait for this address, oldest first."""
        return [id_ for (id_,) in self._db.rows(_PENDING_AT, address=address_id)]

    def take_back(self, address_id: int, now: datetime) -> int:
        """What is just being sent to an address, or may have arrived there, waits again; how many messages.

        Whoever is sending one finds that it is no longer theirs. Pings are left: they say nothing.
        """
        return sum(
            self._db.change(statement, address=address_id, not_before=to_micros(now)) for statement in _TAKE_BACK
        )

    def move(self, message_id: int, to: Place) -> bool:
        """A pending message goes to another address of its person; False if it is not pending any more."""
        return self._db.change(_MOVE, id=message_id, channel=to.channel, address=to.id) == 1

    def move_held(self, message_id: int, lease: int, to: Place, now: datetime) -> bool:
        """As `move`, for whoever holds the message's lease; it begins anew there, from `now` on."""
        moved = self._db.change(
            _MOVE_HELD, id=message_id, lease=lease, channel=to.channel, address=to.id, not_before=to_micros(now)
        )
        return moved == 1

    def drop(self, message_id: int, now: datetime, lease: int | None) -> None:
        """A ping is not sent: another takes its place. `lease` None: it is pending, else held."""
        at = to_micros(now)
        if lease is None:
            self._db.send(_DROP, id=message_id, settled=at, reason=TAKES_ANOTHER_WAY)
        else:
            self._db.send(_DROP_HELD, id=message_id, settled=at, reason=TAKES_ANOTHER_WAY, lease=lease)

    def last_heard(self, person: PersonId) -> datetime | None:
        """When the person last wrote or tapped, on any channel."""
        row = self._db.row(_LAST_HEARD, person=person)
        return None if row is None else from_micros(row[0])
