"""Where `at` and `down` move the clock: local times in Europe/Berlin, both nights of the clock change included."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
DEFAULT_START = datetime(2026, 11, 23, 9, tzinfo=ZONE).astimezone(UTC)

ABSOLUTE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) +([0-9]{1,2}:[0-9]{2})")
ELAPSED = re.compile(r"\+([0-9]{1,8})(h|m|min)")
CALENDAR = re.compile(r"\+([0-9]{1,8})d(?: +([0-9]{1,2}:[0-9]{2}))?")


def read_day(text: str) -> date:
    """A date as YYYY-MM-DD. Raises ValueError with the reason."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"{text!r} is not a date like 2026-11-23")
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise ValueError(f"there is no day {text}") from problem


def read_move(text: str, now: datetime) -> datetime:
    """Where the words after `at` or `down` lead from `now`, in UTC. Raises ValueError with the reason."""
    try:
        return _read_move(text, now)
    except OverflowError as problem:
        raise ValueError(f"{text!r} lies beyond the calendar") from problem


def _read_move(text: str, now: datetime) -> datetime:
    if absolute := ABSOLUTE.fullmatch(text):
        return _place(read_day(absolute[1]), _read_time(absolute[2]))
    if elapsed := ELAPSED.fullmatch(text):
        return now + (timedelta(hours=int(elapsed[1])) if elapsed[2] == "h" else timedelta(minutes=int(elapsed[1])))
    if calendar := CALENDAR.fullmatch(text):
        local = now.astimezone(ZONE)
        clock = _read_time(calendar[2]) if calendar[2] else local.time()
        return _place(local.date() + timedelta(days=int(calendar[1])), clock)
    raise ValueError(f"{text!r} is no time like 2026-11-23 07:40, +2h, +1d or +1d 09:00")


def _read_time(text: str) -> time:
    hour, _, minute = text.partition(":")
    try:
        return time(int(hour), int(minute))
    except ValueError as problem:
        raise ValueError(f"there is no time {text}") from problem


def _place(day: date, clock: time) -> datetime:
    """The instant of a local time: the first of a doubled one; ValueError for a missing one."""
    local = datetime.combine(day, clock.replace(fold=0), ZONE)
    instant = local.astimezone(UTC)
    if instant.astimezone(ZONE).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"{day} {clock:%H:%M} does not exist: the clocks go forward")
    return instant


def write_moment(moment: datetime) -> str:
    """The local time as an `at` line spells it."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"
