"""The channel of transcripts and tests: what is sent to it is kept in memory, in order."""

from dataclasses import dataclass

from bot.channels import Capabilities, Level, Outgoing, OutgoingButton, Unreachable

WEB = Capabilities(level=Level.L4, max_text=4000, idempotent=True)
"""What the web chat can carry: the memory channel behaves like it unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it arrived at the address `external`; `id` is the outbox row's, 0 for a static answer."""

    id: int
    external: str
    text: str
    buttons: tuple[OutgoingButton, ...] = ()


class MemoryChannel:
    """Keeps every message once, refuses where it is told to, and takes over the limits of another channel on demand."""

    name = "memory"

    def __init__(self) -> None:
        self._capabilities = WEB
        self._refused: set[str] = set()
        self._seen: set[int] = set()
        self._fresh: list[Kept] = []

    @property
    def capabilities(self) -> Capabilities:
        """What it can carry at the moment."""
        return self._capabilities

    def become(self, capabilities: Capabilities) -> None:
        """Take over another channel's level and limits for what follows."""
        self._capabilities = capabilities

    def refuse(self, external: str) -> None:
        """From now on nothing reaches this address."""
        self._refused.add(external)

    async def send(self, message: Outgoing, external: str) -> str:
        """Keep the message; the same id is kept once. Raises `Unreachable` for a refused address."""
        if external in self._refused:
            raise Unreachable
        if message.id not in self._seen:
            self._seen.add(message.id)
            self._fresh.append(Kept(message.id, external, message.text, message.buttons))
        return f"memory-{message.id}"

    def show(self, external: str, text: str) -> None:
        """Keep a static answer that went past the outbox."""
        self._fresh.append(Kept(0, external, text))

    def take(self) -> tuple[Kept, ...]:
        """What arrived since the last call."""
        fresh, self._fresh = tuple(self._fresh), []
        return fresh
