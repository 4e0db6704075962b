"""What is to happen at an instant, with a guard: what the timer believed when it was set."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.people import PersonId
from storage.instants import from_micros, to_micros
from storage.repository import Repository
from storage.statements import Statement, const, insert_into, take
from storage.tables import timers

CANCELLED: Final = "cancelled"

_ADD = insert_into(timers, without=("outcome",))
_WAITING = timers.c.outcome.is_(None)
_DUE = Statement(
    take(
        sa.select(timers.c.id, timers.c.kind, timers.c.fire_at, timers.c.subject, timers.c.ref, timers.c.guard)
        .where(_WAITING)
        .where(timers.c.fire_at <= sa.bindparam("now"))
        .order_by(timers.c.fire_at, timers.c.id)
    )
)
_DONE = Statement(
    sa.update(timers).where(timers.c.id == sa.bindparam("id")).where(_WAITING).values(outcome=sa.bindparam("outcome"))
)
_FREE = (
    sa.select(timers.c.id).where(timers.c.id == sa.bindparam("id")).where(_WAITING).with_for_update(skip_locked=True)
)
_TAKE = Statement(
    sa.update(timers).where(timers.c.id == _FREE.scalar_subquery()).values(outcome=sa.bindparam("outcome"))
)
_CANCEL = Statement(
    sa.update(timers)
    .where(timers.c.kind == sa.bindparam("kind"))
    .where(timers.c.ref == sa.bindparam("ref"))
    .where(_WAITING)
    .values(outcome=const(CANCELLED))
)
_WHEN = Statement(
    sa.select(timers.c.fire_at)
    .where(timers.c.ref == sa.bindparam("ref"))
    .where(timers.c.kind == sa.bindparam("kind"))
    .where(_WAITING)
    .order_by(timers.c.fire_at)
)
_WAITING_FOR = Statement(sa.select(timers.c.ref).where(_WAITING).where(timers.c.kind == sa.bindparam("kind")))
_NEXT = Statement(
    sa.select(timers.c.fire_at).where(_WAITING).order_by(timers.c.fire_at, timers.c.id).limit(const(1)).offset(const(0))
)


@dataclass(frozen=True, slots=True)
class Timer:
    """A due row: what kind, when, about whom, about which row, and what it believed."""

    id: int
    kind: str
    fire_at: datetime
    subject: PersonId | None
    ref: int | None
    guard: str


class Timers(Repository):
    """Timers wait in a table: they commit together with what they are about, and survive the process."""

    __slots__ = ()

    def add(self, kind: str, fire_at: datetime, subject: PersonId | None, ref: int | None, guard: str) -> int:
        """Set a timer and return its id."""
        id_ = self._new_id()
        self._db.put(_ADD, id=id_, kind=kind, fire_at=to_micros(fire_at), subject=subject, ref=ref, guard=guard)
        return id_

    def due(self, now: datetime, limit: int) -> list[Timer]:
        """Timers whose instant has come, earliest first."""
        return [
            Timer(id_, kind, from_micros(fire_at), subject, ref, guard)
            for id_, kind, fire_at, subject, ref, guard in self._db.rows(_DUE, now=to_micros(now), limit=limit)
        ]

    def take(self, id_: int, outcome: str) -> bool:
        """As `done`, without waiting; False as well if another process is at it."""
        return self._db.change(_TAKE, id=id_, outcome=outcome) == 1

    def take_all(self, outcomes: Iterable[tuple[int, str]]) -> list[bool]:
        """As `take` for each of them."""
        many = [{"id": id_, "outcome": outcome} for id_, outcome in outcomes]
        return [taken == 1 for taken in self._db.changes(_TAKE, many)]

    def done(self, id_: int, outcome: str) -> bool:
        """The timer is finished, with this outcome; False if it was before."""
        return self._db.change(_DONE, id=id_, outcome=outcome) == 1

    def cancel(self, kind: str, ref: int) -> None:
        """Timers of this kind about this row will not fire."""
        self._db.send(_CANCEL, kind=kind, ref=ref)

    def waiting_for(self, kind: str) -> frozenset[int]:
        """The rows that timers of this kind, which have not fired yet, are about."""
        return frozenset(ref for (ref,) in self._db.rows(_WAITING_FOR, kind=kind) if ref is not None)

    def when(self, kind: str, ref: int) -> datetime | None:
        """When the next timer of this kind about this row fires; None: none waits."""
        row = self._db.row(_WHEN, kind=kind, ref=ref)
        return None if row is None else from_micros(row[0])

    def next_due(self) -> datetime | None:
        """When the next timer fires."""
        row = self._db.row(_NEXT)
        return None if row is None else from_micros(row[0])
