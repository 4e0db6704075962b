"""Buttons have no rows any more: only a press has one. What was shown before is no longer valid."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Replace the table of buttons by one of presses."""
    op.drop_index("ix_buttons_outbox", table_name="buttons")
    op.drop_table("buttons")
    op.create_table(
        "presses",
        sa.Column("outbox", ID, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["outbox"], ["outbox.id"], name="fk_presses_outbox"),
        sa.PrimaryKeyConstraint("outbox", "position", name="pk_presses"),
        sqlite_with_rowid=False,
    )
