"""The whole assistant with both bots, in this process: the demo world, some of whom have Telegram."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.app import App, build, prepare
from bot.bot_api.channel import TelegramChannel
from bot.bot_api.commands import PARTICIPANTS, STAFF
from bot.bot_api.intake import Intake
from bot.channels.web import WebChannel
from bot.demo import load_world
from bot.lines import Hook, Line
from bot.settings import DatabaseSettings, DeliverySettings, Settings
from flows.engine.messages import OutboxStatus
from flows.people import Address
from handlers import consent
from handlers.understanding import warm_up
from storage.uow import UnitOfWork
from tests.channels.telegram_bots import open_client
from tests.channels.telegram_server import BotAccount, BotApiServer, MovableClock, User

MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
HANDLES = {PARTICIPANTS: ("p1", "p2", "p3", "p5"), STAFF: ("c1",)}


@dataclass(slots=True, eq=False)
class House:
    """The assistant, its bots, and the phones of people by their handles."""

    service: BotApiServer
    app: App
    bots: dict[str, BotAccount]
    lines: dict[str, Line] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def says(self, who: str, text: str) -> int:
        """Somebody writes to the bot; the update's number."""
        return self.people[who].send(text, bot=self.bot_of(who)).update_id

    def bot_of(self, who: str) -> BotAccount:
        """The bot this person writes to."""
        return self.bots[STAFF if who in HANDLES[STAFF] else PARTICIPANTS]

    def seen(self, who: str) -> list[str]:
        """What the bot has said to somebody."""
        return [message.text for message in self.people[who].screen(self.bot_of(who)) if not message.own]

    def count(self, name: str) -> int:
        """How many events of this kind there are."""
        with self.app.store.read() as uow:
            return sum(recorded.name == name for recorded in uow.events.after(0))

    def is_settled(self) -> bool:
        """Whether every update has been acknowledged and nothing waits to be sent."""
        with self.app.store.read() as uow:
            due = uow.outbox.oldest_due()
            under_way = any(status is OutboxStatus.SENDING for _, status in uow.overview.counts())
        waiting = sum(self.service.pending(bot) for bot in self.bots.values())
        return not waiting and not under_way and (due is None or due > self.app.clock.now())


def settings_in(folder: Path) -> Settings:
    """A database of its own."""
    database = DatabaseSettings(url=f"sqlite:///{folder / 'db' / 'lotse.db'}", key_file=folder / "keys" / "master.key")
    return Settings(database=database, delivery=DeliverySettings(tick_seconds=0.2))


@asynccontextmanager
async def open_house(folder: Path, *, hook: Hook | None = None, poll: bool = True) -> AsyncIterator[House]:
    """The assistant at work on a Monday morning. `poll`: the bots listen; without, a test starts the lines."""
    with BotApiServer(clock=MovableClock(MORNING)) as service:
        warm_up()
        house = build_house(folder, service, hook)
        await house.app.start()
        for line in house.lines.values() if poll else ():
            line.start()
        try:
            yield house
        finally:
            await close_house(house)


def build_house(folder: Path, service: BotApiServer, hook: Hook | None = None) -> House:
    """The assistant on the database in `folder`, made with its people when there is none yet."""
    settings = settings_in(folder)
    prepare(settings)
    bots = {PARTICIPANTS: service.bot("hallo_bot"), STAFF: service.bot("team_bot")}
    channels = [
        TelegramChannel(name, open_client(name, service, token=bot.token), service.clock, between=0.05)
        for name, bot in bots.items()
    ]
    app = build(settings, clock=service.clock, channels=[WebChannel(), *channels])
    house = House(service, app, bots, {channel.name: Line(Intake(app, channel), hook) for channel in channels})
    for name, handles in HANDLES.items():
        for handle in handles:
            house.people[handle] = service.user(600_000 + int(handle[1:]) + 100 * (name == STAFF))
    app.store.submit(partial(_move_in, house=house)).result()
    return house


async def close_house(house: House) -> None:
    """End as the program does."""
    for line in house.lines.values():
        await line.stop()
    await house.app.stop()
    for line in house.lines.values():
        await line.intake.channel.close()


def _move_in(uow: UnitOfWork, house: House) -> None:
    if uow.people.by_handle("c1") is not None:
        return
    now = house.service.clock.now()
    load_world(uow, now, channels=("web",))
    for name, handles in HANDLES.items():
        for handle in handles:
            person, user = uow.people.by_handle(handle), house.people[handle]
            assert person is not None
            external = str(user.id)
            uow.people.add_address(Address(id=uow.new_id(), person=person.id, channel=name, external=external))
            consent.give(uow, person, "C2", now)
            user.start(bot=house.bots[name])
            house.service.world.bots[house.bots[name].token].queue.waiting.clear()
