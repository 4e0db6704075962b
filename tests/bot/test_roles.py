"""One program in several processes: who does what, how they wake each other, and what one file refuses."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App, build, prepare
from bot.channels import Inbound, InboundKind
from bot.channels.memory import Kept, MemoryChannel
from bot.clock import SetClock
from bot.demo import load_world
from bot.settings import DatabaseSettings, Duty, Settings, SettingsError
from tests.postgres import EMPTY, Server

ROOT = Path(__file__).resolve().parents[2]
MONDAY = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
PATIENCE = 20


def settings_of(url: str, folder: Path, duty: Duty) -> Settings:
    """Settings for one process."""
    database = DatabaseSettings(url=url, key_file=folder / "keys" / "master.key")
    return Settings(profile="demo", role=duty, database=database)


@asynccontextmanager
async def started(url: str, folder: Path, *duties: Duty) -> AsyncIterator[list[tuple[App, MemoryChannel, SetClock]]]:
    """An assistant per duty, on one database with the demo world."""
    prepare(settings_of(url, folder, Duty.ALL))
    running = []
    for duty in duties:
        channel, clock = MemoryChannel(), SetClock(MONDAY)
        running.append((build(settings_of(url, folder, duty), clock=clock, channels=[channel]), channel, clock))
    try:
        await running[0][0].run(lambda uow: load_world(uow, MONDAY, channels=("memory",)))
        for app, _, _ in running:
            await app.start()
        yield running
    finally:
        for app, _, _ in running:
            await app.stop()


def ill(number: int = 1) -> Inbound:
    """p1 is ill."""
    return Inbound(
        channel="memory", external_id=f"u{number}", sender="p1", kind=InboundKind.TEXT, text="Ich bin heute krank"
    )


async def until(take: Callable[[], list[Kept]], enough: Callable[[list[Kept]], bool]) -> list[Kept]:
    """What has arrived, as soon as it is enough."""
    heard: list[Kept] = []
    async with asyncio.timeout(PATIENCE):
        while not enough(heard):
            heard += take()
            await asyncio.sleep(0.02)
    return heard


def both_have_heard(heard: list[Kept]) -> bool:
    """The participant has an answer, the caseworker the news."""
    return {"p1", "c1"} <= {kept.external for kept in heard}


async def test_each_process_does_its_part(server: Server, tmp_path: Path) -> None:
    """What one process takes in another one delivers, soon; the one that took it in delivers nothing."""
    url = server.create(EMPTY)
    async with started(url, tmp_path, Duty.WEB, Duty.RELAY, Duty.TIMERS) as (web, relay, timers):
        await web[0].receive(ill())
        await until(lambda: list(relay[1].take()), both_have_heard)
        assert ((), ()) == (web[1].take(), timers[1].take())
    server.drop(url)


async def test_timers_fire_in_their_process(server: Server, tmp_path: Path) -> None:
    """Nobody has looked at the alert: the process with the clock passes it on, the relay delivers it."""
    url = server.create(EMPTY)
    async with started(url, tmp_path, Duty.WEB, Duty.RELAY, Duty.TIMERS) as (web, relay, timers):
        await web[0].receive(ill())
        await until(lambda: list(relay[1].take()), both_have_heard)
        for _, _, clock in (web, relay, timers):
            clock.set(MONDAY + timedelta(hours=5))
        await until(lambda: list(relay[1].take()), lambda heard: "c2" in {kept.external for kept in heard})
    server.drop(url)


async def test_two_of_everything_by_mistake_do_no_harm(server: Server, tmp_path: Path) -> None:
    """Two whole assistants on one database: an update handed to both has one effect, and nobody gets anything twice."""
    url = server.create(EMPTY)
    async with started(url, tmp_path, Duty.ALL, Duty.ALL) as (one, two):

        def take() -> list[Kept]:
            return [*one[1].take(), *two[1].take()]

        await asyncio.gather(one[0].receive(ill()), two[0].receive(ill()))
        heard = await until(take, both_have_heard)
        for _, _, clock in (one, two):
            clock.set(MONDAY + timedelta(hours=5))
        heard += await until(take, lambda seen: "c2" in {kept.external for kept in seen})
        await asyncio.sleep(1.5)
        heard += take()
        ids = [kept.id for kept in heard]
        assert len(set(ids)) == len(ids)
        assert 1 == len([kept for kept in heard if kept.external == "c2"])
    server.drop(url)


@pytest.mark.parametrize("duty", [Duty.WEB, Duty.RELAY, Duty.TIMERS])
def test_a_file_has_one_process(tmp_path: Path, duty: Duty) -> None:
    """A part of the work on a database file is refused; the message names both settings."""
    settings = settings_of(f"sqlite:///{tmp_path}/db/lotse.db", tmp_path, duty)
    with pytest.raises(SettingsError, match=rf"role: .*{duty.value}.*database\.url"):
        build(settings)


def test_the_command_line_names_what_is_wrong(tmp_path: Path) -> None:
    """The same from the command line: exit 2, one line, no traceback."""
    environment = {**os.environ, "LOTSE_DATABASE__URL": f"sqlite:///{tmp_path}/db/lotse.db"}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "run", "--role", "relay"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert 2 == ended.returncode
    assert "role:" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_a_relay_runs_until_it_is_told_to_stop(server: Server, tmp_path: Path) -> None:
    """A process without pages starts on the server, and ends with 0 after SIGTERM."""
    url = server.create(EMPTY)
    prepare(settings_of(url, tmp_path, Duty.ALL))
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "LOTSE_DATABASE__KEY_FILE": str(tmp_path / "keys" / "master.key"),
    }
    command = [sys.executable, "-m", "bot", "run", "--role", "relay"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as relay:
        try:
            socket = tmp_path / "keys" / "control-relay.sock"
            for _ in range(PATIENCE * 20):
                if socket.exists() or relay.poll() is not None:
                    break
                asyncio.run(asyncio.sleep(0.05))
            relay.send_signal(signal.SIGTERM)
            assert 0 == relay.wait(PATIENCE)
        finally:
            relay.kill()
    server.drop(url)
