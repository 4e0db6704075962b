"""What an intake, and what somebody tells about themselves, leave behind: facts, and what handlers turn into them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from flows.engine.conversation import Json
from flows.engine.events import Event
from flows.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeSubmitted(Event):
    """The person has sent the answers (F4)."""

    NAME: ClassVar[str] = "IntakeSubmitted"
    who: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeAccepted(Event):
    """Staff have accepted the answers (F6)."""

    NAME: ClassVar[str] = "IntakeAccepted"
    who: PersonId
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeAskedBack(Event):
    """Staff have asked a question about the answers."""

    NAME: ClassVar[str] = "IntakeAskedBack"
    who: PersonId
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeCorrected(Event):
    """Staff have noted something else than the person; `question` is its id."""

    NAME: ClassVar[str] = "IntakeCorrected"
    who: PersonId
    question: str
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAcknowledged(Event):
    """The person has read a rule of the programme (R4)."""

    NAME: ClassVar[str] = "RuleAcknowledged"
    who: PersonId
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged(Event):
    """The person has told something new about how they are reached, or that it still holds: `what`, never the value."""

    NAME: ClassVar[str] = "ContactChanged"
    who: PersonId
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """All questions are answered, and the person wants them sent."""

    version: int
    answers: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredBack:
    """The person has answered what staff asked: `question` is its id ("" for one in their own words)."""

    question: str
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBack:
    """Staff ask `who` about an answer (`question`), or something in their own `words`."""

    who: PersonId
    question: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """Staff say something else than the person did."""

    who: PersonId
    question: str
    value: Json
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactGiven:
    """The person has told a new phone number or sign, or that the old one still holds (`value` empty)."""

    what: str
    value: str = ""


IntakeHappening = Submitted | AnsweredBack | AskedBack | Corrected | RuleAcknowledged | ContactGiven
"""What leaves the engine of these."""
