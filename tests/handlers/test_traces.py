"""What people write stands nowhere in clear: not in the database file, not in its log, not in the program's log."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
import structlog

from bot.app import App, build, prepare
from bot.channels import Inbound, InboundKind
from bot.channels.memory import Kept, MemoryChannel
from bot.clock import SetClock
from bot.demo import load_world
from bot.logs import set_up_logs
from bot.settings import DatabaseSettings, Settings
from handlers import absences, inbound, participants
from storage.errors import Conflict
from tests.canaries import findings
from tests.handlers.world import MORNING

CANARIES = [f"Kanarie{number:02}vogel" for number in range(1, 51)]
NAMES = ["Jonas", "Weber", "Albers", "Haddad", "🧭", "0221 4710"]


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


class Stage:
    """The program with the memory channel, its clock, and a canary for each thing said."""

    def __init__(self, folder: Path) -> None:
        (folder / "keys").mkdir()
        self.folder = folder / "db"
        place = DatabaseSettings(url=f"sqlite:///{self.folder / 'lotse.db'}", key_file=folder / "keys" / "master.key")
        settings = Settings(database=place)
        prepare(settings)
        self.clock, self.channel = SetClock(MORNING), MemoryChannel()
        self.app: App = build(settings, clock=self.clock, channels=[self.channel])
        self.used: list[str] = []
        self.got: list[Kept] = []
        self._updates = 0

    async def open(self) -> None:
        """Load the demo world."""
        await self.app.start(ticking=False)
        await self.app.run(lambda uow: load_world(uow, self.clock.now(), channels=["memory"]))

    async def hand_in(self, who: str, kind: InboundKind = InboundKind.TEXT, **more: Any) -> None:
        """An update, and what comes of it."""
        self._updates += 1
        update = Inbound(channel="memory", external_id=str(self._updates), sender=who, kind=kind, **more)
        await self.app.receive(update)
        await self.app.settle()
        self.got += self.channel.take()

    async def say(self, who: str, text: str) -> None:
        """Somebody writes, with a canary where the text has a gap."""
        canary = CANARIES[len(self.used)]
        self.used.append(canary)
        await self.hand_in(who, text=text.replace("%", canary))

    async def tap(self, who: str, action: str) -> None:
        """Somebody presses the newest such button."""
        handles = [
            one.handle for kept in self.got if kept.external == who for one in kept.buttons if one.action == action
        ]
        await self.hand_in(who, InboundKind.TAP, tap=handles[-1])

    async def wait(self, hours: int) -> None:
        """Time passes."""
        self.clock.set(self.clock.now() + timedelta(hours=hours))
        await self.app.settle()
        self.got += self.channel.take()

    def written(self) -> dict[str, bytes]:
        """What lies in the database's folder."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}


def break_with(words: str) -> Callable[..., NoReturn]:
    """A fault of ours that quotes somebody."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise RuntimeError(f"cannot handle {words}")

    return fail


async def say_everything(stage: Stage) -> None:
    """Words through every handler there is."""
    for text in (
        "Ich bin heute krank %",
        "% bis Freitag",
        "ich komme doch %",
        "ich komme 10 Minuten später %",
        "hilfe %",
    ):
        await stage.say("p1", text)
    await stage.say("p1", "% und noch etwas")
    await stage.tap("p1", "yes")
    await stage.tap("c1", "answer")
    await stage.say("c1", "Antwort %")
    await stage.say("c1", "% ohne Empfänger")
    await stage.say("c1", "Jonas ist krank %")
    await stage.say("p4", "Ich will nicht mehr leben %")
    await stage.say("p4", "mein Freund schlägt mich %")
    await stage.say("p2", "أنا مريضة اليوم %")
    await stage.say("g1", "Mein Kind ist krank %")
    await stage.say("p3", "ich kann nicht kommen %")
    for _ in range(3):
        await stage.say("p3", "% %")
    await stage.say("p5", "% " * 600)
    await stage.say("p6", "stop %")
    await stage.say("x1", "Ich bin fremd %")
    canary = CANARIES[len(stage.used)]
    stage.used.append(canary)
    await stage.hand_in("p5", InboundKind.FILE, text=f"Bild {canary}", file_name=f"{canary}.jpg")
    await stage.hand_in("p5", InboundKind.TAP, tap=f"@{canary}")
    await stage.hand_in("p5", InboundKind.TAP, tap=canary)


async def fail_everywhere(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """Faults of ours whose messages quote the words."""
    for module, name in ((participants, "hear"), (inbound, "reply_to"), (absences, "report")):
        with patch.context() as broken:
            broken.setattr(module, name, break_with(CANARIES[len(stage.used)]))
            await stage.say("p1", "Ich bin krank ab 1.12. %")
    with patch.context() as broken:
        broken.setattr(absences, "remind_of_proof", break_with(CANARIES[0]))
        await stage.wait(30)

    def refuse(*_: object, **__: object) -> NoReturn:
        raise Conflict(CANARIES[1])

    with patch.context() as broken:
        broken.setattr(participants, "hear", refuse)
        await stage.say("p1", "Noch etwas %")

    async def lose(*_: object) -> str:
        raise OSError(CANARIES[2])

    with patch.context() as broken:
        broken.setattr(stage.channel, "send", lose)
        await stage.say("p1", "danke %")
    await stage.wait(1)


def test_no_word_stands_in_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: Callable[[], str]) -> None:
    """Canaries through every handler, forced exceptions included: none in database, write-ahead log or program log."""

    async def live() -> dict[str, bytes]:
        await stage.open()
        await say_everything(stage)
        await fail_everywhere(stage, monkeypatch)
        running = stage.written()
        await stage.app.stop()
        return running

    stage = Stage(tmp_path)
    with asyncio.Runner() as runner:
        running = runner.run(live())
    assert {"lotse.db", "lotse.db-wal"} <= running.keys()
    log = logged()
    assert "update_failed" in log
    assert "timer_failed" in log
    assert len(stage.used) > 20
    assert any(canary in kept.text for kept in stage.got for canary in stage.used), "the words did arrive"
    places = {"log": log.encode(), **running, **{f"at rest: {name}": found for name, found in stage.written().items()}}
    assert [] == findings(places, [*CANARIES, *NAMES])


def test_a_fault_of_ours_loses_no_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails in a handler, the person is told and the caseworker gets the words, whichever error it was."""

    async def live() -> None:
        await stage.open()
        for number, error in enumerate((RuntimeError, Conflict)):
            with monkeypatch.context() as broken:
                broken.setattr(participants, "hear", raising(error))
                known = len(stage.got)
                await stage.say("p1", "Zahnrad %")
            assert {"p1", "c1"} == {kept.external for kept in stage.got[known:]}
            assert [f"Zahnrad {CANARIES[number]}"] == [
                kept.text for kept in stage.got[known:] if CANARIES[number] in kept.text
            ]
        await stage.app.stop()

    stage = Stage(tmp_path)
    with asyncio.Runner() as runner:
        runner.run(live())


def raising(error: type[Exception]) -> Callable[..., NoReturn]:
    """A handler with this fault."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise error("a fault")

    return fail
