"""What the pages know of the channels that others run."""

from dataclasses import dataclass
from typing import Final

from bot.channel_settings import PushSettings, SmsSettings


@dataclass(frozen=True, slots=True)
class Notifying:
    """How notifications are sent; `key` is the public half of the key that browsers want to know."""

    settings: PushSettings
    key: str


@dataclass(frozen=True, slots=True)
class Reports:
    """How the SMS gateway tells what became of messages; `secret` is in the address that it calls."""

    settings: SmsSettings
    secret: str


@dataclass(frozen=True, slots=True)
class Reaching:
    """What is switched on; None: it is off, and its pages do not exist."""

    push: Notifying | None = None
    sms: Reports | None = None


OFF: Final = Reaching()
