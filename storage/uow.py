"""The unit of work: one transaction, with the repositories as attributes."""

from functools import cached_property
from typing import Any

from storage.absences import Absences
from storage.alerts import Alerts
from storage.buttons import Buttons
from storage.consents import Consents
from storage.conversations import Conversations
from storage.driver import Ended, Queries
from storage.events import Events
from storage.ids import Ids
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.people import People
from storage.repository import Repository
from storage.sealing import Sealing
from storage.sessions import Sessions
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
        self._ids = ids
        self._seals = Sealing(db, vault)

    def new_id(self) -> int:
        """An id for a new row: time-ordered, 63 bits (as text towards JavaScript, whose numbers end at 53)."""
        return self._ids.new()

    @cached_property
    def people(self) -> People:
        """People, their addresses and relations."""
        return People(self._db, self._seals, self._ids.new)

    @cached_property
    def inbox(self) -> Inbox:
        """What arrived, each update once."""
        return Inbox(self._db, self._seals, self._ids.new)

    @cached_property
    def conversations(self) -> Conversations:
        """People in flows."""
        return Conversations(self._db, self._seals, self._ids.new)

    @cached_property
    def consents(self) -> Consents:
        """Consent records, append-only."""
        return Consents(self._db, self._seals, self._ids.new)

    @cached_property
    def absences(self) -> Absences:
        """Reported absences."""
        return Absences(self._db, self._seals, self._ids.new)

    @cached_property
    def alerts(self) -> Alerts:
        """What staff must know."""
        return Alerts(self._db, self._seals, self._ids.new)

    @cached_property
    def events(self) -> Events:
        """What happened, append-only."""
        return Events(self._db, self._seals, self._ids.new)

    @cached_property
    def outbox(self) -> Outbox:
        """Messages on their way out."""
        return Outbox(self._db, self._seals, self._ids.new)

    @cached_property
    def timers(self) -> Timers:
        """What is to happen at an instant."""
        return Timers(self._db, self._seals, self._ids.new)

    @cached_property
    def buttons(self) -> Buttons:
        """Buttons under messages."""
        return Buttons(self._db, self._seals, self._ids.new)

    @cached_property
    def sessions(self) -> Sessions:
        """Login links and web sessions."""
        return Sessions(self._db, self._seals, self._ids.new)

    def end(self, *, kept: bool) -> None:
        """The transaction is over; nothing works any more. `kept` False: it was rolled back."""
        if not kept:
            self._seals.forget_made()
        self._db = _ENDED
        for part in vars(self).values():
            if isinstance(part, Repository):
                part.end(_ENDED)
