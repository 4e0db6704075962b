"""What a person and the people around them have written to each other, and notes of staff."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add its table."""
    op.create_table(
        "thread",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_thread_person"),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name="fk_thread_by"),
        sa.PrimaryKeyConstraint("id", name="pk_thread"),
    )
    op.create_index("ix_thread_person_id", "thread", ["person", "id"], unique=False)
