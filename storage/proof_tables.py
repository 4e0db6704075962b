"""The tables of what a carrier has to show: who of the staff is bound to secrecy, and which breaches there were."""

import sqlalchemy as sa

from storage.columns import instant, metadata, person, row_id, sealed, text

secrecy = sa.Table("secrecy", metadata, person(primary_key=True), text("day"), instant("recorded"))

breaches = sa.Table(
    "breaches",
    metadata,
    row_id(),
    text("kind"),
    instant("known"),
    instant("began"),
    instant("ended"),
    instant("closed", nullable=True),
    sealed(),
)
sa.Index(None, breaches.c.known, breaches.c.id)
