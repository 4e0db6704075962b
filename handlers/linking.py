"""Addresses on channels that others run: linked by a code from the person's own page, unlinked there at once (F7)."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from flows.dialogues import levels
from flows.engine.events import AddressLinked, AddressUnlinked, Said
from flows.engine.messages import Inbound, InboundKind
from flows.people import Address, Person, PersonId
from flows.rules.access import Operation
from flows.rules.profile import THIRD_PARTY
from flows.rules.reach import NEEDS_CONSENT
from handlers import access, awaiting, consent, consenting, reach, unreached
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

LIFE = timedelta(minutes=15)
LENGTH = 16
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which look alike: 32 letters, 80 bits in a code."""
UNLINKED = "unlinked"
NAMES = {"telegram_staff": "telegram"}
"""What events call a channel, where that differs."""

_CODE = re.compile(rf"(?:/start(?:@\w+)?\s+)?([{LETTERS}]{{{LENGTH}}})", re.IGNORECASE)
_BETWEEN = re.compile(r"(?<=\w)-(?=\w)")


def new_code(uow: UnitOfWork, person: PersonId, channel: str, now: datetime) -> str:
    """A code that links an address on the channel to the person, once, within a quarter of an hour."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    uow.link_codes.add(_hash(code), person, channel, now + LIFE)
    return code


def code_in(text: str) -> str:
    """The code that a message consists of; empty for any other message."""
    found = _CODE.fullmatch(_BETWEEN.sub("", text.strip()))
    return found[1].upper() if found else ""


def link(uow: UnitOfWork, inbound: Inbound, now: datetime) -> bool:
    """A stranger has sent a code: from now on the address is that person's. False: there is no such code.

    Giving the code is the second half of the consent that the page asked for.
    """
    code = code_in(inbound.text) if inbound.kind is InboundKind.TEXT and inbound.channel in THIRD_PARTY else ""
    owner = uow.link_codes.person(_hash(code), inbound.channel, now) if code else None
    if owner is None:
        return False
    uow.people.lock(owner)
    if not uow.link_codes.use(_hash(code), inbound.channel, now):
        return False
    person = uow.people.get(owner)
    if not access.may_own(person, Operation.LINK_PHONE):
        return False
    for old in _linked(uow, owner, inbound.channel):
        end(uow, old, now)
    awaiting.drop(uow, owner, now)
    address = Address(id=uow.new_id(), person=owner, channel=inbound.channel, external=inbound.sender)
    uow.people.add_address(address)
    if inbound.channel in NEEDS_CONSENT and not reach.is_agreed(uow, owner, now):
        consent.give(uow, person, reach.CONSENT, now)
    event = AddressLinked(who=owner, channel=NAMES.get(inbound.channel, inbound.channel))
    uow.events.add(event, now, subject=owner)
    _welcome(uow, person, address, inbound, now)
    return True


def _welcome(uow: UnitOfWork, person: Person, address: Address, inbound: Inbound, now: datetime) -> None:
    kept = Inbound(
        channel=inbound.channel, external_id=inbound.external_id, sender=inbound.sender, kind=InboundKind.TEXT
    )
    entry = uow.inbox.accept(kept, person.id, now)
    if entry is None:
        return
    occasion = Occasion(
        uow=uow, now=now, cause=f"in:{entry}", channel=address.channel, reached={person.id: address}, here=address
    )
    occasion.say(person, Said(levels.CONNECTED))
    if inbound.channel in NEEDS_CONSENT and not reach.is_agreed(uow, person.id, now):
        consenting.ask_guardians(occasion, person)


def is_linked(uow: UnitOfWork, person: PersonId, channel: str) -> bool:
    """Whether the person is reached on this channel."""
    return bool(_linked(uow, person, channel))


def unlink(uow: UnitOfWork, person: Person, channel: str, now: datetime) -> bool:
    """The person wants nothing there any more, or has lost the phone: what waits goes another way. False: not linked.

    Codes that were not used end, too, and so does the consent C2.
    """
    uow.people.lock(person.id)
    uow.link_codes.drop(person.id, channel)
    if channel in NEEDS_CONSENT:
        awaiting.drop(uow, person.id, now)
    addresses = _linked(uow, person.id, channel)
    for address in addresses:
        end(uow, address, now)
    if addresses:
        event = AddressUnlinked(who=person.id, channel=NAMES.get(channel, channel))
        uow.events.add(event, now, subject=person.id)
    if channel in NEEDS_CONSENT and reach.is_agreed(uow, person.id, now):
        consent.withdraw(uow, person, reach.CONSENT, now)
    return bool(addresses)


def _linked(uow: UnitOfWork, person: PersonId, channel: str) -> list[Address]:
    return [address for address in uow.people.addresses(person) if address.channel == channel]


def end(uow: UnitOfWork, address: Address, now: datetime) -> None:
    """The address is nobody's any more; what waits for it goes another way.

    So does what is being sent there, and what may have arrived there: whoever holds a lost phone is not the person.
    """
    uow.people.unlink_address(address.id, UNLINKED, now)
    uow.reaching.take_back(address.id, now)
    unreached.move_pending(uow, address.id, now)


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
