"""What happens about leave: recorded facts, and what dialogues want done about it (F37; TRANSCRIPTS.md)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flows.engine.events import Event
from flows.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRequested(Event):
    """The person asks for leave."""

    NAME: ClassVar[str] = "LeaveRequested"
    who: PersonId
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveAskedBack(Event):
    """`by` has a question about a request."""

    NAME: ClassVar[str] = "LeaveAskedBack"
    who: PersonId
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveDecided(Event):
    """`by` has granted or declined leave: "accepted" or "declined"."""

    NAME: ClassVar[str] = "LeaveDecided"
    who: PersonId
    decision: str
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveTakenBack(Event):
    """The person does not want leave from this day on any more."""

    NAME: ClassVar[str] = "LeaveTakenBack"
    who: PersonId
    first_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveWanted:
    """The person has seen what it means, and sends the request; `replaces` an earlier one that it changes."""

    first: date
    last: date
    replaces: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveAnswered:
    """Staff have written why they decline a request, or what they want to know about it (`declined` False)."""

    request: int
    declined: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraLeaveTold:
    """Staff say from when somebody has extra leave; None: not any more. Why is not kept (R46)."""

    who: PersonId
    since: date | None


LeaveHappening = LeaveWanted | LeaveAnswered | ExtraLeaveTold
"""What leaves the engine of these."""
