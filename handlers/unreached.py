"""An address at which nothing arrives any more: it ends, what waited for it goes another way (F7, F48)."""

from datetime import datetime

from flows.engine.messages import Outgoing
from flows.people import Role
from handlers import alerts, company_mail, pings, reach
from handlers.occasion import Occasion
from handlers.reach import Redirected
from storage.uow import UnitOfWork

UNREACHABLE = "unreachable"


def failed(uow: UnitOfWork, message: Outgoing, now: datetime, why: str) -> None:
    """The channel says later that a message it took has not arrived: its address ends. The person is locked."""
    uow.people.end_address(message.address, why, now)
    if reach.redirect(uow, message, now) is not Redirected.TOLD:
        tell(uow, message, now)
    move_pending(uow, message.address, now)


def move_pending(uow: UnitOfWork, address_id: int, now: datetime) -> None:
    """What waits for an address that has ended goes another way; where there is none, somebody has to know."""
    for message_id in uow.reaching.pending_at(address_id):
        message = uow.outbox.get(message_id)
        if reach.redirect(uow, message, now) is Redirected.NOWHERE:
            uow.outbox.mark_suppressed(message_id, UNREACHABLE, now)
            tell(uow, message, now)


def tell(uow: UnitOfWork, message: Outgoing, now: datetime) -> None:
    """A message reaches nobody: an alert goes on to the next person; a participant is to be called."""
    occasion = Occasion(uow=uow, now=now, cause=f"failed:{message.id}")
    told = pings.content_of(uow, message) if message.ping else message
    if company_mail.not_delivered(occasion, told.subject, told.dedupe):
        return
    alerts.undeliverable(occasion, told.subject, told.to, told.dedupe)
    if uow.people.get(message.to).role is Role.PARTICIPANT:
        uow.people.lock(message.to)
        reach.call(uow, message.to, UNREACHABLE, now)
