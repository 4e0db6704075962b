"""The statements of broadcasts: where each is, who is next, what is held back, and what came of it."""

from typing import Any, Final

import sqlalchemy as sa

from storage.broadcast_tables import broadcast_recipients, broadcast_replies, broadcasts
from storage.statements import Statement, const, insert_into, take
from storage.tables import outbox

HELD_UNTIL: Final = 253_370_764_800_000_000
"""In the place of the instant from which on a message may go out: not before its broadcast goes on (the year 9999)."""

_ID = broadcasts.c.id == sa.bindparam("id")
_COLUMNS = (
    broadcasts.c.id,
    broadcasts.c.person,
    broadcasts.c.state,
    broadcasts.c.slot,
    broadcasts.c.revision,
    broadcasts.c.created,
    broadcasts.c.sealed,
)
ADD = insert_into(broadcasts)
SAVE = Statement(
    sa.update(broadcasts)
    .where(_ID, broadcasts.c.revision == sa.bindparam("before"))
    .values(
        state=sa.bindparam("state"),
        slot=sa.bindparam("slot"),
        revision=sa.bindparam("revision"),
        sealed=sa.bindparam("sealed"),
    )
)
GET = Statement(sa.select(*_COLUMNS).where(_ID))
STATE = Statement(sa.select(broadcasts.c.state).where(_ID))
IN_STATE = Statement(sa.select(*_COLUMNS).where(broadcasts.c.state == sa.bindparam("state")).order_by(broadcasts.c.id))
LATELY = Statement(take(sa.select(*_COLUMNS).order_by(broadcasts.c.id.desc())))
IN_SLOT = Statement(sa.select(broadcasts.c.id).where(broadcasts.c.slot == const(1)))

_OF_BROADCAST = broadcast_recipients.c.broadcast == sa.bindparam("broadcast")
_WAITING = broadcast_recipients.c.state == const("waiting")
ADD_RECIPIENT = insert_into(broadcast_recipients, unless=("broadcast", "person"))
NEXT_RECIPIENTS = Statement(
    take(
        sa.select(broadcast_recipients.c.id, broadcast_recipients.c.person)
        .where(_OF_BROADCAST, _WAITING)
        .order_by(broadcast_recipients.c.id)
    )
)
HAND = Statement(
    sa.update(broadcast_recipients)
    .where(broadcast_recipients.c.id == sa.bindparam("id"), _WAITING)
    .values(state=sa.bindparam("state"))
)
DROP_RECIPIENTS = Statement(
    sa.update(broadcast_recipients).where(_OF_BROADCAST, _WAITING).values(state=sa.bindparam("state"))
)
IS_RECIPIENT = Statement(
    sa.select(broadcast_recipients.c.id).where(_OF_BROADCAST, broadcast_recipients.c.person == sa.bindparam("person"))
)

_PENDING = outbox.c.status == const("pending")
_THEIR_MESSAGES = sa.select(broadcast_recipients.c.dedupe).where(
    _OF_BROADCAST, broadcast_recipients.c.state == const("handed")
)
_ITS_MESSAGES = sa.and_(_PENDING, outbox.c.dedupe.in_(_THEIR_MESSAGES))
_HELD = outbox.c.not_before == sa.bindparam("until")
_AS_NEW: dict[str, Any] = {"attempts": const(0), "expires": sa.null()}
HOLD = Statement(sa.update(outbox).where(_ITS_MESSAGES).values(not_before=sa.bindparam("until"), **_AS_NEW))
RELEASE = Statement(
    sa.update(outbox)
    .where(_ITS_MESSAGES, _HELD)
    .values(not_before=sa.bindparam("now"), expires=sa.bindparam("expires"))
)
DROP = Statement(
    sa.update(outbox)
    .where(_ITS_MESSAGES)
    .values(status=const("suppressed"), reason=sa.bindparam("reason"), settled=sa.bindparam("settled"))
)
NEXT_DUE = Statement(
    sa.select(sa.func.min(outbox.c.not_before)).where(_ITS_MESSAGES, outbox.c.not_before < sa.bindparam("until"))
)

_FETCHED = sa.case((outbox.c.fetched > const(0), const(1)), else_=const(0))
_WITH_MESSAGES = broadcast_recipients.outerjoin(outbox, outbox.c.dedupe == broadcast_recipients.c.dedupe)
COUNTS = Statement(
    sa.select(broadcast_recipients.c.state, outbox.c.status, _FETCHED, sa.func.count())
    .select_from(_WITH_MESSAGES)
    .where(_OF_BROADCAST)
    .group_by(broadcast_recipients.c.state, outbox.c.status, _FETCHED)
)
EACH = Statement(
    sa.select(
        broadcast_recipients.c.id,
        broadcast_recipients.c.person,
        broadcast_recipients.c.state,
        outbox.c.status,
        _FETCHED,
        outbox.c.reason,
    )
    .select_from(_WITH_MESSAGES)
    .where(_OF_BROADCAST)
    .order_by(broadcast_recipients.c.id)
)

ADD_REPLY = insert_into(broadcast_replies)
_REPLIED = broadcast_replies.c.broadcast == sa.bindparam("broadcast")
COUNT_REPLIES = Statement(sa.select(sa.func.count()).select_from(broadcast_replies).where(_REPLIED))
REPLIES = Statement(
    sa.select(broadcast_replies.c.id, broadcast_replies.c.person, broadcast_replies.c.at)
    .where(_REPLIED)
    .order_by(broadcast_replies.c.id)
)
REPLY = Statement(sa.select(broadcast_replies.c.sealed).where(broadcast_replies.c.id == sa.bindparam("id")))
