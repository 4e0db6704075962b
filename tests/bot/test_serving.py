"""The real program in a process of its own: it starts, says why it cannot, and ends when it is told to."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
IN_TIME = 20
"""Seconds a program that is told to stop may take on a busy machine: it gives open requests five."""


class Machine:
    """A folder with a database, a key and a free port, and the command line on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.database = folder / "db" / "lotse.db"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")},
            "LOTSE_SERVER__PORT": str(self.port),
            "LOTSE_DATABASE__URL": f"sqlite:///{self.database}",
            "LOTSE_DATABASE__KEY_FILE": str(folder / "keys" / "master.key"),
        }
        self.running: list[subprocess.Popen[str]] = []

    def ask(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start the program and wait until its pages are there."""
        child = subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(child)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert child.poll() is None, child.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return child

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/", timeout=1, trust_env=False).status_code < 500
        except httpx.HTTPError:
            return False

    def clean_up(self) -> None:
        """End what a failed test has left running."""
        for child in self.running:
            if child.poll() is None:
                child.kill()
            child.communicate(timeout=PATIENCE)


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine of its own; its folder has a short name because of the control socket."""
    made = Machine(tmp_path_factory.mktemp("m"))
    yield made
    made.clean_up()


def refused(answer: subprocess.CompletedProcess[str], *reasons: str) -> None:
    """The program did not start, said why in one sentence, and left with 2."""
    assert 2 == answer.returncode, answer.stderr
    assert answer.stderr.startswith("lotse: ")
    assert "Traceback" not in answer.stderr
    for reason in reasons:
        assert reason in answer.stderr


@pytest.mark.slow
@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGINT])
def test_the_program_ends_with_0_when_told_to(machine: Machine, way: signal.Signals) -> None:
    """It prints its links, serves its pages, ends within seconds with 0, and starts again on the same database."""
    for _ in range(2):
        child = machine.start("demo")
        child.send_signal(way)
        out, err = child.communicate(timeout=IN_TIME)
        assert 0 == child.returncode, err
        assert "Traceback" not in err
        assert re.search(r"p3 .*http://127\.0\.0\.1:\d+/l/\S+", out)


@pytest.mark.slow
def test_one_program_per_port_and_database(machine: Machine) -> None:
    """While it runs a second one on its database or its port is refused, and commands reach it."""
    child = machine.start("demo")
    refused(machine.ask("demo", LOTSE_SERVER__PORT="1"), "lotse.db")
    refused(machine.ask("run", LOTSE_SERVER__PORT="1"), "lotse.db")
    refused(machine.ask("migrate"), "lotse.db")
    other = Machine(machine.folder / "o")
    other.environment["LOTSE_SERVER__PORT"] = str(machine.port)
    refused(other.ask("demo"), "server.port", str(machine.port), "LOTSE_SERVER__PORT=")
    link = machine.ask("login-link", "p3")
    assert re.fullmatch(rf"http://127\.0\.0\.1:{machine.port}/l/\S+\n", link.stdout)
    refused(machine.ask("login-link", "p9"), "p9")
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=IN_TIME)
    assert 0 == child.returncode
