"""The tables of broadcasts: each with its sealed texts, its recipients one by one, and what they answered.

`slot` holds 1 while one is cooling, running or stopped: the database lets no second one be that at the same time.
"""

import sqlalchemy as sa

from storage.columns import ID, digest, instant, metadata, number, person, row_id, sealed, text

broadcasts = sa.Table(
    "broadcasts",
    metadata,
    row_id(),
    person(),
    text("state"),
    number("slot", nullable=True),
    number("revision"),
    instant("created"),
    sealed(),
    sa.UniqueConstraint("slot"),
    sa.Index(None, "state", "id"),
)

broadcast_recipients = sa.Table(
    "broadcast_recipients",
    metadata,
    row_id(),
    sa.Column("broadcast", ID, sa.ForeignKey("broadcasts.id"), nullable=False),
    person(),
    text("state"),
    digest("dedupe"),
    sa.UniqueConstraint("broadcast", "person"),
    sa.Index(None, "broadcast", "state", "id"),
)

broadcast_replies = sa.Table(
    "broadcast_replies",
    metadata,
    row_id(),
    sa.Column("broadcast", ID, sa.ForeignKey("broadcasts.id"), nullable=False),
    person(),
    instant("at"),
    sealed(),
    sa.Index(None, "broadcast", "id"),
)
