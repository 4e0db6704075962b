"""What can happen to appointments: recorded facts, and what dialogues want done about them (TRANSCRIPTS.md)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flows.engine.events import Event
from flows.people import PersonId
from flows.rules.appointments import Kind, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentPlanned(Event):
    """There is a new appointment; `id` is its handle."""

    NAME: ClassVar[str] = "AppointmentPlanned"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentConfirmed(Event):
    """The person comes."""

    NAME: ClassVar[str] = "AppointmentConfirmed"
    who: PersonId
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentDeclined(Event):
    """The person does not come."""

    NAME: ClassVar[str] = "AppointmentDeclined"
    who: PersonId
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMoveRequested(Event):
    """The person asks for another time."""

    NAME: ClassVar[str] = "AppointmentMoveRequested"
    who: PersonId
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMoved(Event):
    """It begins at another time; everything planned for the old one is void."""

    NAME: ClassVar[str] = "AppointmentMoved"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentCancelled(Event):
    """It does not take place."""

    NAME: ClassVar[str] = "AppointmentCancelled"
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMarked(Event):
    """A person has said what became of it for one of the invited (F26: never the clock)."""

    NAME: ClassVar[str] = "AppointmentMarked"
    who: PersonId
    id: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentsImported(Event):
    """An operator has imported a file: how many dates are new, different, called off."""

    NAME: ClassVar[str] = "AppointmentsImported"
    new: int
    changed: int
    cancelled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingWanted:
    """Staff have said everything about a new appointment (`starts` aware, on their clock).

    `later` are the further beginnings of a series; `group` is the group that is invited, "" for single people. The rest
    as in `Appointment`.
    """

    people: tuple[PersonId, ...]
    kind: Kind
    starts: datetime
    minutes: int
    place: str = ""
    way: str = ""
    link: str = ""
    interpreter: str = ""
    interpreter_name: str = ""
    interpreter_contact: str = ""
    later: tuple[datetime, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWanted:
    """An invited person has tapped what they meant by words that left it open: "come", "cannot", "move" or "late"."""

    invitee: int
    what: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveWanted:
    """An invited person would like another time; `wish` None: none of the free ones fits, somebody has to ask."""

    invitee: int
    wish: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTimeSet:
    """Staff move one date; `revision` is what they believed it to be (`starts` aware, on their clock)."""

    appointment: int
    revision: int
    starts: datetime
