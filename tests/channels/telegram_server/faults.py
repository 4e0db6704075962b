"""Bad days of the service: pauses it asks for, slow and broken answers; and what was sent, counted."""

import math
import time
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from bot.clock import Clock
from tests.channels.telegram_server.refusals import too_many

SENDS = ("send", "edit", "copy", "forward")


class Trouble(StrEnum):
    """What can go wrong with a request."""

    SLOW = "slow"
    RESET = "reset"
    BROKEN_JSON = "broken_json"
    SERVER_ERROR = "server_error"
    NO_ANSWER = "no_answer"
    REFUSAL = "refusal"


@dataclass(slots=True, kw_only=True, eq=False)
class Fault:
    """Which requests it hits, how often (None: until it is lifted), and how.

    `effect`: whether the request takes effect all the same. `seconds`: how slow. `code` and `description`: of a
    server error or a refusal; a 502 has a page of HTML as its body, as behind the real front server.
    """

    trouble: Trouble
    method: str | None = None
    chat: int | None = None
    bot: int | None = None
    times: int | None = 1
    effect: bool = False
    seconds: float = 0.0
    code: int = 500
    description: str = "Internal Server Error"
    hits: int = 0

    def meets(self, request: "Request") -> bool:
        """Say whether `request` is one of those to be hit."""
        return (
            (self.times is None or self.hits < self.times)
            and self.method in {None, request.method}
            and self.chat in {None, request.chat}
            and self.bot in {None, request.bot}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call of a method: at what instant of the service, at which second of the monotonic clock, with what end."""

    method: str
    bot: int
    chat: int | None
    at: datetime
    real: float
    code: int = 0

    @property
    def sends(self) -> bool:
        """Whether it counts against the limits of sending."""
        return self.method.startswith(SENDS) and self.method != "sendchataction"


@dataclass(slots=True, kw_only=True, eq=False)
class Halt:
    """A pause: asked for by the first request that meets it, over `seconds` later by the service's clock.

    A request that arrives in the pause is refused again and counted in `sent_inside`; those that arrive within `grace`
    real seconds of the first refusal may have been on their way and are refused without being counted.
    """

    seconds: int
    chat: int | None = None
    bot: int | None = None
    grace: float = 0.1
    begun: datetime | None = None
    begun_real: float = 0.0
    sent_inside: int = 0

    def meets(self, request: Request) -> bool:
        """Say whether `request` falls under it."""
        return request.sends and self.chat in {None, request.chat} and self.bot in {None, request.bot}


@dataclass(slots=True)
class Weather:
    """The faults and halts that are set, and every request with its end."""

    clock: Clock
    faults: list[Fault] = field(default_factory=list)
    halts: list[Halt] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    past_halts: list[Halt] = field(default_factory=list)
    per_chat: int | None = None
    per_bot: int | None = None
    pause: int = 1

    @property
    def sent_inside_halt(self) -> int:
        """How many requests were sent although the service had asked for a pause."""
        return sum(halt.sent_inside for halt in [*self.past_halts, *self.halts])

    def fault_for(self, request: Request) -> Fault | None:
        """Return the fault that hits `request`, counted, or None."""
        fault = next((fault for fault in self.faults if fault.meets(request)), None)
        if fault:
            fault.hits += 1
        return fault

    def check_pause(self, request: Request) -> None:
        """Raise the Refusal 429 if a pause is due, or if the limits that are enforced are passed."""
        self._end_pauses()
        for halt in self.halts:
            if halt.meets(request):
                self._refuse(halt, request)
        if request.sends and (over := self._over(request)):
            self.halts.append(over)
            self._refuse(over, request)

    def _refuse(self, halt: Halt, request: Request) -> None:
        if halt.begun is None:
            halt.begun, halt.begun_real = request.at, request.real
        elif request.real > halt.begun_real + halt.grace:
            halt.sent_inside += 1
        left = halt.begun + timedelta(seconds=halt.seconds) - request.at
        raise too_many(max(math.ceil(left.total_seconds()), 1))

    def _end_pauses(self) -> None:
        now = self.clock.now()
        over = [h for h in self.halts if h.begun and h.begun + timedelta(seconds=h.seconds) <= now]
        self.past_halts += over
        self.halts = [halt for halt in self.halts if halt not in over]

    def _over(self, request: Request) -> Halt | None:
        """Return the pause for sending more in a second of the service's clock than is enforced, or None."""
        if self.per_chat is None and self.per_bot is None:
            return None
        since = request.at - timedelta(seconds=1)
        last = takewhile(lambda r: r.at > since, reversed(self.requests))
        mine = [r for r in last if r.sends and r.code == 200 and r.bot == request.bot]
        if self.per_chat and sum(r.chat == request.chat for r in mine) >= self.per_chat:
            return Halt(seconds=self.pause, chat=request.chat, bot=request.bot)
        if self.per_bot and len(mine) >= self.per_bot:
            return Halt(seconds=self.pause, bot=request.bot)
        return None

    def busiest(self, *, chat: int | None = None, bot: int | None = None, seconds: float = 1.0) -> int:
        """Return how many messages were sent in the fullest window of real time, to a chat or by a bot or in all."""
        return busiest(
            (r.real for r in self.requests if r.sends and chat in {None, r.chat} and bot in {None, r.bot}), seconds
        )


def busiest(instants: Iterable[float], seconds: float) -> int:
    """Return the most `instants` that lie within one window of `seconds` (its end not counted)."""
    sorted_ = sorted(instants)
    return max((bisect_left(sorted_, at + seconds) - n for n, at in enumerate(sorted_)), default=0)


def arrived(method: str, bot: int, chat: int | None, clock: Clock) -> Request:
    """Return a request that has just arrived."""
    return Request(method=method, bot=bot, chat=chat, at=clock.now(), real=time.monotonic())
