"""The web chat as a channel: what is sent is already in the outbox, so sending means ringing at the open pages."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bot.channels import Capabilities, Level, Outgoing

_CAPABILITIES = Capabilities(level=Level.L4, max_text=4000, idempotent=True)


class Bell:
    """Rings at one open page. `expected` are messages that have been sent but are not yet marked so in the outbox."""

    def __init__(self) -> None:
        """Silent at first."""
        self.expected: set[int] = set()
        self.closed = False
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Something is new."""
        self._rung.set()

    async def wait(self, seconds: float) -> bool:
        """Wait until it rings, at most so long; whether it rang."""
        try:
            await asyncio.wait_for(self._rung.wait(), seconds)
        except TimeoutError:
            return False
        self._rung.clear()
        return True


class WebChannel:
    """Channel "web". Pages are read from the database, so nothing is lost when nobody is there to hear the bell."""

    name = "web"
    capabilities = _CAPABILITIES

    def __init__(self) -> None:
        """No page is open yet."""
        self._bells: dict[str, list[Bell]] = {}
        self._slots: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def send(self, message: Outgoing, external: str) -> str:
        """Ring at every open page of the address. The row itself is what the page shows."""
        for bell in self._bells.get(external, ()):
            bell.expected.add(message.id)
        return f"web:{message.id}"

    def ring(self, external: str) -> None:
        """The person has said something, here or in another tab."""
        for bell in self._bells.get(external, ()):
            bell.ring()

    def after_commit(self) -> None:
        """Called on the writer's thread after each commit: wakes the pages that wait for a row to be marked as sent."""
        loop = self._loop
        if loop is not None and not loop.is_closed() and self._bells:
            loop.call_soon_threadsafe(self._wake)

    def open_pages(self, slot: str) -> int:
        """How many live pages a session has."""
        return self._slots[slot]

    @contextmanager
    def listen(self, external: str, slot: str) -> Iterator[Bell]:
        """A bell for one open page of the session `slot`, until the page is left."""
        self._loop = asyncio.get_running_loop()
        bell = Bell()
        bell.closed = self._closed
        self._bells.setdefault(external, []).append(bell)
        self._slots[slot] += 1
        try:
            yield bell
        finally:
            self._leave(external, slot, bell)

    def close(self) -> None:
        """End every live page, so that the server can stop; the browsers come back by themselves."""
        self._closed = True
        for bells in self._bells.values():
            for bell in bells:
                bell.closed = True
                bell.ring()

    def _wake(self) -> None:
        for bells in self._bells.values():
            for bell in bells:
                if bell.expected:
                    bell.ring()

    def _leave(self, external: str, slot: str, bell: Bell) -> None:
        self._bells[external].remove(bell)
        if not self._bells[external]:
            del self._bells[external]
        self._slots[slot] -= 1
        if not self._slots[slot]:
            del self._slots[slot]
