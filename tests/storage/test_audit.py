"""What was recorded is in the audit chain, and nothing about it can be changed without being found."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from flows.engine.events import LatenessReported
from flows.people import PersonId
from storage import schema
from storage.audit import ENTRY, Audit
from storage.audit_check import ChainBroken, Verified, verify
from storage.audit_roots import RootsFile, Signer, catch_up, mark_restored, sign_heads, verify_signed
from storage.driver import SqliteDriver, TimeOuts
from storage.errors import Conflict, StoreError
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from tests.storage.conftest import NOW, World, open_store
from tests.storage.test_writer import held, outcome

SIGNER = Signer(bytes(range(32)))


def record(uow: UnitOfWork, person: PersonId, n: int = 1) -> None:
    """A unit that records events."""
    for _ in range(n):
        uow.events.add(LatenessReported(who=person, day=NOW.date()), NOW, subject=person)


def consent(uow: UnitOfWork, person: PersonId) -> None:
    """A unit that records a consent."""
    uow.consents.record(person, "C1", "effective", actor=person, now=NOW, evidence={"source": "test"})


def sign(store: Store, file: RootsFile, days: int = 0) -> None:
    """A nightly root."""
    file.append(store.submit(lambda uow: sign_heads(uow.audit, SIGNER, NOW + timedelta(days=days))).result())


def check(store: Store, file: RootsFile, *, older: bool = False) -> Verified:
    """Verify through the store."""
    with store.read() as uow:
        return verify_signed(uow.audit, SIGNER.public, file, older=older)


@pytest.fixture
def roots(tmp_path: Path) -> RootsFile:
    """The file of the roots, in a folder of its own."""
    return RootsFile(tmp_path / "keys" / "audit-roots.jsonl")


def test_what_is_committed_together_is_one_link(store: Store, world: World) -> None:
    """A group of units adds one row to the chain, with an entry for each event and consent in their order."""
    with held(store):
        waiting = [
            store.submit(lambda uow: record(uow, world.anna.id, 2)),
            store.submit(lambda uow: consent(uow, world.bilal.id)),
        ]
    assert ["ok", "ok"] == [outcome(each) for each in waiting]
    with store.read() as uow:
        (group,) = uow.audit.groups(0, 0, 10)
        assert isinstance(group.entries, bytes)
        assert [1, 1, 2] == [kind for kind, _, _ in ENTRY.iter_unpack(group.entries)]
        assert Verified(groups=1, entries=3, roots=0) == verify(uow.audit)


def test_a_unit_that_records_nothing_adds_nothing(store: Store, world: World) -> None:
    """Reading and sending leave no link."""
    del world
    with store.read() as uow:
        assert [] == uow.audit.chains()


def test_a_unit_that_failed_is_not_in_the_chain(store: Store, world: World) -> None:
    """What was undone was never committed to."""

    def fail(uow: UnitOfWork) -> None:
        record(uow, world.anna.id)
        raise KeyError

    with held(store):
        waiting = [store.submit(work) for work in (fail, lambda uow: record(uow, world.anna.id))]
    assert ["KeyError", "ok"] == [outcome(each) for each in waiting]
    with store.read() as uow:
        assert 1 == verify(uow.audit).entries


def test_units_that_ran_again_are_in_the_chain_once(store: Store, world: World) -> None:
    """When a neighbour loses the whole transaction, what the others record then is what is committed to."""

    def lose(uow: UnitOfWork) -> None:
        uow.events._db._connection.execute("ROLLBACK")  # type: ignore[attr-defined]  # the test reaches for the driver
        uow.people.get(PersonId(1))

    with held(store):
        waiting = [store.submit(work) for work in (lambda uow: record(uow, world.anna.id), lose)]
    assert "ok" == outcome(waiting[0])
    with store.read() as uow:
        assert Verified(groups=1, entries=1, roots=0) == verify(uow.audit)


def test_a_chain_goes_on_after_the_store_was_closed(settings: StoreSettings) -> None:
    """The next process follows the last link of the one before."""
    found = []
    for _ in range(3):
        store = open_store(settings)
        store.submit(
            lambda uow: uow.events.add(LatenessReported(who=PersonId(1), day=NOW.date()), NOW, subject=None)
        ).result()
        with store.read() as uow:
            found.append(verify(uow.audit))
        store.close()
    assert [Verified(groups=n, entries=n, roots=0) for n in (1, 2, 3)] == found


@pytest.mark.parametrize("table", ["audit_groups", "audit_roots"])
@pytest.mark.parametrize("change", ["UPDATE {} SET seq = seq + 1", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_chain(
    store: Store, world: World, roots: RootsFile, database: Path, table: str, change: str
) -> None:
    """Triggers stand before every update and delete."""
    store.submit(lambda uow: record(uow, world.anna.id)).result()
    sign(store, roots)
    store.close()
    with (
        closing(sqlite3.connect(database)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(change.format(table))


def test_a_group_is_signed_once(store: Store, world: World, roots: RootsFile) -> None:
    """Nothing new, no new root; and the database has no room for a second one."""
    store.submit(lambda uow: record(uow, world.anna.id)).result()
    sign(store, roots)
    sign(store, roots, days=1)
    assert 1 == check(store, roots).roots
    with store.read() as uow:
        (root,) = uow.audit.roots()
    with pytest.raises(Conflict):
        store.submit(lambda uow: uow.audit.add_root(root)).result()


def test_a_crash_between_the_two_places_of_a_root_is_made_good(store: Store, world: World, roots: RootsFile) -> None:
    """The start adds to the file what only the table has, also after half a line."""
    store.submit(lambda uow: record(uow, world.anna.id)).result()
    sign(store, roots)
    store.submit(lambda uow: record(uow, world.anna.id)).result()
    kept = store.submit(lambda uow: sign_heads(uow.audit, SIGNER, NOW)).result()
    with pytest.raises(ChainBroken, match="starting the assistant writes it again"):
        check(store, roots)
    with store.read() as uow:
        catch_up(roots, uow.audit.roots(), SIGNER.public)
    assert 2 == check(store, roots).roots
    assert kept == roots.roots(SIGNER.public)[1:]
    whole = roots.path.read_bytes()
    roots.path.write_bytes(whole + b'{"kind": "ro')
    with pytest.raises(ChainBroken, match="line 3: not finished"):
        check(store, roots)
    roots.append([])
    assert whole == roots.path.read_bytes()


def test_a_root_needs_its_key(store: Store, world: World, roots: RootsFile) -> None:
    """Another key, or none where there are roots, is named; without roots none is needed."""
    store.submit(lambda uow: record(uow, world.anna.id)).result()
    with store.read() as uow:
        assert 0 == verify_signed(uow.audit, None, roots).roots
    sign(store, roots)
    with store.read() as uow:
        with pytest.raises(ChainBroken, match="another key"):
            verify_signed(uow.audit, Signer(bytes(32)).public, roots)
        with pytest.raises(ChainBroken, match=r"no audit\.key"):
            verify_signed(uow.audit, None, roots)


def test_an_older_database_may_be_brought_back(store: Store, world: World, roots: RootsFile, database: Path) -> None:
    """Later roots do not speak against a backup, and once the restore is written down the chain goes on from there."""
    older_file = database.with_name("older.db")
    store.submit(lambda uow: record(uow, world.anna.id)).result()
    sign(store, roots)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(older_file)) as target:
        source.backup(target)
    store.submit(lambda uow: record(uow, world.anna.id)).result()
    sign(store, roots, days=1)
    store.close()
    shutil.copy(older_file, database)
    older = open_store(StoreSettings(url=f"sqlite:///{database}"))
    with pytest.raises(ChainBroken, match=r"in .*jsonl, not in the database"):
        check(older, roots)
    assert 1 == check(older, roots, older=True).roots
    with older.read() as uow:
        mark_restored(uow.audit, SIGNER, roots, NOW)
    older.submit(lambda uow: record(uow, world.anna.id, 3)).result()
    sign(older, roots, days=2)
    assert Verified(groups=2, entries=4, roots=2) == check(older, roots)
    older.close()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The message names the setting."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"audit\.roots_file"):
        RootsFile(tmp_path / "file" / "roots.jsonl").append([])


def test_what_was_there_before_the_chain_is_in_it(tmp_path: Path) -> None:
    """The migration commits to the events and consents of an older database."""
    path = tmp_path / "lotse.db"
    upgrade(path, "0001")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO people VALUES (1, 'p1', 'participant', x'00')")
        for n in range(2, 2502):
            connection.execute("INSERT INTO events VALUES (?, 1, ?, ?)", (n, n, bytes([n % 256])))
        connection.execute("INSERT INTO consents VALUES (9999, 1, 'C1', 'effective', 1, 5, x'01', x'02')")
        connection.commit()
    schema.migrate(f"sqlite:///{path}")
    driver = SqliteDriver(path, TimeOuts())
    assert Verified(groups=3, entries=2501, roots=0) == verify(Audit(driver))
    driver.close()


def upgrade(path: Path, revision: str) -> None:
    """Run the migrations up to a revision."""
    engine = sa.create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
