"""The real program with the participants' bot in a child process, in front of the service in another one."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from bot.app import App, build, prepare
from bot.bot_api.channel import TelegramChannel
from bot.bot_api.client import Client
from bot.bot_api.commands import PARTICIPANTS
from bot.channels import Level, Outgoing
from bot.channels.telegram_participants import AiogramClient
from bot.clock import SetClock
from bot.demo import load_world
from bot.settings import DatabaseSettings, Settings
from flows.engine.messages import MessageClass
from flows.people import Address
from handlers import consent
from storage.uow import UnitOfWork
from tests.faults.tripwire import Place, Tripwire

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
FIRST_CHAT = 800_001
TEXT = "Morgen geht es um neun los."


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One life of the program: where it sends, and the place where it is killed, if it is."""

    folder: Path
    token: str
    service: str
    end_at: Place | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A message that has to arrive, and where."""

    handle: str
    kind: MessageClass

    @property
    def chat(self) -> int:
        """The number of the chat."""
        return FIRST_CHAT + int(self.handle[1:])


class KillableChannel(TelegramChannel):
    """The real channel, which can be killed before it asks the service and after it has its answer."""

    def __init__(self, client: Client, clock: SetClock, passing: Callable[[str], None]) -> None:
        super().__init__(PARTICIPANTS, client, clock)
        self._passing = passing

    async def send(self, message: Outgoing, external: str) -> str:
        """Send, and say where it is."""
        self._passing("before send")
        number = await super().send(message, external)
        self._passing("after send")
        return number


def settings_in(folder: Path) -> Settings:
    """A database in this folder."""
    database = DatabaseSettings(url=f"sqlite:///{folder / 'db' / 'lotse.db'}", key_file=folder / "keys" / "master.key")
    return Settings(database=database)


def write(folder: Path, posts: Sequence[Post]) -> None:
    """Make the demo world, give people the bot, and put a message for each into the outbox."""
    settings = settings_in(folder)
    prepare(settings)
    app = build(settings, clock=SetClock(NOON), channels=[])
    try:
        app.store.submit(partial(load_world, now=NOON, channels=("web",))).result()
        app.store.submit(partial(_write, posts=posts)).result()
    finally:
        app.store.close()


def _write(uow: UnitOfWork, posts: Sequence[Post]) -> None:
    for post in posts:
        person = uow.people.by_handle(post.handle)
        assert person is not None
        address = Address(id=uow.new_id(), person=person.id, channel=PARTICIPANTS, external=str(post.chat))
        uow.people.add_address(address)
        consent.give(uow, person, "C2", NOON)
        uow.outbox.add(
            Outgoing(
                id=uow.new_id(),
                to=person.id,
                subject=person.id,
                channel=PARTICIPANTS,
                address=address.id,
                text=TEXT,
                language="de",
                level=Level.L1,
                message_class=post.kind,
                dedupe=f"post:{post.handle}",
                cause="test",
                created=NOON,
                not_before=NOON,
            )
        )


def live(life: Life, pipe: Connection) -> None:
    """Start, send what is due, stop; the places that were passed are told at the end, or right before it is killed."""
    wire = Tripwire(life.end_at, lambda _: pipe.send(wire.passed))
    wire.stretch()
    asyncio.run(_send(life, wire))
    pipe.send(wire.passed)


async def _send(life: Life, wire: Tripwire) -> None:
    clock = SetClock(NOON)
    channel = KillableChannel(AiogramClient(life.token, server=life.service, seconds=10), clock, wire.passing)
    app: App = build(settings_in(life.folder), clock=clock, channels=[channel])
    await app.start(ticking=False)
    await app.settle()
    await app.stop()
    await channel.close()
