"""A machine with the assistant on it as an operator knows it: database, keys, backups, the stick with the other key."""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.app import build
from bot.operating import age
from bot.operating.auditing import Auditor, Outcome, verify_at_rest
from bot.operating.backups import Restored, Source, Wish, back_up, restore
from bot.settings import BackupSettings, DatabaseSettings, Settings
from tests.faults.databases import SqliteDatabase

SHARED = ("keys", "backups", "stick")


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything in one folder, so that it can be copied."""

    folder: Path

    @property
    def database(self) -> SqliteDatabase:
        """The database's file."""
        return SqliteDatabase(self.folder / "db" / "lotse.db")

    @property
    def key_file(self) -> Path:
        """The master key."""
        return self.folder / "keys" / "master.key"

    @property
    def identity(self) -> Path:
        """The key that opens backups."""
        return self.folder / "stick" / "identity.txt"

    @property
    def backups(self) -> Path:
        """Where backups are written."""
        return self.folder / "backups"

    @property
    def settings(self) -> Settings:
        """What the program is told."""
        return Settings(
            database=DatabaseSettings(url=self.database.url, key_file=self.key_file),
            backup=BackupSettings(recipient=(self.folder / "recipient.txt").read_text("utf-8")),
        )

    def furnish(self, key_file: Path) -> None:
        """Make the folders, bring the master key, make the key for backups."""
        for room in ("db", *SHARED):
            (self.folder / room).mkdir(parents=True, mode=0o700)
        shutil.copy(key_file, self.key_file)
        (self.folder / "recipient.txt").write_text(age.make_identity(self.identity), "utf-8")

    def copy(self, folder: Path) -> "Installation":
        """The same in another folder."""
        shutil.copytree(self.folder, folder)
        return Installation(folder)

    def sign(self, now: datetime) -> None:
        """Sign the end of the audit chain, as every night."""
        asyncio.run(self._sign(now))

    async def _sign(self, now: datetime) -> None:
        app = build(self.settings, channels=[])
        try:
            auditor = Auditor(self.settings, app.store, _Still(now))
            await auditor.start()
            await auditor.sign()
        finally:
            await app.stop()

    def verified(self) -> Outcome:
        """What `audit verify` finds."""
        return asyncio.run(verify_at_rest(self.settings))

    def back_up(self, now: datetime) -> Path:
        """Make a backup."""
        return back_up(self.settings, self.backups, now, _silent)

    def restore(self, backup: Path, now: datetime) -> Restored:
        """Put a backup in the place of the database."""
        return restore(self.settings, Source(backup=backup, identity=self.identity), now, _silent, Wish(replace=True))

    def opens(self) -> bool:
        """Whether the assistant starts on it and finds its people."""
        app = build(self.settings, channels=[])
        try:
            with app.store.read() as uow:
                return uow.people.by_handle("p1") is not None
        finally:
            app.store.close()


class _Still:
    """A clock that stands."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Always the same."""
        return self._now


def _silent(_what: str, _done: int, _whole: int) -> None:
    """Nobody watches."""
