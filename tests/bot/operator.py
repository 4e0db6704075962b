"""An operator at a terminal: an installation in a folder, the commands, and what they said."""

import json
import resource
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.app import prepare
from bot.cli import cli
from bot.demo import load_world
from bot.operating import age
from bot.profile import load_profile
from bot.settings import Settings, read_settings
from flows.engine.messages import Level, MessageClass, Outgoing
from storage.master_key import read_master_key
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault

NOW = datetime(2026, 11, 20, 7, 40, tzinfo=UTC)
CANARY = "Kanarienvogel"


class Operator:
    """Works on an installation with the demo world."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Set up and filled; nobody has it open."""
        self.folder = folder
        self.database = folder / "db" / "lotse.db"
        self.keys = folder / "keys"
        self.backups = folder / "backups"
        self.identity = folder / "stick" / "identity.txt"
        for place in (self.backups, self.identity.parent):
            place.mkdir()
        self.recipient = age.make_identity(self.identity)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        monkeypatch.chdir(folder)
        self.environment = {
            "LOTSE_DATABASE__URL": f"sqlite:///{self.database}",
            "LOTSE_DATABASE__KEY_FILE": str(self.keys / "master.key"),
            "LOTSE_SERVER__PORT": str(port),
            "LOTSE_BACKUP__RECIPIENT": self.recipient,
        }
        for name, value in self.environment.items():
            monkeypatch.setenv(name, value)
        self.settings: Settings = read_settings()
        prepare(self.settings)
        with self.opened() as store:
            store.submit(partial(load_world, now=NOW, channels=("web",))).result()

    def run(self, *words: object) -> Result:
        """Type a command."""
        return CliRunner().invoke(cli, [str(word) for word in words])

    def refused(self, *words: object) -> str:
        """Type a command that cannot be done; what standard error says, on one line."""
        ran = self.run(*words)
        assert (2, "") == (ran.exit_code, ran.stdout), ran.output
        assert ran.stderr.startswith("lotse: ")
        return ran.stderr.removeprefix("lotse: ")

    def said(self, *words: object) -> str:
        """Type a command that works; what it says."""
        ran = self.run(*words)
        assert (0, "") == (ran.exit_code, ran.stderr), ran.output
        return ran.stdout

    def read(self, *words: object) -> Any:
        """Type a command whose answer another program reads."""
        return json.loads(self.run(*words, "--json").stdout)

    def back_up(self) -> Path:
        """Make a backup; its file."""
        return Path(self.read("backup", self.backups)["file"])

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """The store, as the assistant opens it."""
        master = read_master_key(self.keys / "master.key", database=self.database)
        vault = Vault(master, carrier=load_profile("demo").carrier["name"])
        store = Store.open(StoreSettings(url=self.settings.database.url), vault=vault, profile=load_profile("demo"))
        try:
            yield store
        finally:
            store.close()

    def write_message(self, handle: str, *, status: str = "pending", expires: timedelta | None = None) -> int:
        """Have a message in the outbox; its id."""
        with self.opened() as store:
            id_: int = store.submit(partial(write, handle=handle, status=status, expires=expires)).result()
        return id_

    def look(self, sql: str) -> list[tuple[Any, ...]]:
        """Look into the database by hand, or change it."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            return connection.execute(sql).fetchall()

    def files(self) -> dict[str, bytes]:
        """Everything in the folder but SQLite's and our own locks, by name."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.suffix != ".lock" and not path.name.endswith(("-shm", "-wal"))
        }


def write(uow: UnitOfWork, handle: str, status: str, expires: timedelta | None) -> int:
    person = uow.people.by_handle(handle)
    assert person is not None
    (address,) = (each for each in uow.people.addresses(person.id) if each.channel == "web")
    message = Outgoing(
        id=uow.new_id(),
        to=person.id,
        subject=person.id,
        channel="web",
        address=address.id,
        text=CANARY,
        language="de",
        level=Level.L3,
        message_class=MessageClass.REMINDER,
        dedupe=str(uow.new_id()),
        cause="test",
        buttons=(),
        created=NOW,
        not_before=NOW,
        expires=None if expires is None else NOW + expires,
    )
    uow.outbox.add(message)
    if status != "pending":
        (claimed,) = uow.outbox.claim(NOW, timedelta(minutes=1), 10)
        mark = uow.outbox.mark_failed if status == "failed" else uow.outbox.mark_uncertain
        mark(claimed.message.id, claimed.lease, "test", NOW)
    return message.id


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes, as on a disk that is full then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
