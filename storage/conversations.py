"""People in flows, between two turns. Flow, node and answers are sealed: their names alone would tell what is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from flows.engine.conversation import Conversation, Status
from flows.people import PersonId
from storage.driver import Row
from storage.errors import UnknownRow
from storage.instants import from_micros, to_micros
from storage.listed import among, as_list
from storage.repository import Repository
from storage.statements import Statement, const, insert_into
from storage.tables import conversations

_ADD = insert_into(conversations)
_SAVE = Statement(
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("id"))
    .values(
        status=sa.bindparam("status"),
        turn=sa.bindparam("turn"),
        updated=sa.bindparam("updated"),
        sealed=sa.bindparam("sealed"),
    )
)
_GET = Statement(sa.select(conversations).where(conversations.c.id == sa.bindparam("id")))


def _in(status: Status) -> sa.Select[Any]:
    """The person's conversations in this status, the latest first."""
    return (
        sa.select(conversations)
        .where(conversations.c.person == sa.bindparam("person"))
        .where(conversations.c.status == const(status.value))
        .order_by(conversations.c.updated.desc(), conversations.c.id.desc())
    )


_CURRENT = Statement(_in(Status.WAITING).limit(const(1)).offset(const(0)))
_PAUSED = Statement(_in(Status.PAUSED))

_LAST_WORDS = Statement(
    among(conversations.c.person)
    .add_columns(conversations.c.person, conversations.c.updated)
    .where(conversations.c.status == const(Status.WAITING.value))
)

_TABLE: Final = "conversations"


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A conversation with its id, its person, and when its last turn was."""

    id: int
    person: PersonId
    conversation: Conversation
    updated: datetime


class Conversations(Repository):
    """Conversations by person; at most one of them waits for an answer at a time."""

    __slots__ = ()

    def add(self, person_id: PersonId, conversation: Conversation, now: datetime) -> int:
        """Store a new conversation and return its id."""
        id_ = self._new_id()
        self._write(_ADD, id_, person_id, conversation, now)
        return id_

    def save(self, id_: int, person_id: PersonId, conversation: Conversation, now: datetime) -> None:
        """Store a conversation after a turn; `UnknownRow` if there is none with this id."""
        self._write(_SAVE, id_, person_id, conversation, now)

    def get(self, id_: int) -> StoredConversation:
        """The conversation; `UnknownRow` if there is none with this id."""
        row = self._db.row(_GET, id=id_)
        if row is None:
            raise UnknownRow("no conversation has this id")
        return self._stored(row)

    def look_ahead(self, person_id: PersonId) -> None:
        """`current` will be asked."""
        self._db.ahead(_CURRENT, person=person_id)

    def current(self, person_id: PersonId) -> StoredConversation | None:
        """The conversation that waits for the person's answer."""
        row = self._db.row(_CURRENT, person=person_id)
        return None if row is None else self._stored(row)

    def last_words(self, people: Iterable[PersonId]) -> dict[PersonId, datetime]:
        """When the last turn of each one's open conversation was; nothing of whoever has none. One question."""
        latest: dict[PersonId, datetime] = {}
        for person, updated in self._db.rows(_LAST_WORDS, ids=as_list(people)):
            at = from_micros(updated)
            latest[person] = max(at, latest.get(person, at))
        return latest

    def paused(self, person_id: PersonId) -> list[StoredConversation]:
        """What the person put aside, the latest first."""
        return [self._stored(row) for row in self._db.rows(_PAUSED, person=person_id)]

    def _write(self, statement: Statement, id_: int, person: PersonId, value: Conversation, now: datetime) -> None:
        payload = {
            "flow": value.flow,
            "version": value.version,
            "node": value.node,
            "answers": dict(value.answers),
            "misses": value.misses,
            "asked": value.asked,
        }
        self._db.put(
            statement,
            id=id_,
            person=person,
            status=value.status.value,
            turn=value.turn,
            updated=to_micros(now),
            sealed=self._seals.seal(person, _TABLE, id_, payload),
        )

    def _stored(self, row: Row) -> StoredConversation:
        id_, person, status, turn, updated, sealed = row
        payload = self._seals.open(person, _TABLE, id_, sealed)
        payload["asked"] = tuple(payload["asked"])
        return StoredConversation(
            id_, person, Conversation(status=Status(status), turn=turn, **payload), from_micros(updated)
        )
