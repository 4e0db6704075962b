"""Messages to be taken away from a channel that others run: which, when, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.people import Address, PersonId
from storage.driver import Row
from storage.errors import VaultError
from storage.halts import WHOLE_CHANNEL
from storage.instants import from_micros, to_micros
from storage.repository import Repository
from storage.statements import Statement, const, insert_into, take
from storage.tables import addresses, halts, removals

DONE: Final = "done"
GIVEN_UP: Final = "given up"

_TABLE: Final = "removals"
_OPEN = removals.c.settled.is_(None)
_THIS = (removals.c.id == sa.bindparam("id"), _OPEN)

_HALTED = sa.exists().where(
    halts.c.channel == removals.c.channel,
    sa.or_(halts.c.address == removals.c.address, halts.c.address == const(WHOLE_CHANNEL)),
    halts.c.until > sa.bindparam("now"),
)
_ADD = insert_into(removals)
_DUE = Statement(
    take(
        sa.select(
            removals.c.id,
            removals.c.person,
            removals.c.channel,
            removals.c.address,
            removals.c.due,
            removals.c.gives_up,
            removals.c.tries,
            removals.c.sealed,
            addresses.c.sealed.label("address_sealed"),
        )
        .join(addresses, addresses.c.id == removals.c.address)
        .where(_OPEN, removals.c.due <= sa.bindparam("now"), ~_HALTED)
        .order_by(removals.c.due.desc(), removals.c.id)
    )
)
_AGAIN = Statement(sa.update(removals).where(*_THIS).values(due=sa.bindparam("due"), tries=removals.c.tries + const(1)))
_SETTLE = Statement(
    sa.update(removals).where(*_THIS).values(settled=sa.bindparam("settled"), outcome=sa.bindparam("outcome"))
)
_NEXT = Statement(
    sa.select(removals.c.due).where(_OPEN).order_by(removals.c.due, removals.c.id).limit(const(1)).offset(const(0))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One message, ours or theirs, to be taken away from `external` once `due` has come; not tried after `gives_up`."""

    id: int
    channel: str
    address: int
    external: str
    platform_id: str
    due: datetime
    gives_up: datetime
    tries: int


class Removals(Repository):
    """What is to be taken away. Nothing is claimed: to take the same message away twice does no harm."""

    __slots__ = ()

    def add(self, address: Address, platform_id: str, *, due: datetime, gives_up: datetime) -> int:
        """Plan to take away what the channel calls `platform_id` at this address; the plan's id."""
        id_ = self._new_id()
        self._db.put(
            _ADD,
            id=id_,
            person=address.person,
            channel=address.channel,
            address=address.id,
            due=to_micros(due),
            gives_up=to_micros(gives_up),
            tries=0,
            settled=None,
            outcome=None,
            sealed=self._seals.seal(address.person, _TABLE, id_, {"platform_id": platform_id}),
        )
        return id_

    def due(self, now: datetime, limit: int) -> list[Removal]:
        """What is to be taken away now where no halt holds; what somebody has just written before what is older."""
        rows = self._db.rows(_DUE, now=to_micros(now), limit=limit)
        found = []
        for row in rows:
            try:
                found.append(self._removal(row))
            except VaultError:
                self.settle(row[0], GIVEN_UP, now)
        return found

    def _removal(self, row: Row) -> Removal:
        id_, person, channel, address, due, gives_up, tries, sealed, address_sealed = row
        return Removal(
            id=id_,
            channel=channel,
            address=address,
            external=self._seals.open(PersonId(person), "addresses", address, address_sealed)["external"],
            platform_id=self._seals.open(PersonId(person), _TABLE, id_, sealed)["platform_id"],
            due=from_micros(due),
            gives_up=from_micros(gives_up),
            tries=tries,
        )

    def try_again(self, id_: int, due: datetime) -> None:
        """It could not be done yet: once more from `due` on."""
        self._db.send(_AGAIN, id=id_, due=to_micros(due))

    def settle(self, id_: int, outcome: str, now: datetime) -> bool:
        """It is `DONE`, or `GIVEN_UP`; False if it was settled before."""
        return self._db.change(_SETTLE, id=id_, outcome=outcome, settled=to_micros(now)) == 1

    def next_due(self) -> datetime | None:
        """When there will be something to take away."""
        row = self._db.row(_NEXT)
        return None if row is None else from_micros(row[0])
