"""Until when a channel has asked not to be sent anything, and which ones an operator has switched off.

It stands in the database, so that a restart and others keep to it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from storage.instants import from_micros, to_micros
from storage.repository import Repository
from storage.statements import Statement, const, insert_into
from storage.tables import halts

WHOLE_CHANNEL: Final = 0
"""In the place of an address: the halt holds for every address of the channel."""
SWITCHED_OFF: Final = -1
"""In the place of an address: an operator has switched the whole channel off, until they switch it on again."""
_NEVER: Final = 2**62

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
    .where(halts.c.until > sa.bindparam("now"), halts.c.address != const(SWITCHED_OFF))
    .order_by(halts.c.address)
)
_IS_SWITCH = halts.c.address == const(SWITCHED_OFF)
SWITCHED_OFF_CHANNELS = Statement(sa.select(halts.c.channel).where(_IS_SWITCH).order_by(halts.c.channel))
_SWITCH_ON = Statement(sa.delete(halts).where(halts.c.channel == sa.bindparam("channel"), _IS_SWITCH))
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

    def switch_off(self, channel: str) -> bool:
        """Nothing is taken up for the channel until it is switched on; False if it was off already."""
        return self._db.change(_ADD, channel=channel, address=SWITCHED_OFF, until=_NEVER) == 1

    def switch_on(self, channel: str) -> bool:
        """What waits goes out again; False if the channel was not switched off."""
        return self._db.change(_SWITCH_ON, channel=channel) == 1

    def switched_off(self) -> list[str]:
        """The channels that an operator has switched off."""
        return [channel for (channel,) in self._db.rows(SWITCHED_OFF_CHANNELS)]
