"""Who has read whose data, who was responsible before, and which of the staff have left."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import forbid_changes

revision = "0009"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add their tables; nobody changes or deletes an entry of the access log."""
    op.create_table(
        "access_log",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("subject", ID, nullable=False),
        sa.Column("reader", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("outside", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["people.id"], name="fk_access_log_subject"),
        sa.ForeignKeyConstraint(["reader"], ["people.id"], name="fk_access_log_reader"),
        sa.PrimaryKeyConstraint("id", name="pk_access_log"),
    )
    op.create_index("ix_access_log_subject_id", "access_log", ["subject", "id"], unique=False)
    outside = sa.text("outside = 1")
    op.create_index(
        "ix_access_log_outside", "access_log", ["reader", "at"], sqlite_where=outside, postgresql_where=outside
    )
    op.create_index("ix_login_links_person", "login_links", ["person"], unique=False)
    forbid_changes("access_log")
    _relations()


def _relations() -> None:
    op.create_table(
        "former_assignments",
        sa.Column("participant", ID, nullable=False),
        sa.Column("caseworker", ID, nullable=False),
        sa.ForeignKeyConstraint(["participant"], ["people.id"], name="fk_former_assignments_participant"),
        sa.ForeignKeyConstraint(["caseworker"], ["people.id"], name="fk_former_assignments_caseworker"),
        sa.PrimaryKeyConstraint("participant", "caseworker", name="pk_former_assignments"),
    )
    op.create_table(
        "departures",
        sa.Column("person", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_departures_person"),
        sa.PrimaryKeyConstraint("person", name="pk_departures"),
    )
