"""Breaks: neutral, with an end or without one; nothing automatic is sent, nothing says why (R62)."""

from datetime import date, datetime, time, timedelta

from flows.people import Person

LONGEST = timedelta(days=366)
ENDS_AT = time(9)
"""The local time of day at which a break ends."""


def rests(person: Person, now: datetime) -> bool:
    """Whether the person has a break at this instant. It depends on no timer."""
    return person.paused_since is not None and (person.paused_until is None or now < person.paused_until)


def end_of(day: date, local: datetime) -> datetime | None:
    """The instant at which a break until that day ends, on the clock of `local`; None: not a day to come, or too far.

    That day messages come again.
    """
    ends = datetime.combine(day, ENDS_AT, local.tzinfo)
    return ends if local < ends <= local + LONGEST else None
