"""Long polling: one waiting request per bot, ended by the next one, by a webhook, by an update or by time."""

import asyncio
from collections.abc import Callable

from tests.channels.telegram_server.call import Arguments
from tests.channels.telegram_server.refusals import conflict
from tests.channels.telegram_server.world import BotAccount, Json, World

LONGEST = 50
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "terminated by setWebhook request"


class Polls:
    """The requests that wait for updates. Lives on the service's loop; `wake` is called from any thread."""

    def __init__(self, world: World) -> None:
        """Nobody waits."""
        self._world = world
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, asyncio.Future[None]] = {}

    def wake(self, bot: int) -> None:
        """Let the request of this bot look again, from any thread."""
        self._loop.call_soon_threadsafe(self._look_again, bot)

    def _look_again(self, bot: int) -> None:
        waiting = self._waiting.get(bot)
        if waiting and not waiting.done():
            waiting.set_result(None)

    def is_waiting(self, bot: int) -> bool:
        """Whether there is a waiting request of this bot."""
        return bot in self._waiting

    def end(self, bot: int, why: str) -> None:
        """End the waiting request of this bot, if there is one, with a conflict."""
        waiting = self._waiting.pop(bot, None)
        if waiting and not waiting.done():
            waiting.set_exception(conflict(why))

    async def get_updates(self, bot: BotAccount, arguments: Arguments, alive: Callable[[], bool]) -> list[Json]:
        """Return what waits for the bot, or wait for it; `alive` says whether somebody still wants it.

        Raises Refusal 409 when another request takes over.
        """
        if "allowed_updates" in arguments.values:
            bot.queue.allowed = list(arguments.json("allowed_updates") or [])
        offset, limit = arguments.number("offset"), min(max(arguments.number("limit", 100), 1), 100)
        until = self._loop.time() + min(arguments.number("timeout"), LONGEST)
        while True:
            given = self._fetch(bot, offset, limit) if alive() else []
            left = until - self._loop.time()
            if given or left <= 0:
                return given
            await self._wait(bot.id, left)

    def _fetch(self, bot: BotAccount, offset: int, limit: int) -> list[Json]:
        with self._world.lock:
            return [update.json() for update in bot.queue.fetch(offset, limit, self._world.clock.now())]

    async def _wait(self, bot: int, seconds: float) -> None:
        self.end(bot, OTHER_POLL)
        mine = self._waiting[bot] = self._loop.create_future()
        try:
            async with asyncio.timeout(seconds):
                await mine
        except TimeoutError:
            return
        finally:
            if self._waiting.get(bot) is mine:
                del self._waiting[bot]
