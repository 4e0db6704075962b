"""APScheduler ticks and nothing else: what is due stands in the database."""

from collections.abc import Awaitable, Callable
from datetime import time
from time import monotonic
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

NIGHT: Final = time(1, 30)
"""When nightly work is done, in UTC."""


class Ticker:
    """Calls `tick` every `seconds`; a tick that is late is done once, never twice at a time."""

    def __init__(self, tick: Callable[[], Awaitable[None]], seconds: float) -> None:
        """Silent until started."""
        self._tick = tick
        self._ticked: float | None = None
        self._at_start: list[Callable[[], Awaitable[None]]] = []
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._add(self._note, IntervalTrigger(seconds=seconds))

    @property
    def age(self) -> float | None:
        """Seconds since the last tick, or since the start; None when it is silent."""
        return None if self._ticked is None else monotonic() - self._ticked

    def nightly(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` every night as well."""
        self._add(work, CronTrigger(hour=NIGHT.hour, minute=NIGHT.minute, timezone="UTC"))

    def every(self, work: Callable[[], Awaitable[None]], seconds: float) -> None:
        """Do `work` every so often as well, and once at the start."""
        self._add(work, IntervalTrigger(seconds=seconds))
        self._at_start.append(work)

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._ticked = monotonic()
        for work in self._at_start:
            self._add(work, DateTrigger(timezone="UTC"))
        self._scheduler.start()

    def stop(self) -> None:
        """End; a tick under way is not waited for."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        self._ticked = None

    def _add(self, work: Callable[[], Awaitable[None]], trigger: BaseTrigger) -> None:
        self._scheduler.add_job(work, trigger, misfire_grace_time=None, coalesce=True, max_instances=1)

    async def _note(self) -> None:
        self._ticked = monotonic()
        await self._tick()
