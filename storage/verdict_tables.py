"""The table of decisions about absences: append-only, a later decision is a row of its own."""

import sqlalchemy as sa

from storage.columns import ID, instant, metadata, person, row_id, sealed

verdicts = sa.Table(
    "verdicts",
    metadata,
    row_id(),
    person(),
    sa.Column("absence", ID, sa.ForeignKey("absences.id"), nullable=False),
    person("decided_by"),
    instant("at"),
    sealed(),
    sa.Index(None, "person", "id"),
)
