"""The thin seam between repositories and a database library: SQLite here, another database beside it."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol, TypeAlias

from storage.errors import (
    Conflict,
    DatabaseFailed,
    DatabaseLocked,
    DiskFull,
    ReadOnly,
    StatementTimeout,
    StorageError,
    StoreError,
    UnitEnded,
    UnknownRow,
)
from storage.statements import Statement

Row: TypeAlias = tuple[Any, ...]

PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "recursive_triggers=ON",
    # Savepoints keep page images aside: in memory they cost half as much, and none of them reaches a temporary file.
    "temp_store=MEMORY",
)
_STEPS_BETWEEN_LOOKS: Final = 100_000
_STATEMENTS_KEPT: Final = 512

_Named: TypeAlias = Callable[[str], StorageError]
_NAMED: Final[dict[int, _Named]] = {
    sqlite3.SQLITE_FULL: lambda said: DiskFull(f"no room for the database: {said}; free some, then try again"),
    sqlite3.SQLITE_BUSY: lambda _: DatabaseLocked(
        "another program holds the database: close it, or raise lock_timeout"
    ),
    sqlite3.SQLITE_LOCKED: lambda _: DatabaseLocked("another connection holds a table of the database"),
    sqlite3.SQLITE_READONLY: lambda _: ReadOnly("this connection, or the database's file, cannot be written"),
    sqlite3.SQLITE_INTERRUPT: lambda _: StatementTimeout("a statement ran for longer than statement_timeout"),
    sqlite3.SQLITE_CONSTRAINT: lambda said: Conflict(f"the database refuses the row: {said}"),
}


def _otherwise(said: str) -> StorageError:
    return DatabaseFailed(f"the database failed: {said}")


class Queries(Protocol):
    """What repositories need of a database inside one transaction."""

    def rows(self, statement: Statement, /, **params: Any) -> list[Row]:
        """All rows of a query."""

    def row(self, statement: Statement, /, **params: Any) -> Row | None:
        """The first row of a query."""

    def put(self, statement: Statement, /, **params: Any) -> None:
        """Change exactly one row; `UnknownRow` if there is none. May be checked as late as the commit."""

    def change(self, statement: Statement, /, **params: Any) -> int:
        """Change any number of rows and say how many."""

    def changes(self, statement: Statement, many: Sequence[Mapping[str, Any]], /) -> list[int]:
        """The same change with many parameters, and how many rows each of them changed."""

    def send(self, statement: Statement, /, **params: Any) -> None:
        """Change any number of rows; nobody asks how many."""

    def guess(self, statement: Statement, /, **params: Any) -> int:
        """As `change`, where it is nearly always one row: the answer may be a guess, and a wrong one a second run."""

    def ahead(self, statement: Statement, /, **params: Any) -> None:
        """This will be asked soon: whoever has a long way to the database asks it together with what comes next."""

    def lock(self, statement: Statement, /, **params: Any) -> bool:
        """Nobody else changes the row this query finds until the transaction ends; False if nobody else could."""


class Driver(Queries, Protocol):
    """One connection, its transaction, and one savepoint in it."""

    failure: StorageError | None
    careful: bool
    """Whether `guess` must not: the unit runs again."""

    def begin(self) -> None:
        """Start a transaction that may write (or, on a read-only connection, one that sees one moment)."""

    def savepoint(self) -> None:
        """Start a unit inside the transaction and forget earlier failures."""

    def release(self) -> None:
        """Keep what the unit did."""

    def rollback_to(self) -> bool:
        """Undo what the unit did; False if the whole transaction was lost with it."""

    def commit(self) -> None:
        """Make everything since `begin` durable."""

    def recover(self) -> None:
        """Whatever happened: end the transaction, reconnect if need be, never raise."""

    def close(self) -> None:
        """Close the connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOuts:
    """How long to wait for another program's lock, how long one statement may run, how long a server may be away."""

    lock: timedelta = timedelta(seconds=5)
    statement: timedelta = timedelta(seconds=10)
    reconnect: timedelta = timedelta(seconds=10)


class SqliteDriver:
    """A `Driver` on the standard library's sqlite3; used by one thread at a time."""

    def __init__(self, path: Path, time_outs: TimeOuts, *, read_only: bool = False) -> None:
        self._path = path
        self._lock_ms = int(time_outs.lock.total_seconds() * 1000)
        self._patience = time_outs.statement.total_seconds()
        self._read_only = read_only
        self._begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"
        self._began: float | None = None
        self.careful = False
        self.failure: StorageError | None = None
        self._connect()

    def _connect(self) -> None:
        try:
            self._connection = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=rw",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=_STATEMENTS_KEPT,
            )
            self._cursor = self._connection.cursor()
            self._execute = self._cursor.execute
            self._cursor.execute(f"PRAGMA busy_timeout={self._lock_ms}")
            for pragma in PRAGMAS:
                self._cursor.execute(f"PRAGMA {pragma}")
            if self._read_only:
                self._cursor.execute("PRAGMA query_only=ON")
            self._connection.set_progress_handler(self._is_late, _STEPS_BETWEEN_LOOKS)
        except sqlite3.Error as error:
            raise StoreError(f"the database {self._path} cannot be opened: {error}") from error

    def _is_late(self) -> bool:
        """Whether the statement must end; its time counts from the first look, a few milliseconds after its start."""
        if self._began is None:
            self._began = monotonic()
        return monotonic() - self._began > self._patience

    def rows(self, statement: Statement, /, **params: Any) -> list[Row]:
        """All rows of a query."""
        try:
            self._began = None
            return self._execute(statement.sqlite, statement.pick(params)).fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def row(self, statement: Statement, /, **params: Any) -> Row | None:
        """The first row of a query."""
        found = self.rows(statement, **params)
        return found[0] if found else None

    def put(self, statement: Statement, /, **params: Any) -> None:
        """Change exactly one row; `UnknownRow` if there is none."""
        try:
            self._began = None
            if self._execute(statement.sqlite, statement.pick(params)).rowcount == 1:
                return
        except sqlite3.Error as error:
            raise self._failed(error) from error
        raise UnknownRow("no row has this id")

    def change(self, statement: Statement, /, **params: Any) -> int:
        """Change any number of rows and say how many."""
        try:
            self._began = None
            return self._execute(statement.sqlite, statement.pick(params)).rowcount
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def changes(self, statement: Statement, many: Sequence[Mapping[str, Any]], /) -> list[int]:
        """The same change with many parameters, and how many rows each of them changed."""
        execute, sql, pick = self._execute, statement.sqlite, statement.pick
        try:
            self._began = None
            return [execute(sql, pick(params)).rowcount for params in many]
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def send(self, statement: Statement, /, **params: Any) -> None:
        """Change any number of rows; nobody asks how many."""
        self.change(statement, **params)

    guess = change

    def ahead(self, _statement: Statement, /, **_params: Any) -> None:
        """It is asked when it is needed: the way to a file is short."""

    def lock(self, _statement: Statement, /, **_params: Any) -> bool:
        """Nobody else can write: the transaction has the whole database."""
        return False

    def begin(self) -> None:
        """Start a transaction; for writing at once, so that it cannot fail half-way for want of the lock."""
        self._do(self._begin)

    def savepoint(self) -> None:
        """Start a unit inside the transaction and forget earlier failures."""
        self.failure = None
        self._do("SAVEPOINT unit")

    def release(self) -> None:
        """Keep what the unit did."""
        self._do("RELEASE unit")

    def rollback_to(self) -> bool:
        """Undo what the unit did; False if the whole transaction was lost with it (disk full rolls back by itself)."""
        try:
            if self._connection.in_transaction:
                self._cursor.execute("ROLLBACK TO unit")
                self._cursor.execute("RELEASE unit")
                return True
        except sqlite3.Error as error:
            self._failed(error)
        return False

    def commit(self) -> None:
        """Make everything since `begin` durable."""
        self._do("COMMIT")

    def recover(self) -> None:
        """End the transaction, reconnect if need be, never raise: the next `begin` will say what is wrong."""
        try:
            if self._connection.in_transaction:
                self._cursor.execute("ROLLBACK")
        except sqlite3.Error:
            self._reconnect()

    def _reconnect(self) -> None:
        try:
            self._connection.close()
            self._connect()
        except (sqlite3.Error, StorageError) as error:
            self.failure = DatabaseFailed(f"the database does not come back: {error}")

    def checkpoint(self) -> None:
        """Move everything out of the write-ahead log and empty it: deleted content must not linger there."""
        self._do("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connection; the last one to close removes the write-ahead log."""
        self._cursor.close()
        self._connection.close()

    def _do(self, sql: str) -> None:
        try:
            self._began = None
            self._execute(sql)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _failed(self, error: sqlite3.Error) -> StorageError:
        """The failure by our name; kept, so that a unit that swallows it is broken all the same."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        self.failure = _NAMED.get(code, _otherwise)(str(error))
        return self.failure


class Ended:
    """What stands in for the database once a unit of work is over."""

    def rows(self, _statement: Statement, /, **_params: Any) -> list[Row]:
        """Refuse."""
        raise UnitEnded("this unit of work is over: do everything inside submit() or read()")

    def row(self, statement: Statement, /, **params: Any) -> Row | None:
        """Refuse."""
        return self.rows(statement, **params)[0]

    def put(self, statement: Statement, /, **params: Any) -> None:
        """Refuse."""
        self.rows(statement, **params)

    def change(self, statement: Statement, /, **params: Any) -> int:
        """Refuse."""
        return len(self.rows(statement, **params))

    def changes(self, statement: Statement, many: Sequence[Mapping[str, Any]], /) -> list[int]:
        """Refuse."""
        return [len(self.rows(statement)) for _ in many]

    def send(self, statement: Statement, /, **params: Any) -> None:
        """Refuse."""
        self.rows(statement, **params)

    def guess(self, statement: Statement, /, **params: Any) -> int:
        """Refuse."""
        return len(self.rows(statement, **params))

    def ahead(self, statement: Statement, /, **params: Any) -> None:
        """Refuse."""
        self.rows(statement, **params)

    def lock(self, statement: Statement, /, **params: Any) -> bool:
        """Refuse."""
        return bool(self.rows(statement, **params))
