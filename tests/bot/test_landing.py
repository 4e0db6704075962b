"""Results come from the writer's thread into the loop, each to who waits for it."""

import asyncio
import threading
from concurrent.futures import Future

import pytest

from bot.landing import Landing


def _end(futures: list[Future[int]]) -> None:
    for number, future in enumerate(futures):
        future.set_result(number)


async def test_everybody_gets_the_own_result() -> None:
    """Many futures that end together on another thread give each waiter its result."""
    landing, futures = Landing(), [Future[int]() for _ in range(50)]
    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(landing.one(future)) for future in futures]
        await asyncio.sleep(0)
        threading.Thread(target=_end, args=[futures]).start()
    assert list(range(50)) == [each.result() for each in waiting]


async def test_an_error_is_raised_where_it_is_awaited() -> None:
    """A future that failed raises its error."""
    future = Future[int]()
    future.set_exception(ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        await Landing().one(future)


async def test_all_waits_for_the_last() -> None:
    """`all` returns when every future has ended, however it ended, and at once if there is none."""
    landing, first, last = Landing(), Future[int](), Future[int]()
    await landing.all([])
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(landing.all([first, last]))
        first.set_exception(ValueError("no"))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        last.set_result(1)


async def test_who_stops_waiting_calls_it_off() -> None:
    """A waiter that is cancelled cancels what has not begun and leaves what has."""
    landing, waits, runs = Landing(), Future[int](), Future[int]()
    runs.set_running_or_notify_cancel()
    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(landing.one(future)) for future in (waits, runs)]
        await asyncio.sleep(0)
        for each in waiting:
            each.cancel()
    assert waits.cancelled()
    runs.set_result(1)
    assert 1 == runs.result()


def test_a_second_loop_is_served_and_the_first_is_left_alone() -> None:
    """The same landing works in one event loop after another; what ends after its loop has ended disturbs nobody."""
    landing, late = Landing(), Future[int]()

    async def stop_waiting() -> None:
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(landing.one(late))
            await asyncio.sleep(0)
            late.set_running_or_notify_cancel()
            waiting.cancel()

    async def wait() -> int:
        future = Future[int]()
        threading.Thread(target=_end, args=[[Future(), future]]).start()
        return await landing.one(future)

    asyncio.run(stop_waiting())
    late.set_result(1)
    assert 1 == asyncio.run(wait())
