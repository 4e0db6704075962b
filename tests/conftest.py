"""What tests of several layers need, and the reports of all processes: the killed runs, the access matrix."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage import schema
from tests.faults import tallies
from tests.handlers import access_sums
from tests.postgres import Server, running_server

TALLIES = "tallies"
ACCESS = "access"


def pytest_configure(config: pytest.Config) -> None:
    """A new database file is a copy of one that the migrations made: to run them for each took half of the time."""
    migrations = schema._upgrade
    made = b""

    def upgrade(path: Path) -> None:
        nonlocal made
        if made and not path.stat().st_size:
            path.write_bytes(made)
            return
        new = not path.stat().st_size
        migrations(path)
        if new:
            made = path.read_bytes()

    patch = pytest.MonkeyPatch()
    patch.setattr(schema, "_upgrade", upgrade)
    config.add_cleanup(patch.undo)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server, started when the first test asks for it."""
    with running_server() as running:
        yield running


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that shares the tests with others tells its sums."""
    told: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told[TALLIES] = tallies.told()
        told[ACCESS] = access_sums.told()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The process that started the others hears them."""
    told: dict[str, Any] = getattr(node, "workeroutput", {})
    tallies.hear(told.get(TALLIES, []))
    access_sums.hear(told.get(ACCESS, []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the killed runs have shown, and how much of the access matrix was tried."""
    for title, lines in (("faults", tallies.report()), ("access matrix", access_sums.report())):
        if lines:
            terminalreporter.section(title)
            for line in lines:
                terminalreporter.write_line(line)
