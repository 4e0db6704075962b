"""Staff accounts: user name, password and second factor of whoever logs in, and the steps of a login or a set-up."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "accounts",
        sa.Column("person", ID, nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.BigInteger(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_accounts_person"),
        sa.PrimaryKeyConstraint("person", name="pk_accounts"),
        sa.UniqueConstraint("name_hash", name="uq_accounts_name_hash"),
    )
    op.create_table(
        "account_steps",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=True),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_account_steps_person"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_account_steps"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_account_steps_person", "account_steps", ["person"], unique=False)
