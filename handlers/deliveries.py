"""What delivery asks before it sends and tells after it could not: consent and state at the moment of sending (F16)."""

from datetime import datetime, timedelta

from flows.engine.messages import MessageClass, Outgoing
from handlers import alerts
from handlers.occasion import Occasion
from storage.outbox import Claimed
from storage.uow import UnitOfWork

WITHDRAWN = "no consent"
HELD = "held"


def claim(uow: UnitOfWork, now: datetime, lease: timedelta, limit: int) -> list[Claimed]:
    """Take due messages that are still wanted; what is not wanted any more or has expired is put aside."""
    uow.outbox.expire(now)
    return [claimed for claimed in uow.outbox.claim(now, lease, limit) if _is_wanted(uow, claimed, now)]


def _is_wanted(uow: UnitOfWork, claimed: Claimed, now: datetime) -> bool:
    message = claimed.message
    problem = _problem(uow, message)
    if problem:
        uow.outbox.mark_suppressed(message.id, problem, now, claimed.lease)
    return not problem


def _problem(uow: UnitOfWork, message: Outgoing) -> str:
    if not message.purpose:
        return ""
    if not {"C1", message.purpose} <= uow.consents.effective(message.to):
        return WITHDRAWN
    automatic = message.message_class in {MessageClass.REMINDER, MessageClass.BROADCAST}
    return HELD if automatic and uow.people.get(message.to).held_since is not None else ""


def give_up(uow: UnitOfWork, claimed: Claimed, reason: str, now: datetime) -> None:
    """A message cannot be delivered: somebody has to know, and an alert goes on to the next person."""
    message = claimed.message
    if not uow.outbox.mark_failed(message.id, claimed.lease, reason, now):
        return
    occasion = Occasion(uow=uow, now=now, cause=f"failed:{message.id}")
    alerts.undeliverable(occasion, message.subject, message.to, message.dedupe)
