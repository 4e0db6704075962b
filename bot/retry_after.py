"""How long a server asks us to wait: the header Retry-After (RFC 9110)."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST: Final = timedelta(days=1)
_SHORTEST = timedelta(seconds=1)


def wait_of(header: str, now: datetime) -> timedelta | None:
    """What the header asks for, as seconds or as an instant: one second to one day; None if it says nothing."""
    try:
        asked = timedelta(seconds=int(header)) if header.isdecimal() else parsedate_to_datetime(header) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(asked, _SHORTEST), LONGEST)
