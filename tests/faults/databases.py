"""The databases the faults are tried on: one with the demo world per run, and what can be read from it afterwards."""

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from storage.tables import absences, inbox, outbox, people


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


class Template(Protocol):
    """A database with the demo world, to be copied."""

    @property
    def name(self) -> str:
        """What the report calls it."""

    @property
    def key_file(self) -> Path:
        """Where its master key lies."""

    def copy(self, folder: Path) -> Database:
        """A copy for one run."""


@dataclass(frozen=True, slots=True)
class SqliteDatabase:
    """A file."""

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


@dataclass(frozen=True, slots=True)
class SqliteTemplate:
    """A file to be copied; its key lies elsewhere."""

    path: Path
    key_file: Path
    name: str = "SQLite"

    def copy(self, folder: Path) -> SqliteDatabase:
        """A copy in `folder`."""
        path = folder / "db" / "lotse.db"
        path.parent.mkdir(parents=True)
        shutil.copy(self.path, path)
        return SqliteDatabase(path)


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


def count_received(database: Database) -> int:
    """How many updates were taken in."""
    return len(_read(database, sa.select(inbox.c.id)))


def _read(database: Database, query: sa.Select[Any]) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(database.url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]
    finally:
        engine.dispose()
