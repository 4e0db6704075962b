"""Reads a calendar file (RFC 5545): zones, whole days, series with exceptions, cancelled dates, and what is broken."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event
from icalendar.error import BrokenCalendarProperty

from bot.calendars.entries import Entry, Fault, UnreadableFile
from bot.calendars.lines import Place, events

MOST_EVENTS: Final = 5000
MOST_DATES: Final = 20_000
PEOPLE: Final = "X-LOTSE-PEOPLE"
DEFAULT_ZONE: Final = "X-WR-TIMEZONE"
_DATES: Final = ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE")
_LINE: Final = "_line"
Tell = Callable[[str, int, int], None]


def _silent(_what: str, _done: int, _whole: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when to when the dates of series are wanted (aware); single events count whenever they are."""

    since: datetime
    until: datetime


def read_calendar(data: bytes, zone: str, span: Span, tell: Tell = _silent) -> list[Entry]:
    """Every date in the file, in the order of their time. Raises `UnreadableFile` that names each broken line.

    `zone` is where times are that name none, unless the file says so. Of two events with one UID the newer counts.
    """
    text = _decoded(data)
    places = events(text)
    if len(places) > MOST_EVENTS:
        raise UnreadableFile(
            [Fault(places[MOST_EVENTS].line, "BEGIN", f"more than {MOST_EVENTS} events: split the file")]
        )
    calendar = _parsed(text)
    found = [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]
    if len(found) != len(places):
        raise UnreadableFile([Fault(1, "BEGIN:VEVENT", "an event does not end where it should: export the file anew")])
    for event, place in zip(found, places, strict=True):
        event[_LINE] = place.line
    own = _zone_of(calendar, zone)
    faults = [fault for event, place in zip(found, places, strict=True) for fault in _faults(event, place)]
    if faults:
        raise UnreadableFile(faults)
    return sorted(_entries(found, own, span, tell), key=lambda entry: (entry.starts, entry.uid))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableFile([Fault(line, "text", "is no UTF-8, which calendar files are: export it anew")]) from None


def _parsed(text: str) -> Any:
    try:
        return Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError) as error:
        raise UnreadableFile([Fault(1, "file", f"is no calendar file ({type(error).__name__})")]) from None


def _zone_of(calendar: Any, zone: str) -> tzinfo:
    """The zone of times that name none."""
    named = str(calendar.get(DEFAULT_ZONE, zone)).strip()
    try:
        return ZoneInfo(named)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(zone)


def _faults(event: Event, place: Place) -> Iterator[Fault]:
    """What is wrong with one event."""
    if not str(event.get("UID", "")).strip():
        yield Fault(place.line, "UID", "is missing: without it nothing can be updated later")
    if "DTSTART" not in event:
        yield Fault(place.of("DTSTART"), "DTSTART", "is missing or no date: write it as in 20261201T100000")
        return
    for name in _DATES:
        for one in _listed(event.get(name)):
            yield from _of_date(one, name, place)
    yield from _of_rule(event, place)
    if not list(_of_date(event["DTSTART"], "DTSTART", place)) and _has_good_end(event) and not _ends_after(event):
        yield Fault(place.of("DTEND"), "DTEND", "is not after DTSTART")


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _of_date(value: Any, name: str, place: Place) -> Iterator[Fault]:
    try:
        dates = [one.dt for one in value.dts] if hasattr(value, "dts") else [value.dt]
    except (BrokenCalendarProperty, AttributeError):
        yield Fault(place.of(name), name, "is no date: write it as in 20261201T100000")
        return
    zone = value.params.get("TZID") if hasattr(value, "params") else None
    if zone and any(isinstance(one, datetime) and one.tzinfo is None for one in dates):
        yield Fault(
            place.of(name), name, f"the zone {str(zone)[:60]!r} is not known: Europe/Berlin, or a VTIMEZONE in the file"
        )


def _of_rule(event: Event, place: Place) -> Iterator[Fault]:
    for rule in _listed(event.get("RRULE")):
        if not hasattr(rule, "get") or not rule.get("FREQ"):
            yield Fault(place.of("RRULE"), "RRULE", "is no rule: write it as in FREQ=WEEKLY;COUNT=4")


def _has_good_end(event: Event) -> bool:
    return not any(isinstance(event.get(name), BrokenCalendarProperty) for name in ("DTEND", "DURATION"))


def _ends_after(event: Event) -> bool:
    try:
        return bool(event.end >= event.start)
    except (ValueError, TypeError, AttributeError, BrokenCalendarProperty):
        return False


def _newest(found: Iterable[Event]) -> list[Event]:
    """Of events with one UID and one RECURRENCE-ID the one with the highest SEQUENCE, the last one among equals."""
    kept: dict[tuple[str, str], Event] = {}
    for event in found:
        key = (str(event["UID"]), _occurrence(event))
        known = kept.get(key)
        if known is None or _sequence(event) >= _sequence(known):
            kept[key] = event
    return list(kept.values())


def _occurrence(event: Event) -> str:
    named = event.get("RECURRENCE-ID")
    if named is None:
        return ""
    moment: date | datetime = named.dt
    return moment.isoformat() if not isinstance(moment, datetime) else f"{moment:%Y%m%dT%H%M%S}"


def _sequence(event: Event) -> int:
    try:
        return int(str(event.get("SEQUENCE", 0)))
    except (ValueError, TypeError):
        return 0


def _line_of(event: Event) -> int:
    return int(str(event[_LINE]))


def _entries(found: list[Event], own: tzinfo, span: Span, tell: Tell) -> Iterator[Entry]:
    series: dict[str, list[Event]] = {}
    for event in _newest(found):
        series.setdefault(str(event["UID"]), []).append(event)
    count = 0
    for number, (uid, parts) in enumerate(series.items(), start=1):
        for event in _dates(parts, uid, span):
            count += 1
            if count > MOST_DATES:
                raise UnreadableFile(
                    [Fault(_line_of(parts[0]), "RRULE", f"more than {MOST_DATES} dates in all: shorten the series")]
                )
            yield _entry(event, own)
        tell("events", number, len(series))


def _dates(parts: list[Event], uid: str, span: Span) -> Iterable[Event]:
    """The dates of one UID: the event itself, or those of its series within the span, exceptions worked in."""
    if not any("RRULE" in part or "RDATE" in part for part in parts):
        return parts
    calendar = Calendar()
    for part in parts:
        calendar.add_component(part)
    try:
        return [one for one in recurring_ical_events.of(calendar).between(span.since, span.until) if one["UID"] == uid]
    except (ValueError, TypeError, OverflowError, AttributeError):
        line = _line_of(parts[0])
        raise UnreadableFile([Fault(line, "RRULE", "the dates of this series cannot be worked out")]) from None


def _entry(event: Event, own: tzinfo) -> Entry:
    start, end = event.start, event.end
    floating = isinstance(start, datetime) and start.tzinfo is None
    return Entry(
        uid=str(event["UID"]),
        occurrence=_occurrence(event),
        starts=_instant(start, own),
        ends=_instant(end, own),
        line=_line_of(event),
        whole_day=not isinstance(start, datetime),
        floating=floating,
        cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
        transparent=str(event.get("TRANSP", "")).upper() == "TRANSPARENT",
        sequence=_sequence(event),
        place=str(event.get("LOCATION", "")).strip(),
        people=tuple(_people(event)),
    )


def _people(event: Event) -> Iterator[str]:
    """Handles that the file names: in a property of ours, or as categories, which every calendar can set."""
    named = str(event.get(PEOPLE, ""))
    for group in _listed(event.get("CATEGORIES")):
        named += "," + ",".join(str(one) for one in getattr(group, "cats", []))
    yield from (word.strip().casefold() for word in named.replace(" ", ",").split(",") if word.strip())


def _instant(moment: date | datetime, own: tzinfo) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min, own)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=own)


def horizon(now: datetime, *, before: timedelta = timedelta(days=31), after: timedelta = timedelta(days=400)) -> Span:
    """The span in which dates of series are taken."""
    return Span(since=now - before, until=now + after)
