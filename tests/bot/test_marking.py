"""What was sent is written down together; what stands in the way of one message is nobody else's business."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from bot.marking import Marking
from storage.outbox import Sent
from storage.uow import UnitOfWork

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
POISON = 3


class Book:
    """Stands in for a unit of work: writes down which messages were marked together, and refuses one of them."""

    def __init__(self) -> None:
        self.outbox = self
        self.marked: list[list[int]] = []

    def mark_all_sent(self, many: list[Sent]) -> list[bool]:
        """All or nothing, as a transaction."""
        if POISON in {sent.id for sent in many}:
            raise ValueError("refused")
        self.marked.append([sent.id for sent in many])
        return [True for _ in many]

    async def keep(self, work: Callable[[UnitOfWork], object]) -> None:
        """One unit of work."""
        await asyncio.sleep(0)
        work(cast(UnitOfWork, self))


def _sent(number: int) -> Sent:
    return Sent(number, 1, None, NOW)


async def test_what_is_sent_meanwhile_is_written_down_together() -> None:
    """Messages that arrive together are one unit of work, those that arrive while it runs are the next one."""
    book = Book()
    marking = Marking(book.keep)
    await asyncio.gather(*(marking.sent(_sent(number)) for number in (10, 11, 12)))
    await marking.sent(_sent(13))
    assert [[10, 11, 12], [13]] == book.marked


async def test_one_that_cannot_be_written_down_stops_no_other() -> None:
    """Each is tried by itself when all together fail, and only the one at fault hears of it."""
    book = Book()
    marking = Marking(book.keep)
    ends = await asyncio.gather(*(marking.sent(_sent(number)) for number in (2, POISON, 4)), return_exceptions=True)
    assert [[2], [4]] == book.marked
    assert [None, "ValueError", None] == [end and type(end).__name__ for end in ends]


async def test_who_stops_waiting_stops_no_other() -> None:
    """A waiter that is cancelled leaves the others' messages written down."""
    book = Book()
    marking = Marking(book.keep)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(marking.sent(_sent(10)))
        tasks.create_task(marking.sent(_sent(11)))
        await asyncio.sleep(0)
        first.cancel()
    assert [[10, 11]] == book.marked
