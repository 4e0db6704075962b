"""Certificates: two dates of each are kept; pictures only until somebody has looked."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add their tables."""
    op.create_table(
        "certificates",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=True),
        sa.Column("by", ID, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_certificates_person"),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name="fk_certificates_by"),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
    )
    op.create_index("ix_certificates_person_id", "certificates", ["person", "id"], unique=False)
    op.create_table(
        "certificate_pages",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("certificate", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_certificate_pages_person"),
        sa.ForeignKeyConstraint(["certificate"], ["certificates.id"], name="fk_certificate_pages_certificate"),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_pages"),
    )
    op.create_index(
        "ix_certificate_pages_certificate_place", "certificate_pages", ["certificate", "place"], unique=False
    )
