"""What happens about deadlines, tasks and reminders: recorded facts, and what dialogues want done about them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from flows.engine.attendance_events import MonthDoubted
from flows.engine.events import Event
from flows.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipationDated(Event):
    """Staff (None: an operator) have told, corrected or taken away (`day` None) a date of the participation."""

    NAME: ClassVar[str] = "ParticipationDated"
    who: PersonId
    what: str
    day: date | None
    by: PersonId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeSent(Event):
    """The participant was nudged; `about` is the row of the table (flows/rules/deadline_rows.py)."""

    NAME: ClassVar[str] = "NudgeSent"
    who: PersonId
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOpened(Event):
    """Something has to be done about the person; `task` is the row of the table."""

    NAME: ClassVar[str] = "TaskOpened"
    who: PersonId
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(Event):
    """`by` has done what had to be done about the person."""

    NAME: ClassVar[str] = "TaskDone"
    who: PersonId
    task: str
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AppearanceNoted(Event):
    """`by` has said whether somebody was there on their first day (R22: a person, never the clock)."""

    NAME: ClassVar[str] = "AppearanceNoted"
    who: PersonId
    there: bool
    by: PersonId


@dataclass(frozen=True, slots=True)
class ReminderWished:
    """The person wants to be reminded of something of their own, at `at` (aware)."""

    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DateTold:
    """Staff tell a date of somebody's participation; `day` None takes it away."""

    who: PersonId
    what: str
    day: date | None


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """How it goes at work: "well", "so_so", or in the person's own words (R54)."""

    answer: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAway(Event):
    """Somebody of the staff is away on these days; `last_day` None: until they say that they are back."""

    NAME: ClassVar[str] = "StaffAway"
    who: PersonId
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffBack(Event):
    """Somebody of the staff is here again, before the leave was over."""

    NAME: ClassVar[str] = "StaffBack"
    who: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInNamed(Event):
    """Somebody of the staff has named who (`to`) stands in when they are away."""

    NAME: ClassVar[str] = "StandInNamed"
    who: PersonId
    to: PersonId


NudgeHappening = ReminderWished | DateTold | CheckedIn | MonthDoubted
"""What leaves the engine of these."""
