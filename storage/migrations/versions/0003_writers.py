"""People by role; on a server, the processes that write: which number each has, and the mark its last commit left."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table where several processes can write; a file has one."""
    op.create_index("ix_people_role_id", "people", ["role", "id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        return
    op.create_table(
        "writers",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("node", sa.Integer(), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_writers"),
    )
