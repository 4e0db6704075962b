"""Other people's channels: pings, order by class, what was fetched, ended addresses, removals, halts, phone list."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("settled IS NULL")
PENDING = sa.text("status = 'pending'")
UNFETCHED = sa.text("fetched = 0")
SENT = sa.text("seq IS NOT NULL")
OUTBOX = sa.table("outbox", sa.column("message_class"), sa.column("rank"))
RANKS = {"alert": 1, "reminder": 2, "broadcast": 3}


def upgrade() -> None:
    """Add the columns and tables; what waits in the outbox gets its rank."""
    _outbox()
    op.add_column("addresses", sa.Column("ended", sa.BigInteger(), nullable=True))
    op.add_column("addresses", sa.Column("ended_why", sa.Text(), nullable=True))
    _removals()
    _halts()
    _phone_list()
    _link_codes()


def _outbox() -> None:
    for name in ("rank", "ping"):
        op.add_column("outbox", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("fetched", sa.BigInteger(), nullable=True))
    for message_class, rank in RANKS.items():
        op.execute(OUTBOX.update().where(OUTBOX.c.message_class == message_class).values(rank=rank))
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["channel", "rank", "not_before", "id"],
        unique=False,
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
    op.drop_index("ix_outbox_history", table_name="outbox")
    op.create_index(
        "ix_outbox_history", "outbox", ["recipient", "seq"], unique=False, sqlite_where=SENT, postgresql_where=SENT
    )
    op.create_index(
        "ix_outbox_unfetched",
        "outbox",
        ["recipient"],
        unique=False,
        sqlite_where=UNFETCHED,
        postgresql_where=UNFETCHED,
    )


def _removals() -> None:
    op.create_table(
        "removals",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", ID, nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("gives_up", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["address"], ["addresses.id"], name="fk_removals_address"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_removals_person"),
        sa.PrimaryKeyConstraint("id", name="pk_removals"),
    )
    op.create_index(
        "ix_removals_due", "removals", ["due", "id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )


def _halts() -> None:
    op.create_table(
        "halts",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name="pk_halts"),
        sqlite_with_rowid=False,
    )


def _phone_list() -> None:
    op.create_table(
        "phone_list",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_phone_list_person"),
        sa.ForeignKeyConstraint(["settled_by"], ["people.id"], name="fk_phone_list_settled_by"),
        sa.PrimaryKeyConstraint("id", name="pk_phone_list"),
    )
    op.create_index(
        "uq_phone_list_open", "phone_list", ["person"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def _link_codes() -> None:
    op.create_table(
        "link_codes",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_link_codes_person"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_link_codes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_link_codes_person", "link_codes", ["person"], unique=False)
