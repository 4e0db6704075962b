"""The unit of work: one transaction, with the repositories as attributes."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from flows.people import PersonId, Role
from storage import resealing, rewrapping
from storage.absences import Absences
from storage.access_log import AccessLog
from storage.accounts import Accounts
from storage.affected import Affected
from storage.alerts import Alerts
from storage.appointments import Appointments
from storage.attendance import AttendanceMarks
from storage.attendance_months import AttendanceMonths
from storage.audit import Audit
from storage.breaches import Breaches
from storage.broadcasts import Broadcasts
from storage.busy import Busy
from storage.buttons import Buttons
from storage.calendar_feeds import CalendarFeeds
from storage.certificates import Certificates
from storage.consents import Consents
from storage.conversations import Conversations
from storage.driver import Ended, Queries
from storage.events import Events
from storage.halts import Halts
from storage.ids import Ids
from storage.inbox import Inbox
from storage.intakes import Intakes
from storage.invitations import Invitations
from storage.key_versions import KeyVersions
from storage.leaves import Leaves
from storage.link_codes import LinkCodes
from storage.marks import Marks
from storage.outbox import Outbox
from storage.overview import Overview
from storage.own_reminders import OwnReminders
from storage.participations import Participations
from storage.people import People
from storage.phone_list import PhoneList
from storage.pins import Pins
from storage.reaching import Reaching
from storage.remembering import Remembering
from storage.removals import Removals
from storage.repository import Repository
from storage.resealing import Page, Resealed
from storage.sealing import Sealing
from storage.secrecy import Secrecy
from storage.sessions import Sessions
from storage.tasks import Tasks
from storage.thread import Thread
from storage.timers import Timers
from storage.vault import Vault
from storage.verdicts import Verdicts

_ENDED = Ended()

R = TypeVar("R", bound=Repository)


class _Part(Generic[R]):
    """A repository of a unit of work, made when it is first asked for: most units need few of them."""

    __slots__ = ("_make", "_name")

    def __init__(self, make: "Callable[[UnitOfWork], R]") -> None:
        self._make = make

    def __set_name__(self, owner: "type[UnitOfWork]", name: str) -> None:
        self._name = name

    def __get__(self, unit: "UnitOfWork", owner: "type[UnitOfWork]") -> R:
        made = self._make(unit)
        unit.__dict__[self._name] = made
        unit._made.append(made)
        return made


def _part(kind: Callable[[Queries, Sealing, Callable[[], int]], R]) -> _Part[R]:
    return _Part(lambda unit: kind(unit._db, unit._seals, unit.new_id))


def _remembering(kind: Callable[[Remembering, Sealing, Callable[[], int]], R]) -> _Part[R]:
    return _Part(lambda unit: kind(Remembering(unit._db), unit._seals, unit.new_id))


def _audited(kind: Callable[[Queries, Sealing, Callable[[], int], Audit], R]) -> _Part[R]:
    return _Part(lambda unit: kind(unit._db, unit._seals, unit.new_id, unit.audit))


def _consents(unit: "UnitOfWork") -> Consents:
    return Consents(Remembering(unit._db), unit._seals, unit.new_id, unit.audit, unit.people)


class UnitOfWork:
    """Everything a handler may touch. It may run twice (rerun after a neighbour failed), and is dead afterwards.

    `profile` is what the composition root gave to the store. `new_id` makes an id for a new row: time-ordered, 63 bits
    (as text towards JavaScript, whose numbers end at 53).
    """

    people = _remembering(People)
    inbox = _part(Inbox)
    conversations = _part(Conversations)
    consents = _Part(_consents)
    absences = _remembering(Absences)
    appointments = _remembering(Appointments)
    marks = _part(Marks)
    alerts = _part(Alerts)
    events = _audited(Events)
    outbox = _part(Outbox)
    overview = _part(Overview)
    timers = _part(Timers)
    buttons = _part(Buttons)
    sessions = _part(Sessions)
    reaching = _part(Reaching)
    removals = _part(Removals)
    halts = _part(Halts)
    phone_list = _part(PhoneList)
    link_codes = _part(LinkCodes)
    invitations = _part(Invitations)
    keys = _part(KeyVersions)
    pins = _part(Pins)
    secrecy = _part(Secrecy)
    accounts = _part(Accounts)
    breaches = _part(Breaches)
    affected = _part(Affected)
    access_log = _audited(AccessLog)
    intakes = _part(Intakes)
    busy = _part(Busy)
    feeds = _part(CalendarFeeds)
    participations = _part(Participations)
    tasks = _part(Tasks)
    own_reminders = _part(OwnReminders)
    attendance = _part(AttendanceMarks)
    months = _audited(AttendanceMonths)
    leaves = _part(Leaves)
    certificates = _part(Certificates)
    verdicts = _part(Verdicts)
    broadcasts = _part(Broadcasts)
    thread = _part(Thread)

    def __init__(self, db: Queries, vault: Vault, ids: Ids, profile: Any) -> None:
        self.profile = profile
        self.new_id = ids.new
        self._db = db
        self._seals = Sealing(db, vault)
        self._chain = ids.node
        self._made: list[Repository] = []
        self.audit = Audit(db)
        self.guard = self._seals.guard
        self.guard.ask(self._holds)

    def _holds(self, person: PersonId, purpose: str, now: datetime) -> bool:
        """Whether the purpose is effective for a participant; nobody else is asked for it."""
        if self.people.get(person).role is not Role.PARTICIPANT:
            return True
        return purpose in self.consents.effective(person, now)

    def look_ahead(self, person: PersonId, day: date) -> None:
        """What a message of this person will make the handlers ask that day, in one go where the way is long."""
        self.consents.look_ahead(person)
        self.conversations.look_ahead(person)
        self.people.look_ahead(person, day)

    def rows_sealed(self, table: Resealed) -> int:
        """How many rows a table with a sealed column has."""
        return resealing.count(self._db, table)

    def sealed_rows(self, table: Resealed, person: PersonId | None, *, after: int, limit: int) -> Page:
        """The next rows of such a table, and which of them an earlier version of a key has sealed."""
        return resealing.look(self._db, table, person, after=after, limit=limit)

    def reseal(self, table: Resealed, ids: Sequence[int]) -> tuple[int, int]:
        """Seal these rows under the newest versions: how many were, and how many do not open."""
        return resealing.reseal(self._db, self._seals, table, ids)

    def rewrap(self, *, after: int, limit: int) -> int | None:
        """Wrap the next people's keys under the newest master key; the last of them, None if there are no more."""
        return rewrapping.rewrap_people(self._db, self._seals, after=after, limit=limit)

    def rewrap_system(self) -> None:
        """Wrap the system keys under the newest master key."""
        rewrapping.rewrap_system(self._db, self._seals)

    def close_group(self, notes: Sequence[bytes]) -> None:
        """Append what the units of a group have noted to this process's audit chain; the writer's last act in it."""
        self.audit.close_group(self._chain, notes)

    def forget_learnt(self) -> None:
        """The transaction was lost: keys that were learnt in it may never have been committed."""
        self._seals.forget_everybody()

    def end(self, *, kept: bool) -> None:
        """The transaction is over; nothing works any more. `kept` False: it was rolled back."""
        if not kept:
            self._seals.forget_made()
        self._seals.end(_ENDED)
        self._db = _ENDED
        self.audit.end(_ENDED)
        for part in self._made:
            part.end(_ENDED)
