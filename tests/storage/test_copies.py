"""A copy is of one moment; putting one in place happens wholly or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import copies
from storage.copies import Damaged
from storage.errors import StoreError, WrongKey, WrongSchema
from storage.settings import StoreSettings
from storage.vault import Vault
from tests.storage.conftest import MASTER, fresh_key, open_store, populate


def quiet(_done: int, _whole: int) -> None:
    """Nobody looks at the bar."""


def test_progress_is_told(database: Path, tmp_path: Path) -> None:
    """The last that is told is that all pages are done."""
    told: list[tuple[int, int]] = []
    copies.copy_to(database, tmp_path / "copy.db", lambda done, whole: told.append((done, whole)))
    assert told
    assert told[-1][0] == told[-1][1] > 0


def test_a_copy_is_never_written_over_something(database: Path, tmp_path: Path) -> None:
    """A file that is there already stays."""
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(FileExistsError):
        copies.copy_to(database, tmp_path / "copy.db", quiet)
    assert "mine" == (tmp_path / "copy.db").read_text()


def test_a_file_that_is_no_database_is_not_copied(tmp_path: Path) -> None:
    """The message names it, and nothing is left behind."""
    (tmp_path / "lotse.db").write_text("Dear diary, " * 999)
    with pytest.raises(Damaged, match=r"lotse\.db"):
        copies.copy_to(tmp_path / "lotse.db", tmp_path / "copy.db", quiet)
    assert not (tmp_path / "copy.db").exists()


def test_what_is_whole_and_fits_passes(settings: StoreSettings, database: Path) -> None:
    """A database with its master key and carrier; another key, another carrier or another program's file does not."""
    with closing(open_store(settings)) as store:
        store.submit(populate).result()
    copies.examine(database, Vault(MASTER, "lotse"))
    for vault in (Vault(fresh_key(), "lotse"), Vault(MASTER, "another")):
        with pytest.raises(WrongKey):
            copies.examine(database, vault)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DROP TABLE alembic_version")
    with pytest.raises(WrongSchema, match="not a database of this program"):
        copies.examine(database, Vault(MASTER, "lotse"))


def test_what_a_crash_left_in_the_log_is_kept(database: Path, tmp_path: Path) -> None:
    """The last transactions of the old database, which its file does not have yet, are in the file that goes aside."""
    new, aside = tmp_path / "new.db", database.with_name("aside.db")
    copies.copy_to(database, new, quiet)
    with closing(sqlite3.connect(database)) as crashed:
        crashed.execute("PRAGMA user_version = 7")
        copies.swap_in(new, database, aside)
    with closing(sqlite3.connect(aside)) as old, closing(sqlite3.connect(database)) as now:
        assert (7, 0) == tuple(each.execute("PRAGMA user_version").fetchone()[0] for each in (old, now))


def test_the_old_log_never_meets_the_new_database(database: Path, tmp_path: Path) -> None:
    """The log of a database that cannot be read goes aside with it: replayed over another it would destroy it."""
    new = tmp_path / "new.db"
    copies.copy_to(database, new, quiet)
    database.write_bytes(b"damaged" * 1000)
    log = database.with_name("lotse.db-wal")
    log.write_bytes(b"of the old one")
    copies.swap_in(new, database, database.with_name("aside.db"))
    assert not log.exists()
    assert b"of the old one" == database.with_name("aside.db-wal").read_bytes()


def test_a_swap_that_fails_changes_nothing(database: Path, tmp_path: Path) -> None:
    """The database, its log and what lay under the other name before are as they were."""
    aside, log = database.with_name("aside.db"), database.with_name("lotse.db-wal")
    database.write_bytes(b"damaged" * 1000)
    log.write_bytes(b"log")
    before = database.read_bytes()
    with pytest.raises(StoreError, match="cannot be replaced"):
        copies.swap_in(tmp_path / "missing.db", database, aside)
    assert (before, b"log") == (database.read_bytes(), log.read_bytes())
    assert not aside.exists()
    aside.write_bytes(b"kept")
    with pytest.raises(StoreError, match="cannot be replaced"):
        copies.swap_in(tmp_path / "missing.db", database, aside)
    assert b"kept" == aside.read_bytes()
