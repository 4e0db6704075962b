"""The port to the outside: a channel parses what arrives, sends what is committed, and says what it can."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from flows.engine.messages import Inbound, InboundKind, Level, Outgoing, OutgoingButton

__all__ = [
    "Capabilities",
    "Channel",
    "ChannelError",
    "Inbound",
    "InboundKind",
    "Level",
    "Outgoing",
    "OutgoingButton",
    "Rejected",
    "TryLater",
    "Unreachable",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can carry. `max_text` counts characters; `idempotent` channels may be sent the same id twice."""

    level: Level
    max_text: int
    buttons: bool = True
    files: bool = False
    edits: bool = False
    idempotent: bool = False


class ChannelError(Exception):
    """A message could not be handed over; the subclass says what to do now."""


class TryLater(ChannelError):
    """The channel is busy or broken for the moment; `after` is the wait it asked for."""

    def __init__(self, after: timedelta | None = None) -> None:
        super().__init__("the channel asks to try later")
        self.after = after


class Unreachable(ChannelError):
    """The person cannot be reached at this address any more (blocked, deactivated, gone)."""


class Rejected(ChannelError):
    """The channel refuses this one message for good (too long, refused markup)."""


class Channel(Protocol):
    """One way to reach people."""

    @property
    def name(self) -> str:
        """The channel's name in addresses, settings and events."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can carry; never changes while the program runs."""
        ...

    async def send(self, message: Outgoing, external: str) -> str:
        """Hand over one message to the address `external`; the platform's id. Raises a `ChannelError`."""
        ...
