"""How fast a channel is sent to: so many messages in any second, so many to one address, and none in a halt."""

import asyncio
import math
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from time import monotonic
from typing import Final

from flows.engine.messages import MessageClass
from storage.queues import Room

from bot.channels import Capabilities

AHEAD: Final = 0.15
"""Seconds: as much is claimed as may be sent within them. What is killed then is uncertain, so it is little."""
LONGEST_WAY: Final = 5.0
"""Seconds after which a message has arrived or never will, whether or not anybody has said so."""
SLACK: Final = 0.1
"""Seconds that may be caught up with when sending was held up."""
LAST: Final = max(each.rank for each in MessageClass)
LONGEST_TROUBLE: Final = timedelta(minutes=1)


FIRST_WAIT: Final = timedelta(seconds=2)
LONGEST_WAIT: Final = timedelta(minutes=15)


def wait_before(attempt: int) -> timedelta:
    """How long to wait after the given try (1 is the first): doubling, up to a quarter of an hour."""
    doubled: int = 2 ** min(attempt - 1, 20)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


class Window:
    """So many messages in any span of time, wherever it begins, counted where they arrive.

    A message arrives at some instant between its begin and its end. So it counts from its begin until the whole span
    after its end: then no two spans at the other side can hold one too many, however long messages are on their way.
    """

    def __init__(self, per_second: float) -> None:
        """Nothing was sent."""
        self.most = max(1, int(per_second))
        self.span = self.most / per_second
        self._begun: dict[int, float] = {}
        self._ended: deque[float] = deque()
        self._next = -math.inf
        self._tokens = count(1)

    def begin(self, now: float, times: int = 1) -> tuple[int, ...]:
        """Something that counts `times` is sent now; what it is to be ended with."""
        tokens = tuple(next(self._tokens) for _ in range(min(times, self.most)))
        self._begun |= dict.fromkeys(tokens, now)
        self._next = max(self._next, now - SLACK) + len(tokens) * self.span / self.most
        return tokens

    def end(self, tokens: tuple[int, ...], now: float) -> None:
        """It has arrived, or never will."""
        for token in tokens:
            begun = self._begun.pop(token, None)
            if begun is not None:
                self._ended.append(min(now, begun + LONGEST_WAY))

    def fill(self, times: int, now: float) -> None:
        """Somebody has sent so many until now."""
        self._ended.extend([now] * min(times, self.most))

    def wait(self, now: float, times: int = 1) -> float:
        """Seconds until something that counts `times` may be sent, unless what is on its way ends sooner."""
        free_at = sorted(
            free
            for free in (
                *(ended + self.span for ended in self._ended),
                *(begun + LONGEST_WAY + self.span for begun in self._begun.values()),
            )
            if free > now
        )
        while self._ended and self._ended[0] + self.span <= now:
            self._ended.popleft()
        over = len(free_at) + min(times, self.most) - self.most
        free = free_at[over - 1] if over > 0 else now
        return max(free - now, self._next - now, 0.0)

    def is_idle(self, now: float) -> bool:
        """Whether nothing that was sent counts any more."""
        return not self._begun and self.wait(now, self.most) <= 0


@dataclass(order=True, slots=True)
class _Waiter:
    rank: int
    number: int
    times: int = field(compare=False)
    address: int | None = field(compare=False)
    turn: "asyncio.Future[tuple[int, ...] | None]" = field(compare=False)


class Pace:
    """One channel: who may send next, and how much more is to be taken up."""

    def __init__(
        self, capabilities: Capabilities, look: Callable[[], None], seconds: Callable[[], float] = monotonic
    ) -> None:
        """Nothing was sent. `look` is called when there is room for more; `seconds` never go back."""
        self._per_address = capabilities.per_address
        self._window = None if capabilities.per_second is None else Window(capabilities.per_second)
        self._look = look
        self._seconds = seconds
        self._addresses: dict[int, Window] = {}
        self._halts: dict[int | None, datetime] = {}
        self._troubles = 0
        self._waiting: list[_Waiter] = []
        self._expected: Counter[int] = Counter()
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None
        self._ahead = (
            math.inf if self._window is None else max(1, math.ceil(self._window.most / self._window.span * AHEAD))
        )

    @property
    def is_limited(self) -> bool:
        """Whether messages have to wait for their turn."""
        return self._window is not None or self._per_address is not None

    def room(self, now: datetime, most: int) -> Room | None:
        """How much is to be claimed now, `most` at the most; None: as much as of any other channel."""
        closed = self._closed(now)
        if None in closed:
            return Room((0,) * (LAST + 1))
        if not self.is_limited and not closed:
            return None
        ahead = min(self._ahead, most)
        left, taken = [], 0
        for rank in range(LAST + 1):
            taken += self._expected[rank]
            left.append(max(0, int(ahead) - taken))
        return Room(tuple(left), self.cooling() | {address for address in closed if address is not None})

    def cooling(self) -> frozenset[int]:
        """The addresses that have had something a moment ago."""
        now = self._seconds()
        self._addresses = {name: window for name, window in self._addresses.items() if not window.is_idle(now)}
        return frozenset(name for name, window in self._addresses.items() if window.wait(now) > AHEAD)

    def expect(self, rank: int) -> None:
        """A message of this rank is taken up; `turn` is to be asked for it."""
        self._expected[rank] += 1

    async def turn(self, rank: int, address: int | None, times: int = 1) -> "Turn | None":
        """Wait for the turn of something that was expected; None: a halt has come. `address` None: counts for none."""
        try:
            if address is not None and (before := self._addresses.get(address)) is not None:
                await asyncio.sleep(before.wait(self._seconds(), times))
            if self._window is None:
                return self._begin(address, (), times)
            waiter = _Waiter(rank, next(self._numbers), times, address, asyncio.get_running_loop().create_future())
            heappush(self._waiting, waiter)
            self._let_go()
            tokens = await waiter.turn
            return None if tokens is None else self._begin(address, tokens, times)
        finally:
            self._expected[rank] -= 1
            if self._expected.total() * 2 <= self._ahead:
                self._look()

    @property
    def at_once(self) -> "Turn":
        """A turn for which nothing has to be waited."""
        return Turn(self, (), None, ())

    def end(self, turn: "Turn") -> None:
        """What had its turn has arrived, or never will."""
        now = self._seconds()
        if self._window is not None:
            self._window.end(turn.tokens, now)
            self._let_go()
        if turn.address in self._addresses:
            self._addresses[turn.address].end(turn.of_address, now)

    def fill(self, times: int) -> None:
        """Somebody else has sent so many until now."""
        if self._window is not None:
            self._window.fill(times, self._seconds())

    def stop(self, until: datetime, address: int | None = None) -> None:
        """A halt: of one address, or of all. Who waits for a turn in vain is told."""
        self._halts[address] = max(until, self._halts.get(address, until))
        for waiter in self._waiting:
            if address in {None, waiter.address} and not waiter.turn.done():
                waiter.turn.set_result(None)
        self._let_go()

    def halted(self, address: int | None, now: datetime) -> datetime | None:
        """Until when nothing may be sent to the address; None: it may."""
        closed = self._closed(now)
        return max((closed[each] for each in (None, address) if each in closed), default=None)

    def trouble(self, now: datetime) -> datetime:
        """The channel is in trouble for everybody and says no time: leave it alone, longer each time."""
        self._troubles += 1
        until = now + min(wait_before(self._troubles), LONGEST_TROUBLE)
        self.stop(until)
        return until

    def well(self) -> None:
        """Something was sent."""
        self._troubles = 0

    def _closed(self, now: datetime) -> dict[int | None, datetime]:
        if self._halts:
            self._halts = {address: until for address, until in self._halts.items() if until > now}
        return self._halts

    def _begin(self, address: int | None, tokens: tuple[int, ...], times: int) -> "Turn":
        if address is None or self._per_address is None:
            return Turn(self, tokens, None, ())
        window = self._addresses.setdefault(address, Window(self._per_address))
        return Turn(self, tokens, address, window.begin(self._seconds(), times))

    def _let_go(self) -> None:
        """Whoever is the most urgent goes, as many as may go now; later the others."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting and self._window is not None:
            first = self._waiting[0]
            if not first.turn.done():
                now = self._seconds()
                wait = self._window.wait(now, first.times)
                if wait > 0:
                    self._timer = asyncio.get_running_loop().call_later(wait, self._let_go)
                    return
                first.turn.set_result(self._window.begin(now, first.times))
            heappop(self._waiting)


@dataclass(frozen=True, slots=True)
class Turn:
    """A message may go now: on its way while this is entered."""

    pace: Pace
    tokens: tuple[int, ...]
    address: int | None
    of_address: tuple[int, ...]

    def __enter__(self) -> None:
        """It goes."""

    def __exit__(self, *_: object) -> None:
        """It has arrived, or never will."""
        self.end()

    def end(self) -> None:
        """It is not on its way any more."""
        self.pace.end(self)
