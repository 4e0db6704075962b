"""Reminders that somebody sets for themselves, and that nobody else reads (F62a)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flows.people import PersonId

MOST: Final = 20
"""So many may wait at once; whoever wants more deletes one first."""
FARTHEST: Final = timedelta(days=366)
LONGEST: Final = 160
USEFUL_FOR: Final = timedelta(hours=24)
"""So long a reminder on its way is worth reading; afterwards it is dropped."""
LATE: Final = timedelta(minutes=5)
"""A reminder said later than this says for when it was meant."""
KEPT_FOR: Final = timedelta(days=30)
"""So long what could not be said waits for the end of a break or a hold; then it is deleted unsaid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReminder:
    """What to remind whom of, at `due` (aware UTC), in their own words."""

    id: int
    person: PersonId
    due: datetime
    words: str
