"""Instants survive the way into a number and back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.instants import from_micros, to_micros

BERLIN_SUMMER = timezone(timedelta(hours=2))


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_to_the_microsecond(instant: datetime) -> None:
    """Every UTC instant that Python knows comes back the same."""
    assert instant == from_micros(to_micros(instant))


def test_an_instant_comes_back_in_utc() -> None:
    """Another zone's instant is the same moment, told in UTC."""
    told = from_micros(to_micros(datetime(2026, 7, 1, 9, tzinfo=BERLIN_SUMMER)))
    assert (datetime(2026, 7, 1, 7, tzinfo=UTC), UTC) == (told, told.tzinfo)


def test_a_naive_instant_is_refused() -> None:
    """A moment without a zone is none."""
    with pytest.raises(TypeError, match="naive"):
        to_micros(datetime(2026, 7, 1, 9))  # noqa: DTZ001 - the point of the test
