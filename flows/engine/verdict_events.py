"""What happens about decisions on absences: recorded facts, and what dialogues want done about them (F33)."""

from dataclasses import dataclass
from typing import ClassVar

from flows.engine.events import Event
from flows.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceDecided(Event):
    """`by` has recognised the reason of an absence, or not: "accepted" or "declined" (R6)."""

    NAME: ClassVar[str] = "AbsenceDecided"
    who: PersonId
    decision: str
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRequested(Event):
    """`by` has asked something about an absence before deciding."""

    NAME: ClassVar[str] = "ProofRequested"
    who: PersonId
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictGiven:
    """Staff decide about a report with `words`; `seen` is the last decision they knew of, 0: none."""

    who: PersonId
    absence: int
    seen: int
    verdict: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictAnswered:
    """The person answers what was asked or decided about a report of theirs."""

    absence: int
    words: str


VerdictHappening = VerdictGiven | VerdictAnswered
"""What leaves the engine of these."""
