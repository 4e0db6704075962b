"""What happens about attendance: recorded facts, and what a person says about their month (F35, F36)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flows.engine.events import Event
from flows.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceMarked(Event):
    """`by` has said what somebody's day was."""

    NAME: ClassVar[str] = "AttendanceMarked"
    who: PersonId
    day: date
    mark: str
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementShown(Event):
    """The person got the statement of their month (R27)."""

    NAME: ClassVar[str] = "StatementShown"
    who: PersonId
    month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementAnswered(Event):
    """The person said that it is right or wrong, or staff recorded that they talked about it (R27)."""

    NAME: ClassVar[str] = "StatementAnswered"
    who: PersonId
    month: str
    word: str
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceNoted(Event):
    """`by` has signed a note to a day of a month that is locked; nothing else changes (R23)."""

    NAME: ClassVar[str] = "AttendanceNoted"
    who: PersonId
    day: date
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceDecided(Event):
    """`by` has decided, after the lock, what a day was that was open then; the mark before it stays (ADR 34)."""

    NAME: ClassVar[str] = "AttendanceDecided"
    who: PersonId
    day: date
    mark: str
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthLocked(Event):
    """The month's day has come: nothing in it changes any more (R23)."""

    NAME: ClassVar[str] = "MonthLocked"
    month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTransmitted(Event):
    """`by` has ticked that the attendance of the month is with the agency (R23)."""

    NAME: ClassVar[str] = "MonthTransmitted"
    month: str
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthExported(Event):
    """The month went into a file, with so many people."""

    NAME: ClassVar[str] = "MonthExported"
    month: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDoubted:
    """The person says what is wrong in the statement with these days (`days`: its fingerprint)."""

    month: date
    days: str
    words: str
