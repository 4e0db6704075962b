"""What the pages know of channels and services that others run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.channel_settings import PushSettings, SmsSettings
from bot.lines import Line
from bot.pictures.scanning import ScanSettings


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
    """What is switched on; None: it is off, and its pages do not exist.

    `telegram` are the bots, by their names in addresses: "participants", "staff".
    `scanning`: who looks for harm in files.
    """

    push: Notifying | None = None
    sms: Reports | None = None
    telegram: Mapping[str, Line] = field(default_factory=dict)
    scanning: ScanSettings = field(default_factory=ScanSettings)


OFF: Final = Reaching()
