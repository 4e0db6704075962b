"""The tables of staff accounts: what opens one, and the steps of somebody who is on the way in."""

import sqlalchemy as sa

from storage.columns import digest, instant, metadata, number, person, sealed, text

accounts = sa.Table(
    "accounts",
    metadata,
    person(primary_key=True),
    digest("name_hash"),
    number("tries"),
    instant("wait_until", nullable=True),
    sa.Column("last_step", sa.BigInteger, nullable=False),
    sealed(),
    sa.UniqueConstraint("name_hash"),
)

account_steps = sa.Table(
    "account_steps",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    person(),
    text("purpose"),
    sa.Column("challenge", sa.LargeBinary, nullable=True),
    instant("expires"),
    sa.Index(None, "person"),
    sqlite_with_rowid=False,
)
