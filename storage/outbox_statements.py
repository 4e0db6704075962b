"""The outbox's statements: which message is next, and what became of it."""

from typing import Any, Final

import sqlalchemy as sa

from storage.halts import SWITCHED_OFF, WHOLE_CHANNEL
from storage.statements import Statement, const, insert_into, take
from storage.tables import addresses, halts, outbox

FOREVER: Final = 2**62

_PENDING = outbox.c.status == const("pending")
_SENDING = outbox.c.status == const("sending")
_ID = outbox.c.id == sa.bindparam("id")
_HELD = sa.and_(_ID, _SENDING, outbox.c.lease == sa.bindparam("lease"))
_HELD_OR_IN_DOUBT = sa.and_(
    _ID, sa.or_(_SENDING, outbox.c.status == const("uncertain")), outbox.c.lease == sa.bindparam("lease")
)
_SETTLED: dict[str, sa.BindParameter[Any]] = {"settled": sa.bindparam("settled"), "reason": sa.bindparam("reason")}

MESSAGE = (
    outbox.c.id,
    outbox.c.recipient,
    outbox.c.subject,
    outbox.c.channel,
    outbox.c.address,
    outbox.c.message_class,
    outbox.c.created,
    outbox.c.not_before,
    outbox.c.expires,
    outbox.c.status,
    outbox.c.attempts,
    outbox.c.ping,
    outbox.c.fetched,
    outbox.c.sealed,
)

ADDRESS: Final = MESSAGE.index(outbox.c.address)
"""The place of the address in a row."""

CUT_OFF = (outbox.c.id, outbox.c.recipient, outbox.c.channel, outbox.c.message_class, outbox.c.attempts)

ADD = insert_into(outbox, unless=("dedupe",), without=("lease", "lease_until", "seq", "settled", "platform_id"))
GET = Statement(sa.select(*MESSAGE).where(_ID))

_other = outbox.alias("other")
_in_flight = sa.exists().where(_other.c.status == const("sending"), _other.c.address == outbox.c.address)
_older = (
    _other.c.status == const("pending"),
    _other.c.address == outbox.c.address,
    _other.c.id < outbox.c.id,
)
_to_try_again = _other.c.attempts > const(0)
_older_to_go = (
    *_older,
    sa.or_(_other.c.not_before <= sa.bindparam("now"), _to_try_again),
    sa.or_(_other.c.expires.is_(None), _other.c.expires > sa.bindparam("now")),
)
_older_due = sa.exists().where(*_older_to_go)
_QUEUE = (outbox.c.channel == sa.bindparam("channel"), outbox.c.rank == sa.bindparam("rank"))
NEXT_QUEUE = Statement(
    sa.select(outbox.c.channel, outbox.c.rank)
    .where(
        _PENDING,
        sa.tuple_(outbox.c.channel, outbox.c.rank) > sa.tuple_(sa.bindparam("channel"), sa.bindparam("rank")),
    )
    .order_by(outbox.c.channel, outbox.c.rank)
    .limit(const(1))
    .offset(const(0))
)
HALTED = Statement(
    sa.select(halts.c.address).where(halts.c.channel == sa.bindparam("channel"), halts.c.until > sa.bindparam("now"))
)
BEHIND = Statement(
    sa.select(outbox.c.address, outbox.c.id).where(
        _PENDING,
        *_QUEUE,
        outbox.c.not_before <= sa.bindparam("now"),
        sa.exists().where(*_older_to_go, _other.c.rank > outbox.c.rank),
    )
)
PROMOTE = Statement(
    sa.update(outbox)
    .where(
        _PENDING,
        outbox.c.address == sa.bindparam("address"),
        outbox.c.id < sa.bindparam("id"),
        outbox.c.rank > sa.bindparam("rank"),
        sa.or_(outbox.c.not_before <= sa.bindparam("now"), outbox.c.attempts > const(0)),
    )
    .values(rank=sa.bindparam("rank"))
)
_SEALED_ADDRESS = (addresses.c.person, addresses.c.sealed.label("address_sealed"))
_AS_CLAIMED = {
    outbox.c.status: const("sending").label("status"),
    outbox.c.attempts: (outbox.c.attempts + const(1)).label("attempts"),
}
DUE = Statement(
    take(
        sa.select(
            *(_AS_CLAIMED.get(column, column) for column in MESSAGE),
            outbox.c.reason,
            *_SEALED_ADDRESS,
        )
        .join(addresses, addresses.c.id == outbox.c.address)
        .where(
            _PENDING,
            *_QUEUE,
            outbox.c.not_before <= sa.bindparam("now"),
            sa.or_(outbox.c.expires.is_(None), outbox.c.expires > sa.bindparam("now")),
            ~_in_flight,
            ~_older_due,
        )
        .order_by(outbox.c.not_before, outbox.c.id)
        .with_for_update(of=[outbox, addresses], key_share=True, skip_locked=True)
    )
)
# Asked again at the moment of taking: another process may have sent to the address since DUE began to look.
CLAIM = Statement(
    sa.update(outbox)
    .where(_ID, _PENDING, ~_in_flight)
    .values(
        status=const("sending"),
        attempts=outbox.c.attempts + const(1),
        lease=sa.bindparam("lease"),
        lease_until=sa.bindparam("lease_until"),
    )
)
LAPSED = Statement(
    take(
        sa.select(*CUT_OFF, outbox.c.lease)
        .where(_SENDING, outbox.c.lease_until <= sa.bindparam("now"))
        .order_by(outbox.c.address)
    )
)

SENT = Statement(
    sa.update(outbox)
    .where(_HELD_OR_IN_DOUBT)
    .values(
        status=const("sent"),
        platform_id=sa.bindparam("platform_id"),
        seq=sa.bindparam("seq"),
        settled=sa.bindparam("settled"),
    )
)
RETRY = Statement(
    sa.update(outbox)
    .where(_HELD)
    .values(status=const("pending"), not_before=sa.bindparam("not_before"), reason=sa.bindparam("reason"))
)
POSTPONE = Statement(
    sa.update(outbox)
    .where(_HELD)
    .values(
        status=const("pending"),
        not_before=sa.bindparam("not_before"),
        reason=sa.bindparam("reason"),
        attempts=const(0),
    )
)
PUT_BACK = Statement(
    sa.update(outbox)
    .where(_HELD)
    .values(status=const("pending"), not_before=sa.bindparam("not_before"), attempts=outbox.c.attempts - const(1))
)
SETTLE = Statement(sa.update(outbox).where(_HELD).values(status=sa.bindparam("status"), **_SETTLED))
SUPPRESS = Statement(
    sa.update(outbox).where(_ID, sa.or_(_PENDING, _SENDING)).values(status=const("suppressed"), **_SETTLED)
)
REWORD = Statement(sa.update(outbox).where(_ID, _PENDING).values(sealed=sa.bindparam("sealed")))
DROP = Statement(
    sa.update(outbox)
    .where(
        _PENDING,
        outbox.c.recipient == sa.bindparam("recipient"),
        outbox.c.message_class == sa.bindparam("message_class"),
    )
    .values(status=const("suppressed"), **_SETTLED)
)
_OF_RECIPIENT = sa.select(addresses.c.id).where(addresses.c.person == sa.bindparam("recipient"))
WAITING_FOR = Statement(sa.select(*MESSAGE).where(_PENDING, outbox.c.address.in_(_OF_RECIPIENT)).order_by(outbox.c.id))
EXPIRED = Statement(
    sa.select(outbox.c.id)
    .where(_PENDING, outbox.c.expires <= sa.bindparam("now"))
    .order_by(outbox.c.expires)
    .with_for_update(skip_locked=True)
)
EXPIRE = Statement(sa.update(outbox).where(_ID, _PENDING).values(status=const("failed"), **_SETTLED))

NEXT_PENDING = Statement(
    sa.select(outbox.c.not_before)
    .where(_PENDING, *_QUEUE, ~_in_flight, ~sa.exists().where(*_older, _to_try_again))
    .order_by(outbox.c.not_before, outbox.c.id)
    .limit(const(1))
    .offset(const(0))
)
NEXT_LEASE = Statement(sa.select(sa.func.min(outbox.c.lease_until)).where(_SENDING))
HALTED_UNTIL = Statement(
    sa.select(halts.c.until).where(
        halts.c.channel == sa.bindparam("channel"),
        sa.or_(halts.c.address == const(WHOLE_CHANNEL), halts.c.address == const(SWITCHED_OFF)),
    )
)
OLDEST = Statement(sa.select(sa.func.min(outbox.c.not_before)).where(_PENDING, *_QUEUE))
COUNT = Statement(sa.select(sa.func.count()).select_from(outbox).where(_PENDING))
LATELY = Statement(
    sa.select(sa.func.count())
    .select_from(outbox)
    .where(outbox.c.seq > sa.bindparam("after"), outbox.c.channel == sa.bindparam("channel"))
)
WAITS = Statement(
    sa.select(outbox.c.id)
    .where(
        _PENDING,
        outbox.c.address == sa.bindparam("address"),
        outbox.c.not_before <= sa.bindparam("now"),
        sa.or_(outbox.c.expires.is_(None), outbox.c.expires > sa.bindparam("now")),
    )
    .limit(const(1))
    .offset(const(0))
)
NEWEST = Statement(sa.select(sa.func.max(outbox.c.seq)).where(outbox.c.seq.is_not(None)))
REACHED = Statement(
    sa.select(outbox.c.seq, outbox.c.address, *_SEALED_ADDRESS)
    .join(addresses, addresses.c.id == outbox.c.address)
    .where(outbox.c.seq > sa.bindparam("after"), outbox.c.channel == sa.bindparam("channel"))
    .order_by(outbox.c.seq)
)
HISTORY = Statement(
    take(
        sa.select(*MESSAGE, outbox.c.seq)
        .where(
            outbox.c.recipient == sa.bindparam("recipient"),
            outbox.c.seq > sa.bindparam("after"),
            outbox.c.ping == const(0),
        )
        .order_by(outbox.c.seq)
    )
)
