"""Sends what is committed: claim, send, mark. The only place that sends."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog
from flows.engine.messages import MessageClass
from handlers import deliveries
from storage.outbox import Claimed
from storage.uow import UnitOfWork

from bot.channels import Channel, ChannelError, Rejected, TryLater, Unreachable
from bot.clock import Clock
from bot.settings import DeliverySettings

T = TypeVar("T")
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
log = structlog.get_logger()


class Runner(Protocol):
    """Does a unit of work on the writer."""

    async def __call__(self, work: Callable[[UnitOfWork], T]) -> T:
        """Returns after the commit."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Takes due messages from the outbox to their channels, in order for each address."""

    run: Runner
    clock: Clock
    channels: Mapping[str, Channel]
    settings: DeliverySettings

    async def deliver_due(self) -> int:
        """Send everything that is due now; how many messages were taken up."""
        taken = 0
        while batch := await self._claim():
            taken += len(batch)
            await asyncio.gather(*(self._send(claimed) for claimed in batch))
        return taken

    async def _claim(self) -> list[Claimed]:
        now, lease = self.clock.now(), timedelta(seconds=self.settings.lease_seconds)
        return await self.run(lambda uow: deliveries.claim(uow, now, lease, self.settings.batch))

    async def _send(self, claimed: Claimed) -> None:
        message = claimed.message
        channel = self.channels.get(message.channel)
        if channel is None:
            await self._fail(claimed, f"channel {message.channel} is switched off")
            return
        try:
            async with asyncio.timeout(self.settings.lease_seconds / 2):
                platform_id = await channel.send(message, claimed.external)
        except Unreachable:
            await self._fail(claimed, "unreachable")
        except Rejected:
            await self._fail(claimed, "rejected")
        except TryLater as later:
            await self._retry(claimed, later.after)
        except (ChannelError, TimeoutError, OSError) as error:
            log.warning("send_failed", channel=message.channel, message=message.id, error=type(error).__name__)
            await self._retry(claimed, None)
        else:
            await self.run(lambda uow: uow.outbox.mark_sent(message.id, claimed.lease, platform_id, self.clock.now()))

    async def _retry(self, claimed: Claimed, after: timedelta | None) -> None:
        if claimed.message.attempts >= self.settings.retries and after is None:
            await self._fail(claimed, "given up")
            return
        again = self.clock.now() + (after or wait_before(claimed.message.attempts))
        await self.run(lambda uow: uow.outbox.mark_retry(claimed.message.id, claimed.lease, again, "try later"))

    async def _fail(self, claimed: Claimed, reason: str) -> None:
        log.warning("message_failed", channel=claimed.message.channel, message=claimed.message.id, reason=reason)
        await self.run(lambda uow: deliveries.give_up(uow, claimed, reason, self.clock.now()))

    async def recover(self, *, alone: bool) -> None:
        """Look after sends that were cut off: alerts and idempotent channels go again, the rest is uncertain."""
        now = self.clock.now()

        def look_after(uow: UnitOfWork) -> None:
            for claimed in uow.outbox.lapsed(None if alone else now):
                self._look_after(uow, claimed, now)

        await self.run(look_after)

    def _look_after(self, uow: UnitOfWork, claimed: Claimed, now: datetime) -> None:
        message = claimed.message
        channel = self.channels.get(message.channel)
        safe = channel is not None and channel.capabilities.idempotent
        if safe or message.message_class is MessageClass.ALERT:
            uow.outbox.mark_retry(message.id, claimed.lease, now, "interrupted")
        else:
            uow.outbox.mark_uncertain(message.id, claimed.lease, "interrupted", now)


def wait_before(attempt: int) -> timedelta:
    """How long to wait before the given try (1 is the first repetition): doubling, up to a quarter of an hour."""
    doubled: int = 2 ** (attempt - 1)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)
