"""What happens about broadcasts: recorded facts, and what dialogues want done about them (F50 to F54)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flows.engine.events import Event
from flows.people import PersonId
from flows.rules.broadcasts import Audience, Emergency


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastApproved(Event):
    """`by` has let a broadcast go: its recipients are fixed."""

    NAME: ClassVar[str] = "BroadcastApproved"
    id: int
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastStopped(Event):
    """`by` has stopped it: nothing more goes out until it goes on."""

    NAME: ClassVar[str] = "BroadcastStopped"
    id: int
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastResumed(Event):
    """`by` lets it go on."""

    NAME: ClassVar[str] = "BroadcastResumed"
    id: int
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastCalledOff(Event):
    """`by` has given it up: whoever has not got it does not get it any more."""

    NAME: ClassVar[str] = "BroadcastCalledOff"
    id: int
    by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastSent(Event):
    """Nobody waits for it any more; the channels have taken it for `count` people."""

    NAME: ClassVar[str] = "BroadcastSent"
    id: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceChosen:
    """Somebody wants to send a broadcast to these people."""

    audience: Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class TextGiven:
    """The text of a broadcast in one language; empty: it comes later."""

    broadcast: int
    language: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeGiven:
    """A broadcast is to go out at this instant (aware)."""

    broadcast: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyTold:
    """What has happened, with the blanks of the fixed text; `clock` is HH:MM, or empty."""

    emergency: Emergency
    audience: Audience
    place: str = ""
    clock: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastAnswered:
    """One of the recipients answers."""

    broadcast: int
    words: str


BroadcastHappening = AudienceChosen | TextGiven | TimeGiven | EmergencyTold | BroadcastAnswered
"""What leaves the engine of these."""
