"""What keeps staff busy elsewhere: from and to, and nothing else; and how the subscriptions they come from fare."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.hours import Span
from storage.instants import from_micros, to_micros
from storage.meeting_tables import busy_times, subscriptions
from storage.repository import Repository
from storage.statements import Statement, insert_into

_PERSON: sa.BindParameter[int] = sa.bindparam("person")
_ADD = insert_into(busy_times)
_DROP = Statement(sa.delete(busy_times).where(busy_times.c.person == _PERSON))
_OF = Statement(
    sa.select(busy_times.c.starts, busy_times.c.ends)
    .where(
        busy_times.c.person == _PERSON,
        busy_times.c.ends > sa.bindparam("since"),
        busy_times.c.starts < sa.bindparam("until"),
    )
    .order_by(busy_times.c.starts)
)
_STATE = Statement(sa.select(subscriptions).where(subscriptions.c.person == _PERSON))
_NOTE = insert_into(subscriptions)
_FORGET = Statement(sa.delete(subscriptions).where(subscriptions.c.person == _PERSON))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """How a subscription fares: when it was looked at, when it was last read whole, what is wrong since ("": nothing).

    `etag` and `modified` are what the server called the calendar as it was read.
    """

    person: PersonId
    looked: datetime
    fetched: datetime | None = None
    fault: str = ""
    etag: str = ""
    modified: str = ""


class Busy(Repository):
    """Busy times by person; what was known last stays until a newer calendar was read whole."""

    __slots__ = ()

    def replace(self, person: PersonId, spans: Iterable[Span]) -> None:
        """From now on the person is busy at these times."""
        self.drop(person)
        for span in spans:
            self._db.put(
                _ADD, id=self._new_id(), person=person, starts=to_micros(span.starts), ends=to_micros(span.ends)
            )

    def drop(self, person: PersonId) -> None:
        """Nothing is known any more."""
        self._db.send(_DROP, person=person)

    def of(self, person: PersonId, since: datetime, until: datetime) -> list[Span]:
        """When somebody is busy between these instants, in order."""
        rows = self._db.rows(_OF, person=person, since=to_micros(since), until=to_micros(until))
        return [Span(from_micros(starts), from_micros(ends)) for starts, ends in rows]

    def state(self, person: PersonId) -> Subscription | None:
        """How the person's subscription fares; None if it was never looked at."""
        row = self._db.row(_STATE, person=person)
        if row is None:
            return None
        _, looked, fetched, fault, etag, modified = row
        return Subscription(
            person=person,
            looked=from_micros(looked),
            fetched=None if fetched is None else from_micros(fetched),
            fault=fault,
            etag=etag,
            modified=modified,
        )

    def note(self, state: Subscription) -> None:
        """Keep how it fares."""
        self._db.send(_FORGET, person=state.person)
        self._db.put(
            _NOTE,
            person=state.person,
            looked=to_micros(state.looked),
            fetched=None if state.fetched is None else to_micros(state.fetched),
            fault=state.fault,
            etag=state.etag,
            modified=state.modified,
        )
