"""When somebody can be met: hours of the week, what is taken, nights of the clock, weeks that are left out."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.rules.appointments import comes_twice, exists, free_times, weekly
from flows.rules.calendar import WorkCalendar
from flows.rules.hours import Hours, Span, merged

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=BERLIN)
MORNINGS = Hours({1: ((time(8), time(9)), (time(14), time(15))), 3: ((time(10), time(11)),)})
HOUR = timedelta(hours=1)


def test_free_times_lie_within_the_hours() -> None:
    """Tuesdays in two windows, Thursdays in one, no other day; what is taken is left out."""
    calendar = WorkCalendar(frozenset({date(2026, 12, 3)}), hours=MORNINGS)
    tuesday = datetime(2026, 11, 24, 8, tzinfo=BERLIN)
    busy = [Span(tuesday.astimezone(UTC), (tuesday + HOUR).astimezone(UTC))]
    found = [f"{moment:%d. %H:%M}" for moment in free_times(MONDAY, 60, busy, calendar, days=9)]
    assert ["24. 14:00", "26. 10:00", "01. 08:00", "01. 14:00"] == found


def test_days_on_which_nobody_is_met_are_not_offered() -> None:
    """Neither days without hours nor free ones; with the hours of the office every working day is."""
    calendar = WorkCalendar(frozenset({date(2026, 11, 26)}), hours=MORNINGS)
    assert [24, 1] == [day.day for day in calendar.next_days(MONDAY.date(), 2)]
    assert [24, 25] == [day.day for day in WorkCalendar().next_days(MONDAY.date(), 2)]


def test_what_is_left_out_of_a_series_is_told() -> None:
    """A free day, and a time that is not on the clock, are none of its dates."""
    sunday = datetime(2027, 3, 19, 10, tzinfo=BERLIN)
    kept, left = weekly(sunday, 4, WorkCalendar(frozenset({date(2027, 4, 2)})))
    assert [26, 9] == [moment.day for moment in kept]
    assert [2] == [moment.day for moment in left]
    assert {10} == {moment.hour for moment in kept}


@pytest.mark.parametrize(
    ("moment", "there", "twice"),
    [
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), True, True),
        (datetime(2026, 10, 25, 3, 0, tzinfo=BERLIN), True, False),
        (datetime(2027, 3, 28, 2, 30, tzinfo=BERLIN), False, False),
        (datetime(2027, 3, 28, 3, 0, tzinfo=BERLIN), True, False),
        (datetime(2026, 12, 1, 2, 30, tzinfo=BERLIN), True, False),
    ],
)
def test_both_nights_of_the_clock_are_known(moment: datetime, there: bool, twice: bool) -> None:
    """One hour comes twice in October, one is left out in March."""
    assert (there, twice) == (exists(moment), comes_twice(moment))


def test_spans_are_merged_so_that_nobody_can_count_them() -> None:
    """What touches or overlaps is one span."""
    start = MONDAY.astimezone(UTC)
    spans = [Span(start + HOUR * n, start + HOUR * (n + 1)) for n in (4, 0, 1)]
    inside = Span(start + HOUR / 4, start + HOUR / 2)
    assert [Span(start, start + HOUR * 2), Span(start + HOUR * 4, start + HOUR * 5)] == merged([*spans, inside])
