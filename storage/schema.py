"""The schema's revisions: which one a database has, and the way forward (there is none back)."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from storage.driver import TimeOuts
from storage.errors import StoreError, WrongSchema
from storage.file_lock import FileLock
from storage.settings import database_file, is_server

HEAD: Final = "0027"
_MIGRATIONS: Final = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    """What `migrate` did: revision before and after, and the copy made first, if there was something to copy."""

    before: str | None
    after: str
    backup: Path | None


def revision_of(url: str) -> str | None:
    """The revision of the database; None if there is no database or nothing in it."""
    if is_server(url):
        from storage import postgres_schema  # noqa: PLC0415 - who has a file needs no psycopg

        return postgres_schema.revision_on(url, TimeOuts())
    return _revision(database_file(url))


def check_revision(path: Path) -> None:
    """`WrongSchema` unless the database file has this program's revision."""
    _judge(_revision(path), str(path))


def check_server(url: str, time_outs: TimeOuts) -> None:
    """`WrongSchema` unless the database on the server has this program's revision."""
    from storage import postgres_schema  # noqa: PLC0415 - who has a file needs no psycopg

    _judge(postgres_schema.revision_on(url, time_outs), "on the server")


def _judge(revision: str | None, place: str) -> None:
    if revision is None:
        raise WrongSchema(f"there is no database at {place} yet: run `python -m bot migrate`")
    if revision > HEAD:
        raise WrongSchema(
            f"the database {place} has revision {revision}, newer than this program's {HEAD}: use the newer program"
        )
    if revision != HEAD:
        raise WrongSchema(
            f"the database {place} has revision {revision}, this program needs {HEAD}: run `python -m bot migrate`"
        )


def migrate(url: str) -> Migration:
    """Bring the database to `HEAD` in one transaction, under the lock, after a copy; create it if there is none.

    `StoreBusy` while a program uses it, `WrongSchema` if it is newer than this program.
    """
    if is_server(url):
        return _migrate_server(url)
    path = database_file(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        before = _revision(path)
        if before == HEAD:
            return Migration(before, HEAD, None)
        if before is not None and before > HEAD:
            check_revision(path)
        backup = None if before is None else _copy(path, before)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        _upgrade(path)
    finally:
        lock.release()
    return Migration(before, HEAD, backup)


def _migrate_server(url: str) -> Migration:
    """The same on a server; the copy before it is made with the server's own tools."""
    from storage import postgres_schema  # noqa: PLC0415 - who has a file needs no psycopg

    with postgres_schema.migrating(url) as (connection, before):
        if before is not None and before > HEAD:
            _judge(before, "on the server")
        if before != HEAD:
            postgres_schema.refuse_while_used(connection)
            upgrade(connection)
    return Migration(before, HEAD, None)


def _revision(path: Path) -> str | None:
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be read as a database: {error}") from None
    return None if row is None else str(row[0])


def _copy(path: Path, revision: str) -> Path:
    """A copy of the database beside it, named after the revision it has."""
    copy = path.with_name(f"{path.name}.before-{revision}")
    handle = os.open(copy, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    os.close(handle)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _upgrade(path: Path) -> None:
    """Run the migrations in one transaction of our own: sqlite3 would begin none before a CREATE."""
    engine = sa.create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(path, isolation_level=None), poolclass=sa.pool.StaticPool
    )
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.exec_driver_sql("PRAGMA synchronous=FULL")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            upgrade(connection)
            connection.commit()
    finally:
        engine.dispose()


def upgrade(connection: sa.Connection) -> None:
    """Run the migrations inside the transaction that the connection is in."""
    from alembic import command  # noqa: PLC0415 - alembic takes a tenth of a second, and is needed here only
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
