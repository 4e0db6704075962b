"""What a carrier has to show: secrecy of staff, breaches; and sessions on devices that are lent."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add both tables and the mark."""
    op.create_table(
        "secrecy",
        sa.Column("person", ID, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("recorded", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_secrecy_person"),
        sa.PrimaryKeyConstraint("person", name="pk_secrecy"),
    )
    op.create_table(
        "breaches",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_breaches"),
    )
    op.add_column("web_sessions", sa.Column("lent", sa.Integer(), nullable=False, server_default="0"))
