"""The tables of leave: every deed with a request, and from when somebody has extra leave; nothing in them changes."""

import sqlalchemy as sa

from storage.columns import instant, metadata, number, person, row_id, sealed

leave_steps = sa.Table(
    "leave_steps",
    metadata,
    row_id(),
    person(),
    sa.Column("request", sa.BigInteger, nullable=False),
    number("n"),
    instant("at"),
    sealed(),
    sa.UniqueConstraint("request", "n"),
    sa.Index(None, "person", "id"),
)

extra_leave = sa.Table(
    "extra_leave",
    metadata,
    row_id(),
    person(),
    instant("at"),
    sealed(),
    sa.Index(None, "person", "id"),
)
