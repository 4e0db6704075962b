"""Working days and office hours, holidays and the two nights in which the clocks change included."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules.calendar import WorkCalendar

BERLIN = ZoneInfo("Europe/Berlin")
HOLIDAYS = frozenset({date(2026, 12, day) for day in (24, 25, 26, 31)} | {date(2027, 1, 1), date(2027, 3, 26)})
CALENDAR = WorkCalendar(HOLIDAYS)
FRIDAY = date(2026, 11, 20)
BEGIN = datetime(2026, 3, 20, tzinfo=UTC)
SPANS = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(hours=30))
MOMENTS = st.integers(0, 380 * 24 * 60).map(lambda minutes: (BEGIN + timedelta(minutes=minutes)).astimezone(BERLIN))


def moment(text: str) -> datetime:
    """A moment on the clock in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (FRIDAY, True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
        (date(2026, 12, 24), False),
        (date(2026, 12, 28), True),
    ],
)
def test_weekends_and_free_days_are_no_working_days(day: date, working: bool) -> None:
    """Monday to Friday are working days unless they are free."""
    assert working is CALENDAR.is_working_day(day)


@pytest.mark.parametrize(
    ("start", "n", "day"),
    [
        (date(2026, 11, 23), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 3, date(2026, 11, 25)),
        (FRIDAY, 2, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 12, 23), 2, date(2026, 12, 28)),
        (date(2026, 12, 23), 3, date(2026, 12, 29)),
        (date(2026, 12, 30), 2, date(2027, 1, 4)),
    ],
)
def test_working_days_are_counted_from_the_first(start: date, n: int, day: date) -> None:
    """The first working day is the start itself if it is one; weekends and holidays are passed over."""
    assert day == CALENDAR.nth_working_day(start, n)


def test_working_days_are_counted_from_one() -> None:
    """There is no zeroth working day."""
    with pytest.raises(ValueError, match="from 1"):
        CALENDAR.nth_working_day(FRIDAY, 0)


@pytest.mark.parametrize(
    ("at", "is_open", "opening"),
    [
        ("2026-11-23 07:59:59", False, "2026-11-23 08:00"),
        ("2026-11-23 08:00", True, "2026-11-23 08:00"),
        ("2026-11-23 15:59:59", True, "2026-11-23 15:59:59"),
        ("2026-11-23 16:00", False, "2026-11-24 08:00"),
        ("2026-11-20 18:00", False, "2026-11-23 08:00"),
        ("2026-11-22 12:00", False, "2026-11-23 08:00"),
        ("2026-12-24 10:00", False, "2026-12-28 08:00"),
    ],
)
def test_the_office_is_open_on_working_days_only(at: str, is_open: bool, opening: str) -> None:
    """It opens at eight and is closed from four on, at weekends and on holidays."""
    assert is_open is CALENDAR.is_open(moment(at))
    assert moment(opening) == CALENDAR.next_opening(moment(at))


@pytest.mark.parametrize(
    ("at", "hours", "then"),
    [
        ("2026-11-23 09:00", 4, "2026-11-23 13:00"),
        ("2026-11-23 12:00", 4, "2026-11-23 16:00"),
        ("2026-11-23 14:00", 4, "2026-11-24 10:00"),
        ("2026-11-23 03:00", 8, "2026-11-23 16:00"),
        ("2026-11-20 15:00", 4, "2026-11-23 11:00"),
        ("2026-11-21 12:00", 8, "2026-11-23 16:00"),
        ("2026-12-23 15:00", 8, "2026-12-28 15:00"),
    ],
)
def test_office_time_passes_only_while_the_office_is_open(at: str, hours: int, then: str) -> None:
    """Four office hours from Friday three o'clock end on Monday at eleven, and Christmas does not count."""
    assert moment(then) == CALENDAR.after_office_time(moment(at), timedelta(hours=hours))


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2026-10-25 01:30", "2026-10-26 12:00"),
        ("2026-10-25 02:30", "2026-10-26 12:00"),
        ("2027-03-28 01:30", "2027-03-29 12:00"),
        ("2027-03-28 03:30", "2027-03-29 12:00"),
    ],
)
def test_clock_changes_do_not_move_office_hours(at: str, then: str) -> None:
    """In both nights in which the clocks change four office hours end on Monday at noon, by the clock on the wall."""
    for fold in (0, 1):
        after = CALENDAR.after_office_time(moment(at).replace(fold=fold), timedelta(hours=4))
        assert moment(then).astimezone(UTC) == after.astimezone(UTC)


@settings(max_examples=200, deadline=None)
@given(MOMENTS, SPANS)
def test_office_time_ends_in_office_hours(at: datetime, span: timedelta) -> None:
    """The end lies after the beginning, on a working day between opening and closing, and no span less than it says."""
    after = CALENDAR.after_office_time(at, span)
    assert CALENDAR.is_working_day(after.date())
    assert time(8) < after.time() <= time(16)
    assert after.astimezone(UTC) - at.astimezone(UTC) >= span


@settings(max_examples=200, deadline=None)
@given(MOMENTS, SPANS, SPANS)
def test_more_office_time_ends_later(at: datetime, one: timedelta, two: timedelta) -> None:
    """A longer span never ends earlier, and two spans one after the other are as long as both together."""
    both = CALENDAR.after_office_time(at, one + two)
    assert CALENDAR.after_office_time(at, one) < both
    assert both == CALENDAR.after_office_time(CALENDAR.after_office_time(at, one), two)
