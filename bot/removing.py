"""Takes messages away from channels that others run, when that is due; as slowly as the channel wants it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog
from storage.halts import Halt
from storage.removals import DONE, GIVEN_UP, Removal
from storage.uow import UnitOfWork

from bot.channels import Channel, Deleting, Rejected, TryLater, Unreachable
from bot.clock import Clock
from bot.pacing import LAST, Pace, wait_before

AT_ONCE: Final = 5
"""So many are taken away at a time."""
PATIENCE: Final = 20
"""Seconds for one of them."""
URGENT: Final = 1
"""What somebody has just written goes with the alerts; our own has hours, and goes after everything else."""
A_DAY: Final = timedelta(days=1)
log = structlog.get_logger()


class Removing:
    """Works off what is to be taken away. `tasks` are under way."""

    def __init__(
        self,
        *,
        run: Callable[[Callable[[UnitOfWork], Any]], Awaitable[Any]],
        keep: Callable[[Callable[[UnitOfWork], object]], Awaitable[None]],
        clock: Clock,
        channels: Mapping[str, Channel],
        paces: Mapping[str, Pace],
    ) -> None:
        """Nothing is taken up yet."""
        self._run = run
        self._keep = keep
        self._clock = clock
        self._channels = channels
        self._paces = paces
        self._under_way: dict[int, asyncio.Task[None]] = {}

    @property
    def tasks(self) -> list["asyncio.Task[None]"]:
        """What is under way."""
        return list(self._under_way.values())

    async def take_up(self) -> None:
        """Begin with what is due."""
        if len(self._under_way) >= AT_ONCE or not any(map(_can_remove, self._channels.values())):
            return
        now = self._clock.now()
        due: list[Removal] = await self._run(lambda uow: uow.removals.due(now, 2 * AT_ONCE))
        for removal in due:
            if removal.id not in self._under_way and len(self._under_way) < AT_ONCE:
                self._begin(removal, now)

    def _begin(self, removal: Removal, now: datetime) -> None:
        pace = self._paces.get(removal.channel)
        if pace is not None and pace.halted(removal.address, now):
            return
        self._under_way[removal.id] = asyncio.create_task(self._work(removal))

    async def _work(self, removal: Removal) -> None:
        try:
            await self._remove(removal)
        except Exception as error:  # noqa: BLE001 - one of them must not stop the others; it stays due
            log.warning("removal_failed", channel=removal.channel, error=type(error).__name__)
        finally:
            del self._under_way[removal.id]

    async def _remove(self, removal: Removal) -> None:
        channel, pace = self._channels.get(removal.channel), self._paces.get(removal.channel)
        if (
            self._clock.now() >= removal.gives_up
            or channel is None
            or pace is None
            or not isinstance(channel, Deleting)
        ):
            await self._settle(removal, GIVEN_UP)
            return
        rank = _rank(removal)
        pace.expect(rank)
        turn = await pace.turn(rank, None)
        if turn is None:
            return
        try:
            with turn:
                async with asyncio.timeout(PATIENCE):
                    await channel.remove(removal.external, removal.platform_id)
        except (Unreachable, Rejected):
            await self._settle(removal, GIVEN_UP)
        except TryLater as later:
            await self._later(removal, pace, later)
        except Exception as error:  # noqa: BLE001 - whatever happened: taking it away once more does no harm
            log.warning("removal_failed", channel=removal.channel, error=type(error).__name__)
            await self._later(removal, pace, TryLater())
        else:
            await self._settle(removal, DONE)

    async def _later(self, removal: Removal, pace: Pace, later: TryLater) -> None:
        now = self._clock.now()
        if later.after is not None:
            halt = Halt(removal.channel, None if later.for_all else removal.address, now + later.after)
            pace.stop(halt.until, halt.address)
            await self._keep(lambda uow: uow.halts.put(halt))
        again = now + (later.after or wait_before(removal.tries + 1))
        if again >= removal.gives_up:
            await self._settle(removal, GIVEN_UP)
        else:
            await self._keep(lambda uow: uow.removals.try_again(removal.id, again))

    async def _settle(self, removal: Removal, outcome: str) -> None:
        if outcome == GIVEN_UP:
            log.warning("removal_given_up", channel=removal.channel, removal=removal.id, tries=removal.tries)
        await self._keep(partial(_settle, removal=removal, outcome=outcome, now=self._clock.now()))


def _settle(uow: UnitOfWork, removal: Removal, outcome: str, now: datetime) -> None:
    uow.removals.settle(removal.id, outcome, now)


def _can_remove(channel: Channel) -> bool:
    return channel.capabilities.deletes and isinstance(channel, Deleting)


def _rank(removal: Removal) -> int:
    return URGENT if removal.gives_up - removal.due > A_DAY else LAST + 1
