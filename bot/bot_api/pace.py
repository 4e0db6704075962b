"""What was sent lately, and the pauses that the service has asked for: everything a bot does obeys them."""

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from bot.channels import TryLater
from bot.clock import Clock

_REMEMBERED: Final = 1000
_NEAR: Final = 1.2
_FULL: Final = 20


class Pace:
    """Seconds are those of a clock that never goes back; pauses go by the program's."""

    def __init__(self, clock: Clock, seconds: Callable[[], float] = monotonic) -> None:
        """Nothing was sent."""
        self._clock, self._seconds = clock, seconds
        self._last: OrderedDict[str, float] = OrderedDict()
        self._edits: OrderedDict[str, float] = OrderedDict()
        self._all: deque[float] = deque(maxlen=100)
        self._until: dict[str, datetime] = {}

    def note(self, chat: str, *, edit: bool = False) -> None:
        """Something goes to the chat now; an `edit` changes what is there."""
        now = self._seconds()
        _put(self._last, chat, now)
        if edit:
            _put(self._edits, chat, now)
        self._all.append(now)

    def since(self, chat: str) -> float:
        """Seconds since something went to the chat."""
        return self._seconds() - self._last.get(chat, float("-inf"))

    def since_edit(self, chat: str) -> float:
        """Seconds since something was changed in the chat."""
        return self._seconds() - self._edits.get(chat, float("-inf"))

    def lately(self) -> int:
        """How much went out within the last second."""
        since = self._seconds() - 1
        return sum(at > since for at in self._all)

    def is_about(self, chat: str) -> bool:
        """Whether a pause that is asked for now is about this chat: it had two messages at once, and there are few."""
        return self.since(chat) < _NEAR and self.lately() < _FULL

    def stop(self, pause: TryLater, chat: str) -> None:
        """The service has asked for a pause."""
        if pause.after is not None:
            self._until["" if pause.for_all else chat] = self._clock.now() + pause.after

    def left(self, chat: str) -> TryLater | None:
        """What is left of a pause that holds for the chat."""
        now = self._clock.now()
        self._until = {name: until for name, until in self._until.items() if until > now}
        for name in ("", chat):
            if name in self._until:
                return TryLater(max(self._until[name] - now, timedelta(milliseconds=1)), for_all=not name)
        return None


def _put(times: OrderedDict[str, float], chat: str, now: float) -> None:
    """Remember when, for as many chats as may have had something within seconds."""
    times.pop(chat, None)
    times[chat] = now
    if len(times) > _REMEMBERED:
        times.popitem(last=False)
