"""The store: one writer, many readers, one database file owned by one process."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from storage import tables
from storage.driver import SqliteDriver
from storage.errors import StoreClosed
from storage.file_lock import FileLock
from storage.ids import Ids
from storage.schema import check_revision
from storage.settings import StoreSettings, database_file
from storage.statements import Statement, const, insert_into
from storage.uow import UnitOfWork
from storage.vault import Vault
from storage.writer import Writer

T = TypeVar("T")

_SYSTEM_KEYS = Statement(sa.select(tables.system_keys.c.name, tables.system_keys.c.wrapped))
_ADD_SYSTEM_KEY = insert_into(tables.system_keys)
_IN_FLIGHT = sa.select(sa.func.max(tables.outbox.c.lease)).where(tables.outbox.c.status == const("sending"))
_HIGHEST = [
    Statement(query)
    for query in (
        *(sa.select(sa.func.max(table.c.id)) for table in tables.metadata.sorted_tables if "id" in table.c),
        sa.select(sa.func.max(tables.outbox.c.seq)).where(tables.outbox.c.seq.is_not(None)),
        _IN_FLIGHT,
    )
]


class Store:
    """Where everything is kept. `submit` writes, `read` reads; both hand a unit of work to the caller."""

    def __init__(self, path: Path, settings: StoreSettings, *, vault: Vault, profile: Any) -> None:
        self._path = path
        self._settings = settings
        self._vault = vault
        self._profile = profile
        self._idle: list[SqliteDriver] = []
        self._gate = threading.Lock()
        self._closed = False
        self._lock = FileLock(path)
        try:
            check_revision(path)
            self._driver = SqliteDriver(path, settings.time_outs)
        except BaseException:
            self._lock.release()
            raise
        try:
            self._unlock()
            self._ids = Ids(node=settings.node, highest=self._highest_id())
        except BaseException:
            self._driver.close()
            self._lock.release()
            raise
        self._writer = Writer(
            self._driver, self._new_unit, group_size=settings.group_size, queue_size=settings.queue_size
        )

    @classmethod
    def open(cls, settings: StoreSettings, *, vault: Vault, profile: Any) -> "Store":
        """Open a migrated database.

        `WrongSchema` if it has another revision, `StoreBusy` while another process has it, `WrongKey` if the vault's
        master key or carrier is not the database's, `StoreError` if it cannot be opened at all.
        """
        return cls(database_file(settings.url), settings, vault=vault, profile=profile)

    def submit(self, work: Callable[[UnitOfWork], T]) -> Future[T]:
        """Have a unit done on the writer's thread; the future has a result only after COMMIT.

        It raises what `work` raised, whose changes are undone then. `work` may run twice and touches only its unit.
        Raises `StoreFull` when too many units wait, `StoreClosed` after `close`.
        """
        return self._writer.submit(work)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A unit that sees the database as it is at its first query; to write in it raises `ReadOnly`. Any thread."""
        driver = self._take_reader()
        unit = self._new_unit(driver)
        try:
            driver.begin()
            yield unit
        finally:
            unit.end(kept=True)
            driver.recover()
            self._give_back(driver)

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` on the writer's thread after each commit; it must be quick and must not wait."""
        self._writer.on_commit(listener)

    def close(self) -> None:
        """Finish the units that wait, empty the write-ahead log, let the file go. May be called again."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            idle, self._idle = self._idle, []
        self._writer.close()
        for reader in idle:
            reader.close()
        try:
            self._driver.checkpoint()
        finally:
            self._driver.close()
            self._lock.release()

    def _new_unit(self, driver: SqliteDriver | None = None) -> UnitOfWork:
        return UnitOfWork(driver or self._driver, self._vault, self._ids, self._profile)

    def _unlock(self) -> None:
        """Give the vault this database's system keys; a new database gets some."""
        wrapped: dict[str, bytes] = dict(self._driver.rows(_SYSTEM_KEYS))
        if not wrapped:
            wrapped = self._vault.new_system_keys()
            self._driver.begin()
            for name, blob in wrapped.items():
                self._driver.put(_ADD_SYSTEM_KEY, name=name, wrapped=blob)
            self._driver.commit()
        self._vault.unlock(wrapped)

    def _highest_id(self) -> int:
        """The greatest number ever taken from `Ids`, as far as the database shows."""
        found = (self._driver.row(statement) for statement in _HIGHEST)
        return max(row[0] or 0 for row in found if row)

    def _take_reader(self) -> SqliteDriver:
        with self._gate:
            if self._closed:
                raise StoreClosed("the store is closed: nothing more can be read")
            if self._idle:
                return self._idle.pop()
        return SqliteDriver(self._path, self._settings.time_outs, read_only=True)

    def _give_back(self, driver: SqliteDriver) -> None:
        with self._gate:
            if not self._closed and len(self._idle) < self._settings.idle_readers:
                self._idle.append(driver)
                return
        driver.close()
