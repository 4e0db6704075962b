"""The audit chain: every recorded event, consent, access and word about a month is committed to it.

It holds digests, nothing personal.

A row of the chain is a group, as the writer commits it: its number, the hash of the group before, one entry for each
audited row in the order they were written, and the hash over all of that. An entry is 41 bytes: which table (one byte,
its place in `AUDITED` from 1 on), the row's id (eight bytes), and the row's digest.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from storage.access_tables import access_log
from storage.attendance_tables import attendance_words
from storage.driver import Queries, Row
from storage.instants import from_micros, to_micros
from storage.statements import Statement, const, insert_into, take
from storage.tables import audit_groups, audit_roots, consents, events

AUDITED: Final = ("events", "consents", "access_log", "attendance_words")
BEFORE_FIRST: Final = bytes(32)
BEFORE_ANY: Final = -(2**63)
ENTRY: Final = struct.Struct(">BQ32s")

_TABLES: Final = dict(zip(AUDITED, (events, consents, access_log, attendance_words), strict=True))
_KINDS: Final = {name: kind for kind, name in enumerate(AUDITED, start=1)}
_AFTER: Final[sa.BindParameter[int]] = sa.bindparam("after")


def _of_chain(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(*columns).where(audit_groups.c.chain == sa.bindparam("chain"))


_ADD_GROUP = insert_into(audit_groups)
_ADD_ROOT = insert_into(audit_roots)
_HEAD = Statement(
    _of_chain(audit_groups.c.seq, audit_groups.c.hash)
    .order_by(audit_groups.c.seq.desc())
    .limit(const(1))
    .offset(const(0))
)
_GROUPS = Statement(
    take(
        _of_chain(audit_groups.c.seq, audit_groups.c.previous, audit_groups.c.entries, audit_groups.c.hash)
        .where(audit_groups.c.seq > _AFTER)
        .order_by(audit_groups.c.seq)
    )
)
_NEXT_CHAIN = Statement(sa.select(sa.func.min(audit_groups.c.chain)).where(audit_groups.c.chain > _AFTER))
_ROOTS = Statement(
    sa.select(audit_roots).where(audit_roots.c.chain > _AFTER).order_by(audit_roots.c.chain, audit_roots.c.seq)
)
_ROWS: Final = {
    name: Statement(take(sa.select(table).where(table.c.id > _AFTER).order_by(table.c.id)))
    for name, table in _TABLES.items()
}


def digest(table: str, row: Sequence[object]) -> bytes:
    """SHA-256 of the table's name and the row's values, one after the other.

    A blob is written as `b`, its length, a colon and itself; a number, text or None as Python's `ascii` writes it, and
    a semicolon: `'events';12;None;1763625600000000;b3:abc`. No two rows are written alike.
    """
    written = [b"b%d:%b" % (len(value), value) if value.__class__ is bytes else b"%a;" % (value,) for value in row]
    return hashlib.sha256(b"%a;" % table + b"".join(written)).digest()


def hash_of(chain: int, seq: int, previous: bytes, entries: bytes) -> bytes:
    """The hash of a group: over chain and number (eight bytes each), the hash of the group before, and the entries."""
    return hashlib.sha256(struct.pack(">qq", chain, seq) + previous + entries).digest()


@dataclass(frozen=True, slots=True)
class Group:
    """What one commit added to a chain. `entries` is what the database says: bytes, unless somebody was at it."""

    seq: int
    previous: bytes
    entries: object
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The end of a chain as it was at an instant, signed by the holder of `key` (a public Ed25519 key)."""

    chain: int
    seq: int
    hash: bytes
    at: datetime
    key: bytes
    signature: bytes


class Audit:
    """The chain inside one transaction. `notes` are the entries of the unit of work, for the writer to close."""

    __slots__ = ("_db", "notes")

    def __init__(self, db: Queries) -> None:
        self._db = db
        self.notes: list[bytes] = []

    def note(self, table: str, row: Sequence[object]) -> None:
        """Commit to a row that was just added to an audited table; its id comes first."""
        self.notes.append(ENTRY.pack(_KINDS[table], row[0], digest(table, row)))

    def close_group(self, chain: int, notes: Sequence[bytes]) -> None:
        """Append a group with these entries to the chain."""
        head = self.head(chain)
        seq, previous = (head[0] + 1, head[1]) if head else (1, BEFORE_FIRST)
        entries = b"".join(notes)
        self._db.put(
            _ADD_GROUP,
            chain=chain,
            seq=seq,
            previous=previous,
            entries=entries,
            hash=hash_of(chain, seq, previous, entries),
        )

    def chains(self) -> list[int]:
        """The numbers of all chains: one for each process that has ever written."""
        found: list[int] = []
        after = BEFORE_ANY
        while (row := self._db.row(_NEXT_CHAIN, after=after)) is not None and row[0] is not None:
            after = row[0]
            found.append(after)
        return found

    def head(self, chain: int) -> tuple[int, bytes] | None:
        """Number and hash of the newest group of a chain."""
        row = self._db.row(_HEAD, chain=chain)
        return (row[0], row[1]) if row else None

    def groups(self, chain: int, after: int, limit: int) -> list[Group]:
        """The next groups of a chain."""
        return [Group(*row) for row in self._db.rows(_GROUPS, chain=chain, after=after, limit=limit)]

    def rows(self, table: str, after: int, limit: int) -> list[Row]:
        """The next rows of an audited table, as they stand in the database."""
        return self._db.rows(_ROWS[table], after=after, limit=limit)

    def add_root(self, root: Root) -> None:
        """Keep a signed root; `Conflict` if there is one for this group."""
        self._db.put(
            _ADD_ROOT,
            chain=root.chain,
            seq=root.seq,
            hash=root.hash,
            at=to_micros(root.at),
            key=root.key,
            signature=root.signature,
        )

    def roots(self) -> list[Root]:
        """All signed roots, in the order of chains and groups."""
        return [
            Root(chain=chain, seq=seq, hash=hash_, at=from_micros(at), key=key, signature=signature)
            for chain, seq, hash_, at, key, signature in self._db.rows(_ROOTS, after=BEFORE_ANY)
        ]

    def end(self, ended: Queries) -> None:
        """The unit of work is over: from now on `ended` answers."""
        self._db = ended
