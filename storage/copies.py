"""Copies of the database file: a consistent one while the program writes, and an examined one in its place."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from storage.errors import DiskFull, StoreError, WrongSchema
from storage.schema import HEAD, revision_of
from storage.vault import Vault

PAGES_AT_ONCE: Final = 2_000
COMPANIONS: Final = ("-wal", "-shm")
RESTORED: Final = "restored from a backup"

_FIRST_BYTES: Final = b"SQLite format 3\0"
_WRAPPED: Final = (
    ("system_keys", "system_keys", "name"),
    ("person_keys", "person_keys", "person"),
    ("old_system_keys", "system_keys", "name"),
    ("old_person_keys", "person_keys", "person"),
)
"""Where wrapped keys stand, the place they are sealed for, and whose they are."""
_MOST_PROBLEMS: Final = 5
_FULL: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)

Progress = Callable[[int, int], None]


class Damaged(StoreError):
    """The database file is not whole; the message says where."""


def copy_to(path: Path, target: Path, tell: Progress) -> None:
    """Copy the database as it is at this moment, while others go on writing. `tell` gets pages done and in all.

    `DiskFull` if there is no room, and then nothing is left behind.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(_connected(path)) as source, closing(_connected(target)) as copy:
            source.execute("BEGIN")
            source.execute("SELECT 1 FROM sqlite_master").fetchall()
            source.backup(copy, pages=PAGES_AT_ONCE, progress=lambda _, left, all_: tell(all_ - left, all_))
            copy.execute("PRAGMA journal_mode=DELETE")
        with open(target, "rb") as file:
            os.fsync(file.fileno())
    except sqlite3.Error as error:
        remove(target)
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _FULL:
            raise DiskFull(f"no room for a copy of the database in {target.parent}: free some there") from None
        raise Damaged(f"the database {path} cannot be copied: {error}") from None
    except BaseException:
        remove(target)
        raise


def remove(path: Path) -> None:
    """Delete a database file and what SQLite keeps beside it, if they are there."""
    for name in (path, *_companions(path)):
        name.unlink(missing_ok=True)


def problems(path: Path) -> list[str]:
    """What `integrity_check` and `foreign_key_check` complain of: nothing, if the file is whole."""
    try:
        with closing(_connected(path)) as connection:
            found = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({_MOST_PROBLEMS})")]
            strays = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_PROBLEMS)
    except sqlite3.Error as error:
        return [str(error)]
    return [line for line in found if line != "ok"] + [f"{row[0]} row {row[1]} points nowhere" for row in strays]


def examine(path: Path, vault: Vault) -> None:
    """`Damaged`, `WrongSchema` or `WrongKey` unless the file is a whole database that this program can use."""
    revision = revision_of(f"sqlite:///{path}")
    if revision is None:
        raise WrongSchema("this is not a database of this program")
    if revision > HEAD:
        raise WrongSchema(f"it has revision {revision}, newer than this program's {HEAD}: use the newer program")
    found = problems(path)
    if found:
        raise Damaged("it is damaged: " + "; ".join(found))
    unlock(path, vault)


def has_keys(path: Path) -> bool:
    """Whether the database has system keys: a new one gets them when it is first opened."""
    with closing(_connected(path)) as connection:
        return connection.execute("SELECT 1 FROM system_keys").fetchone() is not None


def unlock(path: Path, vault: Vault) -> None:
    """Give the vault the database's system keys; `WrongKey` if its master key or carrier is not the database's."""
    with closing(_connected(path)) as connection:
        vault.unlock(dict(connection.execute("SELECT name, wrapped FROM system_keys")))


def rewrap(path: Path, vault: Vault) -> int:
    """Wrap the keys in the file under the vault's newest master key, if an earlier one has; how many were."""
    changed = 0
    with closing(_connected(path)) as connection:
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        connection.execute("BEGIN IMMEDIATE")
        for table, place, column in _WRAPPED:
            if table not in there:
                continue
            found = f"SELECT {column}, wrapped FROM {table}"  # nosec B608 - the names stand in _WRAPPED
            written = f"UPDATE {table} SET wrapped = ? WHERE wrapped = ?"  # nosec B608 - the name stands in _WRAPPED
            for row, wrapped in connection.execute(found).fetchall():
                made = vault.rewrap(place, row, wrapped)
                if made is not None:
                    connection.execute(written, (made, wrapped))
                    changed += 1
        connection.execute("COMMIT")
    return changed


def hold_unsent(path: Path) -> int:
    """Mark as uncertain what waits in the outbox: it may have gone out after the copy was made. How many there were."""
    with closing(_connected(path)) as connection:
        held = connection.execute(
            "UPDATE outbox SET status = 'uncertain', reason = ? WHERE status IN ('pending', 'sending')", (RESTORED,)
        ).rowcount
        connection.execute("PRAGMA journal_mode=DELETE")
    return held


def newest_instant(path: Path) -> int | None:
    """The newest moment the database knows of, in microseconds since 1970; None if it knows none."""
    with closing(_connected(path)) as connection:
        (found,) = connection.execute("SELECT at FROM events ORDER BY id DESC LIMIT 1").fetchone() or (None,)
    return found


def swap_in(new: Path, path: Path, aside: Path) -> None:
    """Put `new` where the database is; the old one is kept as `aside`. If anything fails everything is as it was."""
    _empty_log(path)
    moved: list[tuple[Path, Path]] = []
    linked = False
    try:
        if path.exists():
            os.link(path, aside)
            linked = True
        for companion, target in zip(_companions(path), _companions(aside), strict=True):
            if companion.exists():
                companion.rename(target)
                moved.append((companion, target))
        new.replace(path)
    except OSError as error:
        for companion, target in moved:
            target.rename(companion)
        if linked:
            aside.unlink(missing_ok=True)
        raise StoreError(f"{path} cannot be replaced: {error.strerror}") from None
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _empty_log(path: Path) -> None:
    """Bring what a crash has left in the write-ahead log into the file: one file is replaced in one step, two are not.

    A database too damaged for that keeps its log, and both are put aside as they are.
    """
    if path.exists() and _begins_as_one(path):
        with suppress(sqlite3.Error), closing(_connected(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _begins_as_one(path: Path) -> bool:
    with open(path, "rb") as file:
        return file.read(len(_FIRST_BYTES)) == _FIRST_BYTES


def _companions(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in COMPANIONS]


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=5)
