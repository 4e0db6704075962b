"""The schema's revisions on a PostgreSQL server, and the way forward; the copy before it is the operator's pg_dump."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Final

import psycopg
import sqlalchemy as sa

from storage.driver import TimeOuts
from storage.errors import StoreBusy, StoreError
from storage.postgres import connect
from storage.postgres_seat import LEASES
from storage.vault import Vault

MIGRATING: Final = 7_021_964_310_771
"""The advisory lock of whoever migrates: one at a time, the others wait and find that it is done."""

PATIENCE: Final = timedelta(minutes=10)

_KNOWN: Final = "SELECT to_regclass('alembic_version') IS NOT NULL"
_REVISION: Final = "SELECT version_num FROM alembic_version"
_SYSTEM_KEYS: Final = "SELECT name, wrapped FROM system_keys"
_USERS: Final = (
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"  # nosec B608 - a constant
    f" WHERE datname = current_database() AND locktype = 'advisory' AND classid = {LEASES} AND objsubid = 2"
)


def revision_on(url: str, time_outs: TimeOuts) -> str | None:
    """The revision of the database; None if there is nothing in it. Raises `StorageError` if it does not answer."""
    with connect(url, time_outs) as connection:
        try:
            known = connection.execute(_KNOWN).fetchone()
            row = connection.execute(_REVISION).fetchone() if known and known[0] else None
        except psycopg.Error as error:
            raise StoreError(f"the database's revision cannot be read: {type(error).__name__}") from None
    return None if row is None else str(row[0])


def unlock(url: str, time_outs: TimeOuts, vault: Vault) -> None:
    """Give the vault the database's system keys, if it has any yet; `WrongKey` if its master key is not the one."""
    with connect(url, time_outs) as connection:
        try:
            wrapped = dict(connection.execute(_SYSTEM_KEYS).fetchall())
        except psycopg.Error as error:
            raise StoreError(f"the database's keys cannot be read: {type(error).__name__}") from None
    if wrapped:
        vault.unlock(wrapped)


@contextmanager
def migrating(url: str) -> Iterator[tuple[sa.Connection, str | None]]:
    """A transaction that alone may migrate, with the revision it finds; committed if nothing is raised."""
    patient = replace(TimeOuts(), lock=PATIENCE, statement=PATIENCE)

    def transactional() -> "psycopg.Connection[tuple[object, ...]]":
        connection = connect(url, patient)
        connection.autocommit = False
        return connection

    engine = sa.create_engine("postgresql+psycopg://", creator=transactional, poolclass=sa.pool.NullPool)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
            known = connection.exec_driver_sql(_KNOWN).scalar()
            yield connection, connection.exec_driver_sql(_REVISION).scalar() if known else None
    except sa.exc.OperationalError as error:
        raise StoreError(f"the database cannot be migrated: {type(error.orig).__name__}") from None
    finally:
        engine.dispose()


def refuse_while_used(connection: sa.Connection) -> None:
    """`StoreBusy` while a process of ours has the database open: it would go on with the tables it knows."""
    users = connection.exec_driver_sql(_USERS).scalar()
    if users:
        raise StoreBusy(f"{users} processes use the database: stop them first")
