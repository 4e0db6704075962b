"""What tests of several layers need, and the report of the killed runs, in however many processes they ran."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults import tallies
from tests.postgres import Server, running_server

TALLIES = "tallies"


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


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The process that started the others hears them."""
    tallies.hear(getattr(node, "workeroutput", {}).get(TALLIES, []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the killed runs have shown."""
    if lines := tallies.report():
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.write_line(line)
