"""Instants as the database keeps them: microseconds since 1970 in UTC, in a BIGINT. Dates are ISO text."""

from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(instant: datetime) -> int:
    """Microseconds since the epoch; a naive `instant` is refused with TypeError."""
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(micros: int) -> datetime:
    """The aware UTC instant `micros` microseconds after the epoch."""
    return _EPOCH + timedelta(microseconds=micros)


def micros_or_none(instant: datetime | None) -> int | None:
    """As `to_micros`; nothing stays nothing."""
    return None if instant is None else to_micros(instant)


def instant_or_none(micros: int | None) -> datetime | None:
    """As `from_micros`; nothing stays nothing."""
    return None if micros is None else from_micros(micros)


def iso_or_none(day: date | None) -> str | None:
    """The day as ISO text; nothing stays nothing."""
    return None if day is None else day.isoformat()


def day_or_none(text: str | None) -> date | None:
    """The day that ISO text names; nothing stays nothing."""
    return None if text is None else date.fromisoformat(text)
