"""The updates that wait for a bot: numbered, acknowledged by offset, forgotten after a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

KEPT = timedelta(hours=24)
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """Something that happened; `again` marks one that is delivered once more, whatever was acknowledged."""

    id: int
    kind: str
    body: dict[str, Any]
    chat: int
    at: datetime
    again: bool = False

    def json(self) -> dict[str, Any]:
        """Return the service's `Update`."""
        return {"update_id": self.id, self.kind: self.body}


class Queue:
    """The waiting updates of one bot, and those it has had."""

    def __init__(self, wake: Callable[[], None]) -> None:
        """Empty; `wake` is called when there is something to fetch."""
        self.waiting: list[Update] = []
        self.past: dict[int, Update] = {}
        self.allowed: list[str] = []
        self.held = False
        self._wake = wake
        self._last = 1000

    def put(self, kind: str, body: dict[str, Any], chat: int, now: datetime) -> int:
        """Add an update; return its id, or 0 if the bot has not asked for this kind."""
        if kind not in self.allowed if self.allowed else kind in NOT_BY_DEFAULT:
            return 0
        self._last += 1
        update = Update(self._last, kind, body, chat, now)
        self.waiting.append(update)
        self.past[update.id] = update
        self._wake()
        return update.id

    def fetch(self, offset: int, limit: int, now: datetime) -> list[Update]:
        """Forget what `offset` acknowledges, return up to `limit` of what waits."""
        self.waiting = [u for u in self.waiting if now < u.at + KEPT]
        if offset < 0:
            self.waiting = self.waiting[offset:]
        elif offset > 0:
            self.waiting = [u for u in self.waiting if u.id >= offset or u.again]
        if self.held:
            return []
        given = self.waiting[:limit]
        self.waiting = [u for u in self.waiting if not (u.again and u in given)]
        return given

    def drop(self, update: Update) -> None:
        """Forget one that was delivered."""
        if update in self.waiting:
            self.waiting.remove(update)

    def redeliver(self, update_id: int, copies: int = 1) -> None:
        """Deliver an earlier update again, as after a lost acknowledgement. Raises KeyError if there was none."""
        old = self.past[update_id]
        for _ in range(copies):
            self.waiting.append(Update(old.id, old.kind, old.body, old.chat, old.at, again=True))
        self._wake()

    def release(self, *, shuffle: Random | None = None, copies: int = 1) -> None:
        """Give out what was held back: shuffled if asked for, and each `copies` times in all."""
        extra = [
            Update(u.id, u.kind, u.body, u.chat, u.at, again=True) for u in self.waiting for _ in range(copies - 1)
        ]
        self.waiting += extra
        if shuffle:
            shuffle.shuffle(self.waiting)
        self.held = False
        self._wake()
