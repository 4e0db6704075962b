"""The command line: what cannot be done is said in one sentence with the way out, and ends with 2."""

import logging
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot.cli import cli
from storage.file_lock import FileLock


class Machine:
    """A folder with a database and a key, and the command line on it."""

    def __init__(self, folder: Path, environment: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.database = folder / "db" / "lotse.db"
        self._environment = environment
        environment.chdir(folder)
        environment.setenv("LOTSE_SERVER__PORT", "1")
        environment.setenv("LOTSE_DATABASE__URL", f"sqlite:///{self.database}")
        environment.setenv("LOTSE_DATABASE__KEY_FILE", str(folder / "keys" / "master.key"))

    def ask(self, *words: str, **more: str) -> Result:
        """Run a command to its end."""
        with self._environment.context() as environment:
            for name, value in more.items():
                environment.setenv(name, value)
            return CliRunner().invoke(cli, words, catch_exceptions=False)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine of its own; its logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield Machine(tmp_path, monkeypatch)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def migrated(machine: Machine) -> Machine:
    """A machine with a database and a key."""
    assert 0 == machine.ask("migrate").exit_code
    return machine


def refused(answer: Result, *reasons: str) -> None:
    """The program did not start, said why in one sentence, and left with 2."""
    assert 2 == answer.exit_code, answer.output
    assert answer.stderr.startswith("lotse: ")
    for reason in reasons:
        assert reason in answer.stderr


def test_a_link_is_made_without_a_running_program_too(migrated: Machine) -> None:
    """Without a running program the link comes from the database itself; nobody there is nobody there."""
    refused(migrated.ask("login-link", "p3"), "p3")


def test_a_wrong_setting_is_named(machine: Machine) -> None:
    """The message names the setting, for each command that reads settings."""
    for command in ("run", "demo", "migrate"):
        refused(machine.ask(command, LOTSE_SERVER__PORT="many"), "server.port")
    refused(machine.ask("run", LOTSE_SERVR__PORT="1"), "LOTSE_SERVR__PORT")


def test_a_wrong_profile_is_named(migrated: Machine) -> None:
    """A profile that is not there is told together with those that are."""
    refused(migrated.ask("run", LOTSE_PROFILE="nonsense"), "profile", "demo")


def test_a_wrong_address_is_named(migrated: Machine) -> None:
    """A host that is no address is the setting server.host."""
    refused(migrated.ask("run", LOTSE_SERVER__HOST="no.such.host.invalid"), "server.host")


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_a_wrong_database_address_is_named(machine: Machine, url: str) -> None:
    """An address that names no database we know is refused with an example of a right one."""
    refused(machine.ask("migrate", LOTSE_DATABASE__URL=url), "database", "sqlite:///")


def test_a_missing_key_is_named(migrated: Machine) -> None:
    """Without the key neither run nor demo start, and no new key is made."""
    key = migrated.folder / "keys" / "master.key"
    key.unlink()
    for command in ("run", "demo"):
        refused(migrated.ask(command), "database.key_file", "master.key")
    assert not key.exists()


def test_a_key_that_others_can_read_is_refused(migrated: Machine) -> None:
    """The way out is the command that puts it right."""
    (migrated.folder / "keys" / "master.key").chmod(0o644)
    refused(migrated.ask("run"), "chmod 600")


def test_a_key_beside_the_database_is_refused(migrated: Machine) -> None:
    """The key must not lie in the folder of the database."""
    beside = migrated.database.with_name("master.key")
    (migrated.folder / "keys" / "master.key").rename(beside)
    refused(migrated.ask("run", LOTSE_DATABASE__KEY_FILE=str(beside)), "master.key")


def test_a_key_of_another_database_is_refused(migrated: Machine) -> None:
    """The message names the settings to check."""
    migrated.ask("login-link", "p3")
    (migrated.folder / "keys" / "master.key").write_text("ab" * 32)
    refused(migrated.ask("demo"), "key")


def test_before_the_first_migration_the_way_out_is_named(machine: Machine) -> None:
    """`run` on nothing says which command makes a database."""
    refused(machine.ask("run"), "python -m bot migrate")


def revise(machine: Machine, change: Callable[[sqlite3.Connection], object]) -> None:
    """Change the database behind the program's back."""
    with closing(sqlite3.connect(machine.database)) as connection, connection:
        change(connection)


@pytest.mark.parametrize(("revision", "reason"), [("0000", "migrate"), ("9999", "newer")])
def test_another_revision_is_named_with_the_way_out(migrated: Machine, revision: str, reason: str) -> None:
    """An older database is to be migrated, a newer one needs the newer program; neither is touched."""
    revise(migrated, lambda connection: connection.execute("UPDATE alembic_version SET version_num = ?", (revision,)))
    refused(migrated.ask("run"), revision, reason)
    if revision == "9999":
        refused(migrated.ask("demo"), reason)
        refused(migrated.ask("migrate"), reason)


def test_a_file_that_is_no_database_is_named(migrated: Machine) -> None:
    """A file that is something else is told by its name."""
    migrated.database.write_bytes(b"this is no database, it is a letter" * 100)
    for command in ("run", "migrate", "demo"):
        refused(migrated.ask(command), "lotse.db")


def test_reset_empties_the_demo_folder_only(migrated: Machine) -> None:
    """`demo --reset` with a database named elsewhere is refused, and the database stays."""
    refused(migrated.ask("demo", "--reset"), "database.url")
    assert migrated.database.exists()


def test_without_a_command_the_help_is_shown(machine: Machine) -> None:
    """The commands there are, each with a sentence."""
    shown = machine.ask()
    for command in ("run", "demo", "chat", "migrate", "login-link"):
        assert command in shown.output


def test_migrating_twice_changes_nothing(migrated: Machine) -> None:
    """The second time says the same revision, and makes neither a copy nor another key."""
    before = sorted(path.name for path in migrated.folder.rglob("*"))
    assert "revision" in migrated.ask("migrate").stdout
    assert before == sorted(path.name for path in migrated.folder.rglob("*"))


def test_a_busy_port_is_named_with_the_way_out(migrated: Machine) -> None:
    """The message names the setting and another port to try, and the database is let go of."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for command in ("run", "demo"):
            refused(migrated.ask(command, LOTSE_SERVER__PORT=port), "server.port", port, "LOTSE_SERVER__PORT=")
    assert 0 == migrated.ask("migrate").exit_code


def test_a_second_program_on_the_database_is_refused(migrated: Machine) -> None:
    """While somebody has the database every command that needs it is refused and names the file."""
    with occupied(migrated.database):
        for command in ("run", "demo", "migrate"):
            refused(migrated.ask(command), "lotse.db")
    assert 0 == migrated.ask("migrate").exit_code


@contextmanager
def occupied(database: Path) -> Iterator[None]:
    """Another program that has the database."""
    lock = FileLock(database)
    yield
    lock.release()


def test_a_profile_that_cannot_serve_yet_is_refused(migrated: Machine) -> None:
    """Only the demo runs yet; the message names everything that is missing, and what works instead."""
    refused(
        migrated.ask("run", LOTSE_PROFILE="inbeq"),
        "inbeq",
        "works_council",
        "erased",
        "python -m bot demo",
        "check --profile inbeq",
    )
