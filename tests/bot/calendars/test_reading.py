"""Calendar files are read as others write them; what is broken is named by its line."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.calendars.entries import Entry, UnreadableFile
from bot.calendars.reading import MOST_EVENTS, horizon, read_calendar

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SERIES = """BEGIN:VEVENT
UID:course
DTSTART;TZID=W. Europe Standard Time:20261124T100000
DTEND;TZID=W. Europe Standard Time:20261124T110000
RRULE:FREQ=WEEKLY;COUNT=4
EXDATE;TZID=W. Europe Standard Time:20261201T100000
SEQUENCE:2
END:VEVENT
BEGIN:VEVENT
UID:course
RECURRENCE-ID;TZID=W. Europe Standard Time:20261208T100000
DTSTART;TZID=W. Europe Standard Time:20261208T120000
DTEND;TZID=W. Europe Standard Time:20261208T130000
SEQUENCE:3
END:VEVENT
BEGIN:VEVENT
UID:course
RECURRENCE-ID;TZID=W. Europe Standard Time:20261215T100000
DTSTART;TZID=W. Europe Standard Time:20261215T100000
DTEND;TZID=W. Europe Standard Time:20261215T110000
STATUS:CANCELLED
SEQUENCE:3
END:VEVENT
"""


def file(*events: str, head: str = "") -> bytes:
    """A calendar file with these events."""
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//t\n{head}{''.join(events)}END:VCALENDAR\n".encode()


def event(*lines: str, uid: str = "one") -> str:
    """One event."""
    return "\n".join(("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT", ""))


def read(data: bytes) -> list[Entry]:
    """Its dates."""
    return read_calendar(data, "Europe/Berlin", horizon(NOW))


def faults(data: bytes) -> list[tuple[int, str]]:
    """Which lines are named, and which property."""
    with pytest.raises(UnreadableFile) as refused:
        read(data)
    return [(fault.line, fault.where) for fault in refused.value.faults]


def test_a_series_has_its_exceptions_worked_in() -> None:
    """A date that is left out is not there, one that was moved is where it was moved to, one called off says so."""
    dates = [(one.occurrence, one.starts.astimezone(UTC).isoformat(), one.cancelled) for one in read(file(SERIES))]
    assert [
        ("20261124T100000", "2026-11-24T09:00:00+00:00", False),
        ("20261208T100000", "2026-12-08T11:00:00+00:00", False),
        ("20261215T100000", "2026-12-15T09:00:00+00:00", True),
    ] == dates


@pytest.mark.parametrize(
    ("head", "line", "expected"),
    [
        ("", "DTSTART:20261124T090000Z", "2026-11-24T09:00:00+00:00"),
        ("", "DTSTART;TZID=Europe/Kyiv:20261124T110000", "2026-11-24T09:00:00+00:00"),
        ("", "DTSTART;TZID=Romance Standard Time:20261124T100000", "2026-11-24T09:00:00+00:00"),
        ("", "DTSTART:20261124T100000", "2026-11-24T09:00:00+00:00"),
        ("X-WR-TIMEZONE:Asia/Tokyo\n", "DTSTART:20261124T180000", "2026-11-24T09:00:00+00:00"),
        ("X-WR-TIMEZONE:Nowhere/Land\n", "DTSTART:20261124T100000", "2026-11-24T09:00:00+00:00"),
    ],
)
def test_a_time_is_where_its_zone_says(head: str, line: str, expected: str) -> None:
    """UTC, names of IANA and of Windows, the calendar's own zone, and ours where none is named or known."""
    (entry,) = read(file(event(line, "DURATION:PT30M"), head=head))
    assert expected == entry.starts.astimezone(UTC).isoformat()
    assert timedelta(minutes=30) == entry.ends - entry.starts


def test_a_whole_day_is_one() -> None:
    """A date without a time lasts from midnight to midnight."""
    (entry,) = read(file(event("DTSTART;VALUE=DATE:20261125")))
    assert (True, timedelta(days=1)) == (entry.whole_day, entry.ends - entry.starts)


def test_of_two_events_with_one_name_the_newer_counts() -> None:
    """The one with the higher SEQUENCE, wherever it stands."""
    newer = event("DTSTART:20261124T110000Z", "DURATION:PT30M", "SEQUENCE:4")
    older = event("DTSTART:20261124T090000Z", "DURATION:PT30M", "SEQUENCE:1")
    (entry,) = read(file(newer, older))
    assert (4, 11) == (entry.sequence, entry.starts.hour)


def test_handles_are_read_from_categories_and_from_our_own_property() -> None:
    """Every calendar can set categories."""
    lines = ("DTSTART:20261124T110000Z", "DURATION:PT30M", "CATEGORIES:P1,p2", "X-LOTSE-PEOPLE:p3")
    (entry,) = read(file(event(*lines)))
    assert {"p1", "p2", "p3"} == set(entry.people)


def test_free_and_cancelled_are_told() -> None:
    """TRANSP and STATUS are read."""
    lines = ("DTSTART:20261124T110000Z", "DURATION:PT30M", "TRANSP:TRANSPARENT", "STATUS:CANCELLED")
    (entry,) = read(file(event(*lines)))
    assert (True, True) == (entry.transparent, entry.cancelled)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (file(event("DTSTART;TZID=Nowhere/Land:20261124T100000", "DURATION:PT1H")), [(6, "DTSTART")]),
        (file(event("SUMMARY:a", " b", "DTSTART:soon")), [(8, "DTSTART")]),
        (file(event("DURATION:PT1H")), [(4, "DTSTART")]),
        (file(event("DTSTART:20261124T100000Z", uid="")), [(4, "UID")]),
        (file(event("DTSTART:20261124T100000Z", "DTEND:20261124T090000Z")), [(7, "DTEND")]),
        (file(event("DTSTART:20261124T100000Z", "DURATION:PT1H", "RRULE:WEEKLY")), [(8, "RRULE")]),
        (b"hello", [(1, "file")]),
        (b"", [(1, "file")]),
        ("BEGIN:VCALENDAR\nSUMMARY:Tür".encode("cp1252"), [(2, "text")]),
    ],
)
def test_what_is_broken_is_named_by_its_line(data: bytes, expected: list[tuple[int, str]]) -> None:
    """A zone nobody knows, a date that is none, an end before its begin, a file that is none."""
    assert expected == faults(data)


def test_a_file_with_too_many_events_is_refused_before_it_is_worked_out() -> None:
    """The line of the first one that is too many is named."""
    data = file(*(event("DTSTART:20261124T100000Z", uid=str(n)) for n in range(MOST_EVENTS + 1)))
    assert [(4 + 4 * MOST_EVENTS, "BEGIN")] == faults(data)
