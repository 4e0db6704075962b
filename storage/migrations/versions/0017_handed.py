"""Who asked a colleague to take an alert over."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody has asked so far."""
    op.add_column("alert_holders", sa.Column("handed_by", sa.BigInteger(), nullable=True))
