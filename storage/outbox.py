"""Messages on their way out: written with their cause, claimed under a lease, marked with what came of them."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flows.engine.messages import Level, MessageClass, OutboxStatus, Outgoing, OutgoingButton
from flows.people import PersonId
from flows.rules.grounds import Ground
from storage import outbox_statements as sql
from storage import queues
from storage.driver import Row
from storage.errors import UnknownRow, VaultError
from storage.halts import SWITCHED_OFF_CHANNELS
from storage.handles import handle_of
from storage.ids import earlier
from storage.instants import from_micros, instant_or_none, micros_or_none, to_micros
from storage.outbox_payload import pack, unpack_buttons, unpack_haste, unpack_moment, unpack_question
from storage.queues import NO_LIMITS, Rooms
from storage.repository import Repository
from storage.statements import Statement

UNREADABLE: Final = "unreadable"
EXPIRED: Final = "expired"
MAY_HAVE_ARRIVED: Final = "may have arrived"
AWAITED: Final = 0
"""In the place of the instant at which a device fetched the message: none has, and somebody waits for it."""

_TABLE: Final = "outbox"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message to be sent now, to the channel's own name for the address; the holder of `lease` marks it.

    The lease holds until `until`. `in_doubt`: an earlier try may have arrived without anybody knowing.
    """

    message: Outgoing
    external: str
    lease: int
    until: datetime
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class CutOff:
    """A message whose holder was cut off while sending; `lease` is the one under which it can be marked."""

    id: int
    to: PersonId
    channel: str
    message_class: MessageClass
    attempts: int
    lease: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a channel took at the instant `at`, sent under `lease`; the channel calls it `platform_id`."""

    id: int
    lease: int
    platform_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class SentEntry:
    """A message as its reader saw it appear: `seq` rises with every message sent."""

    seq: int
    message: Outgoing


class Outbox(Repository):
    """Outgoing messages in the order of their ids, one in flight per address.

    A message waits for older ones of its address that are due, in flight, or to be tried again; not for those that are
    planned for later. Instants are aware UTC; `mark_*` with a lease that is no longer held change nothing.
    """

    __slots__ = ()

    def add(self, message: Outgoing) -> bool:
        """Store a message; False if its `dedupe` was used before, and then nothing is stored."""
        stored = self._db.guess(
            sql.ADD,
            id=message.id,
            recipient=message.to,
            subject=message.subject,
            channel=message.channel,
            address=message.address,
            message_class=message.message_class.value,
            rank=message.rank,
            ping=int(message.ping),
            dedupe=self._seals.fingerprint("outbox", message.dedupe),
            created=to_micros(message.created),
            not_before=to_micros(message.not_before),
            expires=micros_or_none(message.expires),
            status=message.status.value,
            attempts=message.attempts,
            reason=message.reason or None,
            fetched=AWAITED if message.awaited else None,
            sealed=self._seals.seal(message.subject, _TABLE, message.id, pack(message)),
        )
        return stored == 1

    def get(self, id_: int) -> Outgoing:
        """The message; `UnknownRow` if there is none with this id."""
        row = self._db.row(sql.GET, id=id_)
        if row is None:
            raise UnknownRow("no message has this id")
        return self._message(row)

    def claim(self, now: datetime, lease: timedelta, limit: int, rooms: Rooms = NO_LIMITS) -> list[Claimed]:
        """Take due messages for as long as `lease`, at most one per address, the oldest of it first.

        In each channel class by class; none where a halt holds. Up to `limit`, besides what the `rooms` allow of the
        channels that have one.
        """
        fence = self._new_id()
        claimed = []
        due = queues.due(self._db, to_micros(now), limit, rooms)
        leases = [{"id": row[0], "lease": fence, "lease_until": to_micros(now + lease)} for row in due]
        for row, taken in zip(due, self._db.changes(sql.CLAIM, leases), strict=True):
            if not taken:
                continue
            try:
                found = self._claimed(row, fence, now + lease)
            except VaultError:
                self.mark_failed(row[0], fence, UNREADABLE, now)
                continue
            claimed.append(found)
        return claimed

    def lapsed(self, now: datetime | None, limit: int = 1000) -> list[CutOff]:
        """Messages in flight whose lease is over: nobody knows whether they were sent.

        `now` None: all in flight, for a process that has just started and is the only one. Each is to be marked:
        `mark_uncertain`, or `mark_retry` where sending twice is safe or said. Nothing is opened: none can be poison.
        """
        rows = self._db.rows(sql.LAPSED, now=sql.FOREVER if now is None else to_micros(now), limit=limit)
        return [
            CutOff(id_, to, channel, MessageClass(message_class), attempts, lease)
            for id_, to, channel, message_class, attempts, lease in rows
        ]

    def mark_sent(self, id_: int, lease: int, platform_id: str | None, now: datetime) -> bool:
        """The channel took it, and calls it `platform_id`. Ends the doubt too, if nobody else has taken it up since."""
        return self.mark_all_sent([Sent(id_, lease, platform_id, now)])[0]

    def mark_all_sent(self, many: Sequence[Sent]) -> list[bool]:
        """As `mark_sent` for each of them, in the order in which they appear to their readers."""
        marks = [
            {
                "id": sent.id,
                "lease": sent.lease,
                "platform_id": sent.platform_id,
                "seq": self._new_id(),
                "settled": to_micros(sent.at),
            }
            for sent in many
        ]
        return [changed == 1 for changed in self._db.changes(sql.SENT, marks)]

    def mark_retry(self, id_: int, lease: int, not_before: datetime, reason: str) -> bool:
        """To be tried again from `not_before` on; later messages to the address wait for it.

        The reason `MAY_HAVE_ARRIVED` comes back as `in_doubt` with the next claim.
        """
        return self._mark(sql.RETRY, id=id_, lease=lease, not_before=to_micros(not_before), reason=reason)

    def put_back(self, id_: int, lease: int, not_before: datetime) -> bool:
        """It was not tried after all: to be taken up again from `not_before` on."""
        return self._mark(sql.PUT_BACK, id=id_, lease=lease, not_before=to_micros(not_before))

    def mark_postponed(self, id_: int, lease: int, not_before: datetime, reason: str) -> bool:
        """Not sent because this is no time for it; later messages to the address need not wait for it."""
        return self._mark(sql.POSTPONE, id=id_, lease=lease, not_before=to_micros(not_before), reason=reason)

    def mark_failed(self, id_: int, lease: int, reason: str, now: datetime) -> bool:
        """Given up."""
        return self._settle(id_, lease, OutboxStatus.FAILED, reason, now)

    def mark_uncertain(self, id_: int, lease: int, reason: str, now: datetime) -> bool:
        """Nobody can know whether it was sent."""
        return self._settle(id_, lease, OutboxStatus.UNCERTAIN, reason, now)

    def mark_suppressed(self, id_: int, reason: str, now: datetime, lease: int | None = None) -> bool:
        """Not wanted any more. With a lease it must be held; without one the message must be pending or in flight."""
        if lease is not None:
            return self._settle(id_, lease, OutboxStatus.SUPPRESSED, reason, now)
        return self._mark(sql.SUPPRESS, id=id_, reason=reason, settled=to_micros(now))

    def drop_pending(self, to: PersonId, classes: Iterable[MessageClass], reason: str, now: datetime) -> int:
        """Suppress what waits for this person in these classes; how many there were."""
        return sum(
            self._db.change(sql.DROP, recipient=to, message_class=each.value, reason=reason, settled=to_micros(now))
            for each in classes
        )

    def drop_purpose(self, to: PersonId, purpose: str, reason: str, now: datetime) -> int:
        """Suppress what waits for this person and needs this consent (C1: any consent); how many there were."""
        dropped = 0
        for message in self.pending_for(to):
            if message.purpose and purpose in {"C1", message.purpose}:
                dropped += self.mark_suppressed(message.id, reason, now)
        return dropped

    def pending_for(self, to: PersonId) -> list[Outgoing]:
        """What waits for this person, oldest first; what does not open is left out."""
        found = []
        for row in self._db.rows(sql.WAITING_FOR, recipient=to):
            with suppress(VaultError):
                found.append(self._message(row))
        return found

    def reword(self, message: Outgoing) -> bool:
        """What waits says something else now; everything else about it stays. False: it does not wait any more."""
        sealed = self._seals.seal(message.subject, _TABLE, message.id, pack(message))
        return self._mark(sql.REWORD, id=message.id, sealed=sealed)

    def expire(self, now: datetime) -> list[int]:
        """Give up what waited beyond its expiry, and say which; call it before `claim`, which passes over it."""
        at = to_micros(now)
        gone: list[int] = [row[0] for row in self._db.rows(sql.EXPIRED, now=at)]
        for id_ in gone:
            self._db.put(sql.EXPIRE, id=id_, reason=EXPIRED, settled=at)
        return gone

    def next_due(self) -> datetime | None:
        """When there will be something to claim, or a lease to look after."""
        instants = [until for (until,) in self._db.rows(sql.NEXT_LEASE) if until]
        for channel, rank in queues.waiting(self._db):
            halts = self._db.rows(sql.HALTED_UNTIL, channel=channel)
            instants += [
                max(not_before, *(until for (until,) in halts), 0)
                for (not_before,) in self._db.rows(sql.NEXT_PENDING, channel=channel, rank=rank)
            ]
        return from_micros(min(instants)) if instants else None

    def oldest_due(self) -> datetime | None:
        """From when on the longest waiting message could have been sent, where an operator has not switched it off."""
        off = {channel for (channel,) in self._db.rows(SWITCHED_OFF_CHANNELS)}
        waiting = [
            self._db.row(sql.OLDEST, channel=channel, rank=rank)
            for channel, rank in queues.waiting(self._db)
            if channel not in off
        ]
        return from_micros(min(row[0] for row in waiting if row)) if waiting else None

    def waits(self, addresses: Iterable[int], now: datetime) -> bool:
        """Whether something that is due waits for one of these addresses."""
        return any(self._db.row(sql.WAITS, address=address, now=to_micros(now)) for address in addresses)

    def sent_lately(self, channel: str, span: timedelta) -> int:
        """How much was marked as sent on a channel within `span`, by the machine's clock."""
        row = self._db.row(sql.LATELY, channel=channel, after=earlier(self._new_id(), span))
        return row[0] if row else 0

    def pending_count(self) -> int:
        """How many messages wait."""
        row = self._db.row(sql.COUNT)
        return row[0] if row else 0

    def history(self, person_id: PersonId, after_seq: int = 0, limit: int = 200) -> list[SentEntry]:
        """What the person got on any channel after the entry `after_seq`, in the order it appeared; no pings."""
        rows = self._db.rows(sql.HISTORY, recipient=person_id, after=after_seq, limit=limit)
        return [SentEntry(row[-1], self._message(row[:-1])) for row in rows]

    def newest(self) -> int:
        """The place of what was sent last, in the order of appearance; 0 before the first."""
        row = self._db.row(sql.NEWEST)
        return (row[0] or 0) if row else 0

    def reached(self, channel: str, after_seq: int) -> list[tuple[int, str]]:
        """Whom something was sent to on this channel after the place `after_seq`, as the channel calls them."""
        return [
            (seq, self._seals.open(person, "addresses", address, sealed)["external"])
            for seq, address, person, sealed in self._db.rows(sql.REACHED, channel=channel, after=after_seq)
        ]

    def _mark(self, statement: Statement, **params: object) -> bool:
        return self._db.change(statement, **params) == 1

    def _settle(self, id_: int, lease: int, status: OutboxStatus, reason: str, now: datetime) -> bool:
        return self._mark(sql.SETTLE, id=id_, lease=lease, status=status.value, reason=reason, settled=to_micros(now))

    def _claimed(self, row: Row, lease: int, until: datetime) -> Claimed:
        """A message with what is needed to send it; the row ends with why it is tried again, recipient, and seal."""
        *columns, reason, recipient, sealed = row
        message = self._message(tuple(columns))
        external = self._seals.open(recipient, "addresses", message.address, sealed)["external"]
        return Claimed(message, external, lease, until, reason == MAY_HAVE_ARRIVED)

    def _message(self, row: Row) -> Outgoing:
        id_, to, subject, channel, address, message_class, created, not_before, expires, status, attempts, *rest = row
        ping, fetched, sealed = rest
        payload = self._seals.open(subject, _TABLE, id_, sealed)
        return Outgoing(
            id=id_,
            to=to,
            subject=subject,
            channel=channel,
            address=address,
            text=payload["text"],
            language=payload["language"],
            level=Level(payload["level"]),
            message_class=MessageClass(message_class),
            dedupe=payload["dedupe"],
            cause=payload["cause"],
            buttons=tuple(self._buttons(payload, id_, to)),
            question=unpack_question(payload),
            purpose=payload["purpose"],
            ground=Ground(payload.get("ground", Ground.ANSWER)),
            created=from_micros(created),
            not_before=from_micros(not_before),
            expires=instant_or_none(expires),
            status=OutboxStatus(status),
            attempts=attempts,
            ping=bool(ping),
            awaited=fetched == AWAITED,
            at=unpack_moment(payload),
            haste=unpack_haste(payload),
        )

    def _buttons(self, payload: Mapping[str, Any], id_: int, to: PersonId) -> Iterable[OutgoingButton]:
        for position, (label, action, value) in enumerate(unpack_buttons(payload)):
            yield OutgoingButton(label, action, value, handle_of(self._seals, id_, position, to))
