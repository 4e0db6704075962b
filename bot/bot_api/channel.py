"""A Telegram channel over either library: long texts in parts, buttons by handle, pauses obeyed by all it does."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

import structlog

from bot.bot_api.client import Client, Raw
from bot.bot_api.pace import Pace
from bot.bot_api.parts import joined, numbers_of, split
from bot.bot_api.refusals import Gone
from bot.bot_api.updates import Arrival, Loose, read
from bot.channels import Capabilities, Level, Outgoing, OutgoingButton, Rejected, TryLater
from bot.clock import Clock

T = TypeVar("T")
LONGEST_HANDLE: Final = 64
_UNFINISHED: Final = 1000
_CALM: Final = 5
"""So much goes out in a second at most while buttons are taken away: that can wait, messages go first."""
_PATIENCE: Final = 60
"""How often a calm moment is looked for."""
log = structlog.get_logger()


@dataclass(slots=True)
class _Begun:
    """A long message that was cut off between two parts, and what has been sent of it."""

    parts: Sequence[str]
    numbers: list[int] = field(default_factory=list)


class TelegramChannel:
    """Channel "telegram" or "telegram_staff". An address is the number of a private chat."""

    capabilities = Capabilities(level=Level.L2, max_text=4096, edits=True, deletes=True, per_second=30, per_address=1)

    def __init__(self, name: str, client: Client, clock: Clock, *, between: float = 1.0) -> None:
        """Nothing is asked of the service yet. `between`: seconds from one message to a chat to the next."""
        self.name = name
        self.client = client
        self.username = ""
        self._between = between
        self._pace = Pace(clock)
        self._begun: OrderedDict[int, _Begun] = OrderedDict()

    async def send(self, message: Outgoing, external: str) -> str:
        """Hand the message over; nothing above L2 leaves the house. The platform's id names all its parts.

        Raises a `ChannelError`, or `NoClearAnswer` when nobody can know whether it was sent. A long message that was
        cut off goes on with the part that is missing.
        """
        if message.level > self.capabilities.level or not all(_fits(button) for button in message.buttons):
            raise Rejected
        parts = split(message.text)
        begun = self._begun.pop(message.id, None)
        if begun is None or begun.parts != parts:
            begun = _Begun(parts)
        try:
            await self._send_rest(begun, external, message.buttons)
        except TryLater:
            self._keep(message.id, begun)
            raise
        return joined(begun.numbers)

    async def remove(self, external: str, platform_id: str) -> None:
        """Take a message away, all its parts; what is gone already is no error. Raises a `ChannelError`."""
        try:
            numbers = numbers_of(platform_id)
        except ValueError:
            raise Rejected from None
        refused = False
        for number in numbers:
            try:
                await self._ask(external, partial(self.client.delete, external, number))
            except Gone:
                continue
            except Rejected:
                refused = True
        if refused:
            raise Rejected

    async def tell(self, chat: str, text: str) -> None:
        """Say something that is in no outbox: the static answer to a stranger. Raises as `send` does."""
        for part in split(text):
            await self._put(chat, partial(self.client.send, chat, part, ()))

    async def remove_buttons(self, chat: str, number: int) -> None:
        """Take the buttons away from a message when there is nothing more important to do. Raises as `send` does."""
        for _ in range(_PATIENCE):
            if (wait := self._until_calm(chat)) <= 0:
                break
            await asyncio.sleep(wait)
        await self._put(chat, partial(self.client.remove_buttons, chat, number), edit=True)

    def read(self, raw: Raw) -> Arrival:
        """What an update says; one that the library cannot parse is read as it came. Raises for what is no update."""
        try:
            update = self.client.parse(raw)
        except Exception as error:  # noqa: BLE001 - whatever the library minds, somebody has said something
            log.warning("update_not_parsed", channel=self.name, error=type(error).__name__)
            update = Loose(raw)
        return read(update, self.name)

    async def close(self) -> None:
        """End the connections."""
        await self.client.close()

    async def _send_rest(self, begun: _Begun, chat: str, buttons: Sequence[OutgoingButton]) -> None:
        """Send what is missing of a message, the buttons under its last part."""
        for place in range(len(begun.numbers), len(begun.parts)):
            since = self._pace.since(chat) if place else self._pace.since_edit(chat)
            await asyncio.sleep(max(0.0, self._between - since))
            below = buttons if place == len(begun.parts) - 1 else ()
            begun.numbers.append(await self._put(chat, partial(self.client.send, chat, begun.parts[place], below)))

    def _until_calm(self, chat: str) -> float:
        """For how many seconds something that can wait had better wait."""
        return max(self._between - self._pace.since(chat), self._between if self._pace.lately() > _CALM else 0)

    def _keep(self, message: int, begun: _Begun) -> None:
        if begun.numbers:
            self._begun[message] = begun
        if len(self._begun) > _UNFINISHED:
            self._begun.popitem(last=False)

    async def _put(self, chat: str, call: Callable[[], Awaitable[T]], *, edit: bool = False) -> T:
        """Do something that counts as a message to the chat."""
        is_about = self._pace.is_about(chat)
        if self._pace.left(chat) is None:
            self._pace.note(chat, edit=edit)
        return await self._ask(chat, call, is_about=is_about)

    async def _ask(self, chat: str, call: Callable[[], Awaitable[T]], *, is_about: bool = False) -> T:
        """Ask the service for something, unless it has asked for a pause."""
        if (left := self._pace.left(chat)) is not None:
            raise left
        try:
            return await call()
        except TryLater as later:
            if later.after is None:
                raise
            pause = TryLater(later.after, for_all=later.for_all and not is_about)
            self._pace.stop(pause, chat)
            raise pause from None


def _fits(button: OutgoingButton) -> bool:
    return 0 < len(button.handle.encode()) <= LONGEST_HANDLE
