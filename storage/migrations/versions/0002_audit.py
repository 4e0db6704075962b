"""The audit chain with its signed roots, and what an operator asks the outbox for.

Events and consents that are there already are committed to the chain as they stand.
"""

import sqlalchemy as sa
from alembic import op

from storage.audit import BEFORE_FIRST, ENTRY, digest, hash_of
from storage.migrations.append_only import forbid_changes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FIRST_CHAIN = 0
IN_A_GROUP = 1000
APPEND_ONLY = ("audit_groups", "audit_roots")
ADOPTED = ("events", "consents")


def upgrade() -> None:
    """Create the tables and fill the chain."""
    _groups()
    _roots()
    for status in ("uncertain", "failed"):
        where = sa.text(f"status = '{status}'")
        op.create_index(f"ix_outbox_{status}", "outbox", ["id"], sqlite_where=where, postgresql_where=where)
    _adopt()
    for table in APPEND_ONLY:
        forbid_changes(table)


def _groups() -> None:
    op.create_table(
        "audit_groups",
        sa.Column("chain", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name="pk_audit_groups"),
        sqlite_with_rowid=False,
    )


def _roots() -> None:
    op.create_table(
        "audit_roots",
        sa.Column("chain", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name="pk_audit_roots"),
        sqlite_with_rowid=False,
    )


def _adopt() -> None:
    """Commit to the rows that are there, in the order of their ids."""
    connection = op.get_bind()
    entries = sorted(
        (row[0], ENTRY.pack(kind, row[0], digest(table, tuple(row))))
        for kind, table in enumerate(ADOPTED, start=1)
        for row in connection.execute(sa.select(sa.text("*")).select_from(sa.table(table)))
    )
    previous = BEFORE_FIRST
    for seq, first in enumerate(range(0, len(entries), IN_A_GROUP), start=1):
        joined = b"".join(entry for _, entry in entries[first : first + IN_A_GROUP])
        hash_ = hash_of(FIRST_CHAIN, seq, previous, joined)
        connection.execute(
            sa.text("INSERT INTO audit_groups VALUES (:chain, :seq, :previous, :entries, :hash)"),
            {"chain": FIRST_CHAIN, "seq": seq, "previous": previous, "entries": joined, "hash": hash_},
        )
        previous = hash_
