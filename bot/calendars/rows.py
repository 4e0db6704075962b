"""Dates of a calendar file as rows of an import: whole days in office hours, our own dates under their own number."""

import re
from collections import Counter
from datetime import datetime, time, timedelta
from typing import Final

from flows.rules.imports import Row

from bot.calendars.entries import Entry, Fault, UnreadableFile
from bot.calendars.table import Defaults, plain

OWN_UID: Final = re.compile(r"lotse-(\d{1,19})")
"""What we call our dates in files that we write."""
DAY: Final = timedelta(days=1)


def uid_of(number: int) -> str:
    """What one of our dates is called in calendars."""
    return f"lotse-{number}"


def to_rows(entries: list[Entry], defaults: Defaults, office: tuple[time, time]) -> list[Row]:
    """A row for each date. Raises `UnreadableFile` for a date over several days."""
    faults = [
        Fault(one.line, "DTEND", "lasts several days: enter each day by itself")
        for one in entries
        if one.whole_day and one.ends - one.starts > DAY + timedelta(hours=1)
    ]
    if faults:
        raise UnreadableFile(faults)
    dates = Counter(one.uid for one in entries if one.occurrence)
    return [_row(one, defaults, office, in_series=dates[one.uid] > 0) for one in entries]


def _row(entry: Entry, defaults: Defaults, office: tuple[time, time], *, in_series: bool) -> Row:
    own = OWN_UID.fullmatch(entry.uid)
    starts, ends = _within(entry, office)
    return Row(
        line=entry.line,
        source=entry.source,
        people=entry.people or defaults.people,
        organiser=defaults.organiser,
        starts=starts,
        minutes=round((ends - starts) / timedelta(minutes=1)),
        kind=defaults.kind,
        place=plain(entry.place)[:80] or defaults.place,
        cancelled=entry.cancelled,
        sequence=entry.sequence,
        series=f"ics:{entry.uid}" if in_series else "",
        whole=in_series,
        own=int(own[1]) if own else None,
    )


def _within(entry: Entry, office: tuple[time, time]) -> tuple[datetime, datetime]:
    """From when to when; a whole day is from opening to closing."""
    if not entry.whole_day:
        return entry.starts, entry.ends
    day, zone = entry.starts.date(), entry.starts.tzinfo
    return datetime.combine(day, office[0], zone), datetime.combine(day, office[1], zone)
