"""What people have struck from notes about them: which passages of which note, without a word of it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add its table."""
    op.create_table(
        "strikes",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("entry", ID, nullable=False),
        sa.Column("passage", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_strikes_person"),
        sa.ForeignKeyConstraint(["entry"], ["thread.id"], name="fk_strikes_entry"),
        sa.PrimaryKeyConstraint("id", name="pk_strikes"),
        sa.UniqueConstraint("entry", "passage", name="uq_strikes_entry_passage"),
    )
    op.create_index("ix_strikes_person", "strikes", ["person"], unique=False)
