"""Pings: that there is something to read, said where the message itself may not be said (F83)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flows.dialogues import levels
from flows.engine.messages import Level, Outgoing, OutgoingButton, Value
from flows.people import Person, Place
from flows.rules.profile import Profile
from flows.rules.reach import WITH_ADDRESS, level_of_ping
from locales.catalog import render
from storage.uow import UnitOfWork

SEEN = "seen"
NO_SIGN = "•"
ABOUT = "message:"
DAY_SHEET = "day:"
"""What the key of a sheet for the day begins with: there a ping may say so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """What a ping is to say to `to`: that `content` is there; to staff with the button that says they have seen it.

    `asked`: the person has just written from there, so it needs no consent.
    """

    to: Person
    content: Outgoing
    asked: bool = False


def send(uow: UnitOfWork, ping: Ping, address: Place, now: datetime) -> bool:
    """Put the ping into the outbox: one per cause and address. False if it was there before."""
    content, to = ping.content, ping.to
    local = now.astimezone(ZoneInfo(to.zone))
    dedupe = f"ping:{content.cause}:{address.id}"
    if uow.reaching.is_written(dedupe):
        return False
    message = Outgoing(
        id=uow.new_id(),
        to=to.id,
        subject=to.id,
        channel=address.channel,
        address=address.id,
        text=_with_page(uow.profile, address, _says(uow.profile, ping, address, local)),
        language=to.language,
        level=_level(uow.profile, ping, address),
        message_class=content.message_class,
        haste=content.haste,
        dedupe=dedupe,
        cause=f"{ABOUT}{content.id}",
        buttons=_buttons(ping),
        purpose="" if ping.asked else content.purpose,
        ground=content.ground,
        created=now,
        not_before=max(now, content.not_before),
        expires=content.expires,
        ping=True,
    )
    return uow.outbox.add(message)


def content_of(uow: UnitOfWork, ping: Outgoing) -> Outgoing:
    """The message a ping is about."""
    return uow.outbox.get(about(ping))


def about(ping: Outgoing) -> int:
    """Which message a ping is about."""
    return int(ping.cause.removeprefix(ABOUT))


def _level(profile: Profile, ping: Ping, address: Place) -> Level:
    if ping.to.role.is_staff:
        return Level.L0
    return level_of_ping(profile, address.channel, ping.content.at)


def _says(profile: Profile, ping: Ping, address: Place, local: datetime) -> str:
    to, at = ping.to, ping.content.at
    sign = to.sign or NO_SIGN
    if to.role.is_staff:
        text = levels.SHEET_READY if ping.content.dedupe.startswith(DAY_SHEET) else levels.NOTICE
    elif at is None or _level(profile, ping, address) is Level.L0:
        text = levels.new_message(sign)
    else:
        text = levels.new_message_about(sign, at, local)
    values: dict[str, Value] = {"today": local.date(), "zone": to.zone}
    return render(text, to.language, formal=to.formal, params=values)


def _with_page(profile: Profile, address: Place, words: str) -> str:
    return f"{words}\n{profile.page}" if profile.page and address.channel in WITH_ADDRESS else words


def _buttons(ping: Ping) -> tuple[OutgoingButton, ...]:
    if not ping.to.role.is_staff:
        return ()
    label = render(levels.SEEN, ping.to.language, formal=ping.to.formal)
    return tuple(
        OutgoingButton(label, button.action, button.value) for button in ping.content.buttons if button.action == SEEN
    )
