"""The tables of appointments, of what keeps staff busy, of calendars that fetch. The same rules as in `tables.py`."""

import sqlalchemy as sa

from storage.columns import ID, digest, instant, metadata, number, person, row_id, sealed, text

appointments = sa.Table(
    "appointments",
    metadata,
    row_id(),
    text("handle"),
    person("organiser"),
    text("kind"),
    instant("starts"),
    instant("ends"),
    number("revision"),
    number("cancelled"),
    instant("made"),
    sealed(),
    sa.Column("series", sa.BigInteger),
    digest("source", nullable=True),
    digest("interpreter", nullable=True),
    sa.UniqueConstraint("handle"),
    sa.Index(None, "organiser", "ends"),
    sa.Index(None, "starts"),
)

invitees = sa.Table(
    "invitees",
    metadata,
    row_id(),
    sa.Column("appointment", ID, sa.ForeignKey("appointments.id"), nullable=False),
    person(),
    sealed(),
    sa.UniqueConstraint("appointment", "person"),
    sa.Index(None, "person"),
)

busy_times = sa.Table(
    "busy_times",
    metadata,
    row_id(),
    person(),
    instant("starts"),
    instant("ends"),
    sa.Index(None, "person", "ends"),
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    person(primary_key=True),
    instant("looked"),
    instant("fetched", nullable=True),
    text("fault"),
    text("etag"),
    text("modified"),
    sqlite_with_rowid=False,
)

calendar_feeds = sa.Table(
    "calendar_feeds",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    person(),
    instant("made"),
    instant("ended", nullable=True),
    sa.Index(None, "person"),
    sqlite_with_rowid=False,
)

_IN_SERIES = sa.text("series IS NOT NULL")
_FROM_OUTSIDE = sa.text("source IS NOT NULL")
_INTERPRETED = sa.text("interpreter IS NOT NULL")
sa.Index("ix_appointments_series", appointments.c.series, sqlite_where=_IN_SERIES, postgresql_where=_IN_SERIES)
sa.Index(
    "uq_appointments_source",
    appointments.c.source,
    unique=True,
    sqlite_where=_FROM_OUTSIDE,
    postgresql_where=_FROM_OUTSIDE,
)
sa.Index(
    "ix_appointments_interpreter",
    appointments.c.interpreter,
    appointments.c.ends,
    sqlite_where=_INTERPRETED,
    postgresql_where=_INTERPRETED,
)
