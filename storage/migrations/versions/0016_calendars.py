"""Series, files that appointments came from, interpreters; busy times of staff; calendars that fetch."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add columns and tables."""
    op.add_column("appointments", sa.Column("series", sa.BigInteger(), nullable=True))
    op.add_column("appointments", sa.Column("source", sa.LargeBinary(), nullable=True))
    op.add_column("appointments", sa.Column("interpreter", sa.LargeBinary(), nullable=True))
    for name, columns, unique in (
        ("ix_appointments_series", ["series"], False),
        ("uq_appointments_source", ["source"], True),
        ("ix_appointments_interpreter", ["interpreter", "ends"], False),
    ):
        there = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(name, "appointments", columns, unique=unique, sqlite_where=there, postgresql_where=there)
    op.create_table(
        "busy_times",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_busy_times_person"),
        sa.PrimaryKeyConstraint("id", name="pk_busy_times"),
    )
    op.create_index("ix_busy_times_person_ends", "busy_times", ["person", "ends"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("person", ID, nullable=False),
        sa.Column("looked", sa.BigInteger(), nullable=False),
        sa.Column("fetched", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("modified", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_subscriptions_person"),
        sa.PrimaryKeyConstraint("person", name="pk_subscriptions"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_calendar_feeds_person"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_calendar_feeds"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_calendar_feeds_person", "calendar_feeds", ["person"], unique=False)
