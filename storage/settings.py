"""Where the database is and how patiently the store works."""

from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from storage.driver import TimeOuts
from storage.errors import StoreError

_EXAMPLES = "sqlite:///var/db/lotse.db or postgresql://user@host/lotse"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """`url` is `sqlite:///path` or `postgresql://…`; `node` tells whose ids they are (0 to 1023; leased on a server).

    `group_size`: units committed together at most. `queue_size`: units that may wait before `StoreFull`.
    """

    url: str
    group_size: int = 32
    queue_size: int = 10_000
    idle_readers: int = 8
    node: int = 0
    time_outs: TimeOuts = field(default_factory=TimeOuts)


def is_server(url: str) -> bool:
    """Whether the address names a PostgreSQL server."""
    return url.startswith(("postgresql://", "postgres://"))


def database_file(url: str) -> Path:
    """The file that an SQLite address names; `StoreError` for any other address (see `is_server`)."""
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        raise StoreError(f"the database's address cannot be read: it looks like {_EXAMPLES}") from None
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise StoreError(f"the database's address must name a file or a server: {_EXAMPLES}")
    return Path(parsed.database)
