"""The two kinds of databases a store can be on: a file that one process owns, a server that several share."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from storage.driver import Driver, SqliteDriver
from storage.file_lock import FileLock
from storage.schema import check_revision
from storage.settings import StoreSettings, database_file, is_server


class Database(Protocol):
    """An open database. `driver` is the writer's connection; `shared`: other processes write, too."""

    driver: Driver
    shared: bool

    def reader(self) -> Driver:
        """One more connection, to read."""

    def follow(self, move: Callable[[int], None]) -> None:
        """Tell `move` this process's number among those that make ids, now and whenever it changes."""

    def on_notice(self, listener: Callable[[], None]) -> None:
        """Call `listener`, on a thread of ours, when another process has written something."""

    def close(self) -> None:
        """Let go; the writer has ended."""


class DatabaseFile:
    """An SQLite file, owned by this process as long as it is open."""

    shared = False

    def __init__(self, path: Path, settings: StoreSettings) -> None:
        self._path = path
        self._settings = settings
        self._lock = FileLock(path)
        try:
            check_revision(path)
            self._writing = SqliteDriver(path, settings.time_outs)
        except BaseException:
            self._lock.release()
            raise
        self.driver: Driver = self._writing

    def reader(self) -> SqliteDriver:
        """One more connection, to read."""
        return SqliteDriver(self._path, self._settings.time_outs, read_only=True)

    def follow(self, move: Callable[[int], None]) -> None:
        """There is one process, and its number is set."""
        move(self._settings.node)

    def on_notice(self, listener: Callable[[], None]) -> None:
        """Nobody else writes."""

    def close(self) -> None:
        """Empty the write-ahead log, let the file go."""
        try:
            self._writing.checkpoint()
        finally:
            self._writing.close()
            self._lock.release()


def open_database(settings: StoreSettings) -> Database:
    """The database that the address names. Raises `StorageError` when it cannot be used."""
    if not is_server(settings.url):
        return DatabaseFile(database_file(settings.url), settings)
    from storage.postgres_database import DatabaseServer  # noqa: PLC0415 - who has a file needs no psycopg

    return DatabaseServer(settings)
