"""The table of what is written between a person and the people around them. The same rules as in `tables.py`."""

import sqlalchemy as sa

from storage.columns import instant, metadata, person, row_id, sealed, text

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
