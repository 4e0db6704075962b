"""Facts about what the carrier does to protect data: they stand in the chain, and are about nobody's conversation."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flows.engine.events import Event
from flows.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class SecrecyRecorded(Event):
    """Somebody of the staff was bound to secrecy on `day` (§ 203 StGB)."""

    NAME: ClassVar[str] = "SecrecyRecorded"
    who: PersonId
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHalted(Event):
    """An operator has switched a channel off."""

    NAME: ClassVar[str] = "ChannelHalted"
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelResumed(Event):
    """An operator has switched a channel on again."""

    NAME: ClassVar[str] = "ChannelResumed"
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachRecorded(Event):
    """A breach stands in the ledger."""

    NAME: ClassVar[str] = "BreachRecorded"
    breach: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachClosed(Event):
    """A breach is dealt with."""

    NAME: ClassVar[str] = "BreachClosed"
    breach: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideReadsNoticed(Event):
    """`who` has read people outside their own list, or tried to: `count` of them within a day (PRIVACY.md)."""

    NAME: ClassVar[str] = "OutsideReadsNoticed"
    who: PersonId
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLeft(Event):
    """`who` works here no more: nothing of theirs opens anything from now on."""

    NAME: ClassVar[str] = "StaffLeft"
    who: PersonId
