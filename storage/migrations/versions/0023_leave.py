"""Leave: every deed with a request, and from when somebody has extra leave; the database refuses changes of both."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import forbid_changes

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("leave_steps", "extra_leave")


def upgrade() -> None:
    """Add their tables."""
    op.create_table(
        "leave_steps",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("request", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_leave_steps_person"),
        sa.PrimaryKeyConstraint("id", name="pk_leave_steps"),
        sa.UniqueConstraint("request", "n", name="uq_leave_steps_request_n"),
    )
    op.create_index("ix_leave_steps_person_id", "leave_steps", ["person", "id"], unique=False)
    op.create_table(
        "extra_leave",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_extra_leave_person"),
        sa.PrimaryKeyConstraint("id", name="pk_extra_leave"),
    )
    op.create_index("ix_extra_leave_person_id", "extra_leave", ["person", "id"], unique=False)
    for table in APPEND_ONLY:
        forbid_changes(table)
