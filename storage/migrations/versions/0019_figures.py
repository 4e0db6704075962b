"""Appointments are found by when they begin: figures count a whole programme's."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_appointments_starts", "appointments", ["starts"], unique=False)
