"""The databases the faults are tried on: one with the demo world per run, and what can be read from it afterwards."""

import shutil
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from storage.audit import Audit
from storage.audit_check import ChainBroken, verify
from storage.certificate_tables import certificate_pages, certificates
from storage.columns import metadata
from storage.driver import Driver, SqliteDriver, TimeOuts
from storage.postgres import PostgresDriver
from storage.settings import database_file, is_server
from storage.tables import absences, inbox, outbox, people
from tests.postgres import EMPTY, Server

PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Row:
    """A message in the outbox."""

    id: int
    to: str
    message_class: str
    status: str


class Database(Protocol):
    """One database of one run."""

    @property
    def url(self) -> str:
        """Its address in the settings."""

    def problems(self) -> list[str]:
        """What the database itself finds wrong with its contents."""

    def wait_until_left(self) -> None:
        """Wait until nothing is left of a program that is dead: its connections and locks."""

    def remove(self) -> None:
        """Nobody needs it any more."""


class Template(Protocol):
    """A database with the demo world, to be copied."""

    @property
    def name(self) -> str:
        """What the report calls it."""

    @property
    def key_file(self) -> Path:
        """Where its master key lies."""

    @property
    def resumes_within(self) -> float:
        """The seconds after a start by which everything has to be looked after."""

    def copy(self, folder: Path) -> Database:
        """A copy for one run."""

    def empty(self, folder: Path) -> Database:
        """A database with nothing in it."""

    def of(self, database: Any) -> "Template":
        """Another database of this kind, to be copied; the key is the same."""


@dataclass(frozen=True, slots=True)
class SqliteDatabase:
    """A file in a folder of its own."""

    path: Path

    @property
    def url(self) -> str:
        """Its address in the settings."""
        return f"sqlite:///{self.path}"

    def problems(self) -> list[str]:
        """What the integrity check and the foreign keys say."""
        with closing(sqlite3.connect(self.path)) as connection:
            said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            broken = [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
        return [each for each in said if each != "ok"] + broken

    def wait_until_left(self) -> None:
        """The system has taken everything from a dead process before its end can be seen."""

    def remove(self) -> None:
        """Delete its folder."""
        shutil.rmtree(self.path.parent)


@dataclass(frozen=True, slots=True)
class SqliteTemplate:
    """A file to be copied; its key lies elsewhere."""

    path: Path
    key_file: Path
    name: str = "SQLite"
    resumes_within: float = 5.0

    def copy(self, folder: Path) -> SqliteDatabase:
        """A copy in `folder`; of nothing, if there is nothing."""
        database = self.empty(folder)
        if self.path.exists():
            shutil.copy(self.path, database.path)
        return database

    def empty(self, folder: Path) -> SqliteDatabase:
        """The place for a file in `folder`."""
        path = folder / "db" / "lotse.db"
        path.parent.mkdir(parents=True)
        return SqliteDatabase(path)

    def of(self, database: SqliteDatabase) -> "SqliteTemplate":
        """Another file to be copied."""
        return replace(self, path=database.path)


@dataclass(frozen=True, slots=True)
class PostgresDatabase:
    """A database on the server of the tests."""

    server: Server
    url: str

    def problems(self) -> list[str]:
        """References that lead nowhere; the server itself checks each page that it reads."""
        return [str(row[0]) for row in _read(self, sa.union_all(*_strays()))]

    def wait_until_left(self) -> None:
        """Wait until the server has noticed that the program is gone."""
        deadline = time.monotonic() + PATIENCE
        while connected := self.connected():
            assert time.monotonic() < deadline, f"{connected} connections of a dead program are still there"
            time.sleep(0.005)

    def connected(self) -> int:
        """How many connections of the program there are."""
        query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{self.name}' AND application_name = 'lotse'"
        return int(self.server.execute(query)[0][0])

    @property
    def name(self) -> str:
        """What the server calls it."""
        name: str = sa.make_url(self.url).database or ""
        return name

    def remove(self) -> None:
        """Drop it."""
        self.server.drop(self.url)


@dataclass(frozen=True, slots=True)
class PostgresTemplate:
    """A database on the server, to be copied by the server."""

    server: Server
    url: str
    key_file: Path
    name: str = "PostgreSQL"
    resumes_within: float = 60.0

    def copy(self, folder: Path) -> PostgresDatabase:
        """A copy; `folder` is for what else the run needs."""
        folder.mkdir(parents=True)
        return PostgresDatabase(self.server, self.server.create(self.url))

    def empty(self, folder: Path) -> PostgresDatabase:
        """A database without tables."""
        folder.mkdir(parents=True)
        return PostgresDatabase(self.server, self.server.create(EMPTY))

    def of(self, database: PostgresDatabase) -> "PostgresTemplate":
        """Another database to be copied."""
        return replace(self, url=database.url)


def read_outbox(database: Database) -> list[Row]:
    """Every message, in the order it was written."""
    query = (
        sa.select(outbox.c.id, people.c.handle, outbox.c.message_class, outbox.c.status)
        .join(people, people.c.id == outbox.c.recipient)
        .order_by(outbox.c.id)
    )
    return [Row(*row) for row in _read(database, query)]


def count_reports(database: Database) -> Counter[str]:
    """How many absences there are for whom."""
    query = sa.select(people.c.handle).join(absences, absences.c.person == people.c.id)
    return Counter(row[0] for row in _read(database, query))


def count_certificates(database: Database) -> tuple[int, int]:
    """How many certificates there are, and how many pictures."""
    return (
        len(_read(database, sa.select(certificates.c.id))),
        len(_read(database, sa.select(certificate_pages.c.id))),
    )


def count_received(database: Database) -> int:
    """How many updates were taken in."""
    return len(_read(database, sa.select(inbox.c.id)))


def breaks_in_chain(database: Database) -> list[str]:
    """What the audit chain shows: nothing, if every event and consent is committed to, and nothing was changed."""
    url = database.url
    driver: Driver
    if is_server(url):
        driver = PostgresDriver(url, TimeOuts())
    else:
        driver = SqliteDriver(database_file(url), TimeOuts(), read_only=True)
    with closing(driver):
        driver.begin()
        try:
            verify(Audit(driver))
        except ChainBroken as broken:
            return [str(broken)]
        finally:
            driver.recover()
    return []


def engine_of(url: str) -> sa.Engine:
    """SQLAlchemy's way into a database of ours."""
    return sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=sa.pool.NullPool)


def _looking_at(url: str) -> sa.Engine:
    """The same for reading; a file is left as a killed program has left it, write-ahead log and all."""
    if is_server(url):
        return engine_of(url)
    name = f"{database_file(url).absolute().as_uri()}?mode=ro"
    return sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(name, uri=True), poolclass=sa.pool.NullPool)


def _read(database: Database, query: sa.Executable) -> list[tuple[Any, ...]]:
    with _looking_at(database.url).connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def _strays() -> list[sa.Select[Any]]:
    """For each reference between tables, a query that finds those which lead nowhere."""
    queries = []
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            target = key.column.table.alias("target")
            there = sa.exists().where(target.c[key.column.name] == key.parent)
            said = sa.literal(f"{table.name}.{key.parent.name} leads nowhere")
            queries.append(sa.select(said).select_from(table).where(key.parent.is_not(None), ~there))
    return queries
