"""Fifty words handed in through channel and page stand in nothing that leaves the program or lies on a disk."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import httpx
import psycopg
import pytest
import structlog

from bot.app import App, build, prepare
from bot.channels import Inbound, InboundKind
from bot.channels.memory import MemoryChannel
from bot.channels.web import WebChannel
from bot.clock import SetClock
from bot.demo import load_world
from bot.health import Watch
from bot.logs import set_up_logs
from bot.operating import age, backups, calls, keys, messages
from bot.settings import BackupSettings, DatabaseSettings, Settings
from bot.web.login import make_link
from bot.web.site import assemble
from handlers import inbound, participants
from storage.audit import Audit
from storage.driver import SqliteDriver, TimeOuts
from storage.master_key import create_master_key
from tests.bot.web.conftest import CARRIER, Browser
from tests.canaries import findings
from tests.handlers.world import MORNING
from tests.postgres import Server

WORDS = [f"Kanarie{number:02}vögelchen" for number in range(1, 46)]
PHONE, BORN = "0221 4711 0815", date(1999, 2, 28)
CANARIES = [*WORDS, PHONE, "0815-2580-94", "Zeichen🧿Kanarie", "kanarie-datei.pdf", "Kanarie Nachname"]
CLOCK = MORNING.astimezone(UTC)


@pytest.fixture
def logged(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """The program's own logging, put back afterwards; gives what it wrote."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    set_up_logs()
    yield lambda: "".join(capfd.readouterr())
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


@dataclass
class Stage:
    """A program with memory and page as channels, and a count of what was handed in."""

    app: App
    clock: SetClock
    memory: MemoryChannel
    pages: WebChannel
    updates: int = 0

    async def hand_in(self, who: str, kind: InboundKind = InboundKind.TEXT, **more: Any) -> None:
        """An update, and what comes of it."""
        self.updates += 1
        update = Inbound(channel="memory", external_id=str(self.updates), sender=who, kind=kind, **more)
        await self.app.receive(update)
        await self.app.settle()


def stage_on(settings: Settings) -> Stage:
    """The program on a prepared database."""
    prepare(settings)
    clock, memory, pages = SetClock(CLOCK), MemoryChannel(), WebChannel()
    return Stage(build(settings, clock=clock, channels=[memory, pages]), clock, memory, pages)


def settings_in(folder: Path, url: str = "") -> Settings:
    """Where database, keys and backups of a test lie."""
    (folder / "keys").mkdir()
    if url:
        create_master_key(folder / "keys" / "master.key")
    recipient = age.make_identity(folder / "identity.txt")
    place = DatabaseSettings(
        url=url or f"sqlite:///{folder / 'db' / 'lotse.db'}", key_file=folder / "keys" / "master.key"
    )
    return Settings(database=place, backup=BackupSettings(recipient=recipient))


def break_with(words: str) -> Callable[..., NoReturn]:
    """A fault of ours that quotes somebody."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise RuntimeError(f"cannot handle {words}")

    return fail


async def talk(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """Every canary goes in somewhere: words, reasons, names, numbers, files, faults, wrong input."""
    await stage.app.start(ticking=False)
    await stage.app.run(lambda uow: load_world(uow, stage.clock.now(), channels=["memory", "web"]))
    words = iter(WORDS)
    for who, text in (
        ("p1", "Ich bin heute krank {}"),
        ("p1", "{} bis Freitag"),
        ("p1", "{}"),
        ("p2", "أنا مريضة {}"),
        ("p3", "ich kann nicht kommen {}"),
        ("p3", "{}"),
        ("p4", "Ich will nicht mehr leben {}"),
        ("p4", "mein Freund schlägt mich {}"),
        ("p5", "{} am 31.2."),
        ("p6", "stop {}"),
        ("g1", "Mein Kind ist krank {}"),
        ("c1", "Jonas ist krank {}"),
        ("c1", "{} ohne Empfänger"),
        ("c1", "Einladung für {}"),
        ("c1", "Telefon verloren: {}"),
        ("c2", "{}"),
        ("x9", "Fremd {}"),
    ):
        await stage.hand_in(who, text=text.format(next(words)))
    await stage.hand_in("p5", InboundKind.FILE, text=next(words), file_name="kanarie-datei.pdf")
    await stage.hand_in("p5", InboundKind.TAP, tap=next(words))
    await stage.hand_in("p5", InboundKind.TAP, tap=f"@{next(words)}")
    await stage.hand_in("p1", text=f"Ruf mich an: {PHONE}, PIN 0815-2580-94")
    await stage.app.run(_rename)
    for module, name in ((participants, "hear"), (inbound, "reply_to")):
        with patch.context() as broken:
            broken.setattr(module, name, break_with(next(words)))
            await stage.hand_in("p1", text=next(words))
    for error in (OSError, RuntimeError, ValueError):
        with patch.context() as broken:
            broken.setattr(stage.memory, "send", _fail_sending(error, next(words)))
            await stage.hand_in("p2", text=next(words))
    await _browse(stage, words)
    left = list(words)
    for word in left:
        await stage.hand_in("p5", text=f"noch {word}")


def _fail_sending(error: type[Exception], words: str) -> Callable[..., Any]:
    async def fail(*_: object) -> NoReturn:
        raise error(words)

    return fail


def _rename(uow: Any) -> None:
    person = uow.people.by_handle("p6")
    uow.people.update(replace(person, name="Kanarie Nachname", sign="Zeichen🧿Kanarie", phone=PHONE, born=BORN))


async def _browse(stage: Stage, words: Iterator[str]) -> None:
    """A browser at the page: words, a file, a draft that is too long, forms from elsewhere, wrong addresses."""
    site = assemble(stage.app, stage.pages, stage.app.settings.web, CARRIER)
    browser = Browser(site, "http://localhost", "127.0.0.1", "de")
    person = await stage.app.run(lambda uow: uow.people.by_handle("p2"))
    assert person is not None
    now = stage.clock.now()
    token = await stage.app.run(partial(make_link, person=person.id, now=now, lifetime=timedelta(hours=1)))
    await browser.enter(f"/l/{token}")
    await browser.say(next(words))
    await browser.say(next(words), script=True)
    assert 413 == (await browser.say(next(words) * 400)).status_code
    assert 403 == (await browser.post(f"{browser.home}/send", data={"csrf": "0", "text": next(words)})).status_code
    assert 404 == (await browser.get(f"/chat/{next(words)}")).status_code
    form = await browser.form()
    file = {"file": (f"{next(words)}.pdf", b"%PDF " + next(words).encode())}
    answer: httpx.Response = await browser.post(f"{browser.home}/send", data=form, files=file)
    assert 303 == answer.status_code
    await browser.post("/start/de", data={"code": next(words)})
    await stage.app.settle()


async def operator_sees(app: App) -> dict[str, bytes]:
    """What the control socket answers, and what whoever watches over the program reads."""
    rotating = keys.Rotating(app)
    return {
        "outbox": (
            await messages.serve(
                app, json.dumps({"do": "list", "statuses": ["pending", "uncertain", "failed"], "limit": 1000})
            )
        ).encode(),
        "phone list": (await calls.serve(app, "")).encode(),
        "keys": (await rotating.serve(json.dumps({"do": "list"}))).encode(),
        "metrics": "\n".join(await _metrics(app)).encode(),
    }


async def _metrics(app: App) -> list[str]:
    from bot.web import health

    transport = httpx.ASGITransport(health.assemble(Watch(app)))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as watcher:
        return [(await watcher.get(path)).text for path in ("/healthz", "/readyz", "/metrics")]


def audit_export(database: Path) -> bytes:
    """Everything that the audit chain holds."""
    with closing(SqliteDriver(database, TimeOuts(), read_only=True)) as driver:
        driver.begin()
        audit = Audit(driver)
        found = repr([(chain, audit.head(chain)) for chain in audit.chains()])
        found += repr(driver._connection.execute("SELECT * FROM audit_groups").fetchall())
        driver.recover()
    return found.encode()


def lying_in(folder: Path) -> dict[str, bytes]:
    """Every file, by name."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_canary_stands_in_anything_on_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: Callable[[], str]
) -> None:
    """Database, its log and its index, the program's log, control socket, metrics, backup and audit chain: none."""
    settings = settings_in(tmp_path)
    stage = stage_on(settings)

    async def live() -> dict[str, bytes]:
        await talk(stage, monkeypatch)
        found = {**lying_in(tmp_path / "db"), **await operator_sees(stage.app)}
        assert {"lotse.db", "lotse.db-wal", "lotse.db-shm"} <= {Path(name).name for name in found}
        backup = backups.back_up(settings, tmp_path, stage.clock.now(), lambda *_: None)
        found["backup"] = backup.read_bytes()
        await stage.app.stop()
        return found

    with asyncio.Runner() as runner:
        places = runner.run(live())
    places["log"] = logged().encode()
    places["audit"] = audit_export(tmp_path / "db" / "lotse.db")
    places |= {f"at rest {name}": content for name, content in lying_in(tmp_path / "db").items()}
    assert b"update_failed" in places["log"]
    assert all(places.values()), [name for name, content in places.items() if not content]
    assert [] == findings(places, [*CANARIES, BORN.isoformat()])
    assert_planted_is_found(places)


def assert_planted_is_found(places: Mapping[str, bytes]) -> None:
    """The search is not blind: one canary planted in each place is found there."""
    for name, content in places.items():
        half = len(content) // 2
        assert [(name, WORDS[0])] == findings({name: content[:half] + WORDS[0].encode() + content[half:]}, [WORDS[0]])


@pytest.mark.server
def test_no_canary_stands_in_anything_on_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: Callable[[], str], server: Server
) -> None:
    """A dump of every table, bytes and texts, and what the program says of itself: none."""
    url = server.create()
    stage = stage_on(settings_in(tmp_path, url))

    async def live() -> dict[str, bytes]:
        await talk(stage, monkeypatch)
        found = {**await operator_sees(stage.app), **dump(url)}
        await stage.app.stop()
        return found

    with asyncio.Runner() as runner:
        places = runner.run(live())
    places["log"] = logged().encode()
    assert {"inbox", "outbox", "people", "events"} <= places.keys()
    assert [] == findings(places, [*CANARIES, BORN.isoformat()])
    server.drop(url)


def dump(url: str) -> dict[str, bytes]:
    """Every row of every table, bytes as they are."""
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            str(name): b"\0".join(
                value if isinstance(value, bytes) else str(value).encode()
                for row in connection.execute(f'SELECT * FROM "{name}"'.encode()).fetchall()
                for value in row
            )
            for (name,) in names
        }
