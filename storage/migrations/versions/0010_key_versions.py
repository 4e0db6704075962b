"""Several versions of keys, names found by keyed hashes, and what a person opens their messages with."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables and columns; keys that are there are version 1, and nobody knows since when."""
    op.add_column("system_keys", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("system_keys", sa.Column("made", sa.BigInteger(), nullable=True))
    op.add_column("person_keys", sa.Column("made", sa.BigInteger(), nullable=True))
    op.add_column("web_sessions", sa.Column("unlocked", sa.BigInteger(), nullable=True))
    op.add_column("web_sessions", sa.Column("may_reset", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "old_system_keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name="pk_old_system_keys"),
    )
    op.create_table(
        "old_person_keys",
        sa.Column("person", ID, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_old_person_keys_person"),
        sa.PrimaryKeyConstraint("person", "version", name="pk_old_person_keys"),
    )
    op.create_table(
        "rotations",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("begun", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_rotations"),
    )
    op.create_table(
        "name_index",
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_name_index_person"),
        sa.PrimaryKeyConstraint("fingerprint", "person", name="pk_name_index"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_index_person", "name_index", ["person"], unique=False)
    op.create_table(
        "pins",
        sa.Column("person", ID, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_pins_person"),
        sa.PrimaryKeyConstraint("person", name="pk_pins"),
    )
