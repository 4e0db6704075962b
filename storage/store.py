"""The store: one writer and many readers in this process, on a file of its own or on a server with others."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from flows.people import PersonId
from storage import tables
from storage.all_tables import everything
from storage.databases import Database, open_database
from storage.driver import Driver
from storage.errors import StoreClosed
from storage.ids import Ids, moment_of
from storage.persons import UNINDEXED
from storage.pulse import Pulse
from storage.sealing import KEY_VERSION
from storage.settings import StoreSettings
from storage.statements import Statement, const, insert_into
from storage.uow import UnitOfWork
from storage.vault import SYSTEM_KEYS, Vault
from storage.writer import Writer

T = TypeVar("T")

_SYSTEM_KEYS = Statement(sa.select(tables.system_keys.c.name, tables.system_keys.c.wrapped))
_ADD_SYSTEM_KEY = insert_into(tables.system_keys, unless=("name",))
_IN_FLIGHT = sa.select(sa.func.max(tables.outbox.c.lease)).where(tables.outbox.c.status == const("sending"))
_HIGHEST = [
    Statement(query)
    for query in (
        *(sa.select(sa.func.max(table.c.id)) for table in everything.sorted_tables if "id" in table.c),
        sa.select(sa.func.max(tables.outbox.c.seq)).where(tables.outbox.c.seq.is_not(None)),
        _IN_FLIGHT,
    )
]


PEOPLE_AT_ONCE = 100


def _index(people: list[PersonId], uow: UnitOfWork) -> None:
    for person in people:
        uow.people.index_name(person)


def _index_some(uow: UnitOfWork) -> bool:
    people = uow.people.unindexed(PEOPLE_AT_ONCE)
    _index(people, uow)
    return bool(people)


class Store:
    """Where everything is kept. `submit` writes, `read` reads; both hand a unit of work to the caller."""

    def __init__(self, database: Database, settings: StoreSettings, *, vault: Vault, profile: Any) -> None:
        self._database = database
        self._driver = database.driver
        self._settings = settings
        self._vault = vault
        self._profile = profile
        self._idle: list[Driver] = []
        self._gate = threading.Lock()
        self._closed = False
        try:
            self._unlock()
            self._ids = Ids(highest=self._highest_id())
            database.follow(self._ids.move)
        except BaseException:
            database.close()
            raise
        self._writer = Writer(
            self._driver,
            self._new_unit,
            group_size=settings.group_size,
            queue_size=settings.queue_size,
            ordered=database.shared,
        )
        try:
            self._index_unfound()
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(cls, settings: StoreSettings, *, vault: Vault, profile: Any) -> "Store":
        """Open a migrated database.

        `WrongSchema` if it has another revision, `StoreBusy` while another process has the file, `WrongKey` if the
        vault's master key or carrier is not the database's, `StoreError` if it cannot be opened at all.
        """
        return cls(open_database(settings), settings, vault=vault, profile=profile)

    @property
    def shared(self) -> bool:
        """Whether other processes may write to the database, too."""
        return self._database.shared

    @property
    def pulse(self) -> Pulse:
        """What the writer counts of itself."""
        return self._writer.pulse

    @property
    def waiting(self) -> int:
        """How many units wait for the writer."""
        return self._writer.waiting

    def submit(
        self,
        work: Callable[[UnitOfWork], T],
        *,
        order: str = "",
        ahead: Callable[[UnitOfWork], Iterator[None]] | None = None,
    ) -> Future[T]:
        """Have a unit done on the writer's thread; the future has a result only after COMMIT.

        It raises what `work` raised, whose changes are undone then. `work` may run twice and touches only its unit.
        `order`: whose row it locks; processes that share a database lock in this order and so never wait in a circle.
        `ahead` asks for what `work` will ask, at the beginning of the group that it is in, and nothing else; it yields
        where its next questions depend on the answers.
        Raises `StoreFull` when too many units wait, `StoreClosed` after `close`.
        """
        return self._writer.submit(work, order, ahead)

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

    def on_notice(self, listener: Callable[[], None]) -> None:
        """Call `listener` on a thread of the store's when another process has written; quick, and a hint only."""
        self._database.on_notice(listener)

    def take_master(self, master: bytes) -> None:
        """From now on new keys are wrapped under this master key; `rewrap` brings the others along."""
        self._vault.change_master(master)

    def index_names(self, tell: Callable[[str, int, int], None]) -> None:
        """Index everybody's name anew, under the key of names that is in use; waits for its units."""
        after: int | None = 0
        done = 0
        while after is not None:
            with self.read() as uow:
                people = uow.people.after(after, PEOPLE_AT_ONCE)
            if people:
                self.submit(partial(_index, people)).result()
            after = people[-1] if people else None
            done += len(people)
            tell("names", done, done)

    def _index_unfound(self) -> None:
        """Have those found by their names who are not yet: a database from before names were indexed."""
        self._driver.begin()
        left = self._driver.row(UNINDEXED, limit=1) is not None
        self._driver.commit()
        while left:
            left = self.submit(_index_some).result()

    def close(self) -> None:
        """Finish the units that wait, then let the database go. May be called again."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            idle, self._idle = self._idle, []
        self._writer.close()
        for reader in idle:
            reader.close()
        self._database.close()

    def _new_unit(self, driver: Driver | None = None) -> UnitOfWork:
        return UnitOfWork(driver or self._driver, self._vault, self._ids, self._profile)

    def _unlock(self) -> None:
        """Give the vault this database's system keys; a new database gets some, from whichever process is first."""
        wrapped = self._wrapped_keys()
        if wrapped:
            self._vault.unlock(wrapped)  # a master key that fits nothing adds nothing either
        missing = [name for name in SYSTEM_KEYS if name not in wrapped]
        if missing:
            self._driver.begin()
            for name in missing:
                blob = self._vault.new_system_key(name, KEY_VERSION)
                self._driver.change(_ADD_SYSTEM_KEY, name=name, wrapped=blob, version=KEY_VERSION, made=self._now())
            self._driver.commit()
            self._vault.unlock(self._wrapped_keys())

    def _wrapped_keys(self) -> dict[str, bytes]:
        self._driver.begin()
        wrapped: dict[str, bytes] = dict(self._driver.rows(_SYSTEM_KEYS))
        self._driver.commit()
        return wrapped

    @staticmethod
    def _now() -> int:
        """The moment that a new id would carry."""
        return moment_of(Ids().new())

    def _highest_id(self) -> int:
        """The greatest number ever taken from `Ids`, as far as the database shows."""
        self._driver.begin()
        found = [self._driver.row(statement) for statement in _HIGHEST]
        self._driver.commit()
        return max(row[0] or 0 for row in found if row)

    def _take_reader(self) -> Driver:
        with self._gate:
            if self._closed:
                raise StoreClosed("the store is closed: nothing more can be read")
            if self._idle:
                return self._idle.pop()
        return self._database.reader()

    def _give_back(self, driver: Driver) -> None:
        with self._gate:
            if not self._closed and len(self._idle) < self._settings.idle_readers:
                self._idle.append(driver)
                return
        driver.close()
