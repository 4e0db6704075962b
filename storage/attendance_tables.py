"""The tables of attendance: marks, words about months, what a month came to, and its lock. The database keeps the lock.

`attendance_clock` is one row that only rises: the latest instant the program has seen. A mark for a month is refused
by a trigger once the month has a row in `attendance_locks`, or once that clock has reached the 10th, 0:00 in Berlin.
"""

import sqlalchemy as sa

from storage.columns import instant, metadata, number, person, row_id, sealed, text

attendance_marks = sa.Table(
    "attendance_marks",
    metadata,
    row_id(),
    person(),
    text("day"),
    person("by"),
    instant("at"),
    sealed(),
    sa.Index(None, "person", "day"),
)

attendance_words = sa.Table(
    "attendance_words",
    metadata,
    row_id(),
    person(),
    text("month"),
    person("by"),
    instant("at"),
    sealed(),
    sa.Index(None, "person", "month"),
)

attendance_closings = sa.Table(
    "attendance_closings",
    metadata,
    row_id(),
    person(),
    text("month"),
    instant("at"),
    sealed(),
    sa.UniqueConstraint("person", "month"),
    sa.Index(None, "month"),
)

attendance_locks = sa.Table(
    "attendance_locks",
    metadata,
    sa.Column("month", sa.Text, primary_key=True),
    instant("at"),
    person("by", nullable=True),
)

attendance_clock = sa.Table(
    "attendance_clock",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    instant("seen"),
    number("locks_on_tenth"),
)
