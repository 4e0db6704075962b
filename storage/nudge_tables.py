"""The tables of what has to happen in time: dates of participations, tasks, and reminders people set themselves."""

import sqlalchemy as sa

from storage.columns import instant, metadata, number, person, row_id, sealed, text

participations = sa.Table(
    "participations",
    metadata,
    row_id(),
    person(),
    number("revision"),
    instant("changed"),
    sealed(),
    sa.UniqueConstraint("person"),
)

tasks = sa.Table(
    "tasks",
    metadata,
    row_id(),
    person(),
    text("state"),
    person("done_by", nullable=True),
    instant("done_at", nullable=True),
    sealed(),
    sa.Index(None, "person", "id"),
)

own_reminders = sa.Table(
    "own_reminders",
    metadata,
    row_id(),
    person(),
    instant("due"),
    instant("made"),
    sealed(),
    sa.Index(None, "person", "due"),
)
