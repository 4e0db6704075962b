"""Appointments, and who is invited to them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add their tables."""
    op.create_table(
        "appointments",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("organiser", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["organiser"], ["people.id"], name="fk_appointments_organiser"),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
        sa.UniqueConstraint("handle", name="uq_appointments_handle"),
    )
    op.create_index("ix_appointments_organiser_ends", "appointments", ["organiser", "ends"], unique=False)
    op.create_table(
        "invitees",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("appointment", ID, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["appointment"], ["appointments.id"], name="fk_invitees_appointment"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_invitees_person"),
        sa.PrimaryKeyConstraint("id", name="pk_invitees"),
        sa.UniqueConstraint("appointment", "person", name="uq_invitees_appointment_person"),
    )
    op.create_index("ix_invitees_person", "invitees", ["person"], unique=False)
