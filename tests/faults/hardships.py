"""Databases that others hold, that are full, that cannot be written: on both kinds, as the program would meet them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from tests.faults.databases import PostgresDatabase, SqliteDatabase
from tests.faults.trial import Trial

_TABLES = ("inbox", "outbox", "timers")
_REFUSING = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'as if' USING ERRCODE = '{state}'; END $$;
"""


@contextmanager
def locked(trial: Trial) -> Iterator[None]:
    """Another program holds the database."""
    if isinstance(trial.database, SqliteDatabase):
        with closing(sqlite3.connect(trial.database.path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
    else:
        with psycopg.connect(trial.database.url) as holder:
            holder.execute(f"LOCK TABLE {', '.join(_TABLES)} IN EXCLUSIVE MODE".encode())
            yield
            holder.rollback()


@contextmanager
def full(trial: Trial) -> Iterator[None]:
    """There is no room for anything more."""
    if isinstance(trial.database, SqliteDatabase):
        trial.ask("fill", 0)
        yield
        trial.ask("fill", 1_000_000)
    else:
        with _refusing(trial.database, "53100"):
            yield


@contextmanager
def read_only(trial: Trial) -> Iterator[None]:
    """Nothing can be written."""
    if isinstance(trial.database, SqliteDatabase):
        trial.ask("write-protect", True)
        yield
        trial.ask("write-protect", False)
    else:
        with _refusing(trial.database, "25006"):
            yield


@contextmanager
def _refusing(database: object, state: str) -> Iterator[None]:
    """The server answers every change with this state, as it does when its disk is full or it is a standby."""
    assert isinstance(database, PostgresDatabase)
    with psycopg.connect(database.url, autocommit=True) as master:
        master.execute(_REFUSING.format(state=state).encode())
        for table in _TABLES:
            when = f"BEFORE INSERT OR UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
            master.execute(f"CREATE TRIGGER refuse {when}".encode())
        yield
        master.execute(b"DROP FUNCTION refuse CASCADE")
