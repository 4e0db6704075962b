"""Fetches the updates of a bot, and has the next ones given out only when these are committed."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog
from storage.errors import StorageError, StoreClosed

from bot.bot_api.client import Client, Raw
from bot.bot_api.intake import Intake
from bot.bot_api.refusals import NoClearAnswer, SomebodyElse, TokenRefused
from bot.bot_api.updates import WANTED
from bot.channels import ChannelError, TryLater

LONGEST_POLL: Final = 25
FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 30.0
BESIDE_OTHERS: Final = 20.0
"""Seconds until somebody who found another process fetching looks again: two that fight would both get little."""
BETWEEN_TRIES: Final = 0.5
_REASONS: Final[dict[type[Exception], str]] = {
    SomebodyElse: "another process fetches the updates of this bot, or a webhook is set; this one waits",
    TokenRefused: "Telegram does not know the token: get a new one from @BotFather and put it into its file",
}
log = structlog.get_logger()


class Poller:
    """Fetches for one intake, in turn, until it is stopped. One sender's updates are handled in order, all at once."""

    def __init__(self, intake: Intake, *, longest_poll: int = LONGEST_POLL) -> None:
        """Not started. `longest_poll`: seconds for which the service holds a request until there is something."""
        self._intake = intake
        self._longest_poll = longest_poll
        self._fetching: asyncio.Task[list[Raw]] | None = None
        self._taken = 0
        self._failures = 0
        self._said: type[Exception] | None = None
        self._told = asyncio.Event()

    async def run(self) -> None:
        """Fetch and hand on until `stop`. Whatever goes wrong is waited for, never given up."""
        while not self._told.is_set():
            try:
                found = await self._fetch()
            except Exception as error:  # noqa: BLE001 - trouble of the network's: it passes, and we are still there
                await self._wait_after(error)
                continue
            self._failures, self._said = 0, None
            if not await self._take(found):
                return
            self._taken = max((number_of(raw) for raw in found), default=-1) + 1
        await self._acknowledge()

    def stop(self) -> None:
        """Fetch nothing more; what has been fetched is finished, or comes again to whoever fetches next."""
        self._told.set()
        if self._fetching is not None:
            self._fetching.cancel()

    async def _fetch(self) -> list[Raw]:
        """The next updates. An offset is said once: later the service may begin with lower numbers again."""
        self._fetching = asyncio.create_task(self._client.fetch(self._taken, self._longest_poll, WANTED))
        try:
            return await self._fetching
        except asyncio.CancelledError:
            if not self._told.is_set():
                self._fetching.cancel()
                raise
            return []
        finally:
            self._fetching = None

    @property
    def _client(self) -> Client:
        return self._intake.channel.client

    async def _take(self, found: Iterable[Raw]) -> bool:
        """Have all updates committed, those of one sender in order; whether all are."""
        queues: dict[str, list[Raw]] = {}
        for raw in found:
            queues.setdefault(sender_of(raw), []).append(raw)
        done = await asyncio.gather(*(self._take_in_order(queue) for queue in queues.values()))
        return all(done)

    async def _take_in_order(self, updates: Iterable[Raw]) -> bool:
        for raw in updates:
            while not await self._is_taken(raw):
                if self._told.is_set():
                    return False
                await self._pause(BETWEEN_TRIES)
        return True

    async def _is_taken(self, raw: Raw) -> bool:
        try:
            await self._intake.take(raw)
        except StoreClosed:
            self._told.set()
            return False
        except StorageError as error:
            log.warning("update_waits", channel=self._intake.channel.name, error=type(error).__name__)
            return False
        return True

    async def _acknowledge(self) -> None:
        """Tell the service, on the way out, what need not come again; if it does come, nothing happens twice."""
        if self._taken:
            with suppress(ChannelError, NoClearAnswer):
                await self._client.fetch(self._taken, 0, WANTED)

    async def _wait_after(self, error: Exception) -> None:
        """Say once what is wrong, and wait a little longer each time."""
        if type(error) is not self._said:
            self._said = type(error)
            reason = _REASONS.get(type(error), "")
            log.warning("polling_failed", channel=self._intake.channel.name, error=type(error).__name__, reason=reason)
        self._failures += 1
        wait = min(FIRST_WAIT * 2.0 ** min(self._failures - 1, 10), LONGEST_WAIT)
        if isinstance(error, SomebodyElse):
            wait = BESIDE_OTHERS
        elif isinstance(error, TryLater) and error.after is not None:
            wait = error.after / timedelta(seconds=1)
        await self._pause(wait)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._told.wait(), seconds)


def number_of(raw: Raw) -> int:
    """The update's number; 0 if it has none."""
    number = raw.get("update_id")
    return number if isinstance(number, int) else 0


def sender_of(raw: Raw) -> str:
    """Whose update it is, as far as order goes: what is said in one chat keeps its order."""
    for body in raw.values():
        if isinstance(body, dict):
            place = body.get("chat") or body.get("from")
            return str(place.get("id", "")) if isinstance(place, dict) else ""
    return ""
