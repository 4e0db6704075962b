"""Broadcasts with their recipients and replies: texts are sealed, each recipient is a row that knows its message."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from flows.engine.messages import OutboxStatus
from flows.people import PersonId
from flows.rules.broadcasts import (
    Audience,
    Broadcast,
    Emergency,
    Outcome,
    Progress,
    State,
    Warned,
    WarningKind,
)
from storage import broadcast_statements as sql
from storage.driver import Row
from storage.errors import Conflict, UnknownRow, VaultError
from storage.instants import from_micros, to_micros
from storage.repository import Repository

CALLED_OFF: Final = "called off"
_TABLE: Final = "broadcasts"
_REPLIES: Final = "broadcast_replies"
_OF_STATUS: Final[Mapping[str | None, Outcome]] = {
    OutboxStatus.PENDING.value: Outcome.WAITING,
    OutboxStatus.SENDING.value: Outcome.WAITING,
    OutboxStatus.SENT.value: Outcome.SENT,
    OutboxStatus.UNCERTAIN.value: Outcome.UNCERTAIN,
    OutboxStatus.FAILED.value: Outcome.FAILED,
    OutboxStatus.SUPPRESSED.value: Outcome.UNREACHED,
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a broadcast is still to be written to."""

    id: int
    person: PersonId


@dataclass(frozen=True, slots=True)
class Came:
    """What became of a broadcast for one person; `reason` says why it failed."""

    id: int
    person: PersonId
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Replied:
    """That one of the recipients answered, and when."""

    id: int
    person: PersonId
    at: datetime


def dedupe_of(broadcast: int, person: PersonId) -> str:
    """What makes the message of a broadcast to somebody the only one."""
    return f"broadcast:{broadcast}:{person}"


def asked_about(dedupe: str) -> int | None:
    """Which broadcast a message belongs to; None: to none."""
    kind, _, rest = dedupe.partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == "broadcast" and number.isdecimal() else None


class Broadcasts(Repository):
    """Whoever changes a broadcast has locked its author before."""

    __slots__ = ()

    def add(self, broadcast: Broadcast) -> None:
        """Keep a new one."""
        self._db.put(sql.ADD, **self._row(broadcast), created=to_micros(broadcast.created), person=broadcast.by)

    def save(self, broadcast: Broadcast, before: Broadcast) -> None:
        """Keep what it has become; `Conflict` if somebody else has moved it on since `before`, or another one runs."""
        if not self._db.change(sql.SAVE, **self._row(broadcast), before=before.revision):
            raise Conflict("somebody else has moved this broadcast on")

    def _row(self, broadcast: Broadcast) -> dict[str, Any]:
        occupies = broadcast.emergency is None and broadcast.state in {State.COOLING, State.RUNNING, State.STOPPED}
        return {
            "id": broadcast.id,
            "state": broadcast.state.value,
            "slot": 1 if occupies else None,
            "revision": broadcast.revision,
            "sealed": self._seals.seal(broadcast.by, _TABLE, broadcast.id, _pack(broadcast)),
        }

    def find(self, id_: int) -> Broadcast | None:
        """The broadcast with this id."""
        row = self._db.row(sql.GET, id=id_)
        return None if row is None else self._broadcast(row)

    def get(self, id_: int) -> Broadcast:
        """The same; `UnknownRow` if there is none."""
        found = self.find(id_)
        if found is None:
            raise UnknownRow("no broadcast has this id")
        return found

    def author(self, id_: int) -> PersonId | None:
        """Whose it is, without opening it."""
        row = self._db.row(sql.GET, id=id_)
        return None if row is None else PersonId(row[1])

    def state(self, id_: int) -> State | None:
        """Where it is, without opening it."""
        row = self._db.row(sql.STATE, id=id_)
        return None if row is None else State(row[0])

    def in_state(self, state: State) -> list[Broadcast]:
        """Every broadcast in this state, oldest first."""
        return [self._broadcast(row) for row in self._db.rows(sql.IN_STATE, state=state.value)]

    def lately(self, limit: int) -> list[Broadcast]:
        """The newest, newest first; what does not open is left out."""
        found = []
        for row in self._db.rows(sql.LATELY, limit=limit):
            with suppress(VaultError):
                found.append(self._broadcast(row))
        return found

    def is_another_on(self, id_: int) -> bool:
        """Whether another one is cooling, running or stopped."""
        row = self._db.row(sql.IN_SLOT)
        return row is not None and row[0] != id_

    def freeze(self, broadcast: Broadcast, people: Iterable[PersonId], left_out: Iterable[PersonId]) -> None:
        """Write down who gets it: from now on nobody joins, and nobody stands there twice."""
        kept = [(one, "waiting") for one in people] + [(one, Outcome.LEFT_OUT.value) for one in left_out]
        rows = [
            {
                "id": self._new_id(),
                "broadcast": broadcast.id,
                "person": person,
                "state": state,
                "dedupe": self._seals.fingerprint("outbox", dedupe_of(broadcast.id, person)),
            }
            for person, state in kept
        ]
        self._db.changes(sql.ADD_RECIPIENT, rows)

    def next_recipients(self, id_: int, limit: int) -> list[Recipient]:
        """To whom nothing was written yet, in the order of the list."""
        rows = self._db.rows(sql.NEXT_RECIPIENTS, broadcast=id_, limit=limit)
        return [Recipient(row, PersonId(person)) for row, person in rows]

    def hand(self, recipients: Iterable[tuple[Recipient, bool]]) -> None:
        """These were written to (True), or cannot be (False)."""
        rows = [
            {"id": one.id, "state": "handed" if written else Outcome.UNREACHED.value} for one, written in recipients
        ]
        self._db.changes(sql.HAND, rows)

    def hold(self, id_: int) -> int:
        """What is in the outbox and not on its way stays there; how many messages."""
        return self._db.change(sql.HOLD, broadcast=id_, until=sql.HELD_UNTIL)

    def release(self, id_: int, now: datetime, expires: datetime) -> int:
        """What was held may go, and is of use until it `expires`; how many messages."""
        until = to_micros(expires)
        return self._db.change(sql.RELEASE, broadcast=id_, until=sql.HELD_UNTIL, now=to_micros(now), expires=until)

    def drop(self, id_: int, now: datetime) -> None:
        """What has not gone out does not any more, nor is anybody else written to."""
        self._db.change(sql.DROP, broadcast=id_, reason=CALLED_OFF, settled=to_micros(now))
        self._db.change(sql.DROP_RECIPIENTS, broadcast=id_, state=Outcome.UNREACHED.value)

    def next_due(self, id_: int) -> datetime | None:
        """When the next of its messages may go out; None: none waits, or all of them are held."""
        row = self._db.row(sql.NEXT_DUE, broadcast=id_, until=sql.HELD_UNTIL)
        return None if row is None or row[0] is None else from_micros(row[0])

    def progress(self, id_: int) -> Progress:
        """How many have which outcome."""
        counts: Counter[Outcome] = Counter()
        for state, status, fetched, n in self._db.rows(sql.COUNTS, broadcast=id_):
            counts[_outcome(state, status, fetched=bool(fetched))] += n
        return Progress(counts)

    def outcomes(self, id_: int) -> list[Came]:
        """What became of it for each recipient, in the order of the list."""
        return [
            Came(row, PersonId(person), _outcome(state, status, fetched=bool(fetched)), reason or "")
            for row, person, state, status, fetched, reason in self._db.rows(sql.EACH, broadcast=id_)
        ]

    def was_sent_to(self, id_: int, person: PersonId) -> bool:
        """Whether somebody is one of its recipients."""
        return self._db.row(sql.IS_RECIPIENT, broadcast=id_, person=person) is not None

    def reply(self, id_: int, person: PersonId, words: str, now: datetime) -> int:
        """Keep what somebody answered; its id."""
        row = self._new_id()
        sealed = self._seals.seal(person, _REPLIES, row, {"words": words})
        self._db.put(sql.ADD_REPLY, id=row, broadcast=id_, person=person, at=to_micros(now), sealed=sealed)
        return row

    def reply_count(self, id_: int) -> int:
        """How many answers there are."""
        row = self._db.row(sql.COUNT_REPLIES, broadcast=id_)
        return 0 if row is None else int(row[0])

    def replies(self, id_: int) -> list[Replied]:
        """Who answered and when, the oldest first; nothing is opened."""
        rows = self._db.rows(sql.REPLIES, broadcast=id_)
        return [Replied(row, PersonId(person), from_micros(at)) for row, person, at in rows]

    def words_of(self, reply: Replied) -> str:
        """What was answered; `NoGround` when its author's consent has ended."""
        row = self._db.row(sql.REPLY, id=reply.id)
        if row is None:
            raise UnknownRow("no answer has this id")
        words: str = self._seals.open(reply.person, _REPLIES, reply.id, row[0])["words"]
        return words

    def _broadcast(self, row: Row) -> Broadcast:
        id_, person, *_, sealed = row
        return _unpack(row, self._seals.open(person, _TABLE, id_, sealed))


def _outcome(state: str, status: str | None, *, fetched: bool) -> Outcome:
    """What a recipient's row and the message it has led to say together."""
    if state in {Outcome.UNREACHED.value, Outcome.LEFT_OUT.value}:
        return Outcome(state)
    if status == OutboxStatus.SENT.value and fetched:
        return Outcome.ARRIVED
    return _OF_STATUS.get(status, Outcome.WAITING)


def _pack(broadcast: Broadcast) -> dict[str, object]:
    audience = broadcast.audience
    return {
        "groups": audience.groups,
        "phases": audience.phases,
        "languages": audience.languages,
        "texts": dict(broadcast.texts),
        "seen": broadcast.seen,
        "warned": [(one.kind.value, one.word) for one in broadcast.warned],
        "at": broadcast.at,
        "due": broadcast.due,
        "emergency": None if broadcast.emergency is None else broadcast.emergency.value,
        "place": broadcast.place,
        "clock": broadcast.clock,
        "asked": broadcast.asked,
        "approved_by": broadcast.approved_by,
    }


def _unpack(row: Row, kept: Mapping[str, Any]) -> Broadcast:
    id_, person, state, _, revision, created, _ = row
    return Broadcast(
        id=id_,
        by=PersonId(person),
        created=from_micros(created),
        audience=Audience(
            groups=tuple(kept["groups"]), phases=tuple(kept["phases"]), languages=tuple(kept["languages"])
        ),
        texts=kept["texts"],
        state=State(state),
        revision=revision,
        seen=kept["seen"],
        warned=tuple(Warned(WarningKind(kind), word) for kind, word in kept["warned"]),
        at=_instant(kept["at"]),
        due=_instant(kept["due"]),
        emergency=None if kept["emergency"] is None else Emergency(kept["emergency"]),
        place=kept["place"],
        clock=kept["clock"],
        asked=tuple(PersonId(one) for one in kept["asked"]),
        approved_by=None if kept["approved_by"] is None else PersonId(kept["approved_by"]),
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
