"""The port to the outside: a channel parses what arrives, sends what is committed, and says what it can."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable

from flows.engine.messages import Inbound, InboundKind, Level, Outgoing, OutgoingButton

__all__ = [
    "Capabilities",
    "Channel",
    "ChannelError",
    "Deleting",
    "Inbound",
    "InboundKind",
    "Level",
    "Moved",
    "Outgoing",
    "OutgoingButton",
    "Rejected",
    "TryLater",
    "Unreachable",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can carry. `max_text` counts characters; `idempotent` channels may be sent the same id twice.

    `level` is the most it could carry; what it may carry is the profile's decision (`Profile.level_of`). Without
    `buttons` the answers stand numbered in the text. `per_second` and `per_address` are messages a second in all and
    to one address; None: no limit. `deletes`: what was sent, or came in, can be taken away again (`Deleting`).
    """

    level: Level
    max_text: int
    buttons: bool = True
    files: bool = False
    edits: bool = False
    deletes: bool = False
    idempotent: bool = False
    per_second: float | None = None
    per_address: float | None = None


class ChannelError(Exception):
    """A message could not be handed over; the subclass says what to do now."""


class TryLater(ChannelError):
    """The channel is busy or broken for the moment; `after` is the wait it asked for.

    `for_all`: the wait holds for every address of the channel, not for this one alone.
    """

    def __init__(self, after: timedelta | None = None, *, for_all: bool = False) -> None:
        super().__init__("the channel asks to try later")
        self.after = after
        self.for_all = for_all


class Unreachable(ChannelError):
    """The person cannot be reached at this address any more (blocked, deactivated, gone)."""


class Moved(Unreachable):
    """The same conversation has another address now (a chat that migrated): `external` is its new name."""

    def __init__(self, external: str) -> None:
        super().__init__("the address has moved")
        self.external = external


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


@runtime_checkable
class Deleting(Protocol):
    """A channel that can take away what was said on it."""

    async def remove(self, external: str, platform_id: str) -> None:
        """Take one message away, ours or theirs; one that is gone already is no error. Raises a `ChannelError`."""
        ...
