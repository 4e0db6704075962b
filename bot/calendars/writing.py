"""Writes calendar files (RFC 5545): neutral titles, no attendees, each date under a name that stays (F21)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from handlers.calendar_dates import Date
from icalendar import Calendar, Event

from bot.calendars.rows import uid_of

PUBLISH, CANCEL = "PUBLISH", "CANCEL"
MEDIA_TYPE = "text/calendar; charset=utf-8"


def write_calendar(dates: Iterable[Date], now: datetime, name: str = "") -> bytes:
    """A calendar with these dates, in UTC; `name` is what a calendar program calls it.

    METHOD is CANCEL for one date that does not take place, else PUBLISH: nobody is asked to answer by their calendar.
    """
    known = list(dates)
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Lotse//Calendar//EN")
    calendar.add("METHOD", CANCEL if len(known) == 1 and known[0].cancelled else PUBLISH)
    if name:
        calendar.add("X-WR-CALNAME", name)
    for date in known:
        calendar.add_component(_event(date, now))
    written: bytes = calendar.to_ical()
    return written


def _event(date: Date, now: datetime) -> Event:
    """SEQUENCE rises with the revision, so that calendars know what is newer."""
    event = Event()
    event.add("UID", uid_of(date.number) + (f"-{date.part}" if date.part else ""))
    event.add("DTSTAMP", now.astimezone(UTC))
    event.add("DTSTART", date.starts.astimezone(UTC))
    event.add("DTEND", date.ends.astimezone(UTC))
    event.add("SEQUENCE", date.revision - 1)
    event.add("STATUS", "CANCELLED" if date.cancelled else "CONFIRMED")
    event.add("SUMMARY", date.title)
    event.add("CLASS", "PRIVATE")
    if date.place:
        event.add("LOCATION", date.place)
    if date.more:
        event.add("DESCRIPTION", date.more)
    return event
