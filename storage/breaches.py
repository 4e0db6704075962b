"""The ledger of breaches (Art. 33 (5) GDPR): when, of which kind, and what was done; sealed under the system's key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from storage.driver import Row
from storage.instants import from_micros, instant_or_none, to_micros
from storage.proof_tables import breaches
from storage.repository import Repository
from storage.statements import Statement, insert_into

_TABLE: Final = "breaches"
_ADD = insert_into(breaches)
_THIS = breaches.c.id == sa.bindparam("id")
_ALL = Statement(sa.select(breaches).order_by(breaches.c.known, breaches.c.id))
_GET = Statement(sa.select(breaches).where(_THIS))
_CLOSE = Statement(
    sa.update(breaches)
    .where(_THIS, breaches.c.closed.is_(None))
    .values(closed=sa.bindparam("closed"), sealed=sa.bindparam("sealed"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One breach. `known`: when the carrier learnt of it, the clock of Art. 33 runs from then; `began` to `ended` it
    lasted. `words` are what operators wrote about it, by heading, without names.
    """

    id: int
    kind: str
    known: datetime
    began: datetime
    ended: datetime
    closed: datetime | None = None
    words: Mapping[str, str] = field(default_factory=dict)


class Breaches(Repository):
    """Entries are added and closed, never deleted."""

    __slots__ = ()

    def add(self, breach: Breach) -> None:
        """Enter a breach."""
        self._db.put(
            _ADD,
            id=breach.id,
            kind=breach.kind,
            known=to_micros(breach.known),
            began=to_micros(breach.began),
            ended=to_micros(breach.ended),
            closed=None if breach.closed is None else to_micros(breach.closed),
            sealed=self._sealed(breach.id, breach.words),
        )

    def all(self) -> list[Breach]:
        """Every breach, the one known longest first."""
        return [self._breach(row) for row in self._db.rows(_ALL)]

    def get(self, id_: int) -> Breach | None:
        """The breach with this number."""
        row = self._db.row(_GET, id=id_)
        return None if row is None else self._breach(row)

    def close(self, breach: Breach, now: datetime, words: Mapping[str, str]) -> bool:
        """It is dealt with, as `words` say beside what is there; False if it was closed already."""
        sealed = self._sealed(breach.id, {**breach.words, **words})
        return self._db.change(_CLOSE, id=breach.id, closed=to_micros(now), sealed=sealed) == 1

    def _sealed(self, id_: int, words: Mapping[str, str]) -> bytes:
        return self._seals.seal(None, _TABLE, id_, words)

    def _breach(self, row: Row) -> Breach:
        id_, kind, known, began, ended, closed, sealed = row
        return Breach(
            id=id_,
            kind=kind,
            known=from_micros(known),
            began=from_micros(began),
            ended=from_micros(ended),
            closed=instant_or_none(closed),
            words=self._seals.open(None, _TABLE, id_, sealed),
        )
