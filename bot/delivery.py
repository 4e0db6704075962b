"""Sends what is committed: claim, send, mark. The only place that sends."""

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

import structlog
from handlers import abroad, deliveries
from storage.errors import StorageError, is_passing
from storage.halts import Halt
from storage.outbox import Claimed, CutOff, Sent
from storage.queues import Rooms
from storage.uow import UnitOfWork

from bot.channels import Channel, Deleting, Moved, Rejected, TryLater, Unreachable
from bot.clock import Clock
from bot.marking import Marking
from bot.pacing import Pace, Turn, wait_before
from bot.removing import Removing
from bot.settings import DeliverySettings

T = TypeVar("T")
AT_ONCE = 3
"""How often a send that was cut off is repeated without a wait."""
MOMENT = 0.25
"""Seconds a round waits for its sends before it looks for what else is due."""
JUST_NOW = timedelta(seconds=1)
"""What was sent by whoever sent before counts that long against the channel's limit."""
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

    A message that hangs or fails, however it fails, holds up its own address only. What a channel asks for is kept to:
    it is sent to no faster than it allows (bot/pacing.py), and not at all in a halt.
    """

    def __init__(
        self,
        *,
        run: Runner,
        clock: Clock,
        channels: Mapping[str, Channel],
        settings: DeliverySettings,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """Nothing is taken up yet. `wake` is called when a halt is over."""
        self._run = run
        self._clock = clock
        self._channels = channels
        self._settings = settings
        self._wake = wake
        self._lease = timedelta(seconds=settings.lease_seconds)
        self._look = asyncio.Event()
        self._paces = {name: Pace(channel.capabilities, self._look.set) for name, channel in channels.items()}
        self._in_flight: dict[int, asyncio.Task[None]] = {}
        self._marking = Marking(self._keep)
        self._removing = Removing(run=run, keep=self._keep, clock=clock, channels=channels, paces=self._paces)
        self._on_channel: Counter[str] = Counter()
        self._looked: datetime | None = None
        self._alone = False
        self._finishing = False
        self._off: set[str] = set()

    async def deliver_due(self) -> int:
        """One round: take up what is due and wait a moment for it. How many were on their way; 0: nothing is due."""
        await self._look_around()
        self._look.clear()
        before = len(self._in_flight)
        if not self._finishing:
            await self._take_up()
        on_their_way = len(self._in_flight) + len(self._removing.tasks)
        if on_their_way:
            await self._wait_a_moment()
            return on_their_way
        # Those that were on their way left no room for others when these were asked for: ask again.
        return before or int(await self._cool_down())

    def switch(self, channel: str, *, off: bool) -> None:
        """An operator has switched the channel off or on: what is taken up already is put back, too."""
        if off:
            self._off.add(channel)
        else:
            self._off.discard(channel)
        self._wake()

    def look_again(self) -> None:
        """Something may be due that is more urgent than what is waited for."""
        self._look.set()

    async def finish(self, seconds: float) -> None:
        """Take up nothing more and finish what is on its way; what takes longer is looked after at the next start."""
        self._finishing = True
        on_their_way = [*self._in_flight.values(), *self._removing.tasks]
        if on_their_way:
            _, late = await asyncio.wait(on_their_way, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def recover(self, *, alone: bool) -> None:
        """Look after sends that were cut off; `alone`: no other process sends, so whatever is in flight was."""
        await self._run(self._take_over)
        self._alone = alone
        await self._look_after_all(None if alone else self._clock.now())

    def _take_over(self, uow: UnitOfWork) -> None:
        """Keep to what was asked of whoever sent before, and count what was sent just now."""
        now = self._clock.now()
        cut_off = Counter(each.channel for each in uow.outbox.lapsed(None))
        for name, pace in self._paces.items():
            if pace.is_limited:
                pace.fill(uow.outbox.sent_lately(name, JUST_NOW) + cut_off[name])
            for halt in uow.halts.current(name, now):
                pace.stop(halt.until, halt.address)

    async def _look_after_all(self, until: datetime | None) -> None:
        now = self._clock.now()
        self._looked = now
        while await self._run(lambda uow: self._look_after(uow, until, now)):
            pass

    async def _look_around(self) -> None:
        """Look for leases that are over, now and then; a clock that was set back does not stop this."""
        now = self._clock.now()
        if self._looked is None or not self._looked <= now < self._looked + BETWEEN_LOOKS:
            await self._look_after_all(now)

    def _look_after(self, uow: UnitOfWork, until: datetime | None, now: datetime) -> int:
        cut_off = [each for each in uow.outbox.lapsed(until) if each.id not in self._in_flight]
        for each in cut_off:
            deliveries.look_after(uow, each, now, again=now + wait_after_cut(each.attempts), safe=self._is_safe(each))
        return len(cut_off)

    def _is_safe(self, message: CutOff) -> bool:
        channel = self._channels.get(message.channel)
        return channel is not None and channel.capabilities.idempotent and message.attempts < self._settings.retries

    async def _take_up(self) -> None:
        now = self._clock.now()
        rooms = {name: room for name, pace in self._paces.items() if (room := pace.room(now, self._settings.batch))}
        others = sum(number for name, number in self._on_channel.items() if name not in rooms)
        for claimed in await self._claim(max(self._settings.batch - others, 0), rooms):
            self._expect(claimed)
            self._in_flight[claimed.message.id] = asyncio.create_task(self._carry(claimed))
        await self._removing.take_up()

    async def _claim(self, limit: int, rooms: Rooms) -> list[Claimed]:
        now = self._clock.now()
        return await self._run(lambda uow: deliveries.claim(uow, now, self._lease, limit, rooms))

    def _expect(self, claimed: Claimed) -> None:
        message = claimed.message
        self._on_channel[message.channel] += 1
        pace = self._paces.get(message.channel)
        if pace is not None and pace.is_limited:
            pace.expect(message.rank)

    async def _cool_down(self) -> bool:
        """Whether something waits for an address that has had a message a moment ago; wait a moment with it."""
        cooling = frozenset[int]().union(*(pace.cooling() for pace in self._paces.values()))
        now = self._clock.now()
        if not cooling or not await self._run(lambda uow: uow.outbox.waits(cooling, now)):
            return False
        await self._wait_a_moment()
        return True

    async def _wait_a_moment(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(MOMENT):
                await self._look.wait()

    async def _carry(self, claimed: Claimed) -> None:
        """Send one message and write down what came of it; whatever happens, the others go on."""
        try:
            await self._send(claimed)
        except Exception as error:  # noqa: BLE001 - one message must not stop the others; its lease will run out
            self._log("delivery_failed", claimed, error)
        finally:
            del self._in_flight[claimed.message.id]
            self._on_channel[claimed.message.channel] -= 1
            if not self._in_flight:
                self._look.set()

    async def _send(self, claimed: Claimed) -> None:
        """Send one message when it is its turn, if it may still go then."""
        message = claimed.message
        channel, pace = self._channels.get(message.channel), self._paces.get(message.channel)
        if channel is None or pace is None:
            await self._fail(claimed, "no such channel")
            return
        turn = await self._turn(claimed, pace, channel.capabilities.max_text)
        now = self._clock.now()
        halted = message.channel in self._off or pace.halted(message.address, now)
        if turn is None or halted or now >= claimed.until - self._lease / 2:
            if turn is not None:
                turn.end()
            again = pace.halted(message.address, now) or now
            await self._keep(lambda uow: deliveries.put_back(uow, claimed, again, now))
        elif message.level > channel.capabilities.level:
            turn.end()
            await self._fail(claimed, "above the level of the channel")
        else:
            await self._hand_over(claimed, channel, turn)

    async def _turn(self, claimed: Claimed, pace: Pace, max_text: int) -> Turn | None:
        """Wait for the message's turn; None: there is none because of a halt. Others may have been told of one, too."""
        message = claimed.message
        if not pace.is_limited:
            return pace.at_once
        parts = 1 if len(message.text) <= max_text else math.ceil(len(message.text) / max_text) + 1
        turn = await pace.turn(message.rank, message.address, parts)
        if turn is not None and not self._alone:
            now = self._clock.now()
            for halt in await self._run(lambda uow: uow.halts.current(message.channel, now)):
                pace.stop(halt.until, halt.address)
        return turn

    async def _hand_over(self, claimed: Claimed, channel: Channel, turn: Turn) -> None:
        message = claimed.message
        try:
            with turn:
                async with asyncio.timeout(self._lease.total_seconds() / 2):
                    platform_id = await channel.send(message, claimed.external)
        except Moved as moved:
            await self._keep(partial(deliveries.move, claimed=claimed, external=moved.external, now=self._clock.now()))
        except Unreachable:
            await self._fail(claimed, "unreachable")
        except Rejected:
            await self._fail(claimed, "rejected")
        except TryLater as later:
            await self._halt(claimed, later)
        except ConnectionRefusedError:
            await self._try_again(claimed)
        except Exception as error:  # noqa: BLE001 - a fault of the channel's: nobody knows whether it was sent
            self._log("send_failed", claimed, error)
            await self._doubt(claimed, safe=channel.capabilities.idempotent)
        else:
            await self._mark(claimed, channel, platform_id)

    async def _mark(self, claimed: Claimed, channel: Channel, platform_id: str) -> None:
        """Write down that it was sent; from a channel that can do so it is taken away later."""
        message, now = claimed.message, self._clock.now()
        self._paces[message.channel].well()
        also = None
        if channel.capabilities.deletes and isinstance(channel, Deleting):
            also = partial(abroad.take_away_later, message=message, platform_id=platform_id, now=now)
        await self._marking.sent(Sent(message.id, claimed.lease, platform_id, now), also)

    async def _halt(self, claimed: Claimed, later: TryLater) -> None:
        """The channel asks to be left alone, by this message or by all: kept to by whoever sends, now and later."""
        message, now = claimed.message, self._clock.now()
        pace = self._paces[message.channel]
        if later.after is None:
            if later.for_all:
                self._wake_at(pace.trouble(now), now)
            await self._try_again(claimed)
            return
        halt = Halt(message.channel, None if later.for_all else message.address, now + later.after)
        pace.stop(halt.until, halt.address)
        self._wake_at(halt.until, now)
        await self._keep(lambda uow: deliveries.halt(uow, claimed, halt, now))

    def _wake_at(self, until: datetime, now: datetime) -> None:
        asyncio.get_running_loop().call_later(max(0.0, (until - now).total_seconds()), self._wake)

    async def _try_again(self, claimed: Claimed) -> None:
        message, now = claimed.message, self._clock.now()
        if message.attempts >= self._settings.retries and not deliveries.is_alert(message):
            await self._fail(claimed, "given up")
            return
        again = now + wait_before(message.attempts)
        await self._keep(lambda uow: deliveries.put_off(uow, claimed, again, "try later", now))

    async def _doubt(self, claimed: Claimed, *, safe: bool) -> None:
        """The channel does not know whether the message arrived."""
        if safe:
            await self._try_again(claimed)
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


def wait_after_cut(attempts: int) -> timedelta:
    """How long to wait when a send was cut off: not at all, unless the message itself may be what cuts off."""
    return timedelta(0) if attempts < AT_ONCE else wait_before(attempts)
