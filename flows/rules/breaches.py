"""Breaches of the protection of personal data: kinds, and the time until the authority has to know (Art. 33 GDPR)."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

TIME: Final = timedelta(hours=72)


class Kind(StrEnum):
    """What happened to the data."""

    DISCLOSED = "disclosed"
    LOST = "lost"
    CHANGED = "changed"
    UNAVAILABLE = "unavailable"


class WrongSpan(ValueError):
    """The instants of a breach do not fit together; the message names the one that is wrong."""


def deadline(known: datetime) -> datetime:
    """Until when the authority has to be told."""
    return known + TIME


def check_span(began: datetime, ended: datetime, known: datetime, now: datetime) -> None:
    """Raise `WrongSpan` unless it began, ended and became known in an order that can be, and not after `now`."""
    if ended < began:
        raise WrongSpan("--to lies before --from: write when it began and when it ended")
    for name, instant in (("--from", began), ("--to", ended), ("--known", known)):
        if instant > now:
            raise WrongSpan(f"{name} has not come yet; write the local time as in 2026-11-23T14:30")
    if known < began:
        raise WrongSpan("--known lies before --from: nobody can know of it before it began")
