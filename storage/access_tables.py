"""The tables of who has read what, and of relations that are over. The same rules as in `storage/tables.py`."""

import sqlalchemy as sa

from storage.columns import ID, metadata


def _person(name: str, *, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(name, ID, sa.ForeignKey("people.id"), nullable=False, primary_key=primary_key)


access_log = sa.Table(
    "access_log",
    metadata,
    sa.Column("id", ID, primary_key=True, autoincrement=False),
    _person("subject"),
    _person("reader"),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("refused", sa.Integer, nullable=False),
    sa.Column("outside", sa.Integer, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Index(None, "subject", "id"),
)

former_assignments = sa.Table(
    "former_assignments",
    metadata,
    _person("participant", primary_key=True),
    _person("caseworker", primary_key=True),
)

departures = sa.Table(
    "departures", metadata, _person("person", primary_key=True), sa.Column("at", sa.BigInteger, nullable=False)
)

_OUTSIDE = sa.text("outside = 1")
sa.Index(
    "ix_access_log_outside", access_log.c.reader, access_log.c.at, sqlite_where=_OUTSIDE, postgresql_where=_OUTSIDE
)
