"""How results come from the writer's thread into the event loop: all of a group in one go."""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


class Landing:
    """Awaits futures of the store. The loop is rung once for all that end together, not once for each."""

    def __init__(self) -> None:
        """Nothing is awaited yet; the loop is the one that runs when something is."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: deque[asyncio.Future[None]] = deque()
        self._rung = False

    async def one(self, future: "Future[T]") -> T:
        """The future's result; who stops waiting calls it off if it has not begun."""
        await self.all([future])
        return future.result()

    async def all(self, futures: Sequence["Future[Any]"]) -> None:
        """Returns when every future has a result or an error; who stops waiting calls off what has not begun."""
        if not futures:
            return
        waiting = self._running_loop().create_future()
        left = deque(futures)
        for future in futures:
            future.add_done_callback(partial(self._end, waiting, left))
        try:
            await waiting
        except asyncio.CancelledError:
            for future in futures:
                future.cancel()
            raise

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._ended, self._rung = loop, deque(), False
        return loop

    def _end(self, waiting: "asyncio.Future[None]", left: "deque[Future[Any]]", _: "Future[Any]") -> None:
        """One more has ended, on whatever thread: with the last of them the loop is rung, unless it has been."""
        left.pop()
        if left:
            return
        loop = waiting.get_loop()
        if loop is not self._loop or loop.is_closed():
            return
        self._ended.append(waiting)
        if not self._rung:
            self._rung = True
            loop.call_soon_threadsafe(self._land)

    def _land(self) -> None:
        """On the loop: everybody whose results are there goes on."""
        self._rung = False
        while self._ended:
            waiting = self._ended.popleft()
            if not waiting.done():
                waiting.set_result(None)
