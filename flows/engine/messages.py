"""What is said and what is heard: texts, buttons, replies, and messages on their way out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import IntEnum, StrEnum
from typing import TypeAlias

from flows.people import PersonId
from flows.quick import quick
from flows.rules.grounds import Ground


@dataclass(frozen=True, slots=True)
class Named:
    """A name that a profile gives in every language, and where it differs to whom one says Sie."""

    by_language: Mapping[str, str]
    formal: Mapping[str, str] = field(default_factory=dict)

    def in_language(self, language: str, *, formal: bool) -> str:
        """The name as it is said to somebody."""
        return (self.formal.get(language) if formal else None) or self.by_language.get(language, "")


Value: TypeAlias = "str | int | date | datetime | time | Text | Named | tuple[Text, ...]"


class Level(IntEnum):
    """How much a message reveals (PRIVACY.md, "Content levels")."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4


class MessageClass(StrEnum):
    """Why a message goes out; decides quiet hours, order and what happens after a crash."""

    REPLY = "reply"
    ALERT = "alert"
    REMINDER = "reminder"
    BROADCAST = "broadcast"

    @property
    def rank(self) -> int:
        """Its place where a channel is too narrow for all: the lowest goes first. Before all of them goes `FIRST`."""
        return _RANKS[self]


FIRST = 0
"""The rank of an alert that is urgent: somebody may be in danger."""
_RANKS = {each: place for place, each in enumerate(MessageClass, FIRST + 1)}


@quick
@dataclass(frozen=True, slots=True)
class Text:
    """A message id (an English sentence) with its values; `locales` turns it into words.

    Dates, times and numbers are passed as values and formatted there. With `plural`, the value `n` decides the form.
    """

    key: str
    params: Mapping[str, Value] = field(default_factory=dict)
    plural: str = ""


def counted(one: str, many: str, n: int, params: Mapping[str, Value] | None = None) -> Text:
    """A text whose form follows the number `n`."""
    return Text(one, {**(params or {}), "n": n}, many)


@quick
@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a message: `action` is its stable name (TRANSCRIPTS.md), `value` what it stands for."""

    label: Text
    action: str
    value: str = ""


class InboundKind(StrEnum):
    """What arrived: words, a press, a file, or something that cannot be read here (voice, sticker, place)."""

    TEXT = "text"
    TAP = "tap"
    FILE = "file"
    OTHER = "other"


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One update as a channel parsed it. `external_id` is unique in its channel: a redelivery carries the same one.

    `sender` is the channel's own name for the address; `text` the words, `tap` a button's handle, `file_name` the name
    of an attached file (its bytes stay with the channel until a dialogue asks for them). `platform_id` is the channel's
    name for the message itself, where it can be taken away there; `edited`: these words replace what it said before.
    """

    channel: str
    external_id: str
    sender: str
    kind: InboundKind
    text: str = ""
    tap: str = ""
    file_name: str = ""
    platform_id: str = ""
    edited: bool = False


@quick
@dataclass(frozen=True, slots=True)
class OutgoingButton:
    """A button as a channel shows it: rendered label, stable action name. `handle` is what a press sends back.

    The outbox gives it one that nobody can guess.
    """

    label: str
    action: str
    value: str = ""
    handle: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Question:
    """What the buttons under a message answer: one turn of a conversation (None: they stand for themselves).

    `until` (aware UTC) they can be pressed; None: always.
    """

    conversation: int | None = None
    turn: int | None = None
    until: datetime | None = None


NO_QUESTION = Question()
"""What lasting buttons answer that belong to no conversation."""


class Haste(StrEnum):
    """How much of the contact policy something unasked waits for (flows/rules/contact.py).

    patient: said by the clock, waits for everything · prompt: somebody has just done something, waits for the night ·
    news: as prompt, and still worth saying after a break · urgent: in the person's own interest, at any hour.
    """

    PATIENT = "patient"
    PROMPT = "prompt"
    NEWS = "news"
    URGENT = "urgent"


class OutboxStatus(StrEnum):
    """Where a message is on its way.

    pending: to be sent at `not_before` · sending: claimed under a lease · sent: the channel took it ·
    uncertain: a crash between send and mark · failed: given up, with reason ·
    suppressed: not wanted any more at the moment of sending.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message committed to the outbox. `subject` is the person it is about: their key seals it.

    `purpose` names the consent that must be effective when it is sent; `ground` says on what ground it goes out.
    `dedupe` is unique: the same cause never writes a message twice. Instants are aware UTC. A `ping` says only that
    there is something to read elsewhere. `awaited`: something else is tried if no device of the person fetches it.
    `at` is the day or instant it is about. `reason`: why it goes out at `not_before` and not at once.
    """

    id: int
    to: PersonId
    subject: PersonId
    channel: str
    address: int
    text: str
    language: str
    level: Level
    message_class: MessageClass
    dedupe: str
    cause: str
    buttons: tuple[OutgoingButton, ...] = ()
    question: Question = NO_QUESTION
    purpose: str = ""
    ground: Ground = Ground.ANSWER
    created: datetime
    not_before: datetime
    expires: datetime | None = None
    status: OutboxStatus = OutboxStatus.PENDING
    attempts: int = 0
    ping: bool = False
    awaited: bool = False
    at: date | datetime | None = None
    haste: Haste = Haste.PROMPT
    reason: str = ""

    @property
    def rank(self) -> int:
        """Its place where a channel is too narrow for all: before everything else an urgent alert."""
        urgent = self.message_class is MessageClass.ALERT and self.haste is Haste.URGENT
        return FIRST if urgent else self.message_class.rank
