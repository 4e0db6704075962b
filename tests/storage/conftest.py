"""A real database file per test, and a small world in it."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.people import Address, Person, PersonId, Role
from storage.driver import SqliteDriver
from storage.schema import migrate
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
MASTER = bytes(range(32))


@dataclass(frozen=True, slots=True)
class World:
    """Two participants and their caseworker, reached on the web."""

    anna: Person
    bilal: Person
    clara: Person
    anna_web: Address
    clara_web: Address


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "lotse.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Path:
    """The file of a migrated, empty database."""
    path = tmp_path / "db" / "lotse.db"
    path.parent.mkdir()
    shutil.copy(migrated, path)
    return path


@pytest.fixture
def settings(database: Path) -> StoreSettings:
    """Settings for that database."""
    return StoreSettings(url=f"sqlite:///{database}")


@pytest.fixture
def store(settings: StoreSettings) -> Iterator[Store]:
    """An open store on that database."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def world(store: Store) -> World:
    """The people in the store."""
    return store.submit(populate).result()


def open_store(settings: StoreSettings, *, master: bytes = MASTER, carrier: str = "lotse") -> Store:
    """Open the store as the composition root would."""
    return Store.open(settings, vault=Vault(master, carrier), profile="demo")


def populate(uow: UnitOfWork) -> World:
    """Add two participants, their caseworker, and two addresses."""
    anna, bilal = person(uow, "p1", "Anna Quittenbaum"), person(uow, "p2", "Bilal Zwetschge")
    clara = person(uow, "c1", "Clara Mirabelle", Role.CASEWORKER)
    uow.people.assign(anna.id, clara.id)
    return World(anna, bilal, clara, address(uow, anna, "web"), address(uow, clara, "web"))


def person(uow: UnitOfWork, handle: str, name: str, role: Role = Role.PARTICIPANT) -> Person:
    """Add a person."""
    added = Person(id=PersonId(uow.new_id()), handle=handle, role=role, name=name, language="de")
    uow.people.add(added)
    return added


def address(uow: UnitOfWork, owner: Person, channel: str) -> Address:
    """Add an address whose name on the channel is the person's handle."""
    added = Address(id=uow.new_id(), person=owner.id, channel=channel, external=owner.handle)
    uow.people.add_address(added)
    return added


def fresh_key() -> bytes:
    """A master key that fits nothing."""
    return os.urandom(32)


def sqlite_of(store: Store) -> sqlite3.Connection:
    """The writer's connection, to disturb it."""
    driver = store._driver
    assert isinstance(driver, SqliteDriver)
    return driver._connection
