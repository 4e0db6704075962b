"""Somebody has shut an address, or opened it again, and the channel says so before a message fails (F7, F48)."""

from datetime import datetime

from handlers import reach, unreached
from storage.uow import UnitOfWork

BLOCKED = "blocked"


def block(uow: UnitOfWork, channel: str, external: str, *, since: datetime, now: datetime) -> bool:
    """Nothing arrives there since that instant: the address ends, what waits for it goes another way.

    False, and nothing happens, for a stranger, a second time, and for somebody who has written after it.
    """
    known = uow.people.find(channel, external, lock=True)
    if known is None or known[1].ended:
        return False
    person, address = known
    heard = uow.reaching.last_heard(person.id)
    if heard is not None and heard > since:
        return False
    uow.people.end_address(address.id, BLOCKED, now)
    unreached.move_pending(uow, address.id, now)
    return True


def unblock(uow: UnitOfWork, channel: str, external: str) -> bool:
    """Messages arrive there again; False for a stranger, for somebody who only arrives, and where nothing was shut."""
    known = uow.people.find(channel, external, lock=True)
    if known is None or not known[1].ended or uow.invitations.at(known[1].id) is not None:
        return False
    if uow.people.ended_why(known[1].id) == reach.AWAITS:
        return False
    uow.people.reopen_address(known[1].id)
    return True
