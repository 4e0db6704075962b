"""Plain numbers, lengths in minutes and times of day named in a text."""

from __future__ import annotations

import re
from datetime import time

from locales.reading import Reading

LONGEST_MINUTES = 24 * 60
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})\.?")
_LENGTHS = ("half_hour", "quarter_hour", "three_quarter_hour", "hour_and_half")
_BEFORE_HOUR = {"half_to": (-1, 30), "half_past": (0, 30), "quarter_past": (0, 15), "quarter_to": (-1, 45)}
_BEHIND_HOUR = {"and_half": 30, "and_quarter": 15, "less_quarter": -15}
_DECIMAL = re.compile(r"(\d{1,2})[.,](\d)")


def find_number(reading: Reading) -> int | None:
    """Return the number that is all the text says, in figures or as a word up to 31."""
    values = []
    for position in range(len(reading.tokens)):
        value = reading.whole(position)
        if value is not None:
            values.append(value)
        elif not reading.is_a(position, "number_filler", "and"):
            return None
    if len(values) == 2 and 0 < min(values) < 10 and max(values) in {20, 30}:
        return sum(values)
    return values[0] if len(values) == 1 else None


def find_minutes(reading: Reading) -> int | None:
    """Return the length of time a text names, in minutes; None when none or more than a day."""
    total = 0
    for name, minutes in (("hour_and_half", 90), ("three_quarter_hour", 45), ("half_hour", 30), ("quarter_hour", 15)):
        if reading.has(name):
            return minutes
    for position in range(len(reading.tokens) if reading.holds("minute_unit", "hour_unit") else 0):
        unit = 1 if reading.is_a(position, "minute_unit") else 60 if reading.is_a(position, "hour_unit") else 0
        count = _amount(reading, position - 1) if unit else None
        if count is not None and not reading.is_a(position - 2, "ago"):
            total += round(count * unit)
    if not total:
        total = 120 if reading.has("two_hours") else 60 if reading.has("one_hour") else 0
    return total if 0 < total <= LONGEST_MINUTES else None


def _amount(reading: Reading, position: int) -> float | None:
    if position < 0:
        return None
    match = _DECIMAL.fullmatch(reading.tokens[position].text)
    if match:
        return float(f"{match[1]}.{match[2]}")
    value = reading.whole(position)
    if value and value < 10 and reading.is_a(position - 1, "and"):
        tens = reading.whole(position - 2)
        return value + tens if tens in {20, 30, 40, 50} else value
    before = reading.whole(position - 1)
    if value is not None and value in {20, 30, 40, 50} and reading.is_a(position, "and"):
        return value
    return value + before if value and value < 10 and before in {20, 30, 40, 50} else value


def find_clock(reading: Reading) -> time | None:
    """Return the time of day a text names, on the 24-hour clock."""
    possible = (
        (_half_or_quarter, reading.has(*_BEFORE_HOUR, *_BEHIND_HOUR)),
        (_figures, reading.holds("#")),
        (_spoken, reading.holds("oclock", "am_mark", "pm_mark", "at_clock")),
    )
    for test in [test for test, may_find in possible if may_find]:
        for position in range(len(reading.tokens)):
            found = test(reading, position)
            if found is not None:
                return found
    return None


def _time(hour: int, minute: int) -> time | None:
    return time(hour % 24, minute) if 0 <= hour <= 24 and 0 <= minute < 60 else None


def _figures(reading: Reading, position: int) -> time | None:
    match = _CLOCK.fullmatch(reading.tokens[position].text)
    if not match:
        return None
    hour, minute = int(match[1]), int(match[2])
    dotted = "." in reading.tokens[position].text
    behind = reading.is_a(position + 1, "oclock", "am_mark", "pm_mark")
    told = behind or reading.is_a(position - 1, "at_clock", "oclock")
    if dotted and not told and (minute <= 12 or reading.tokens[position].text.endswith(".")):
        return None
    if reading.is_a(position + 1, "day_unit", "hour_unit", "minute_unit", "week_unit"):
        return None
    return _time(_afternoon(reading, position, hour), minute)


def _hour(reading: Reading, position: int) -> int | None:
    value = reading.whole(position)
    if value is None:
        value = reading.counted("ordinal", position) if reading.has("ordinal_hours") else None
    return value if value is not None and value <= 24 else None


def _spoken(reading: Reading, position: int) -> time | None:
    """Read "9 Uhr", "9 Uhr 30", "at nine", "9 am"."""
    hour = _hour(reading, position)
    if hour is None:
        return None
    behind = reading.is_a(position + 1, "oclock", "am_mark", "pm_mark")
    led = reading.is_a(position - 1, "at_clock", "oclock")
    if not behind and (not led or _counts(reading, position + 1) or _begins_a_length(reading, position)):
        return None
    minute = reading.whole(position + 2) if reading.is_a(position + 1, "oclock") else None
    used = minute if minute is not None and minute < 60 and not _counts(reading, position + 3) else 0
    if led and reading.is_a(position + 1, "and") and reading.is_a(position + 2, "half_word"):
        used = 30
    return _time(_afternoon(reading, position, hour), used)


def _begins_a_length(reading: Reading, position: int) -> bool:
    """Whether a length of time stands here or right behind: "um eine Viertelstunde" is no time of day."""
    return any(reading.at(name, place) for name in _LENGTHS for place in (position, position + 1))


def _counts(reading: Reading, position: int) -> bool:
    """Whether the word says what a number counts, or makes it a date."""
    return reading.is_a(position, "day_unit", "week_unit", "minute_unit", "hour_unit") or (
        reading.counted("month", position) is not None
    )


def _half_or_quarter(reading: Reading, position: int) -> time | None:
    """Read "halb zehn" (9:30), "half past nine", "quarter to nine", "viertel nach neun"."""
    for name, (hours, minute) in _BEFORE_HOUR.items():
        for mark in reading.at(name, position):
            hour = _hour(reading, mark.end + 1)
            if hour is not None and not _counts(reading, mark.end + 2):
                return _time(_afternoon(reading, mark.end + 1, (hour + hours) % 24), minute)
    for name, minute in _BEHIND_HOUR.items():
        for mark in reading.at(name, position + 1):
            hour = _hour(reading, position)
            if hour is not None and reading.is_a(position - 1, "at_clock", "oclock"):
                whole = hour * 60 + minute
                return _time(_afternoon(reading, mark.end, whole // 60 % 24), whole % 60)
    return None


def _afternoon(reading: Reading, position: int, hour: int) -> int:
    after = any(reading.is_a(place, "pm_mark") for place in (position + 1, position + 2))
    if after and 1 <= hour < 12:
        return hour + 12
    if hour == 12 and any(reading.is_a(place, "am_mark") for place in (position + 1, position + 2)):
        return 0
    return hour
