"""APScheduler ticks and nothing else: what is due stands in the database."""

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger


class Ticker:
    """Calls `tick` every `seconds`; a tick that is late is done once, never twice at a time."""

    def __init__(self, tick: Callable[[], Awaitable[None]], seconds: float) -> None:
        """Silent until started."""
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            tick, IntervalTrigger(seconds=seconds), misfire_grace_time=None, coalesce=True, max_instances=1
        )

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """End; a tick under way is not waited for."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
