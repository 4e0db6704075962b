"""What can happen, in the past tense: the stable language between specification and program (TRANSCRIPTS.md).

Every event here is recorded. The engine's turns also carry `Said`, which is recorded as a message instead.
"""

import dataclasses
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final

from flows.engine.alert_kinds import AlertKind as AlertKind  # noqa: PLC0414 - it belongs to the events that name it
from flows.engine.messages import Button, Level, Text
from flows.people import PersonId
from flows.rules.purposes import Scope
from flows.rules.receipts import NoticeShown


class CrisisKind(StrEnum):
    """What crisis words point to; `ask` is despair without words of self-harm."""

    SELF_HARM = "self_harm"
    VIOLENCE = "violence"
    ASK = "ask"


OWN_CODE: Final = re.compile(r"[a-z][a-z0-9_]{2,39}")
"""How a profile may call a reason of its own."""


class Reason(StrEnum):
    """Why somebody is absent (RULES.md R7 to R16 and the note below them)."""

    ILLNESS = "illness"
    MOVING = "moving"
    OWN_WEDDING = "own_wedding"
    FAMILY_ILLNESS = "family_illness"
    BIRTH = "birth"
    BEREAVEMENT = "bereavement"
    OFFICIAL_DATE = "official_date"
    HONORARY_OFFICE = "honorary_office"
    PERSONAL_MATTER = "personal_matter"
    CIVIL_PROTECTION = "civil_protection"
    CHILD_ILL = "child_ill"
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> "Reason | None":
        """A profile's own code is a reason as well, the same one each time; it is none of the members (ADR 0035)."""
        if not isinstance(value, str) or OWN_CODE.fullmatch(value) is None:
            return None
        own = str.__new__(cls, value)
        own._name_ = own._value_ = value
        known: Reason = cls._value2member_map_.setdefault(value, own)  # type: ignore[assignment]  # its values are members
        return known


@dataclass(frozen=True, slots=True)
class Event:
    """A recorded fact; `NAME` is its stable name, `who` the person it is about where there is one."""

    NAME: ClassVar[str] = ""

    def fields(self) -> dict[str, object]:
        """Its fields by name, as the transcript line spells them."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


@dataclass(frozen=True, slots=True)
class Said:
    """The engine speaks: a text for the person in the conversation, with the answers offered.

    `level` is what it reveals, unless its words are known to reveal less (flows/dialogues/levels.py). `at` is the day
    or the instant (aware) that it is about: a ping may name it.
    """

    text: Text
    buttons: tuple[Button, ...] = ()
    level: Level = Level.L3
    at: date | datetime | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A further detail for whoever got the alert about this; it raises no alert of its own."""

    text: Text


@dataclass(frozen=True, slots=True)
class Relayed:
    """Words to be passed on as they are (F43). `to` None: to the caseworker, or to the protection person alone.

    `wording`: a sentence of `flows/dialogues/wordings.py` instead of words.
    """

    words: str
    to: PersonId | None = None
    past_caseworker: bool = False
    wording: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Somebody new has said whether the invitation is theirs; if so, `language` and `sign` are what they chose."""

    mine: bool
    language: str
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRead:
    """The whole text of a consent was put before somebody; `subject` is whose consent it is."""

    subject: PersonId
    scope: Scope
    shown: NoticeShown
    wished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A yes or no to the text that was shown. `differently`: how often it was explained in other words.

    `then` says what comes next (flows/dialogues/consent.py).
    """

    subject: PersonId
    scope: Scope
    shown: NoticeShown
    agrees: bool
    differently: int
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSigned:
    """Staff have the signed paper of `subject` before them; `interpreter` is the language, where somebody helped."""

    subject: PersonId
    scopes: tuple[Scope, ...]
    interpreter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceReported(Event):
    """An absence is known with reason and first day (R1). `last_day` None: not known yet; `source` as in R20b."""

    NAME: ClassVar[str] = "AbsenceReported"
    who: PersonId
    reason: Reason
    first_day: date
    last_day: date | None = None
    source: str = "self"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceChanged(Event):
    """Something more or other became known of an absence; `absence` is its record, 0 the one that begins that day."""

    NAME: ClassVar[str] = "AbsenceChanged"
    who: PersonId
    reason: Reason
    first_day: date
    last_day: date | None = None
    absence: int = 0
    goes_on_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceTakenBack(Event):
    """The person comes after all; the report stays in the history."""

    NAME: ClassVar[str] = "AbsenceTakenBack"
    who: PersonId
    first_day: date
    absence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LatenessReported(Event):
    """The person will come later on `day`."""

    NAME: ClassVar[str] = "LatenessReported"
    who: PersonId
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReceived(Event):
    """The proof of an illness has arrived, by whatever way (R3)."""

    NAME: ClassVar[str] = "CertificateReceived"
    who: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSent(Event):
    """A reminder was written: `about` is "proof" or an appointment's id."""

    NAME: ClassVar[str] = "ReminderSent"
    who: PersonId
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRelayed(Event):
    """The words of `who` were passed on to `to` (F43)."""

    NAME: ClassVar[str] = "MessageRelayed"
    who: PersonId
    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Event):
    """The assistant did not get further; the person `to` takes over (F5)."""

    NAME: ClassVar[str] = "HandedOver"
    who: PersonId
    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChosen(Event):
    """The person's language from now on (F1)."""

    NAME: ClassVar[str] = "LanguageChosen"
    who: PersonId
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLinked(Event):
    """The person is reached on one more channel (F7)."""

    NAME: ClassVar[str] = "AddressLinked"
    who: PersonId
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressUnlinked(Event):
    """The person is not reached on this channel any more (F7)."""

    NAME: ClassVar[str] = "AddressUnlinked"
    who: PersonId
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentShown(Event):
    """The whole text about a purpose was shown."""

    NAME: ClassVar[str] = "ConsentShown"
    who: PersonId
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentAcknowledged(Event):
    """The person has said yes; it counts once the paper is signed, or a guardian has agreed as well."""

    NAME: ClassVar[str] = "ConsentAcknowledged"
    who: PersonId
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """A purpose is effective from now on."""

    NAME: ClassVar[str] = "ConsentGiven"
    who: PersonId
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentDeclined(Event):
    """A purpose was declined; nothing else changes."""

    NAME: ClassVar[str] = "ConsentDeclined"
    who: PersonId
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """A purpose is not effective any more, from the next message on (F15)."""

    NAME: ClassVar[str] = "ConsentWithdrawn"
    who: PersonId
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersEnded(Event):
    """The person does not want to be reminded any more; every consent stays as it is (F15)."""

    NAME: ClassVar[str] = "RemindersEnded"
    who: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersWanted(Event):
    """The person wants to be reminded again."""

    NAME: ClassVar[str] = "RemindersWanted"
    who: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseBegan(Event):
    """Nothing automatic is sent to the person until the day `until` (None: until they say so), set by `by` (R62)."""

    NAME: ClassVar[str] = "PauseBegan"
    who: PersonId
    until: date | None
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseEnded(Event):
    """The break of the person is over."""

    NAME: ClassVar[str] = "PauseEnded"
    who: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRecorded(Event):
    """Staff have recorded who decides with the person, or that a release from secrecy exists or has ended (F12)."""

    NAME: ClassVar[str] = "StandingRecorded"
    who: PersonId
    by: PersonId
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised(Event):
    """`to` has to know something about `who` (F42)."""

    NAME: ClassVar[str] = "AlertRaised"
    who: PersonId
    kind: AlertKind
    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAcknowledged(Event):
    """`by` has seen the alert about `who`."""

    NAME: ClassVar[str] = "AlertAcknowledged"
    who: PersonId
    kind: AlertKind
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEscalated(Event):
    """Nobody had seen the alert in time; now `to` gets it too."""

    NAME: ClassVar[str] = "AlertEscalated"
    who: PersonId
    kind: AlertKind
    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisDetected(Event):
    """Crisis words were written (F45, F47). The words themselves are never part of the event."""

    NAME: ClassVar[str] = "CrisisDetected"
    who: PersonId
    kind: CrisisKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageResent(Event):
    """An operator had a message to `who` sent again whose fate nobody knew, or that had failed."""

    NAME: ClassVar[str] = "MessageResent"
    who: PersonId
    message: int
