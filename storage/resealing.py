"""Seals again, under the newest version of its person's key, what an earlier version has sealed.

Every table with a sealed column takes part. Append-only ones cannot: their bytes are what the audit chain commits to,
so the versions that sealed them are kept (ADR 0019).
"""

from collections.abc import Iterable, Mapping
from typing import Final

import sqlalchemy as sa

from flows.people import PersonId
from storage.all_tables import everything as metadata
from storage.driver import Queries
from storage.errors import KeyGone, VaultError
from storage.sealing import COLUMN, Sealing
from storage.statements import Statement, const, take
from storage.tables import person_keys

APPEND_ONLY: Final = frozenset(
    {
        "access_log",
        "attendance_closings",
        "attendance_marks",
        "attendance_words",
        "consents",
        "events",
        "extra_leave",
        "leave_steps",
        "verdicts",
    }
)


class Resealed:
    """One table whose sealed column belongs to a person: the subject of the row, or its person, or the row itself."""

    def __init__(self, table: sa.Table) -> None:
        (self.id,) = table.primary_key.columns
        self.name = table.name
        owner = next((table.c[name] for name in ("subject", "person") if name in table.c), self.id)
        sealed = table.c[COLUMN]
        version = sa.func.substr(sealed, const(1), const(1))
        behind = sa.select(self.id, version, person_keys.c.version).join(person_keys, person_keys.c.person == owner)
        here = self.id > sa.bindparam("after"), sealed.is_not(None)
        self.all = Statement(take(behind.where(*here).order_by(self.id)))
        self.of_person = Statement(take(behind.where(*here, owner == sa.bindparam("person")).order_by(self.id)))
        self.one = Statement(sa.select(owner, sealed).where(self.id == sa.bindparam("id")))
        self.set = Statement(
            sa.update(table)
            .where(self.id == sa.bindparam("id"), sealed == sa.bindparam("before"))
            .values({COLUMN: sa.bindparam("sealed")})
        )
        self.count = Statement(sa.select(sa.func.count()).select_from(table))


TABLES: Final = tuple(
    Resealed(table) for table in metadata.sorted_tables if COLUMN in table.c and table.name not in APPEND_ONLY
)
BY_NAME: Final[Mapping[str, Resealed]] = {one.name: one for one in TABLES}
STATEMENTS: Final = [statement for one in TABLES for statement in (one.all, one.of_person, one.one, one.set, one.count)]


class Page:
    """Some rows of a table in their order: how many, the last, and those that an earlier version has sealed."""

    __slots__ = ("behind", "last", "rows")

    def __init__(self, rows: list[tuple[int, bytes, int]]) -> None:
        self.rows = len(rows)
        self.last = rows[-1][0] if rows else None
        self.behind = [id_ for id_, version, newest in rows if bytes(version) != bytes((newest,))]


def look(db: Queries, table: Resealed, person: PersonId | None, *, after: int, limit: int) -> Page:
    """The next rows of a table, all of them or one person's."""
    if person is None:
        return Page([(row[0], row[1], row[2]) for row in db.rows(table.all, after=after, limit=limit)])
    rows = db.rows(table.of_person, after=after, limit=limit, person=person)
    return Page([(row[0], row[1], row[2]) for row in rows])


def reseal(db: Queries, seals: Sealing, table: Resealed, ids: Iterable[int]) -> tuple[int, int]:
    """Seal these rows again, unless somebody has just written them anew. How many were, and how many do not open."""
    done = unreadable = 0
    for id_ in ids:
        row = db.row(table.one, id=id_)
        if row is None or row[1] is None:
            continue
        person, before = PersonId(row[0]), bytes(row[1])
        try:
            sealed = seals.reseal(person, table.name, id_, before)
        except KeyGone:
            continue
        except VaultError:
            unreadable += 1
            continue
        if sealed is not None:
            done += db.change(table.set, id=id_, before=before, sealed=sealed)
    return done, unreadable


def count(db: Queries, table: Resealed) -> int:
    """How many rows a table has."""
    row = db.row(table.count)
    return 0 if row is None else int(row[0])
