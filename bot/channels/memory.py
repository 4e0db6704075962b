"""The channel of transcripts and tests: what is sent to it is kept in memory, in order."""

from collections.abc import Collection
from dataclasses import dataclass

from handlers import pings

from bot.bot_api.parts import split
from bot.channels import Capabilities, Level, Outgoing, OutgoingButton, Rejected, Unreachable
from bot.numbered import numbered

WEB = Capabilities(level=Level.L4, max_text=4000, idempotent=True)
"""What the web chat can carry: the memory channel behaves like it unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it arrived at the address `external`; `id` is the outbox row's, 0 for a static answer.

    `about` is the message that a ping tells of; None: it is no ping.
    """

    id: int
    external: str
    text: str
    buttons: tuple[OutgoingButton, ...] = ()
    about: int | None = None


class MemoryChannel:
    """Keeps every message once, refuses where it is told to, and stands in for another channel on demand."""

    def __init__(self, name: str = "memory", capabilities: Capabilities = WEB) -> None:
        """`name` and `capabilities` are those of the channel it stands in for."""
        self.name = name
        self._capabilities = capabilities
        self._refused: frozenset[str] = frozenset()
        self._seen: set[int] = set()
        self._fresh: list[Kept] = []

    @property
    def capabilities(self) -> Capabilities:
        """What it can carry at the moment."""
        return self._capabilities

    def refuse(self, externals: Collection[str]) -> None:
        """From now on nothing reaches these addresses, and everything others."""
        self._refused = frozenset(externals)

    async def send(self, message: Outgoing, external: str) -> str:
        """Keep the message, a long one in parts; the same id is kept once. Raises `Unreachable` or `Rejected`."""
        if external in self._refused:
            raise Unreachable
        if message.level > self._capabilities.level:
            raise Rejected
        if message.id not in self._seen:
            self._seen.add(message.id)
            about = pings.about(message) if message.ping else None
            *parts, last = split(self._words(message), self._capabilities.max_text)
            self._fresh += [Kept(message.id, external, part, (), about) for part in parts]
            buttons = message.buttons if self._capabilities.buttons else ()
            self._fresh.append(Kept(message.id, external, last, buttons, about))
        return f"memory-{message.id}"

    def _words(self, message: Outgoing) -> str:
        return message.text if self._capabilities.buttons else numbered(message.text, message.buttons)

    async def remove(self, external: str, platform_id: str) -> None:
        """Nothing is left to take away: what was said is kept by whoever has taken it."""

    def show(self, external: str, text: str) -> None:
        """Keep a static answer that went past the outbox."""
        self._fresh.append(Kept(0, external, text))

    def take(self) -> tuple[Kept, ...]:
        """What arrived since the last call."""
        fresh, self._fresh = tuple(self._fresh), []
        return fresh
