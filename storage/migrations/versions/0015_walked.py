"""Indexes for what is asked of halts and breaches, so that neither is read whole."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both."""
    switched_off = sa.text("address = -1")
    op.create_index(
        "ix_halts_switched_off",
        "halts",
        ["channel"],
        unique=False,
        sqlite_where=switched_off,
        postgresql_where=switched_off,
    )
    op.create_index("ix_breaches_known_id", "breaches", ["known", "id"], unique=False)
