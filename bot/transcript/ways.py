"""Through which channels people write and hear while a transcript runs (`via`): at home, or on a messenger as well."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache

from flows.dialogues import levels
from flows.people import Address, Person, Role
from flows.rules.profile import THIRD_PARTY
from handlers.reach import CONSENT
from locales.catalog import LANGUAGES, render
from storage.uow import UnitOfWork

from bot.bot_api.channel import TelegramChannel
from bot.bot_api.commands import PARTICIPANTS, STAFF
from bot.channels.memory import MemoryChannel
from bot.demo import FIGURES
from bot.transcript.news import HOME

TELEGRAM = "telegram"
WAYS = frozenset({"web", TELEGRAM})
LEFT = "another channel from now on"


@cache
def notices() -> frozenset[str]:
    """What is said of a message that was taken away, in every language."""
    return frozenset(
        render(levels.TAKEN_AWAY, language, formal=formal) for language in LANGUAGES for formal in (False, True)
    )


def channel_of(who: str, way: str) -> str:
    """The channel on which WHO writes while `via` names this way."""
    if way != TELEGRAM:
        return HOME
    return STAFF if who in FIGURES and FIGURES[who].role.is_staff else PARTICIPANTS


def stand_ins() -> dict[str, MemoryChannel]:
    """Home, and one channel for each messenger; at one instant all may be said, so nothing is paced."""
    limits = replace(TelegramChannel.capabilities, per_second=None, per_address=None)
    channels = (MemoryChannel(HOME), MemoryChannel(PARTICIPANTS, limits), MemoryChannel(STAFF, limits))
    return {channel.name: channel for channel in channels}


def take(uow: UnitOfWork, way: str, now: datetime, name: Callable[[str], str] = str) -> None:
    """Link everybody who has a home to this way, with the consent it needs, and to no other.

    `name` is what the messenger calls somebody.
    """
    for person in uow.people.all():
        addresses = uow.people.addresses(person.id)
        for address in addresses:
            if address.channel in THIRD_PARTY:
                uow.people.unlink_address(address.id, LEFT, now)
        if way == TELEGRAM and any(address.channel not in THIRD_PARTY for address in addresses):
            _link(uow, person, name(person.handle), now)


def _link(uow: UnitOfWork, person: Person, external: str, now: datetime) -> None:
    if person.role is Role.CONTACT:
        return
    channel = channel_of(person.handle, TELEGRAM)
    uow.people.add_address(Address(id=uow.new_id(), person=person.id, channel=channel, external=external))
    if not person.role.is_staff:
        uow.consents.record(
            person.id, CONSENT, "effective", actor=person.id, now=now, evidence={"source": "transcript"}
        )
