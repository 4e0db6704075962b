"""Intakes: how far somebody new is, and what they have told."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add their table."""
    op.create_table(
        "intakes",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("conversation", ID, nullable=True),
        sa.Column("accepted_by", ID, nullable=True),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_intakes_person"),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name="fk_intakes_conversation"),
        sa.ForeignKeyConstraint(["accepted_by"], ["people.id"], name="fk_intakes_accepted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_intakes"),
        sa.UniqueConstraint("person", name="uq_intakes_person"),
    )
