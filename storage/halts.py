"""Until when a channel has asked not to be sent anything: in the database, so that a restart and others keep to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from storage.instants import from_micros, to_micros
from storage.repository import Repository
from storage.statements import Statement, insert_into
from storage.tables import halts

WHOLE_CHANNEL: Final = 0
"""In the place of an address: the halt holds for every address of the channel."""

_ADD = insert_into(halts, unless=("channel", "address"))
_LENGTHEN = Statement(
    sa.update(halts)
    .where(halts.c.channel == sa.bindparam("channel"))
    .where(halts.c.address == sa.bindparam("address"))
    .where(halts.c.until < sa.bindparam("until"))
    .values(until=sa.bindparam("until"))
)
_CURRENT = Statement(
    sa.select(halts.c.channel, halts.c.address, halts.c.until)
    .where(halts.c.channel == sa.bindparam("channel"))
    .where(halts.c.until > sa.bindparam("now"))
    .order_by(halts.c.address)
)
_LIFT = Statement(
    sa.delete(halts).where(halts.c.channel == sa.bindparam("channel")).where(halts.c.until <= sa.bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Halt:
    """Nothing is sent to the address (None: to the whole channel) before `until`."""

    channel: str
    address: int | None
    until: datetime


class Halts(Repository):
    """One halt per channel and address; a new one lengthens it, never shortens it."""

    __slots__ = ()

    def put(self, halt: Halt) -> None:
        """Keep to this halt."""
        address = WHOLE_CHANNEL if halt.address is None else halt.address
        params = {"channel": halt.channel, "address": address, "until": to_micros(halt.until)}
        if not self._db.change(_ADD, **params):
            self._db.send(_LENGTHEN, **params)

    def current(self, channel: str, now: datetime) -> list[Halt]:
        """The halts of a channel that still hold."""
        return [
            Halt(name, None if address == WHOLE_CHANNEL else address, from_micros(until))
            for name, address, until in self._db.rows(_CURRENT, channel=channel, now=to_micros(now))
        ]

    def lift(self, channel: str, now: datetime) -> None:
        """Forget the halts of a channel that are over."""
        self._db.send(_LIFT, channel=channel, now=to_micros(now))
