"""The plug is pulled while keys are replaced: whatever was done by then, everything opens, and going on ends it."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.people import Address, Person, PersonId, Role
from storage import resealing
from storage.master_key import create_master_key, next_file, old_files, read_master_key, read_others
from storage.schema import migrate
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NAMES = [f"Person Nummer{number}" for number in range(60)]
CHILD = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from storage import rotation
from storage.master_key import begin_next, put_in_place
from storage.store import Store
from tests.faults.test_cut_rotations import open_store

url, key_file, what, cut = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
store, submit, count = open_store(url, key_file), Store.submit, 0

def counting(self, work, **more):
    global count
    count += 1
    if count == cut:
        submit(self, work, **more)
        os.kill(os.getpid(), signal.SIGKILL)
    future = submit(self, work, **more)
    if count == -cut:
        future.result()
        os.kill(os.getpid(), signal.SIGKILL)
    return future

Store.submit = counting
if what == "all":
    rotation.rotate(store, None, lambda: datetime(2036, 1, 1, tzinfo=UTC), lambda *_: None)
else:
    rotation.rewrap(store, begin_next(key_file, database=None), lambda *_: None)
    put_in_place(key_file)
store.close()
"""


def open_store(url: str, key_file: Path) -> Store:
    """As a start does it, with the master keys that lie beside each other while one is being replaced."""
    others: Callable[[], list[bytes]] = lambda: read_others(key_file)  # noqa: E731 - read anew each time
    vault = Vault(read_master_key(key_file, database=None), "lotse", others=others)
    return Store.open(StoreSettings(url=url), vault=vault, profile=None)


def run(url: str, key_file: Path, what: str, cut: int) -> int:
    """Replace keys in a process of its own, killed at or (negative) after its n-th unit; its exit code."""
    child = [sys.executable, "-c", CHILD, url, str(key_file), what, str(cut)]
    return subprocess.run(child, check=False, cwd=Path(__file__).parents[2]).returncode


def check(url: str, key_file: Path) -> None:
    """Everybody's name opens, and everybody is known by their address."""
    store = open_store(url, key_file)
    with store.read() as uow:
        assert NAMES == [person.name for person in uow.people.all()]
        assert all(uow.people.find("web", person.handle) for person in uow.people.all())
    store.close()


@pytest.mark.parametrize("what", ["all", "master"])
def test_a_kill_anywhere_leaves_a_database_that_opens(tmp_path: Path, what: str) -> None:
    """Killed in and after every unit, again and again on the same database, until it comes through."""
    url, key_file = f"sqlite:///{tmp_path / 'db' / 'lotse.db'}", tmp_path / "keys" / "master.key"
    (tmp_path / "db").mkdir()
    first = create_master_key(key_file)
    migrate(url)
    store = open_store(url, key_file)

    def fill(uow: UnitOfWork) -> None:
        for number, name in enumerate(NAMES):
            person = Person(
                id=PersonId(uow.new_id()), handle=f"p{number}", role=Role.PARTICIPANT, name=name, language="de"
            )
            uow.people.add(person)
            uow.people.add_address(Address(id=uow.new_id(), person=person.id, channel="web", external=person.handle))

    store.submit(fill).result()
    store.close()
    cuts = [sign * number for number in range(1, 9) for sign in (1, -1)]
    killed = 0
    for cut in cuts:
        killed += run(url, key_file, what, cut) == -signal.SIGKILL
        check(url, key_file)
    assert killed >= 4
    assert 0 == run(url, key_file, what, 0)
    check(url, key_file)
    store = open_store(url, key_file)
    with store.read() as uow:
        assert 0 == uow.keys.unfinished()
        for table in resealing.TABLES:
            assert [] == uow.sealed_rows(table, None, after=0, limit=1000).behind
    store.close()
    if what == "master":
        assert not next_file(key_file).exists()
        assert first == read_master_key(old_files(key_file)[0], database=None)
