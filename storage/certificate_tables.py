"""The tables of certificates: what is kept of each, and the pictures that wait to be looked at."""

import sqlalchemy as sa

from storage.columns import ID, instant, metadata, number, person, row_id, sealed

certificates = sa.Table(
    "certificates",
    metadata,
    row_id(),
    person(),
    instant("received"),
    instant("settled", nullable=True),
    person("by", nullable=True),
    sealed(),
    sa.Index(None, "person", "id"),
)

certificate_pages = sa.Table(
    "certificate_pages",
    metadata,
    row_id(),
    person(),
    sa.Column("certificate", ID, sa.ForeignKey("certificates.id"), nullable=False),
    number("place"),
    sealed(),
    sa.Index(None, "certificate", "place"),
)
