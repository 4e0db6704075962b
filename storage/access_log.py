"""Who has read whose data, and who was refused: append-only, without content, committed to the audit chain (F72)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.access import Operation
from storage.access_tables import access_log
from storage.audit import Audit
from storage.driver import Queries
from storage.instants import from_micros, to_micros
from storage.repository import Repository
from storage.sealing import Sealing
from storage.statements import Statement, const, insert_into, take

_TABLE: Final = "access_log"
_ADD = insert_into(access_log)
_OF = Statement(
    take(sa.select(access_log).where(access_log.c.subject == sa.bindparam("subject")).order_by(access_log.c.id.desc()))
)
_READS_OF = Statement(
    take(
        sa.select(access_log)
        .where(access_log.c.subject == sa.bindparam("subject"), access_log.c.refused == const(0))
        .order_by(access_log.c.id.desc())
    )
)
_OUTSIDE = Statement(
    sa.select(sa.func.count(sa.distinct(access_log.c.subject)))
    .where(access_log.c.reader == sa.bindparam("reader"), access_log.c.outside == const(1))
    .where(access_log.c.at > sa.bindparam("since"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One read of somebody's data by somebody else, or one that was refused. Never what was read.

    `outside`: the person was not in the reader's own list.
    """

    subject: PersonId
    reader: PersonId
    operation: Operation
    at: datetime
    refused: bool = False
    outside: bool = False


class AccessLog(Repository):
    """Entries by the person whose data it was; the operation is sealed under that person's key."""

    __slots__ = ("_audit", "_noted")

    def __init__(self, db: Queries, seals: Sealing, new_id: Callable[[], int], audit: Audit) -> None:
        super().__init__(db, seals, new_id)
        self._audit = audit
        self._noted: set[Access] = set()

    def add(self, access: Access) -> None:
        """Write an entry down; what one unit of work shows twice at the same instant is one look."""
        if access in self._noted:
            return
        self._noted.add(access)
        id_, at = self._new_id(), to_micros(access.at)
        refused, outside = int(access.refused), int(access.outside)
        sealed = self._seals.seal(access.subject, _TABLE, id_, {"operation": access.operation})
        self._db.put(
            _ADD,
            id=id_,
            subject=access.subject,
            reader=access.reader,
            at=at,
            refused=refused,
            outside=outside,
            sealed=sealed,
        )
        self._audit.note(_TABLE, (id_, access.subject, access.reader, at, refused, outside, sealed))

    def of(self, subject: PersonId, limit: int) -> list[Access]:
        """The newest entries about this person, refused ones too, newest first."""
        return self._entries(_OF, subject, limit)

    def reads_of(self, subject: PersonId, limit: int) -> list[Access]:
        """The newest reads of this person's data, newest first."""
        return self._entries(_READS_OF, subject, limit)

    def outside_since(self, reader: PersonId, since: datetime) -> int:
        """About how many people outside their own list the reader has read, or tried to, after an instant."""
        row = self._db.row(_OUTSIDE, reader=reader, since=to_micros(since))
        return row[0] if row else 0

    def _entries(self, statement: Statement, subject: PersonId, limit: int) -> list[Access]:
        return [
            Access(
                subject=PersonId(subject_id),
                reader=PersonId(reader),
                operation=Operation(self._seals.open(subject, _TABLE, id_, sealed)["operation"]),
                at=from_micros(at),
                refused=bool(refused),
                outside=bool(outside),
            )
            for id_, subject_id, reader, at, refused, outside, sealed in self._db.rows(
                statement, subject=subject, limit=limit
            )
        ]
