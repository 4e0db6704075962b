"""More tables: earlier versions of keys, rotations, and what people are found and let in by."""

import sqlalchemy as sa

from storage.columns import ID, metadata


def _person() -> sa.Column[int]:
    return sa.Column("person", ID, sa.ForeignKey("people.id"), nullable=False, primary_key=True)


old_system_keys = sa.Table(
    "old_system_keys",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)

old_person_keys = sa.Table(
    "old_person_keys",
    metadata,
    _person(),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)

rotations = sa.Table(
    "rotations",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("begun", sa.BigInteger, nullable=False),
)

name_index = sa.Table(
    "name_index",
    metadata,
    sa.Column("fingerprint", sa.LargeBinary, primary_key=True),
    _person(),
    sa.Index(None, "person"),
    sqlite_with_rowid=False,
)

pins = sa.Table(
    "pins",
    metadata,
    _person(),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("wait_until", sa.BigInteger, nullable=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
