"""What several relations have in common, and how long one of them lasts (see `access.py`)."""

from datetime import timedelta
from typing import Final

from flows.rules.roles import Relation

HELD_FOR: Final = timedelta(days=3)
"""So long after it was raised an alert that somebody has acknowledged still lets them answer."""
OUTSIDE: Final = frozenset(
    {
        Relation.FORMERLY_ASSIGNED,
        Relation.SUBSTITUTE_NOT_YET,
        Relation.SUBSTITUTE_EXPIRED,
        Relation.SAME_PROGRAMME,
        Relation.OTHER_PROGRAMME,
        Relation.OTHER_CARRIER,
    }
)
"""Relations that make a record one outside the own list; only these count towards the alarm for mass reads."""
STANDING_IN: Final = frozenset({Relation.SUBSTITUTE_ACTIVE, Relation.SUBSTITUTE_NOT_YET, Relation.SUBSTITUTE_EXPIRED})
