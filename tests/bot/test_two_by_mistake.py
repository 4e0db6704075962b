"""Two whole assistants in processes of their own, started on one database by mistake, under load."""

import asyncio
import multiprocessing
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.app import App, build, prepare
from bot.channels import Capabilities, Inbound, InboundKind, Level, Outgoing
from bot.clock import SetClock
from bot.demo import load_world
from bot.operating.auditing import verify_at_rest
from bot.settings import DatabaseSettings, Settings
from tests.postgres import EMPTY, Server

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)
PEOPLE = ("p1", "p2", "p3", "p4", "p5")
ROUNDS, PATIENCE, QUIET = 12, 60, 2.0


class Screen:
    """A channel without keys, common to all processes: whatever is sent is a line in a file, however often."""

    name = "memory"
    capabilities = Capabilities(level=Level.L4, max_text=4000)

    def __init__(self, file: Path) -> None:
        """The file may be there already."""
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def send(self, message: Outgoing, external: str) -> str:
        """Take a moment, as a network does."""
        await asyncio.sleep(0.01)
        os.write(self._file, f"{message.id} {external}\n".encode())
        return f"screen-{message.id}"


def settings_of(url: str, folder: Path) -> Settings:
    """Settings of both."""
    return Settings(database=DatabaseSettings(url=url, key_file=folder / "keys" / "master.key"))


def updates() -> list[Inbound]:
    """What people say, all at once: the first report illness, so that there are alerts and timers."""
    return [
        Inbound(
            channel="memory",
            external_id=f"{who}-{number}",
            sender=who,
            kind=InboundKind.TEXT,
            text="Ich bin heute krank" if not number else "Hallo",
        )
        for number in range(ROUNDS)
        for who in PEOPLE
    ]


def live(url: str, folder: str, together: Any) -> None:
    """One of the two: takes in everything, does whatever is due, then lives through the afternoon."""
    clock = SetClock(NOW)
    app = build(settings_of(url, Path(folder)), clock=clock, channels=[Screen(Path(folder) / "screen")])
    asyncio.run(_live(app, clock, together))


async def _live(app: App, clock: SetClock, together: Any) -> None:
    await app.start()
    await asyncio.to_thread(together.wait, PATIENCE)
    await asyncio.gather(*(app.receive(update) for update in updates()))
    await _until_quiet(app)
    await asyncio.to_thread(together.wait, PATIENCE)
    clock.set(LATER)
    await _until_quiet(app)
    await asyncio.to_thread(together.wait, PATIENCE)
    await app.stop()


async def _until_quiet(app: App) -> None:
    """Nothing waits and nothing is on its way, for a while."""
    quiet = 0.0
    async with asyncio.timeout(PATIENCE):
        while quiet < QUIET:
            await asyncio.sleep(0.1)
            with app.store.read() as uow:
                busy = sum(uow.overview.counts().values())
            quiet = 0.0 if busy else quiet + 0.1


@pytest.mark.slow
async def test_two_whole_assistants_do_no_harm(server: Server, tmp_path: Path) -> None:
    """Each update reaches both and counts once; every message is sent once, alerts and escalations too."""
    url = server.create(EMPTY)
    settings = settings_of(url, tmp_path)
    prepare(settings)
    first = build(settings, clock=SetClock(NOW), channels=[])
    await first.run(lambda uow: load_world(uow, NOW, channels=("memory",)))
    await first.stop()
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(2)
    both = [spawn.Process(target=live, args=(url, str(tmp_path), together), daemon=True) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        await asyncio.to_thread(one.join, 3 * PATIENCE)
    assert [0, 0] == [one.exitcode for one in both]
    lines = (tmp_path / "screen").read_text("utf-8").splitlines()
    sent = Counter(int(line.split()[0]) for line in lines)
    with psycopg.connect(url) as connection:
        heard = connection.execute("SELECT count(*) FROM inbox").fetchone()
        outbox = connection.execute("SELECT id, status FROM outbox").fetchall()
    assert (len(updates()),) == heard
    assert {1} == set(sent.values())
    assert {id_ for id_, status in outbox if status == "sent"} == set(sent)
    assert {"sent"} == {status for _, status in outbox}
    assert "c2" in {line.split()[1] for line in lines}
    outcome = await verify_at_rest(settings)
    assert not outcome.fault
    server.drop(url)
