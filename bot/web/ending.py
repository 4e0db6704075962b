"""When a session of staff ends by itself: said in time, with one press to stay (WCAG 2.2.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from storage.sessions import WebSession

from bot.web.sessions import Kind, idle_of
from bot.web.settings import WebSettings

WARNED: Final = timedelta(minutes=5)
_STEPS: Final = (1, 2, 5)
"""Said anew at these minutes alone: whoever hears the page is not interrupted each minute."""


@dataclass(frozen=True, slots=True)
class Ending:
    """`at`: when it ends, if nothing is done. `final`: doing something does not help, the longest time is over then."""

    at: datetime
    left: timedelta
    final: bool

    @property
    def is_near(self) -> bool:
        """Whether it is time to say so."""
        return self.left <= WARNED

    @property
    def minutes(self) -> int:
        """So many are left at most, in few steps."""
        return next((step for step in _STEPS if self.left <= timedelta(minutes=step)), _STEPS[-1])


def ending_of(session: WebSession, settings: WebSettings, now: datetime) -> Ending | None:
    """When this session ends; None for sessions that are not of staff."""
    if session.kind != Kind.STAFF:
        return None
    at = min(session.seen + idle_of(session, settings), session.expires)
    return Ending(at, at - now, final=at == session.expires)
