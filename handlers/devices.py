"""The phones and computers on which somebody wants to be told that there is something to read (F81a)."""

from datetime import datetime, timedelta

from flows.engine.messages import Level, MessageClass, Outgoing, Text
from flows.people import Address, Person
from locales.catalog import render
from storage.uow import UnitOfWork

CHANNEL = "push"
MOST = 10
"""Devices of one person; the oldest makes room for another."""
TRIAL_LIFE = timedelta(hours=1)
REPLACED = "another device"
UNLINKED = "unlinked"


def connect(uow: UnitOfWork, person: Person, external: str, now: datetime) -> Address | None:
    """From now on the person is told on this device, too; None if it is somebody else's already."""
    uow.people.lock(person.id)
    found = uow.people.find(CHANNEL, external)
    if found is not None:
        owner, address = found
        if owner.id != person.id:
            return None
        if address.ended:
            uow.people.reopen_address(address.id)
        return address
    for surplus in connected(uow, person)[: -(MOST - 1)]:
        uow.people.unlink_address(surplus.id, REPLACED, now)
    address = Address(id=uow.new_id(), person=person.id, channel=CHANNEL, external=external)
    uow.people.add_address(address)
    return address


def disconnect(uow: UnitOfWork, person: Person, external: str, now: datetime) -> bool:
    """The person is told nothing on this device any more; False if it was none of theirs."""
    uow.people.lock(person.id)
    found = uow.people.find(CHANNEL, external)
    if found is None or found[0].id != person.id:
        return False
    uow.people.unlink_address(found[1].id, UNLINKED, now)
    return True


def connected(uow: UnitOfWork, person: Person) -> list[Address]:
    """The person's devices, oldest first."""
    return [address for address in uow.people.addresses(person.id) if address.channel == CHANNEL]


def try_out(uow: UnitOfWork, person: Person, external: str, now: datetime) -> bool:
    """Show on the device how it will look, once a minute at most; False if it is none of theirs."""
    found = uow.people.find(CHANNEL, external)
    if found is None or found[0].id != person.id or found[1].ended:
        return False
    address, words = found[1], render(Text("{sign} New message", {"sign": person.sign}), person.language)
    message = Outgoing(
        id=uow.new_id(),
        to=person.id,
        subject=person.id,
        channel=CHANNEL,
        address=address.id,
        text=words.strip(),
        language=person.language,
        level=Level.L0,
        message_class=MessageClass.REPLY,
        dedupe=f"try:{address.id}:{now:%Y%m%d%H%M}",
        cause="try",
        created=now,
        not_before=now,
        expires=now + TRIAL_LIFE,
        ping=True,
    )
    uow.outbox.add(message)
    return True
