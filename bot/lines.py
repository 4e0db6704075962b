"""A bot at work: it introduces itself, and takes in what is said, fetched or posted."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

import structlog

from bot.bot_api.commands import introductions
from bot.bot_api.intake import Intake
from bot.bot_api.refusals import Gone, TokenRefused
from bot.bot_api.updates import WANTED
from bot.channels import Rejected, TryLater, Unreachable
from bot.polling import Poller

SECONDS_TO_STOP: Final = 1.0
FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 300.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Hook:
    """Where updates are posted: the service's side of the address, and the secret they come with."""

    url: str
    secret: str


class Line:
    """One bot in this process. With a `hook` its updates are posted to the pages, else they are fetched."""

    def __init__(self, intake: Intake, hook: Hook | None = None) -> None:
        """Not started."""
        self.intake = intake
        self.hook = hook
        self._poller = Poller(intake)
        self._polling: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin; nothing is waited for, the service may be out of reach for now."""
        self._tasks = [asyncio.create_task(self._introduce())]
        if self.hook is None:
            self._polling = asyncio.create_task(self._poller.run())
            self._tasks.append(self._polling)

    def end(self) -> None:
        """Fetch nothing more; `stop` waits for what has been fetched."""
        self._poller.stop()

    async def stop(self) -> None:
        """Finish what has been fetched, within a second; what is not finished comes again."""
        self.end()
        if self._polling is not None:
            await asyncio.wait({self._polling}, timeout=SECONDS_TO_STOP)
        await self.intake.finish(SECONDS_TO_STOP / 2)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _introduce(self) -> None:
        """Say where updates go, learn the own name, set menu and description in every language."""
        channel, client = self.intake.channel, self.intake.channel.client
        url, secret = (self.hook.url, self.hook.secret) if self.hook is not None else ("", "")
        await self._insist("webhook", partial(client.set_webhook, url, secret, WANTED))
        await self._insist("name", self._learn_name)
        for introduction in introductions(channel.name):
            await self._insist("introduction", partial(client.introduce, introduction))

    async def _learn_name(self) -> None:
        channel = self.intake.channel
        channel.username = await channel.client.who_am_i()

    async def _insist(self, kind: str, call: Callable[[], Awaitable[None]]) -> None:
        """Try until it works; what is refused for good is left, and said once."""
        said, wait = False, FIRST_WAIT
        while True:
            try:
                await call()
            except (Rejected, Unreachable) as error:
                self._say(kind, error, said=isinstance(error, Gone))
                return
            except Exception as error:  # noqa: BLE001 - trouble of the network's: it passes
                self._say(kind, error, said=said)
                said = True
                asked = error.after if isinstance(error, TryLater) else None
                await asyncio.sleep(wait if asked is None else asked / timedelta(seconds=1))
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                return

    def _say(self, kind: str, error: Exception, *, said: bool) -> None:
        if not said:
            reason = "the token is not known to Telegram" if isinstance(error, TokenRefused) else ""
            name = self.intake.channel.name
            log.warning("not_introduced", channel=name, kind=kind, error=type(error).__name__, reason=reason)
