"""What people write on channels that others run: always accepted, and taken away there when it says too much.

Whoever writes something personal there is told once a day that the message was taken out of the chat, and why.
"""

from datetime import datetime, timedelta

from flows.dialogues import levels
from flows.engine.events import Said
from flows.engine.messages import Inbound, InboundKind, Outgoing
from flows.engine.replies import COMMANDS, Intent, Reply
from flows.people import Address, Person
from flows.rules.grounds import Ground
from flows.rules.profile import THIRD_PARTY
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork

TAKES_BACK_WITHIN = timedelta(hours=48)
"""How long a channel lets a message be taken away."""
OWN_STAY = timedelta(hours=46)
BARE = 3
"""A command of more words than that is told with something personal around it."""
NEUTRAL = COMMANDS | {
    Intent.GREETING,
    Intent.THANKS,
    Intent.MENU,
    Intent.START,
    Intent.APPOINTMENTS,
    Intent.LATE,
    Intent.CANNOT_COME,
    Intent.ABSENT,
    Intent.TAKE_BACK,
    Intent.COMING,
    Intent.MOVE,
}
"""What can be said with a neutral button, too."""


def says_too_much(inbound: Inbound, reply: Reply) -> bool:
    """Whether what came in reveals more than others may read: whatever is not a bare command, small talk or number."""
    if inbound.channel not in THIRD_PARTY or inbound.kind is InboundKind.TAP:
        return False
    if inbound.kind is not InboundKind.TEXT:
        return True
    words, reading = reply.text.split(), reply.reading
    if not any(char.isalnum() for char in reply.text):
        return False
    if len(words) > BARE or reading.crisis is not None or reading.reason is not None:
        return True
    return not (
        (reading.intents and NEUTRAL.issuperset(reading.intents)) or reading.yes is not None or reply.text.isdecimal()
    )


def take_away(occasion: Occasion, person: Person, inbound: Inbound, address: Address) -> None:
    """Plan to take the message out of the chat at once, and say so if that was not said today."""
    if address.channel not in THIRD_PARTY or not inbound.platform_id:
        return
    now = occasion.now
    occasion.uow.removals.add(address, inbound.platform_id, due=now, gives_up=now + TAKES_BACK_WITHIN)
    once = f"away:{occasion.local(person).date().isoformat()}:{address.id}"
    if not occasion.uow.reaching.is_written(once):
        occasion.say(person, Said(levels.TAKEN_AWAY), Sending(dedupe=once, ground=Ground.NOTICE))


def take_away_later(uow: UnitOfWork, message: Outgoing, platform_id: str, now: datetime) -> None:
    """Plan to take away a message of ours from a channel that can do so, before it cannot any more."""
    address = uow.people.address(message.address)
    uow.removals.add(address, platform_id, due=now + OWN_STAY, gives_up=now + TAKES_BACK_WITHIN)
