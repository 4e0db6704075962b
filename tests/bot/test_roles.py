"""One program in several processes: who does what, how they wake each other, and what one file refuses."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot import control
from bot.app import App, build, prepare
from bot.channels import Inbound, InboundKind
from bot.channels.memory import Kept, MemoryChannel
from bot.clock import SetClock
from bot.demo import load_world
from bot.settings import DatabaseSettings, Duty, HealthSettings, Settings, SettingsError
from tests.postgres import EMPTY, Server

ROOT = Path(__file__).resolve().parents[2]
MONDAY = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
PATIENCE = 60


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


@pytest.mark.slow
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
@pytest.mark.parametrize("duty", [Duty.RELAY, Duty.TIMERS])
def test_a_process_without_pages_is_watched(server: Server, tmp_path: Path, duty: Duty) -> None:
    """It says that it is alive and ready, gives its figures, refuses a second one there, and ends after SIGTERM."""
    url = server.create(EMPTY)
    prepare(settings_of(url, tmp_path, Duty.ALL))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "LOTSE_DATABASE__KEY_FILE": str(tmp_path / "keys" / "master.key"),
        "LOTSE_HEALTH__PORT": str(port),
    }
    command = [sys.executable, "-m", "bot", "run", "--role", duty.value]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as child:
        try:
            wait_until_ready(child, port)
            assert (200, "alive\n") == ask(port, "healthz")
            assert "lotse_tick_age_seconds" in ask(port, "metrics")[1]
            assert 404 == ask(port, "")[0]
            second = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            assert (2, True) == (second.returncode, "health.port" in second.stderr), second.stderr
            child.send_signal(signal.SIGTERM)
            assert 0 == child.wait(PATIENCE), child.communicate()
        finally:
            child.kill()
    server.drop(url)


def wait_until_ready(child: "subprocess.Popen[str]", port: int) -> None:
    """Until the process says so itself."""
    deadline = time.monotonic() + PATIENCE
    while ask(port, "readyz")[0] != 200:
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ask(port: int, path: str) -> tuple[int, str]:
    """What the process answers; 0 while nobody is there."""
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/{path}", timeout=2, trust_env=False)
    except httpx.HTTPError:
        return 0, ""
    return answer.status_code, answer.text


def test_each_role_has_its_port(tmp_path: Path) -> None:
    """Beside the pages, the relay one further, the timers two; a setting names another, and 0 none."""
    ports = {duty: settings_of("postgresql://h/d", tmp_path, duty).health_port for duty in Duty}
    assert {Duty.ALL: None, Duty.WEB: None, Duty.RELAY: 8081, Duty.TIMERS: 8082} == ports
    assert 9000 == Settings(role=Duty.WEB, health=HealthSettings(port=9000)).health_port
    assert Settings(role=Duty.RELAY, health=HealthSettings(port=0)).health_port is None


async def test_two_processes_share_one_control_socket(tmp_path: Path) -> None:
    """The second leaves it to the first, and does not take it away when it ends."""
    (tmp_path / "keys").mkdir()
    settings = settings_of("postgresql://h/d", tmp_path, Duty.ALL)

    async def first(_: str) -> str:
        return "first"

    async with control.listen(settings, {"who": first}):
        async with control.listen(settings, {}):
            assert "first" == await control.ask(settings, "who", "")
        assert "first" == await control.ask(settings, "who", "")
