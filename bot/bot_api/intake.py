"""Takes updates in: everything that has to last is committed before an update counts as taken."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import structlog
from flows.rules import invitations
from handlers import blocking, linking
from locales.catalog import render
from storage.errors import StorageError, StoreClosed, is_passing
from storage.uow import UnitOfWork

from bot.bot_api.attempts import Attempts
from bot.bot_api.channel import TelegramChannel
from bot.bot_api.client import Raw
from bot.bot_api.commands import ONLY_ALONE, PARTICIPANTS
from bot.bot_api.refusals import Gone
from bot.bot_api.updates import Arrival, Happened
from bot.channels import Inbound, InboundKind
from bot.clock import Clock

T = TypeVar("T")
IN_ALL: Final = 2000
"""Wrong codes a day from all strangers together, as at the pages; then none is taken until the next day."""
AT_ONCE: Final = 16
"""Afterthoughts under way at a time: connections stay free for messages."""
log = structlog.get_logger()


class Program(Protocol):
    """What an intake needs of the program (bot/app.py)."""

    @property
    def clock(self) -> Clock:
        """Its clock."""
        ...

    async def receive(self, update: Inbound) -> str | None:
        """Handle one update; returns after the commit. A text is the answer to a stranger."""
        ...

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """Do a unit of work; returns after the commit."""
        ...


class Intake:
    """The updates of one bot. `counts` says how often something was refused, by its kind."""

    def __init__(self, program: Program, channel: TelegramChannel) -> None:
        """Nothing was taken yet."""
        self.channel = channel
        self.counts: Counter[str] = Counter()
        self._program = program
        self._attempts = Attempts()
        self._attempts_in_all = Attempts(IN_ALL)
        self._afterthoughts: set[asyncio.Task[None]] = set()
        self._spent: set[tuple[str, int]] = set()
        self._leaving: set[str] = set()
        self._room = asyncio.Semaphore(AT_ONCE)

    async def take(self, raw: Raw) -> None:
        """Handle an update; returns after the commit.

        Raises `StorageError` if it could not be kept for now and has to come again. What can never be handled is
        logged without its content and counts as taken: it must not hold up the others.
        """
        try:
            await self._take(self.channel.read(raw))
        except StorageError as error:
            if is_passing(error) or isinstance(error, StoreClosed):
                raise
            self._lose(error)
        except Exception as error:  # noqa: BLE001 - one update must not stop the others
            self._lose(error)

    async def finish(self, seconds: float) -> None:
        """Give what is not important enough for a commit a moment to be done."""
        if self._afterthoughts:
            _, late = await asyncio.wait(self._afterthoughts, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _lose(self, error: Exception) -> None:
        self.counts["lost"] += 1
        log.error("update_lost", channel=self.channel.name, error=type(error).__name__)

    async def _take(self, arrival: Arrival) -> None:
        now, name = self._program.clock.now(), self.channel.name
        match arrival.happened:
            case Happened.SAID if arrival.inbound is not None:
                await self._hear(arrival, arrival.inbound)
            case Happened.BLOCKED:
                since = arrival.at or now
                await self._program.run(
                    partial(blocking.block, channel=name, external=arrival.chat, since=since, now=now)
                )
            case Happened.UNBLOCKED:
                await self._program.run(partial(blocking.unblock, channel=name, external=arrival.chat))
            case Happened.GROUP if arrival.chat not in self._leaving:
                self._leaving.add(arrival.chat)
                self._later(self._leave(arrival))
            case _:
                self._end_tap(arrival)

    async def _hear(self, arrival: Arrival, inbound: Inbound) -> None:
        """Hand on what somebody has said. Who has tried too many codes today is not heard with another."""
        now = self._program.clock.now()
        with_code = inbound.kind is InboundKind.TEXT and _holds_code(inbound.text)
        if with_code and await self._is_too_often(inbound, now):
            self.counts["attempt"] += 1
            return
        if inbound.kind is InboundKind.TAP and arrival.tap and not arrival.spent:
            self.counts["tap"] += 1
        answer = await self._program.receive(inbound)
        self._end_tap(arrival)
        if arrival.spent:
            self._spend(arrival.chat, arrival.spent)
        if answer is not None and not self._attempts.are_used_up(inbound.sender, now):
            self._attempts.note(inbound.sender, now)
            if with_code:
                self._attempts_in_all.note("", now)
            self._later(self._tell(arrival.chat, answer))

    async def _is_too_often(self, inbound: Inbound, now: datetime) -> bool:
        """Whether somebody who is not known has tried too many codes today, or all such together have."""
        if not (self._attempts.are_used_up(inbound.sender, now) or self._attempts_in_all.are_used_up("", now)):
            return False
        return await self._program.run(lambda uow: uow.people.find(inbound.channel, inbound.sender)) is None

    async def _tell(self, chat: str, answer: str) -> None:
        """Answer a stranger, unless an operator has switched the channel off."""
        off = await self._program.run(lambda uow: uow.halts.switched_off())
        if self.channel.name not in off:
            await self.channel.tell(chat, answer)

    async def _leave(self, arrival: Arrival) -> None:
        """Say why, if that is possible, and leave the group."""
        try:
            formal = self.channel.name != PARTICIPANTS
            await self.channel.tell(arrival.chat, render(ONLY_ALONE, arrival.language, formal=formal))
        finally:
            try:
                await self.channel.client.leave(arrival.chat)
            finally:
                self._leaving.discard(arrival.chat)

    def _end_tap(self, arrival: Arrival) -> None:
        if arrival.tap:
            self._later(self.channel.client.end_tap(arrival.tap))

    def _spend(self, chat: str, number: int) -> None:
        """Take the buttons of a message away, once, and without taking the room of what is more urgent."""
        if (chat, number) not in self._spent:
            self._spent.add((chat, number))
            task = self._later(self.channel.remove_buttons(chat, number), room=nullcontext())
            task.add_done_callback(lambda _: self._spent.discard((chat, number)))

    def _later(
        self, work: Coroutine[Any, Any, None], *, room: AbstractAsyncContextManager[Any] | None = None
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(self._try(work, room or self._room))
        self._afterthoughts.add(task)
        task.add_done_callback(self._afterthoughts.discard)
        return task

    async def _try(self, work: Coroutine[Any, Any, None], room: AbstractAsyncContextManager[Any]) -> None:
        """Do something that may fail: nobody waits for it, and nothing depends on it."""
        try:
            async with room:
                await work
        except Gone:
            return
        except Exception as error:  # noqa: BLE001 - an afterthought: the message itself has been taken
            log.info("afterthought_failed", channel=self.channel.name, error=type(error).__name__)
        finally:
            work.close()


def _holds_code(text: str) -> bool:
    """Whether the words may be a code, of whichever kind."""
    return bool(linking.code_in(text) or invitations.code_in(text))
