"""The clock of a transcript: calendar days, elapsed hours, and both nights in which the clocks are changed."""

from datetime import UTC, datetime

import pytest

from bot.transcript.moments import DEFAULT_START, read_move, write_moment


def utc(*parts: int) -> datetime:
    """An instant in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # a table of loose arguments


@pytest.mark.parametrize(
    ("now", "words", "expected"),
    [
        (DEFAULT_START, "2026-11-23 07:40", utc(2026, 11, 23, 6, 40)),
        (DEFAULT_START, "+2h", utc(2026, 11, 23, 10)),
        (DEFAULT_START, "+45m", utc(2026, 11, 23, 8, 45)),
        (DEFAULT_START, "+1d", utc(2026, 11, 24, 8)),
        (DEFAULT_START, "+1d 09:00", utc(2026, 11, 24, 8)),
        (DEFAULT_START, "+0d 20:00", utc(2026, 11, 23, 19)),
        (utc(2026, 10, 24, 10), "+1d", utc(2026, 10, 25, 11)),
        (utc(2026, 10, 24, 10), "+24h", utc(2026, 10, 25, 10)),
        (utc(2026, 10, 24, 10), "2026-10-25 02:30", utc(2026, 10, 25, 0, 30)),
        (utc(2026, 10, 25, 0, 30), "+1h", utc(2026, 10, 25, 1, 30)),
        (utc(2026, 10, 24, 0, 30), "+1d", utc(2026, 10, 25, 0, 30)),
        (utc(2026, 10, 25, 1, 30), "+1d", utc(2026, 10, 26, 1, 30)),
        (utc(2027, 3, 27, 11), "+1d", utc(2027, 3, 28, 10)),
        (utc(2027, 3, 28, 0, 30), "+1h", utc(2027, 3, 28, 1, 30)),
    ],
)
def test_a_move_leads_to_its_instant(now: datetime, words: str, expected: datetime) -> None:
    """Days are calendar days at the same wall time, hours are elapsed ones, of a doubled hour the first is meant."""
    assert expected == read_move(words, now)


@pytest.mark.parametrize(
    ("now", "words", "reason"),
    [
        (DEFAULT_START, "2027-03-28 02:30", "does not exist"),
        (utc(2027, 3, 27, 1, 30), "+1d", "does not exist"),
        (utc(2027, 3, 27, 11), "+1d 02:00", "does not exist"),
        (DEFAULT_START, "2026-11-31 07:40", "no day"),
        (DEFAULT_START, "2026-11-23 24:00", "no time"),
        (DEFAULT_START, "2026-11-23", "no time like"),
        (DEFAULT_START, "tomorrow", "no time like"),
        (DEFAULT_START, "-1d", "no time like"),
        (DEFAULT_START, "+2h 09:00", "no time like"),
        (DEFAULT_START, "+9999999d", "beyond the calendar"),
        (DEFAULT_START, "0001-01-01 00:00", "beyond the calendar"),
        (DEFAULT_START, "+٢h", "no time like"),
    ],
)
def test_a_time_that_does_not_exist_is_refused(now: datetime, words: str, reason: str) -> None:
    """The missing hour, impossible days and anything that is not of one of the four forms."""
    with pytest.raises(ValueError, match=reason):
        read_move(words, now)


def test_a_moment_is_written_as_it_is_read() -> None:
    """A written moment leads back to the instant."""
    assert DEFAULT_START == read_move(write_moment(DEFAULT_START), DEFAULT_START)
