"""The kill switch: an operator switches a channel off and on again; both stand in the chain."""

from datetime import datetime

from flows.engine.duties import ChannelHalted, ChannelResumed
from storage.uow import UnitOfWork


def halt(uow: UnitOfWork, channel: str, now: datetime) -> bool:
    """Nothing more goes out on the channel, after restarts too; what was to go out waits. False: it was off."""
    if not uow.halts.switch_off(channel):
        return False
    uow.events.add(ChannelHalted(channel=channel), now, subject=None)
    return True


def resume(uow: UnitOfWork, channel: str, now: datetime) -> bool:
    """What waits goes out, unless it has expired or is not wanted any more. False: the channel was not off."""
    if not uow.halts.switch_on(channel):
        return False
    uow.events.add(ChannelResumed(channel=channel), now, subject=None)
    return True
