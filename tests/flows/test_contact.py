"""Quiet hours: when something unasked may reach a person."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules.contact import after_quiet, is_quiet

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = (time(20), time(8))


def moment(text: str) -> datetime:
    """A moment on the clock in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        ("2026-11-23 19:59:59", "2026-11-23 19:59:59"),
        ("2026-11-23 20:00", "2026-11-24 08:00"),
        ("2026-11-23 23:59", "2026-11-24 08:00"),
        ("2026-11-24 00:00", "2026-11-24 08:00"),
        ("2026-11-24 07:59:59", "2026-11-24 08:00"),
        ("2026-11-24 08:00", "2026-11-24 08:00"),
        ("2026-12-31 22:00", "2027-01-01 08:00"),
        ("2026-10-25 02:30", "2026-10-25 08:00"),
        ("2027-03-28 01:59", "2027-03-28 08:00"),
        ("2027-03-27 21:00", "2027-03-28 08:00"),
    ],
)
def test_the_night_ends_at_eight(at: str, allowed: str) -> None:
    """From eight to eight nothing unasked is sent, also over New Year and in both nights of the clock change."""
    assert moment(allowed) == after_quiet(moment(at), *NIGHT)


def test_quiet_hours_within_a_day_end_the_same_day() -> None:
    """Quiet hours that do not span midnight, such as noon, are over on the same day."""
    noon = (time(12), time(14))
    assert moment("2026-11-23 14:00") == after_quiet(moment("2026-11-23 12:00"), *noon)
    assert not is_quiet(moment("2026-11-23 23:00"), *noon)


def test_no_quiet_hours_are_none() -> None:
    """Quiet hours that end when they begin never hold anything back."""
    assert not is_quiet(moment("2026-11-23 20:00"), time(20), time(20))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 500 * 24 * 60), st.times(), st.times())
def test_afterwards_it_is_never_quiet(minutes: int, begin: time, end: time) -> None:
    """What is put off is put off to a moment outside the quiet hours, less than a day later."""
    at = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).astimezone(BERLIN)
    allowed = after_quiet(at, begin, end)
    assert not is_quiet(allowed, begin, end)
    assert (allowed.astimezone(UTC) - at.astimezone(UTC)).total_seconds() <= 25 * 3600
    assert (allowed == at) or is_quiet(at, begin, end)
