"""The operator's commands beside an assistant that is running: they reach it through its control socket."""

import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import cli
from bot.operating import age
from tests.e2e.assistant import Assistant

pytestmark = pytest.mark.slow


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    """An assistant in a process of its own; commands typed here are for it."""
    running = Assistant(tmp_path)
    monkeypatch.setenv("LOTSE_SERVER__PORT", str(running.port))
    monkeypatch.setenv("LOTSE_DATABASE__URL", f"sqlite:///{tmp_path / 'db' / 'lotse.db'}")
    monkeypatch.setenv("LOTSE_DATABASE__KEY_FILE", str(tmp_path / "keys" / "master.key"))
    monkeypatch.setenv("LOTSE_BACKUP__RECIPIENT", age.make_identity(tmp_path / "identity.txt"))
    running.start()
    yield running
    running.kill()


def run(*words: object) -> Result:
    """Type a command."""
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_commands_reach_the_running_assistant(assistant: Assistant, tmp_path: Path) -> None:
    """It is checked, listed, verified and backed up while it runs, refuses a restore, and signs when it stops."""
    assert 0 == run("check").exit_code
    assert "the assistant is running" in run("check").stdout
    assert [] == json.loads(run("outbox", "list", "--json").stdout)
    assert "no message has the id 1" in run("outbox", "resend", 1).stderr
    assert run("audit", "verify").stdout.startswith("whole: ")
    backup = json.loads(run("backup", tmp_path, "--json").stdout)["file"]
    refused = run("restore", backup, "--identity", tmp_path / "identity.txt", "--replace")
    assert 2 == refused.exit_code
    assert "in use by process" in refused.stderr
    assert str(os.getpid()) not in refused.stderr
    with urllib.request.urlopen(f"{assistant.url}/metrics") as answer:
        assert b"lotse_tick_age_seconds" in answer.read()
    assert 0 == assistant.stop()
    assert "1 signed roots" in run("audit", "verify").stdout
    assert 0 == run("restore", backup, "--identity", tmp_path / "identity.txt", "--replace").exit_code
    assistant.start()
    assert run("audit", "verify").stdout.startswith("whole: ")


def test_a_long_path_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control socket works where its path is longer than the system takes."""
    folder = tmp_path / ("deep" * 12) / ("deeper" * 12)
    folder.mkdir(parents=True)
    running = Assistant(folder)
    monkeypatch.setenv("LOTSE_DATABASE__URL", f"sqlite:///{folder / 'db' / 'lotse.db'}")
    monkeypatch.setenv("LOTSE_DATABASE__KEY_FILE", str(folder / "keys" / "master.key"))
    running.start()
    try:
        assert "none\n" == run("outbox", "list").stdout
    finally:
        running.kill()
