"""The clock of the service: it runs, stands still, or is moved."""

import time
from datetime import UTC, datetime, timedelta

from bot.clock import SystemClock


class MovableClock:
    """Runs like the machine's until it is set or frozen; what hangs on it (48 hours, halts) follows."""

    def __init__(self, now: datetime | None = None, *, frozen: bool = False) -> None:
        """Begin at `now` (aware), or at this instant."""
        self._from = (now or SystemClock().now()).astimezone(UTC)
        self._since = time.monotonic()
        self._frozen = frozen

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        if self._frozen:
            return self._from
        return self._from + timedelta(seconds=time.monotonic() - self._since)

    def set(self, now: datetime) -> None:
        """Move to another instant (aware)."""
        self._from, self._since = now.astimezone(UTC), time.monotonic()

    def advance(self, span: timedelta) -> None:
        """Move on by `span`."""
        self.set(self.now() + span)

    def freeze(self) -> None:
        """Stand still from now on."""
        self._from, self._frozen = self.now(), True
