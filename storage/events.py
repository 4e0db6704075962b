"""What happened: append-only, name and fields sealed under the key of the person it is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from flows.engine.events import Event
from flows.people import PersonId
from storage.audit import Audit
from storage.driver import Queries, Row
from storage.errors import VaultError
from storage.instants import from_micros, to_micros
from storage.repository import Repository
from storage.sealing import Sealing
from storage.statements import Statement, insert_into, take
from storage.tables import events

UNREADABLE: Final = "Unreadable"

_ADD = insert_into(events)
_AFTER = Statement(take(sa.select(events).where(events.c.id > sa.bindparam("after")).order_by(events.c.id)))

_TABLE: Final = "events"


_names: dict[type, tuple[str, ...]] = {}


def _fields(event: Event) -> dict[str, object]:
    """As `event.fields()`, with the names looked up once per kind of event."""
    names = _names.get(event.__class__)
    if names is None:
        names = _names[event.__class__] = tuple(event.fields())
    return {name: getattr(event, name) for name in names}


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it was written down: people by id, dates as ISO text."""

    id: int
    at: datetime
    name: str
    fields: Mapping[str, Any]


class Events(Repository):
    """Events in the order they were recorded."""

    __slots__ = ("_audit",)

    def __init__(self, db: Queries, seals: Sealing, new_id: Callable[[], int], audit: Audit) -> None:
        super().__init__(db, seals, new_id)
        self._audit = audit

    def add(self, event: Event, now: datetime, *, subject: PersonId | None) -> None:
        """Record an event about `subject` (None: about nobody)."""
        id_ = self._new_id()
        payload = {"name": event.NAME, "fields": _fields(event)}
        at, sealed = to_micros(now), self._seals.seal(subject, _TABLE, id_, payload)
        self._db.put(_ADD, id=id_, subject=subject, at=at, sealed=sealed)
        self._audit.note(_TABLE, (id_, subject, at, sealed))

    def after(self, id_: int, limit: int = 10_000) -> list[RecordedEvent]:
        """What was recorded after the event `id_`; one whose key is gone is named `UNREADABLE`."""
        return [self._event(row) for row in self._db.rows(_AFTER, after=id_, limit=limit)]

    def _event(self, row: Row) -> RecordedEvent:
        id_, subject, at, sealed = row
        try:
            payload = self._seals.open(subject, _TABLE, id_, sealed)
        except VaultError:
            return RecordedEvent(id_, from_micros(at), UNREADABLE, {})
        return RecordedEvent(id_, from_micros(at), payload["name"], payload["fields"])
