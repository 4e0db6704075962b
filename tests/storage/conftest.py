"""A real database per test, a file and one on a server, and a small world in it.

Tests of what both can do run on both; a test that asks for `database` is about the file.
"""

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
from tests.postgres import Server

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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On both kinds of databases, unless a test looks into the file."""
    if "kind" in metafunc.fixturenames:
        about_file = "database" in metafunc.fixturenames or metafunc.definition.get_closest_marker("file")
        about_server = metafunc.definition.get_closest_marker("server")
        metafunc.parametrize("kind", ["file"] if about_file else ["server"] if about_server else ["file", "server"])


@pytest.fixture
def settings(kind: str, request: pytest.FixtureRequest) -> Iterator[StoreSettings]:
    """Settings for a migrated, empty database."""
    if kind == "file":
        yield StoreSettings(url=f"sqlite:///{request.getfixturevalue('database')}")
        return
    server: Server = request.getfixturevalue("server")
    url = server.create()
    yield StoreSettings(url=url)
    server.drop(url)


@pytest.fixture
def store(settings: StoreSettings) -> Iterator[Store]:
    """An open store on that database."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def other(settings: StoreSettings, store: Store) -> Iterator[Store]:
    """A second store on the same database, as another process has it."""
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
