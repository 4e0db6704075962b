"""Which messages are next: class by class within each channel, within the room each channel has, none in a halt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final, TypeAlias

from storage import outbox_statements as sql
from storage.driver import Queries, Row
from storage.halts import SWITCHED_OFF, WHOLE_CHANNEL

Queue: TypeAlias = tuple[str, int]
"""Channel and rank: what waits there is taken in the order of its instants."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a channel is taken: up to `most[rank]` of a class and those before it; none to `not_to`."""

    most: Sequence[int]
    not_to: frozenset[int] = frozenset()


Rooms: TypeAlias = Mapping[str, Room]
NO_LIMITS: Final[Rooms] = {}


def waiting(db: Queries) -> Iterator[Queue]:
    """The queues in which something is pending, by channel; each is found by one look into the index."""
    last: Queue = ("", 0)
    while found := db.row(sql.NEXT_QUEUE, channel=last[0], rank=last[1]):
        last = (found[0], found[1])
        yield last


def halted(db: Queries, channel: str, now: int) -> frozenset[int]:
    """The addresses of a channel to which nothing goes now; `WHOLE_CHANNEL` or `SWITCHED_OFF`: to none."""
    return frozenset(address for (address,) in db.rows(sql.HALTED, channel=channel, now=now))


def due(db: Queries, now: int, limit: int, rooms: Rooms) -> list[Row]:
    """What may be taken now. Channels without a room of their own share `limit` rows, none at another's cost."""
    queues = sorted(waiting(db), key=itemgetter(1))
    closed = {channel: halted(db, channel, now) for channel, _ in queues}
    open_ = [(channel, rank) for channel, rank in queues if closed[channel].isdisjoint({WHOLE_CHANNEL, SWITCHED_OFF})]
    found: list[Row] = []
    left, taken = limit, dict.fromkeys(closed, 0)
    for _, same_rank in groupby(open_, key=itemgetter(1)):
        sharing = list(same_rank)
        for place, (channel, rank) in enumerate(sharing):
            room = rooms.get(channel)
            most = -(-left // (len(sharing) - place)) if room is None else room.most[rank] - taken[channel]
            shut = closed[channel] | (frozenset() if room is None else room.not_to)
            if room is not None:
                _promote(db, channel, rank, now)
            rows = _rows(db, (channel, rank), now, max(most, 0), shut)
            found += rows
            taken[channel] += len(rows)
            left -= len(rows) if room is None else 0
    return found


def _rows(db: Queries, queue: Queue, now: int, most: int, shut: frozenset[int]) -> list[Row]:
    if most == 0:
        return []
    channel, rank = queue
    rows = db.rows(sql.DUE, channel=channel, rank=rank, now=now, limit=most + len(shut))
    return [row for row in rows if row[sql.ADDRESS] not in shut][:most]


def _promote(db: Queries, channel: str, rank: int, now: int) -> None:
    """What goes to an address before a more urgent message is as urgent: else the urgent one would wait for it."""
    for address, id_ in db.rows(sql.BEHIND, channel=channel, rank=rank, now=now):
        db.send(sql.PROMOTE, address=address, rank=rank, id=id_, now=now)
