"""How old people's keys are, read beside whoever has the database open."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage import schema
from storage.driver import TimeOuts
from storage.errors import StoreError
from storage.instants import from_micros
from storage.settings import database_file, is_server

FIRST_WITH_VERSIONS: Final = "0010"
_AGES: Final = (
    "SELECT (SELECT min(made) FROM person_keys), (SELECT count(*) FROM person_keys WHERE made IS NULL), "
    "(SELECT count(*) FROM rotations)"
)


@dataclass(frozen=True, slots=True)
class KeyAges:
    """When the oldest key was made, of how many nobody knows, and how many rotations were begun and not finished."""

    oldest: datetime | None
    unknown: int
    unfinished: int


def key_ages(url: str, time_outs: TimeOuts) -> KeyAges | None:
    """The ages of the keys in the database; None if there is none, or one from before versions of keys."""
    if (schema.revision_of(url) or "") < FIRST_WITH_VERSIONS:
        return None
    oldest, unknown, unfinished = _on_server(url, time_outs) if is_server(url) else _in_file(url)
    return KeyAges(None if oldest is None else from_micros(oldest), unknown, unfinished)


def _in_file(url: str) -> tuple[int | None, int, int]:
    with closing(sqlite3.connect(f"{database_file(url).absolute().as_uri()}?mode=rw", uri=True)) as file:
        oldest, unknown, unfinished = file.execute(_AGES).fetchone()
    return oldest, unknown, unfinished


def _on_server(url: str, time_outs: TimeOuts) -> tuple[int | None, int, int]:
    import psycopg  # noqa: PLC0415 - who has a file needs no psycopg

    from storage.postgres import connect  # noqa: PLC0415 - as above

    with connect(url, time_outs) as connection:
        try:
            row = connection.execute(_AGES).fetchone()
        except psycopg.Error as error:
            raise StoreError(f"the ages of keys cannot be read: {type(error).__name__}") from None
    oldest, unknown, unfinished = row or (None, 0, 0)
    return oldest, unknown, unfinished
