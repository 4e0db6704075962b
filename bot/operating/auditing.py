"""Looks after the audit chain: signs its end every night and at every stop, and verifies it (ADR 0010)."""

import asyncio
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog
from storage import schema
from storage.audit import Audit, Root
from storage.audit_check import ChainBroken, Verified
from storage.audit_roots import RootsFile, Signer, catch_up, sign_heads, verify_signed
from storage.driver import SqliteDriver, TimeOuts
from storage.errors import Conflict, StorageError
from storage.master_key import create_master_key, read_master_key
from storage.settings import database_file, is_server
from storage.store import Store
from storage.uow import UnitOfWork

from bot.app import build
from bot.clock import Clock
from bot.settings import Settings, SettingsError

KEY = "audit key"
NO_KEY = "there are signed roots but no audit.key beside the master key: bring it back from its safe copy"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a verification found; `fault` names the first broken link, empty if there is none."""

    groups: int = 0
    entries: int = 0
    roots: int = 0
    fault: str = ""


def key_file(settings: Settings) -> Path:
    """Where the key that signs lies: beside the master key."""
    return settings.database.key_file.with_name("audit.key")


def roots_file(settings: Settings) -> RootsFile:
    """The file of the signed roots; `SettingsError` if it lies beside the database."""
    path = settings.audit.roots_file or settings.database.key_file.with_name("audit-roots.jsonl")
    url = settings.database.url
    if not is_server(url) and path.resolve().parent == database_file(url).resolve().parent:
        raise SettingsError("audit.roots_file: it must not lie in the folder of the database; name another place")
    return RootsFile(path)


def read_signer(settings: Settings) -> Signer | None:
    """The key that signs; None if there is none yet. Raises `VaultError` if it cannot be used."""
    path = key_file(settings)
    if not path.exists():
        return None
    url = settings.database.url
    database = path.with_name("database") / "none" if is_server(url) else database_file(url)
    return Signer(read_master_key(path, database=database, name=KEY))


class Auditor:
    """Signs and verifies for a running assistant."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        """Nothing is read yet. Raises `SettingsError` if the roots' file has a wrong place."""
        self._settings = settings
        self._store = store
        self._clock = clock
        self._file = roots_file(settings)
        self._busy = asyncio.Lock()

    @property
    def public(self) -> bytes | None:
        """The public half of the key that signs; None: there is none, or it cannot be used."""
        try:
            signer = read_signer(self._settings)
        except (StorageError, SettingsError):
            return None
        return None if signer is None else signer.public

    async def start(self) -> None:
        """Make the key of a new database, and write down what a crash kept from the file."""
        await self._carefully(self._catch_up)

    async def verify_and_sign(self) -> None:
        """Verify the chain, and if it holds sign its end. What is wrong is logged: nothing else stops for it."""
        await self._carefully(self._verify_and_sign)

    async def sign(self) -> None:
        """Sign the end of the chain, at a stop that nobody wants to wait for."""
        await self._carefully(self._sign)

    async def verify(self) -> Outcome:
        """Verify everything."""
        async with self._busy:
            return await asyncio.to_thread(self._verify)

    async def _carefully(self, work: Callable[[], None]) -> None:
        async with self._busy:
            try:
                await asyncio.to_thread(work)
            except (StorageError, SettingsError) as error:
                log.error("audit_failed", error=type(error).__name__, reason=str(error))

    def _catch_up(self) -> None:
        with self._file.held():
            with self._store.read() as uow:
                table = uow.audit.roots()
            if not table and not self._file.path.exists() and read_signer(self._settings) is None:
                create_master_key(key_file(self._settings), name=KEY)
            self._write_down(self._signer())

    def _signer(self) -> Signer:
        signer = read_signer(self._settings)
        if signer is None:
            raise ChainBroken(NO_KEY)
        return signer

    def _write_down(self, signer: Signer) -> None:
        """Bring the file up to the table, also by what another process has signed."""
        with self._store.read() as uow:
            catch_up(self._file, uow.audit.roots(), signer.public)

    def _verify(self) -> Outcome:
        with self._store.read() as uow:
            return _outcome(uow.audit, read_signer(self._settings), self._file)

    def _verify_and_sign(self) -> None:
        signer = self._signer()
        with self._file.held():
            self._write_down(signer)
        found = self._verify()
        if found.fault:
            raise ChainBroken(found.fault)
        self._sign()

    def _sign(self) -> None:
        signer = self._signer()
        with self._file.held():
            with suppress(Conflict):  # another process has just signed the same
                self._store.submit(partial(_sign, signer=signer, at=self._clock.now())).result()
            self._write_down(signer)


def _sign(uow: UnitOfWork, signer: Signer, at: datetime) -> list[Root]:
    return sign_heads(uow.audit, signer, at)


def _outcome(
    audit: Audit, signer: Signer | None, file: RootsFile, tell: Callable[[int], None] | None = None
) -> Outcome:
    try:
        found: Verified = verify_signed(audit, signer.public if signer else None, file, tell=tell)
    except ChainBroken as broken:
        return Outcome(fault=str(broken))
    return Outcome(found.groups, found.entries, found.roots)


async def verify_at_rest(settings: Settings, tell: Callable[[int], None] | None = None) -> Outcome:
    """Verify a database that no assistant has open, reading only. Raises `StorageError` if that is impossible."""
    if not is_server(settings.database.url):
        return _verify_file(settings, tell)
    app = build(settings, channels=[])
    try:
        return await Auditor(settings, app.store, app.clock).verify()
    finally:
        await app.stop()


def _verify_file(settings: Settings, tell: Callable[[int], None] | None) -> Outcome:
    path = database_file(settings.database.url)
    schema.check_revision(path)
    signer, file = read_signer(settings), roots_file(settings)
    with closing(SqliteDriver(path, TimeOuts(), read_only=True)) as driver:
        driver.begin()
        try:
            return _outcome(Audit(driver), signer, file, tell)
        finally:
            driver.recover()
