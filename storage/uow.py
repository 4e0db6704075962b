"""The unit of work: one transaction, with the repositories as attributes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flows.people import PersonId, Role
from storage import resealing, rewrapping
from storage.absences import Absences
from storage.access_log import AccessLog
from storage.affected import Affected
from storage.alerts import Alerts
from storage.appointments import Appointments
from storage.audit import Audit
from storage.breaches import Breaches
from storage.busy import Busy
from storage.buttons import Buttons
from storage.calendar_feeds import CalendarFeeds
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
from storage.link_codes import LinkCodes
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
from storage.resealing import Page, Resealed
from storage.sealing import Sealing
from storage.secrecy import Secrecy
from storage.sessions import Sessions
from storage.tasks import Tasks
from storage.timers import Timers
from storage.vault import Vault

_ENDED = Ended()


class UnitOfWork:
    """Everything a handler may touch. It may run twice (rerun after a neighbour failed), and is dead afterwards.

    `profile` is what the composition root gave to the store.
    """

    def __init__(self, db: Queries, vault: Vault, ids: Ids, profile: Any) -> None:
        self.profile = profile
        self._db = db
        self._new_id = new_id = ids.new
        self._seals = seals = Sealing(db, vault)
        self.audit = audit = Audit(db)
        self._chain = ids.node
        self.people = People(Remembering(db), seals, new_id)
        self.inbox = Inbox(db, seals, new_id)
        self.conversations = Conversations(db, seals, new_id)
        self.consents = Consents(Remembering(db), seals, new_id, audit, self.people)
        self.absences = Absences(Remembering(db), seals, new_id)
        self.appointments = Appointments(Remembering(db), seals, new_id)
        self.alerts = Alerts(db, seals, new_id)
        self.events = Events(db, seals, new_id, audit)
        self.outbox = Outbox(db, seals, new_id)
        self.overview = Overview(db, seals, new_id)
        self.timers = Timers(db, seals, new_id)
        self.buttons = Buttons(db, seals, new_id)
        self.sessions = Sessions(db, seals, new_id)
        self.reaching = Reaching(db, seals, new_id)
        self.removals = Removals(db, seals, new_id)
        self.halts = Halts(db, seals, new_id)
        self.phone_list = PhoneList(db, seals, new_id)
        self.link_codes = LinkCodes(db, seals, new_id)
        self.invitations = Invitations(db, seals, new_id)
        self.keys = KeyVersions(db, seals, new_id)
        self.pins = Pins(db, seals, new_id)
        self.secrecy = Secrecy(db, seals, new_id)
        self.breaches = Breaches(db, seals, new_id)
        self.affected = Affected(db, seals, new_id)
        self.access_log = AccessLog(db, seals, new_id, audit)
        self.intakes = Intakes(db, seals, new_id)
        self.busy = Busy(db, seals, new_id)
        self.feeds = CalendarFeeds(db, seals, new_id)
        self.participations = Participations(db, seals, new_id)
        self.tasks = Tasks(db, seals, new_id)
        self.own_reminders = OwnReminders(db, seals, new_id)
        self.guard = seals.guard
        self.guard.ask(self._holds)

    def _holds(self, person: PersonId, purpose: str, now: datetime) -> bool:
        """Whether the purpose is effective for a participant; nobody else is asked for it."""
        if self.people.get(person).role is not Role.PARTICIPANT:
            return True
        return purpose in self.consents.effective(person, now)

    def new_id(self) -> int:
        """An id for a new row: time-ordered, 63 bits (as text towards JavaScript, whose numbers end at 53)."""
        return self._new_id()

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
        for part in (
            self.audit,
            self.people,
            self.inbox,
            self.conversations,
            self.consents,
            self.absences,
            self.appointments,
            self.alerts,
            self.events,
            self.outbox,
            self.overview,
            self.timers,
            self.buttons,
            self.sessions,
            self.reaching,
            self.removals,
            self.halts,
            self.phone_list,
            self.link_codes,
            self.invitations,
            self.keys,
            self.pins,
            self.secrecy,
            self.breaches,
            self.affected,
            self.access_log,
            self.intakes,
            self.busy,
            self.feeds,
            self.participations,
            self.tasks,
            self.own_reminders,
        ):
            part.end(_ENDED)
