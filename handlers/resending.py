"""An operator has a message sent again: one whose fate nobody knows, or one that failed."""

from datetime import datetime
from enum import StrEnum

from flows.engine.events import MessageResent
from flows.engine.messages import OutboxStatus
from storage.outbox import MAY_HAVE_ARRIVED
from storage.uow import UnitOfWork

RESENT = "sent again by an operator"


class Resending(StrEnum):
    """What came of it."""

    WAITS = "waits"
    UNKNOWN = "unknown"
    NOT_HELD = "not held"
    EXPIRED = "expired"


def resend(uow: UnitOfWork, id_: int, now: datetime) -> Resending:
    """Put the message back into the outbox. One that may have arrived says so; consent is looked at when it goes."""
    message = uow.overview.message(id_)
    if message is None:
        return Resending.UNKNOWN
    if message.expires is not None and message.expires <= now:
        return Resending.EXPIRED
    reason = MAY_HAVE_ARRIVED if message.status is OutboxStatus.UNCERTAIN else RESENT
    if not uow.overview.resend(id_, now, reason):
        return Resending.NOT_HELD
    uow.events.add(MessageResent(who=message.recipient, message=id_), now, subject=message.recipient)
    return Resending.WAITS
