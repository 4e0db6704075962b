"""Makes backups of a running or resting assistant, and brings one back once it is known to be whole."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from storage import copies
from storage.audit import Audit
from storage.audit_check import ChainBroken
from storage.audit_roots import mark_restored, missing_in, verify_signed
from storage.driver import SqliteDriver, TimeOuts
from storage.errors import DiskFull, StorageError, StoreError
from storage.file_lock import FileLock
from storage.master_key import read_master_key, read_others
from storage.schema import revision_of
from storage.settings import database_file, is_server
from storage.vault import Vault

from bot.operating import age, auditing
from bot.profile import load_profile
from bot.settings import Settings, SettingsError

SPARE_BYTES: Final = 16 * 2**20
FIRST_WITH_AUDIT: Final = "0002"
STAMP: Final = "%Y%m%d-%H%M%S"
ABANDONED: Final = timedelta(days=1)
"""No backup takes so long: what is still unfinished then was cut off."""

Step = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A backup, and the file with the secret key that opens it."""

    backup: Path
    identity: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an operator wants of a restore.

    `replace`: there may be a database already; it is kept under another name. `resume`: nothing has been sent since the
    backup, so what waits in its outbox goes out; otherwise it is held as uncertain.
    """

    replace: bool = False
    resume: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did: the revision that came back, where the old database is, how many messages are held."""

    revision: str
    aside: Path | None
    held: int
    warning: str = ""


def back_up(settings: Settings, where: Path, now: datetime, tell: Step) -> Path:
    """Write an encrypted copy of the database to the folder or new file `where`; its path.

    Consistent while the assistant runs. Raises `SettingsError` or `StorageError`, and then nothing is left behind.
    """
    path = _file_of(settings)
    recipient = age.read_recipient(settings.backup.recipient)
    if revision_of(settings.database.url) is None:
        raise StoreError(f"there is no database at {path}: nothing to back up")
    target = where / f"{path.stem}-{now:{STAMP}}{path.suffix}.age" if where.is_dir() else where
    if not target.parent.is_dir():
        raise StoreError(f"there is no folder {target.parent}: make it, or name another place")
    if target.exists():
        raise StoreError(f"{target} exists already: a backup is never overwritten; name another file or a folder")
    size = sum(each.stat().st_size for each in (path, path.with_name(path.name + "-wal")) if each.exists())
    _check_room({path.parent: size, target.parent: size})
    with _locked(path.with_name(path.name + ".copying")) as copy, _unfinished(target) as partial:
        _sweep(target.parent, f"{path.stem}-*{path.suffix}.age.partial", now)
        copies.copy_to(path, copy, lambda done, all_: tell("copying", done, all_))
        age.encrypt(copy, partial, recipient, _adding("encrypting", copy.stat().st_size, tell))
    return target


def restore(settings: Settings, source: Source, now: datetime, tell: Step, wish: Wish) -> Restored:
    """Put a backup in the place of the database, after it has been found to be whole and to fit.

    Raises `SettingsError` or `StorageError`, and then nothing was changed.
    """
    path = _file_of(settings)
    _refuse_to_replace(settings, wish)
    vault = _vault(settings, path)
    with _examined(settings, source, vault, tell) as (copy, revision):
        lock = FileLock(path)
        try:
            _refuse_present(path, wish)
            copies.rewrap(copy, vault)
            held = 0 if wish.resume else copies.hold_unsent(copy)
            there, aside = path.exists(), _free_name(path.with_name(f"{path.name}.before-restore-{now:{STAMP}}"))
            copies.swap_in(copy, path, aside)
            warning = _write_down(settings, path, now)
        finally:
            lock.release()
    return Restored(revision=revision, aside=aside if there else None, held=held, warning=warning)


def try_out(settings: Settings, source: Source, tell: Step) -> str:
    """Do everything that a restore does before it changes anything; the revision. Also beside a running assistant."""
    with _examined(settings, source, _vault(settings, _file_of(settings)), tell) as (_, revision):
        return revision


def _refuse_to_replace(settings: Settings, wish: Wish) -> None:
    """Look before the long work whether a restore would be refused: a running assistant, a database that is there."""
    path = _file_of(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    FileLock(path).release()
    _refuse_present(path, wish)


def _refuse_present(path: Path, wish: Wish) -> None:
    if path.exists() and not wish.replace:
        raise StoreError(f"there is a database at {path} already: say --replace to put the backup in its place")


@contextmanager
def _examined(settings: Settings, source: Source, vault: Vault, tell: Step) -> Iterator[tuple[Path, str]]:
    """What is in the backup, whole and fitting, as a temporary file beside the database; and its revision."""
    path, file = _file_of(settings), source.backup
    key = age.read_identity(source.identity)
    if not file.is_file():
        raise StoreError(f"there is no backup {file}")
    path.parent.mkdir(parents=True, exist_ok=True)
    size = file.stat().st_size
    _check_room({path.parent: size})
    with _locked(path.with_name(path.name + ".restoring")) as copy:
        age.decrypt(file, copy, key, _adding("decrypting", size, tell))
        tell("checking", 0, 1)
        revision = _examine(settings, file, copy, vault)
        tell("checking", 1, 1)
        yield copy, revision


def _free_name(path: Path) -> Path:
    """The path, or with a number behind it, where nothing is yet."""
    names = (path, *(path.with_name(f"{path.name}-{number}") for number in range(2, 1000)))
    return next(name for name in names if not name.exists())


def _file_of(settings: Settings) -> Path:
    if is_server(settings.database.url):
        raise SettingsError(
            "database.url: this command is for a database file; on a PostgreSQL server use pg_dump and pg_restore"
        )
    return database_file(settings.database.url)


def _vault(settings: Settings, path: Path) -> Vault:
    master = read_master_key(settings.database.key_file, database=path)
    others = partial(read_others, settings.database.key_file)
    return Vault(master, carrier=load_profile(settings.profile).carrier["name"], others=others)


def _examine(settings: Settings, file: Path, copy: Path, vault: Vault) -> str:
    """The revision of what was in the backup, if it is whole, fits the key, and its audit chain holds."""
    try:
        copies.examine(copy, vault)
        revision = revision_of(f"sqlite:///{copy}") or ""
        if revision >= FIRST_WITH_AUDIT:
            _examine_chain(settings, copy)
    except StorageError as error:
        raise type(error)(f"{file} was not restored: {error}") from None
    return revision


def _examine_chain(settings: Settings, copy: Path) -> None:
    """Verify the chain, and add the roots that were signed after the backup for what is in it."""
    signer, roots = auditing.read_signer(settings), auditing.roots_file(settings)
    with closing(SqliteDriver(copy, TimeOuts())) as driver:
        audit = Audit(driver)
        driver.begin()
        try:
            verify_signed(audit, signer.public if signer else None, roots, older=True)
            if signer is not None:
                heads = {chain: (audit.head(chain) or (0, b""))[0] for chain in audit.chains()}
                known = [root for root in roots.roots(signer.public) if root.seq <= heads.get(root.chain, 0)]
                for root in missing_in(audit.roots(), known):
                    audit.add_root(root)
            driver.commit()
        finally:
            driver.recover()


def _write_down(settings: Settings, path: Path, now: datetime) -> str:
    """Note in the roots' file where the chain goes on; what is wrong, if that is impossible."""
    signer, roots = auditing.read_signer(settings), auditing.roots_file(settings)
    if signer is None or (revision_of(settings.database.url) or "") < FIRST_WITH_AUDIT:
        return ""
    with closing(SqliteDriver(path, TimeOuts(), read_only=True)) as driver:
        driver.begin()
        try:
            mark_restored(Audit(driver), signer, roots, now)
        except (StoreError, ChainBroken) as error:
            return f"`audit verify` will complain: the restore could not be written down ({error})"
        finally:
            driver.recover()
    return ""


def _check_room(needed: dict[Path, int]) -> None:
    """`DiskFull` unless there is room for all of it; folders on one disk share its room."""
    disks: dict[int, list[Path]] = {}
    for folder in needed:
        disks.setdefault(folder.stat().st_dev, []).append(folder)
    for folders in disks.values():
        wanted = sum(needed[folder] for folder in folders) + SPARE_BYTES
        free = shutil.disk_usage(folders[0]).free
        if free < wanted:
            raise DiskFull(
                f"{folders[-1]}: {wanted // 2**20 + 1} MB are needed, {free // 2**20} MB are free; "
                "free some there or name another place"
            )


@contextmanager
def _locked(copy: Path) -> Iterator[Path]:
    """A temporary copy that one process at a time may make."""
    lock = FileLock(copy)
    try:
        with _temporary(copy):
            yield copy
    finally:
        lock.release()


@contextmanager
def _temporary(copy: Path) -> Iterator[Path]:
    """A database file that is gone afterwards, also what an earlier crash left of it."""
    copies.remove(copy)
    try:
        yield copy
    finally:
        copies.remove(copy)


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A file beside `target` that takes its place when everything went well, and is gone otherwise."""
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        yield partial
        partial.rename(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)


def _sweep(folder: Path, pattern: str, now: datetime) -> None:
    """Delete what crashes have left of earlier backups."""
    for abandoned in folder.glob(pattern):
        with suppress(OSError):  # somebody else's, or gone: no reason to make no backup
            if datetime.fromtimestamp(abandoned.stat().st_mtime, UTC) < now - ABANDONED:
                abandoned.unlink()


def _adding(what: str, whole: int, tell: Step) -> age.Tell:
    """What adds up pieces into progress."""
    done = 0

    def add(piece: int) -> None:
        nonlocal done
        done += piece
        tell(what, min(done, whole), whole)

    return add
