"""What a person and the people around them have written to each other, and notes of staff; the words are sealed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.thread import Entry, Kind
from storage.instants import from_micros, to_micros
from storage.repository import Repository
from storage.statements import Statement, insert_into, take
from storage.thread_tables import strikes, thread

_TABLE: Final = "thread"
_ADD = insert_into(thread)
_OF = Statement(take(sa.select(thread).where(thread.c.person == sa.bindparam("person")).order_by(thread.c.id.desc())))
_KINDS = Statement(
    take(
        sa.select(thread.c.by, thread.c.kind, thread.c.at)
        .where(thread.c.person == sa.bindparam("person"))
        .order_by(thread.c.id.desc())
    )
)
_STRIKE = insert_into(strikes)
_STRUCK = Statement(
    sa.select(strikes.c.entry, strikes.c.passage)
    .where(strikes.c.person == sa.bindparam("person"))
    .order_by(strikes.c.entry, strikes.c.passage)
)
FEW: Final = 50
"""So far back it is looked who wrote last."""
MOST: Final = 2000
"""So many entries about one person are opened at once."""


class Written(NamedTuple):
    """That somebody wrote, of which kind it is, and when."""

    by: PersonId
    kind: Kind
    at: datetime


class Thread(Repository):
    """Entries by the person they are about, the latest first."""

    __slots__ = ()

    def add(self, entry: Entry) -> None:
        """Keep one."""
        self._db.put(
            _ADD,
            id=entry.id,
            person=entry.person,
            by=entry.by,
            kind=entry.kind.value,
            at=to_micros(entry.at),
            sealed=self._seals.seal(entry.person, _TABLE, entry.id, {"words": entry.words}),
        )

    def of(self, person: PersonId, kinds: Iterable[Kind], limit: int = MOST) -> list[Entry]:
        """The latest `limit` entries about somebody; those of other kinds are not opened."""
        wanted = {kind.value for kind in kinds}
        return [
            Entry(
                id=id_,
                person=PersonId(about),
                by=PersonId(by),
                kind=Kind(kind),
                at=from_micros(at),
                words=self._seals.open(about, _TABLE, id_, sealed)["words"],
            )
            for id_, about, by, kind, at, sealed in self._db.rows(_OF, person=person, limit=limit)
            if kind in wanted
        ]

    def last_to(self, person: PersonId) -> Written | None:
        """What was written to the person last; opens nothing."""
        for by, kind, at in self._db.rows(_KINDS, person=person, limit=FEW):
            if by != person and kind != Kind.NOTE.value:
                return Written(PersonId(by), Kind(kind), from_micros(at))
        return None

    def strike(self, entry: Entry, passage: int, now: datetime) -> None:
        """The person it is about has struck this passage, which is not struck yet."""
        at = to_micros(now)
        self._db.put(_STRIKE, id=self._new_id(), person=entry.person, entry=entry.id, passage=passage, at=at)

    def struck(self, person: PersonId) -> dict[int, frozenset[int]]:
        """Which passages the person has struck, by the id of the entry."""
        found: dict[int, set[int]] = {}
        for entry, passage in self._db.rows(_STRUCK, person=person):
            found.setdefault(entry, set()).add(passage)
        return {entry: frozenset(numbers) for entry, numbers in found.items()}
