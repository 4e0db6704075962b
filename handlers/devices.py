"""The phones and computers on which somebody wants to be told that there is something to read (F81a)."""

from datetime import datetime, timedelta

from flows.engine.events import AddressLinked, AddressUnlinked
from flows.engine.messages import Level, MessageClass, Outgoing, Text
from flows.people import Address, Person
from flows.rules.access import Operation
from flows.rules.profile import THIRD_PARTY
from handlers import access, pings, unreached
from handlers.pings import Ping
from locales.catalog import render
from storage.uow import UnitOfWork

CHANNEL = "push"
MOST = 10
"""Devices of one person; the oldest makes room for another."""
TRIAL_LIFE = timedelta(hours=1)
REPLACED = "another device"
UNLINKED = "unlinked"
WELCOME = Text("This phone tells you from now on. You will see right away how it looks.")


def connect(uow: UnitOfWork, person: Person, external: str, now: datetime) -> Address | None:
    """From now on the person is told on this device, too; None if it is somebody else's already."""
    if not access.may_own(person, Operation.LINK_PHONE):
        return None
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
        _end(uow, surplus, REPLACED, now)
    address = Address(id=uow.new_id(), person=person.id, channel=CHANNEL, external=external)
    uow.people.add_address(address)
    uow.events.add(AddressLinked(who=person.id, channel=CHANNEL), now, subject=person.id)
    return address


def disconnect(uow: UnitOfWork, person: Person, external: str, now: datetime) -> bool:
    """The person is told nothing on this device any more; False if it was none of theirs."""
    uow.people.lock(person.id)
    found = uow.people.find(CHANNEL, external)
    if found is None or found[0].id != person.id:
        return False
    _end(uow, found[1], UNLINKED, now)
    return True


def _end(uow: UnitOfWork, address: Address, why: str, now: datetime) -> None:
    """The address is nobody's any more. Whoever ends it is at the page: what pings say is there to be read."""
    uow.people.unlink_address(address.id, why, now)
    for message_id in uow.reaching.pending_at(address.id):
        if uow.outbox.get(message_id).ping:
            uow.reaching.drop(message_id, now, None)
    uow.events.add(AddressUnlinked(who=address.person, channel=CHANNEL), now, subject=address.person)
    unreached.move_pending(uow, address.id, now)


def leave(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """The person has left a device. Nobody who is signed in nowhere is told that there is something to read there.

    A script on the page ends the device's own subscription; this is for browsers without one.
    """
    if uow.sessions.is_anywhere(person.id, now):
        return
    uow.people.lock(person.id)
    for address in connected(uow, person):
        _end(uow, address, UNLINKED, now)


def connected(uow: UnitOfWork, person: Person) -> list[Address]:
    """The person's devices, oldest first."""
    return [address for address in uow.people.addresses(person.id) if address.channel == CHANNEL]


def try_out(uow: UnitOfWork, person: Person, external: str, now: datetime) -> bool:
    """Show on the device how it will look, once a minute at most; False if it is none of theirs.

    What the notification is about is a message on the page, as with every other one.
    """
    found = uow.people.find(CHANNEL, external)
    home = next((each for each in uow.people.addresses(person.id) if each.channel not in THIRD_PARTY), None)
    if found is None or found[0].id != person.id or found[1].ended or home is None:
        return False
    content = _trial(uow, person, home, f"try:{found[1].id}:{now:%Y%m%d%H%M}", now)
    if uow.outbox.add(content):
        pings.send(uow, Ping(to=person, content=content, asked=True), found[1], now)
    return True


def _trial(uow: UnitOfWork, person: Person, home: Address, cause: str, now: datetime) -> Outgoing:
    return Outgoing(
        id=uow.new_id(),
        to=person.id,
        subject=person.id,
        channel=home.channel,
        address=home.id,
        text=render(WELCOME, person.language, formal=person.formal),
        language=person.language,
        level=Level.L3,
        message_class=MessageClass.REPLY,
        dedupe=cause,
        cause=cause,
        created=now,
        not_before=now,
        expires=now + TRIAL_LIFE,
    )
