"""How subscribed calendars fare, read beside whoever has the database open."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from storage import schema
from storage.driver import TimeOuts
from storage.errors import StoreError
from storage.instants import from_micros
from storage.settings import database_file, is_server

FIRST_WITH_CALENDARS: Final = "0016"
_STATES: Final = (
    "SELECT people.handle, subscriptions.fetched, subscriptions.fault FROM subscriptions "
    "JOIN people ON people.id = subscriptions.person"
)


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """When a calendar was last read whole, None for never; what is wrong since, "" for nothing."""

    fetched: datetime | None
    fault: str


def subscription_states(url: str, time_outs: TimeOuts) -> dict[str, SubscriptionState] | None:
    """By handle; None if there is no database, or one from before there were calendars."""
    if (schema.revision_of(url) or "") < FIRST_WITH_CALENDARS:
        return None
    rows = _on_server(url, time_outs) if is_server(url) else _in_file(url)
    return {
        handle: SubscriptionState(None if fetched is None else from_micros(fetched), fault)
        for handle, fetched, fault in rows
    }


def _in_file(url: str) -> list[Any]:
    with closing(sqlite3.connect(f"{database_file(url).absolute().as_uri()}?mode=rw", uri=True)) as file:
        return file.execute(_STATES).fetchall()


def _on_server(url: str, time_outs: TimeOuts) -> list[Any]:
    import psycopg  # noqa: PLC0415 - who has a file needs no psycopg

    from storage.postgres import connect  # noqa: PLC0415 - as above

    with connect(url, time_outs) as connection:
        try:
            return connection.execute(_STATES).fetchall()
        except psycopg.Error as error:
            raise StoreError(f"the states of calendars cannot be read: {type(error).__name__}") from None
