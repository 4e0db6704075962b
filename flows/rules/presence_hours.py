"""Hours of one day: at most nine, real breaks not counted; stricter under 18 where the profile says so (R31)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from flows.rules.attendance import Hours
from flows.rules.guardians import OF_AGE

SHORTEST_BREAK: Final = 15
"""Minutes; what is shorter counts as time."""


class TooMuch(StrEnum):
    """What is not as it should be about somebody's hours."""

    TOO_LONG = "too_long"
    BREAKS_SHORT = "breaks_short"
    BACKWARDS = "backwards"  # left before they came


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Minutes a day may have at most, and under 18; `young_breaks`: so many minutes of breaks under 18 (0: no rule)."""

    most: int = 9 * 60
    young_most: int = 8 * 60
    young_breaks: int = 60


def minutes_of(hours: Hours) -> int:
    """Minutes from coming to leaving, without real breaks."""
    span = _minutes(hours) - sum(one for one in hours.breaks if one >= SHORTEST_BREAK)
    return max(span, 0)


def _minutes(hours: Hours) -> int:
    came, left = (datetime.combine(date.min, each) for each in (hours.came, hours.left))
    return int((left - came).total_seconds()) // 60


def warnings(hours: Hours, limits: Limits, *, young: bool) -> tuple[TooMuch, ...]:
    """What to look at: 9:00 is fine, 9:01 is not (R31)."""
    if _minutes(hours) <= 0:
        return (TooMuch.BACKWARDS,)
    found: list[TooMuch] = []
    if minutes_of(hours) > (limits.young_most if young else limits.most):
        found.append(TooMuch.TOO_LONG)
    real = sum(one for one in hours.breaks if one >= SHORTEST_BREAK)
    if young and _minutes(hours) > 6 * 60 and real < limits.young_breaks:
        found.append(TooMuch.BREAKS_SHORT)
    return tuple(found)


def is_young(born: date | None, day: date) -> bool:
    """Whether somebody is under 18 on that day; who has told no birthday is not known to be."""
    if born is None:
        return False
    had_birthday = (day.month, day.day) >= (born.month, born.day)
    return day.year - born.year - (not had_birthday) < OF_AGE
