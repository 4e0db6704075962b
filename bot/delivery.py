"""Sends what is committed: claim, send, mark. The only place that sends."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

import structlog
from handlers import deliveries
from storage.errors import StorageError, is_passing
from storage.outbox import Claimed, CutOff, Sent
from storage.uow import UnitOfWork

from bot.channels import Channel, Moved, Rejected, TryLater, Unreachable
from bot.clock import Clock
from bot.marking import Marking
from bot.settings import DeliverySettings

T = TypeVar("T")
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
AT_ONCE = 3
"""How often a send that was cut off is repeated without a wait."""
MOMENT = 0.25
"""Seconds a round waits for its sends before it looks for what else is due."""
BETWEEN_LOOKS = timedelta(seconds=1)
BETWEEN_TRIES = 0.5
"""Seconds until what came of a send is written down again after the database could not."""
log = structlog.get_logger()


class Runner(Protocol):
    """Does a unit of work on the writer."""

    async def __call__(self, work: Callable[[UnitOfWork], T]) -> T:
        """Returns after the commit."""
        ...


class Delivery:
    """Takes due messages from the outbox to their channels, in order for each address.

    A message that hangs or fails, however it fails, holds up its own address only.
    """

    def __init__(
        self, *, run: Runner, clock: Clock, channels: Mapping[str, Channel], settings: DeliverySettings
    ) -> None:
        """Nothing is taken up yet."""
        self._run = run
        self._clock = clock
        self._channels = channels
        self._settings = settings
        self._lease = timedelta(seconds=settings.lease_seconds)
        self._in_flight: dict[int, asyncio.Task[None]] = {}
        self._marking = Marking(self._keep)
        self._looked: datetime | None = None
        self._finishing = False

    async def deliver_due(self) -> int:
        """One round: take up what is due and wait a moment for it. How many were on their way; 0: nothing is due."""
        await self._look_around()
        room = 0 if self._finishing else self._settings.batch - len(self._in_flight)
        for claimed in await self._claim(room) if room else ():
            self._in_flight[claimed.message.id] = asyncio.create_task(self._carry(claimed))
        on_their_way = list(self._in_flight.values())
        if on_their_way:
            await asyncio.wait(on_their_way, timeout=MOMENT)
        return len(on_their_way)

    async def finish(self, seconds: float) -> None:
        """Take up nothing more and finish what is on its way; what takes longer is looked after at the next start."""
        self._finishing = True
        on_their_way = list(self._in_flight.values())
        if on_their_way:
            _, late = await asyncio.wait(on_their_way, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def recover(self, *, alone: bool) -> None:
        """Look after sends that were cut off; `alone`: no other process sends, so whatever is in flight was."""
        now = self._clock.now()
        self._looked = now
        while await self._run(lambda uow: self._look_after(uow, None if alone else now, now)):
            pass

    async def _look_around(self) -> None:
        """Look for leases that are over, now and then; a clock that was set back does not stop this."""
        now = self._clock.now()
        if self._looked is None or not self._looked <= now < self._looked + BETWEEN_LOOKS:
            await self.recover(alone=False)

    def _look_after(self, uow: UnitOfWork, until: datetime | None, now: datetime) -> int:
        cut_off = [each for each in uow.outbox.lapsed(until) if each.id not in self._in_flight]
        for each in cut_off:
            deliveries.look_after(uow, each, now, again=now + wait_after_cut(each.attempts), safe=self._is_safe(each))
        return len(cut_off)

    def _is_safe(self, message: CutOff) -> bool:
        channel = self._channels.get(message.channel)
        return channel is not None and channel.capabilities.idempotent and message.attempts < self._settings.retries

    async def _claim(self, room: int) -> list[Claimed]:
        now = self._clock.now()
        return await self._run(lambda uow: deliveries.claim(uow, now, self._lease, room))

    async def _carry(self, claimed: Claimed) -> None:
        """Send one message and write down what came of it; whatever happens, the others go on."""
        try:
            await self._send(claimed)
        except Exception as error:  # noqa: BLE001 - one message must not stop the others; its lease will run out
            self._log("delivery_failed", claimed, error)
        finally:
            del self._in_flight[claimed.message.id]

    async def _send(self, claimed: Claimed) -> None:
        message = claimed.message
        channel = self._channels.get(message.channel)
        if channel is None:
            await self._fail(claimed, "no such channel")
            return
        if self._clock.now() >= claimed.until - self._lease / 2:
            await self._put_off(claimed, self._clock.now(), "late")
            return
        try:
            async with asyncio.timeout(self._lease.total_seconds() / 2):
                platform_id = await channel.send(message, claimed.external)
        except Moved as moved:
            await self._keep(partial(deliveries.move, claimed=claimed, external=moved.external, now=self._clock.now()))
        except Unreachable:
            await self._fail(claimed, "unreachable")
        except Rejected:
            await self._fail(claimed, "rejected")
        except (TryLater, ConnectionRefusedError) as error:
            await self._try_again(claimed, getattr(error, "after", None))
        except Exception as error:  # noqa: BLE001 - a fault of the channel's: nobody knows whether it was sent
            self._log("send_failed", claimed, error)
            await self._doubt(claimed, safe=channel.capabilities.idempotent)
        else:
            now = self._clock.now()
            await self._marking.sent(Sent(message.id, claimed.lease, platform_id, now))

    async def _try_again(self, claimed: Claimed, after: timedelta | None) -> None:
        message = claimed.message
        if message.attempts >= self._settings.retries and after is None and not deliveries.is_alert(message):
            await self._fail(claimed, "given up")
            return
        await self._put_off(claimed, self._clock.now() + (after or wait_before(message.attempts)), "try later")

    async def _put_off(self, claimed: Claimed, again: datetime, reason: str) -> None:
        now = self._clock.now()
        await self._keep(lambda uow: deliveries.put_off(uow, claimed, again, reason, now))

    async def _doubt(self, claimed: Claimed, *, safe: bool) -> None:
        """The channel does not know whether the message arrived."""
        if safe:
            await self._try_again(claimed, None)
            return
        now = self._clock.now()
        again = now + wait_before(claimed.message.attempts)
        await self._keep(lambda uow: deliveries.in_doubt(uow, claimed, again, now))

    async def _fail(self, claimed: Claimed, reason: str) -> None:
        log.warning("message_failed", channel=claimed.message.channel, message=claimed.message.id, reason=reason)
        now = self._clock.now()
        await self._keep(lambda uow: deliveries.give_up(uow, claimed, reason, now))

    async def _keep(self, work: Callable[[UnitOfWork], object]) -> None:
        """Write down what came of a send, as often as it takes: nobody else knows it."""
        while True:
            try:
                await self._run(work)
            except StorageError as error:
                if not is_passing(error):
                    raise
                log.warning("not_written", error=type(error).__name__)
                await asyncio.sleep(BETWEEN_TRIES)
            else:
                return

    def _log(self, event: str, claimed: Claimed, error: Exception) -> None:
        log.warning(event, channel=claimed.message.channel, message=claimed.message.id, error=type(error).__name__)


def wait_before(attempt: int) -> timedelta:
    """How long to wait after the given try (1 is the first): doubling, up to a quarter of an hour."""
    doubled: int = 2 ** min(attempt - 1, 20)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def wait_after_cut(attempts: int) -> timedelta:
    """How long to wait when a send was cut off: not at all, unless the message itself may be what cuts off."""
    return timedelta(0) if attempts < AT_ONCE else wait_before(attempts)
