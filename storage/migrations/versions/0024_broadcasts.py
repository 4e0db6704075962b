"""Broadcasts: sealed texts, recipients as rows of their own, and replies."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add their tables."""
    op.create_table(
        "broadcasts",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_broadcasts_person"),
        sa.PrimaryKeyConstraint("id", name="pk_broadcasts"),
        sa.UniqueConstraint("slot", name="uq_broadcasts_slot"),
    )
    op.create_index("ix_broadcasts_state_id", "broadcasts", ["state", "id"], unique=False)
    op.create_table(
        "broadcast_recipients",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("broadcast", ID, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("dedupe", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["broadcast"], ["broadcasts.id"], name="fk_broadcast_recipients_broadcast"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_broadcast_recipients_person"),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast_recipients"),
        sa.UniqueConstraint("broadcast", "person", name="uq_broadcast_recipients_broadcast_person"),
    )
    op.create_index(
        "ix_broadcast_recipients_broadcast_state_id",
        "broadcast_recipients",
        ["broadcast", "state", "id"],
        unique=False,
    )
    op.create_table(
        "broadcast_replies",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("broadcast", ID, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["broadcast"], ["broadcasts.id"], name="fk_broadcast_replies_broadcast"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_broadcast_replies_person"),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast_replies"),
    )
    op.create_index("ix_broadcast_replies_broadcast_id", "broadcast_replies", ["broadcast", "id"], unique=False)
