"""Writing down what was sent: many messages in one unit of work, whoever is first writes for all that are there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from storage.outbox import Sent
from storage.uow import UnitOfWork

Work = Callable[[UnitOfWork], object]
Keep = Callable[[Work], Awaitable[None]]
_Waiting = tuple[Sent, Work | None, "asyncio.Future[None]"]


class Marking:
    """Collects sent messages while earlier ones are being written down.

    If all at once cannot be written down each is tried by itself: one of them never stops the others.
    """

    def __init__(self, keep: Keep) -> None:
        """`keep` does a unit of work, again and again while the database is in the way."""
        self._keep = keep
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def sent(self, sent: Sent, also: Work | None = None) -> None:
        """Returns when it is written down that the message was sent; raises what stands in the way of it.

        `also` is done in the same unit of work.
        """
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((sent, also, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting, []
                if not await self._tried(taken) and len(taken) > 1:
                    for each in taken:
                        await self._tried([each])
        finally:
            self._writing = None

    async def _tried(self, taken: Sequence[_Waiting]) -> bool:
        """Whether these could be written down together; only one by itself is told of what stands in the way."""
        try:
            await self._keep(partial(_mark, taken=taken))
        except Exception as error:  # noqa: BLE001 - belongs to who waits for it
            if len(taken) == 1:
                *_, done = taken[0]
                if not done.done():
                    done.set_exception(error)
            return False
        for *_, done in taken:
            if not done.done():
                done.set_result(None)
        return True


def _mark(uow: UnitOfWork, taken: Sequence[_Waiting]) -> None:
    uow.outbox.mark_all_sent([sent for sent, *_ in taken])
    for _, also, _ in taken:
        if also is not None:
            also(uow)
