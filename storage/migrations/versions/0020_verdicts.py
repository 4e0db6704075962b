"""Decisions about absences."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import forbid_changes

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add their table; nobody changes or deletes a decision."""
    op.create_table(
        "verdicts",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("absence", ID, nullable=False),
        sa.Column("decided_by", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_verdicts_person"),
        sa.ForeignKeyConstraint(["absence"], ["absences.id"], name="fk_verdicts_absence"),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name="fk_verdicts_decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
    )
    op.create_index("ix_verdicts_person_id", "verdicts", ["person", "id"], unique=False)
    forbid_changes("verdicts")
