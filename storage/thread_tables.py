"""The table of what is written between a person and the people around them. The same rules as in `tables.py`."""

import sqlalchemy as sa

from storage.columns import ID, instant, metadata, number, person, row_id, sealed, text

thread = sa.Table(
    "thread",
    metadata,
    row_id(),
    person(),
    person("by"),
    text("kind"),
    instant("at"),
    sealed(),
    sa.Index(None, "person", "id"),
)

strikes = sa.Table(
    "strikes",
    metadata,
    row_id(),
    person(),
    sa.Column("entry", ID, sa.ForeignKey("thread.id"), nullable=False),
    number("passage"),
    instant("at"),
    sa.UniqueConstraint("entry", "passage"),
    sa.Index(None, "person"),
)
"""Which passages of which note the person has struck; it holds no words."""
