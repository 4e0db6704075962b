"""Months of attendance: what was said about them, what they came to, and their lock (F36, R23, R27)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.attendance import Day, State
from flows.rules.excuses import Excuse
from flows.rules.month import Said, Word
from storage.attendance_tables import attendance_clock, attendance_closings, attendance_locks, attendance_words
from storage.audit import Audit
from storage.driver import Queries, Row
from storage.instants import day_or_none, from_micros, iso_or_none, to_micros
from storage.repository import Repository
from storage.sealing import Sealing
from storage.statements import Statement, const, insert_into

_WORDS: Final = "attendance_words"
_CLOSINGS: Final = "attendance_closings"
_ADD_WORD = insert_into(attendance_words)
_WORDS_OF = Statement(
    sa.select(attendance_words)
    .where(attendance_words.c.person == sa.bindparam("person"), attendance_words.c.month == sa.bindparam("month"))
    .order_by(attendance_words.c.id)
)
_CLOSE = insert_into(attendance_closings)
_CLOSED = Statement(
    sa.select(attendance_closings).where(
        attendance_closings.c.person == sa.bindparam("person"), attendance_closings.c.month == sa.bindparam("month")
    )
)
_ALL_CLOSED = Statement(
    sa.select(attendance_closings)
    .where(attendance_closings.c.person == sa.bindparam("person"))
    .order_by(attendance_closings.c.month)
)
_LOCK = insert_into(attendance_locks, unless=("month",))
_LOCKED = Statement(sa.select(attendance_locks).where(attendance_locks.c.month == sa.bindparam("month")))
_SET_RULE = Statement(
    sa.update(attendance_clock)
    .where(attendance_clock.c.id == const(1), attendance_clock.c.locks_on_tenth != sa.bindparam("locks_on_tenth"))
    .values(locks_on_tenth=sa.bindparam("locks_on_tenth"))
)
_RULE = Statement(sa.select(attendance_clock.c.locks_on_tenth).where(attendance_clock.c.id == const(1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Since when a month is locked; `by` None: its day had come."""

    month: date
    at: datetime
    by: PersonId | None


class AttendanceMonths(Repository):
    """Nothing is changed or deleted; words are committed to the audit chain, so that a note is signed."""

    __slots__ = ("_audit",)

    def __init__(self, db: Queries, seals: Sealing, new_id: Callable[[], int], audit: Audit) -> None:
        super().__init__(db, seals, new_id)
        self._audit = audit

    def say(self, said: Said) -> None:
        """Keep a word about a person's month."""
        payload: dict[str, Any] = {
            "word": said.word, "days": said.days, "words": said.words, "day": iso_or_none(said.day),
        }  # fmt: skip
        if said.stands is not None:
            payload["stands"] = said.stands
        month, at = _name(said.month), to_micros(said.at)
        sealed = self._seals.seal(said.person, _WORDS, said.id, payload)
        self._db.put(_ADD_WORD, id=said.id, person=said.person, month=month, by=said.by, at=at, sealed=sealed)
        self._audit.note(_WORDS, (said.id, said.person, month, said.by, at, sealed))

    def said_of(self, person: PersonId, month: date) -> list[Said]:
        """Everything said about a person's month, the oldest first."""
        return [self._said(row) for row in self._db.rows(_WORDS_OF, person=person, month=_name(month))]

    def close(self, person: PersonId, month: date, days: Sequence[Day], now: datetime) -> None:
        """Keep what a person's month came to; `Conflict` if that is kept already."""
        id_ = self._new_id()
        payload = {"days": [[day.day, day.state, day.excuse] for day in days]}
        sealed = self._seals.seal(person, _CLOSINGS, id_, payload)
        self._db.put(_CLOSE, id=id_, person=person, month=_name(month), at=to_micros(now), sealed=sealed)

    def closed(self, person: PersonId, month: date) -> tuple[Day, ...] | None:
        """What a person's month came to; None if it is not closed."""
        row = self._db.row(_CLOSED, person=person, month=_name(month))
        if row is None:
            return None
        return self._days(person, row)

    def all_closed(self, person: PersonId) -> dict[date, tuple[Day, ...]]:
        """What every closed month of a person came to, by its first day, the oldest first."""
        rows = self._db.rows(_ALL_CLOSED, person=person)
        return {date.fromisoformat(f"{row[2]}-01"): self._days(person, row) for row in rows}

    def _days(self, person: PersonId, row: Row) -> tuple[Day, ...]:
        id_, *_, sealed = row
        payload: Mapping[str, Any] = self._seals.open(person, _CLOSINGS, id_, sealed)
        return tuple(_day(*kept) for kept in payload["days"])

    def lock(self, month: date, now: datetime, by: PersonId | None) -> bool:
        """From now on the database refuses marks for the month; False: it did so before."""
        return self._db.change(_LOCK, month=_name(month), at=to_micros(now), by=by) == 1

    def locked(self, month: date) -> Lock | None:
        """The month's lock; None as long as there is none."""
        row = self._db.row(_LOCKED, month=_name(month))
        if row is None:
            return None
        _, at, by = row
        return Lock(month=month, at=from_micros(at), by=None if by is None else PersonId(by))

    def set_rule(self, *, locks_on_tenth: bool) -> None:
        """Whether the clock alone locks months; what has a lock keeps it."""
        self._db.change(_SET_RULE, locks_on_tenth=int(locks_on_tenth))

    def locks_on_tenth(self) -> bool:
        """Whether the clock alone locks months."""
        row = self._db.row(_RULE)
        return row is None or bool(row[0])

    def _said(self, row: Row) -> Said:
        id_, person, month, by, at, sealed = row
        payload: Mapping[str, Any] = self._seals.open(person, _WORDS, id_, sealed)
        return Said(
            id=id_,
            person=PersonId(person),
            month=date.fromisoformat(f"{month}-01"),
            word=Word(payload["word"]),
            by=PersonId(by),
            at=from_micros(at),
            days=payload["days"],
            words=payload["words"],
            day=day_or_none(payload["day"]),
            stands=_stands(payload.get("stands")),
        )


def _name(month: date) -> str:
    return month.isoformat()[:7]


def _stands(kept: tuple[str, str | None] | None) -> tuple[State, Excuse | None] | None:
    if kept is None:
        return None
    state, excuse = kept
    return State(state), None if excuse is None else Excuse(excuse)


def _day(day: str, state: str, excuse: str | None) -> Day:
    return Day(day=date.fromisoformat(day), state=State(state), excuse=None if excuse is None else Excuse(excuse))
