"""An address on another's channel whose owner has not said yet whether they may be written to there.

Whoever begins on such a channel answers neutral questions there, then opens their own page with the same code. Until
C2 is effective nothing goes to the address but the answer how to open the page; a no ends it, and is answered once.
"""

from datetime import datetime
from typing import Final

from flows.dialogues import awaiting as words
from flows.engine.events import AddressLinked, AddressUnlinked, Said
from flows.engine.messages import Inbound, InboundKind
from flows.people import Address, Person, PersonId
from flows.rules import reach as rules
from flows.rules.grounds import Ground
from flows.rules.profile import THIRD_PARTY, Profile
from handlers import crisis, reach
from handlers.abroad import TAKES_BACK_WITHIN
from handlers.occasion import Occasion, Sending
from handlers.reach import AWAITS, DECLINED
from handlers.understanding import LONGEST, clean, reply_to
from storage.uow import UnitOfWork

GONE: Final = "unlinked"


def may_begin(profile: Profile, channel: str) -> bool:
    """Whether newcomers may begin on this channel: the carrier's own, or one that may carry the neutral questions."""
    if channel not in THIRD_PARTY:
        return True
    return channel in rules.NEEDS_CONSENT and rules.may_carry(profile, channel, words.LEVEL, agreed=True)


def begin(uow: UnitOfWork, address: Address, now: datetime) -> None:
    """It is them: the address waits for what they decide on their page."""
    uow.people.end_address(address.id, AWAITS, now)


def how_to_open(profile: Profile) -> Said:
    """Where the page is, and what opens it."""
    return Said(words.open_page(profile.page))


def holds(uow: UnitOfWork, person: Person, address: Address, now: datetime) -> bool:
    """Whether the address still waits. One whose owner has agreed meanwhile is opened."""
    if not address.ended or uow.people.ended_why(address.id) != AWAITS:
        return False
    if reach.is_agreed(uow, person.id, now):
        agreed(uow, person.id, now)
        return False
    return True


def hear(uow: UnitOfWork, inbound: Inbound, person: Person, address: Address, now: datetime) -> bool:
    """Tell somebody without a page how to open it; of what they wrote only a crisis is passed on.

    False: they have a page, and are heard as always; what is to be said goes there.
    """
    if any(place.channel not in THIRD_PARTY for place in uow.people.places(person.id)):
        return False
    bare = Inbound(channel=inbound.channel, external_id=inbound.external_id, sender=inbound.sender, kind=inbound.kind)
    entry = uow.inbox.accept(bare, person.id, now)
    if entry is None:
        return True
    occasion = _occasion(uow, address, f"in:{entry}", now)
    text = "" if inbound.kind is InboundKind.TAP else clean(inbound.text)[:LONGEST]
    reading = reply_to(inbound, text, person, occasion.local(person).date()).reading if text else None
    if reading is not None and reading.crisis is not None:
        crisis.respond(occasion, person, reading.crisis, text, for_other=reading.for_other)
        help_abroad(occasion, person, inbound, address)
    occasion.say(person, how_to_open(uow.profile))
    return True


def help_abroad(occasion: Occasion, person: Person, inbound: Inbound, address: Address) -> None:
    """Say where help is, in words that may stand there; what was written is taken out of the chat."""
    occasion.say(person, Said(words.IN_DANGER))
    if inbound.platform_id:
        occasion.uow.removals.add(
            address, inbound.platform_id, due=occasion.now, gives_up=occasion.now + TAKES_BACK_WITHIN
        )


def agreed(uow: UnitOfWork, person: PersonId, now: datetime) -> None:
    """C2 is effective: from now on the person is reached where they began."""
    for address in uow.people.ended_for(person, AWAITS):
        uow.people.reopen_address(address.id)
        uow.events.add(AddressLinked(who=person, channel=address.channel), now, subject=person)


def declined(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """C2 was declined: the address hears so once and is nobody's any more."""
    for address in uow.people.ended_for(person.id, AWAITS):
        occasion = _occasion(uow, address, f"declined:{address.id}", now)
        occasion.say(person, Said(words.not_here(uow.profile.page)), Sending(ground=Ground.NOTICE))
        uow.people.unlink_address(address.id, DECLINED, now)
        uow.events.add(AddressUnlinked(who=person.id, channel=address.channel), now, subject=person.id)


def drop(uow: UnitOfWork, person: PersonId, now: datetime) -> None:
    """Addresses that wait are nobody's any more, and nothing says so there: the phone may be lost."""
    for address in uow.people.ended_for(person, AWAITS):
        forget(uow, address, now)


def forget(uow: UnitOfWork, address: Address, now: datetime) -> None:
    """Whoever writes from there is a stranger, of whom nothing is kept."""
    uow.people.unlink_address(address.id, GONE, now)
    uow.people.erase_external(address)


def _occasion(uow: UnitOfWork, address: Address, cause: str, now: datetime) -> Occasion:
    return Occasion(
        uow=uow,
        now=now,
        cause=cause,
        channel=address.channel,
        reached={address.person: address},
        here=address,
        only_here=True,
    )
