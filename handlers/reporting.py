"""What gateways report later about messages that they had taken (F81a)."""

from datetime import datetime

from flows.engine.messages import OutboxStatus
from handlers import unreached
from storage.errors import UnknownRow
from storage.uow import UnitOfWork

CHANNEL = "sms"
REPORTED = "reported as not delivered"


def never_arrived(uow: UnitOfWork, message_id: int, now: datetime) -> bool:
    """A message did not arrive: its number is used no more, and the person is told another way.

    False, and nothing happens, for a message that is unknown, was not sent by SMS, or was reported before.
    """
    try:
        message = uow.outbox.get(message_id)
    except UnknownRow:
        return False
    if message.channel != CHANNEL or message.status is not OutboxStatus.SENT:
        return False
    uow.people.lock(message.to)
    if uow.people.address(message.address).ended:
        return False
    unreached.failed(uow, message, now, REPORTED)
    return True
