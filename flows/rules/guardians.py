"""Who has to agree beside the person, and until when: parents of minors, legal guardians of adults (F12)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.quick import quick

ALWAYS_BELOW = 16
OF_AGE = 18


class Assessment(StrEnum):
    """What staff recorded about a person of 16 or 17: do they grasp what they agree to? Any doubt means a guardian."""

    NONE = "none"
    CAPABLE = "capable"
    DOUBT = "doubt"


class Guardian(StrEnum):
    """Why somebody else has to agree."""

    PARENT = "parent"
    LEGAL = "legal"


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Guardianship:
    """What is known about a person's age and guardians.

    `born` None: not known, so a guardian is needed. `scopes` are the purposes for which a legal guardian was recorded.
    `blocked`: contact is blocked (violence at home); every right of a guardian has ended.
    """

    born: date | None
    zone: ZoneInfo
    assessment: Assessment = Assessment.NONE
    scopes: frozenset[str] = frozenset()
    blocked: bool = False

    @property
    def of_age_at(self) -> datetime | None:
        """When the person is of age, in UTC; None if the birthday is not known."""
        return None if self.born is None else birthday(self.born, OF_AGE, self.zone)

    def needed(self, code: str, at: datetime) -> Guardian | None:
        """Who has to agree to this purpose beside the person at that moment."""
        if code in self.scopes:
            return Guardian.LEGAL
        if self.born is None or at < birthday(self.born, ALWAYS_BELOW, self.zone):
            return Guardian.PARENT
        grown = at >= birthday(self.born, OF_AGE, self.zone)
        return None if grown or self.assessment is Assessment.CAPABLE else Guardian.PARENT

    def may_act(self, code: str, at: datetime) -> bool:
        """Whether a guardian has any right in this purpose at that moment: to be asked, to see, to agree, to end."""
        return not self.blocked and self.needed(code, at) is not None


@lru_cache(maxsize=4096)
def birthday(born: date, years: int, zone: ZoneInfo) -> datetime:
    """The first instant of the birthday where the person lives, in UTC.

    Whoever is born on 29 February grows older on 1 March of a common year (§§ 187, 188 BGB). Where the clock skips
    midnight the day begins after the gap, where midnight comes twice it begins with the first.
    """
    year = born.year + years
    try:
        day = born.replace(year=year)
    except ValueError:
        day = date(year, 3, 1)
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
