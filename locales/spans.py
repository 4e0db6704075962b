"""Lengths in days, and "tomorrow too": what a text says about how long, beside the days it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from locales.days import Days
from locales.reading import Reading

UNITS = (("day_unit", 1), ("week_unit", 7), ("month_unit", 30), ("two_days", 2), ("two_weeks", 14), ("two_months", 60))
LONGEST = 999
ELSEWHERE = ("since", "ago", "in_time", "last")
"""Words before a length that is over, or that does not begin now."""
DAY = "day_word"
NEVER_ALONE = frozenset({"day_unit", "month_unit"})
"""Units that tell a length only beside a number: "den Tag" is none, "eine Woche" and "a week" are."""


def find_length(reading: Reading, *, rest: bool = False) -> int | None:
    """Return for how many days something lasts, up to a year; a `rest` may also last "a day" or "a month"."""
    for unit, days in UNITS:
        for mark in reading.of(unit):
            count = reading.whole(mark.start - 1)
            if any(reading.is_a(mark.start - back, *ELSEWHERE) for back in (1, 2)):
                continue
            if count is None and unit in NEVER_ALONE and not rest:
                continue
            length = days * (1 if count is None else count)
            if 0 < length <= LONGEST:
                return length
    return None


def with_tomorrow_too(days: Days, reading: Reading, *, today: date) -> Days:
    """Add what "tomorrow too" and "neither today nor tomorrow" leave out: they speak of both days."""
    tomorrow = today + timedelta(days=1)
    if days.last is not None or days.first not in {today, tomorrow} or reading.has("maybe"):
        return days
    both = reading.has("tomorrow_too") and len(set(days.named)) == (1 if days.first == tomorrow else 2)
    return replace(days, first=today, last=tomorrow) if both else days


def one_or_the_other(days: Days, reading: Reading) -> Days:
    """Days between which "or" stands are none for certain: which one is asked, never guessed."""
    if days.last is not None or len(set(days.named)) < 2 or not reading.holds("or"):
        return days
    stands = any(
        reading.is_a(place, "or") and _is_day(reading, place - 1) and _names_day(reading, place + 1)
        for place in range(1, len(reading.tokens))
    )
    return replace(days, first=None, single=None, problem="ambiguous") if stands else days


def _names_day(reading: Reading, place: int) -> bool:
    """Whether a day is named here, or behind one word such as "on"."""
    return any(_is_day(reading, where) for where in (place, place + 1))


def _is_day(reading: Reading, place: int) -> bool:
    return reading.is_a(place, "#", DAY) or DAY in reading.ending(place) or bool(reading.at(DAY, place))
