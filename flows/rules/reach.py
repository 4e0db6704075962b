"""Where a message goes and who is told that there is something to read: levels, order, consent (F48, F81a, F83).

A person's home is an address of the carrier's own: everything may be said there. On channels that others run a message
is said as far as its level permits; otherwise it goes home, and a ping says elsewhere that it is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flows.engine.messages import Level, MessageClass
from flows.people import Place, Role
from flows.rules.profile import THIRD_PARTY, Profile

PAGE = "web"
"""The channel on which a message has arrived only when a device fetches it."""
MAIL = "mail"
"""Nobody of the programme is reached there: the last of all ways, and the only one to a company."""
NEEDS_CONSENT = frozenset({"telegram"})
"""Channels that need the person's consent C2."""
WITH_ADDRESS = frozenset({"telegram", "sms"})
"""Channels whose pings name the page; a push opens it by itself, staff know it."""
CALLED_FOR = frozenset({MessageClass.REMINDER, MessageClass.BROADCAST})
"""What is worth a call when nothing else reaches the person."""
TRIED_AGAIN = CALLED_FOR | {MessageClass.ALERT}
"""What is tried on the next channel when no device fetches it."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How one person is reached: at home, and on other channels in the profile's order, all of one channel at once."""

    home: Place | None
    steps: tuple[tuple[Place, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """Where a message goes (None: nowhere), and which addresses get a ping."""

    content: Place | None
    pings: tuple[Place, ...] = ()


def ways_of(profile: Profile, addresses: Sequence[Place], here: str, *, agreed: bool) -> Ways:
    """How somebody with these addresses is reached. `agreed`: C2 is effective; `here`: the channel in use right now."""
    own = [address for address in addresses if address.channel not in THIRD_PARTY]
    home = next((address for address in own if address.channel == here), own[0] if own else None)
    steps = (
        tuple(address for address in addresses if address.channel == channel)
        for channel in dict.fromkeys((*profile.reach.order, MAIL))
        if may_carry(profile, channel, Level.L0, agreed=agreed)
    )
    return Ways(home, tuple(step for step in steps if step))


def may_carry(profile: Profile, channel: str, level: Level, *, agreed: bool) -> bool:
    """Whether the channel may carry something of this level that the person has not just asked for."""
    most = profile.level_of(channel)
    return most is not None and level <= most and (agreed or channel not in NEEDS_CONSENT)


def route_of_reply(profile: Profile, ways: Ways, here: Place, level: Level, *, agreed: bool) -> Route:
    """Somebody is answered where they wrote, as far as the level permits; else at home, and told so where they wrote.

    A ping that answers needs no consent: it follows the person's own message.
    """
    if may_carry(profile, here.channel, level, agreed=agreed):
        return Route(here)
    told = here.channel in THIRD_PARTY and may_carry(profile, here.channel, Level.L0, agreed=True)
    return Route(ways.home, (here,) if told else ())


def route_unasked(profile: Profile, ways: Ways, level: Level) -> Route:
    """The first channel that may carry it; else home, with a ping on the first of all."""
    for step in ways.steps:
        most = profile.level_of(step[0].channel)
        if most is not None and level <= most:
            return Route(step[0])
    return Route(ways.home, ways.steps[0] if ways.steps else ())


def is_awaited(ways: Ways, address: Place, message_class: MessageClass, role: Role) -> bool:
    """Whether something else is tried when no device fetches the message: another channel, at last a call."""
    if address.channel != PAGE or message_class not in TRIED_AGAIN:
        return False
    return len(ways.steps) > 1 or ends_in_call(message_class, role)


def ends_in_call(message_class: MessageClass, role: Role) -> bool:
    """Whether somebody has to call when nothing reaches the person."""
    return role is Role.PARTICIPANT and message_class in CALLED_FOR


def level_of_ping(profile: Profile, channel: str, at: datetime | date | None) -> Level:
    """What a ping may say: the time it is about where there is one and the channel permits it, else nothing."""
    most = profile.level_of(channel)
    return Level.L1 if at is not None and most is not None and most >= Level.L1 else Level.L0
