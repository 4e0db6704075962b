"""B8: a real broadcast through the participants' bot against the simulated service, with pauses, replies and alerts."""

import asyncio
import shutil
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.runs import quantile
from benchmarks.sizes import Sizes
from benchmarks.table import Aim, Row
from benchmarks.world import NOW, chat, fill, join, opened
from bot.app import App
from bot.bot_api.channel import TelegramChannel
from bot.bot_api.commands import PARTICIPANTS
from bot.channels import Inbound, InboundKind, Outgoing
from bot.channels.telegram_participants import AiogramClient
from bot.profile import load_profile
from bot.settings import Settings
from flows.engine.messages import Level, MessageClass
from flows.people import Address, Role
from flows.rules.broadcasts import Broadcast, State
from handlers import broadcasts
from handlers.occasion import Occasion
from handlers.understanding import warm_up
from locales.catalog import LANGUAGES
from storage.store import Store
from storage.uow import UnitOfWork
from tests.channels.telegram_server.process import Remote, running_service

NAMES = ("B8",)
PER_SECOND = 30
PAUSE = 3
"""Seconds: the service asks for this pause twice, once because of all and once because of one chat."""
AIM = Aim(least=0.95, goal=0.99)
LONGEST = 10
"""So many times the permitted time is waited for."""


class RunningClock:
    """A Monday morning that goes on: at night no broadcast is sent."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        """The instant."""
        return NOW + timedelta(seconds=time.monotonic() - self._began)


class Observed(TelegramChannel):
    """The real channel; notes when each message had arrived, by its class."""

    def __init__(self, client: AiogramClient, clock: RunningClock) -> None:
        super().__init__(PARTICIPANTS, client, clock)
        self.arrived: list[tuple[float, MessageClass, str]] = []
        self._more = asyncio.Condition()

    async def send(self, message: Outgoing, external: str) -> str:
        """Send, then note."""
        number = await super().send(message, external)
        async with self._more:
            self.arrived.append((time.perf_counter(), message.message_class, external))
            self._more.notify_all()
        return number

    async def until(self, size: int) -> None:
        """Wait until so many have had the broadcast."""
        async with self._more:
            await self._more.wait_for(lambda: self._count() >= size)

    async def seen(self, external: str, kind: MessageClass) -> float:
        """When somebody's first message of this class arrived; waits for it."""
        async with self._more:
            await self._more.wait_for(lambda: self._first(external, kind) is not None)
        return self._first(external, kind) or 0.0

    def _count(self) -> int:
        return sum(kind is MessageClass.BROADCAST for _, kind, _ in self.arrived)

    def _first(self, external: str, kind: MessageClass) -> float | None:
        return next((at for at, each, who in self.arrived if (each, who) == (kind, external)), None)


@dataclass(slots=True)
class Outcome:
    """One broadcast: the share of the permitted rate, what the service counted, how long replies and alerts took."""

    share: float
    inside: int
    busiest: int
    replies: list[float] = field(default_factory=list)
    alerts: list[float] = field(default_factory=list)


def measure(names: frozenset[str], sizes: Sizes, rounds: int, folder: Path) -> list[Row]:
    """The row of B8."""
    del names
    outcomes = [_broadcast(folder / "broadcast", sizes.broadcast) for _ in range(rounds)]
    share = statistics.median(each.share for each in outcomes)
    inside, busiest = sum(each.inside for each in outcomes), max(each.busiest for each in outcomes)
    replies = sorted(one for each in outcomes for one in each.replies)
    alerts = sorted(one for each in outcomes for one in each.alerts)
    return [
        Row(
            number="B8",
            measure=f"broadcast to {sizes.broadcast:,} at Telegram's {PER_SECOND}/s, two pauses",
            compared="the permitted rate, at a simulated service in another process",
            ours=f"{share * PER_SECOND:.1f}/s",
            theirs=f"{PER_SECOND}/s",
            ratio=AIM.show(share),
            target=AIM.show(AIM.least),
            goal=AIM.show(AIM.goal),
            met=share >= AIM.least and inside == 0 and busiest <= PER_SECOND,
            beside=f"{inside} sent inside a pause, at most {busiest} in a second; meanwhile "
            f"a reply took {_spread(replies)}, an alert {_spread(alerts)}",
        )
    ]


def _spread(seconds: Sequence[float]) -> str:
    if not seconds:
        return "–"
    return f"p50 {quantile(seconds, 0.5) * 1000:.0f} ms, p99 {quantile(seconds, 0.99) * 1000:.0f} ms"


def _broadcast(folder: Path, size: int) -> Outcome:
    """One round in a folder of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    warm_up()
    others = 2 * max(1, size // PER_SECOND)
    world = fill(folder, people=size + others)
    with opened(world) as store, _service(size + others) as (service, token):
        addresses = store.submit(partial(join, people=size + others)).result()
        store.submit(partial(_approve, addresses=addresses, size=size)).result()
        return asyncio.run(_run(store, service, token, addresses[size:], size))


@contextmanager
def _service(people: int) -> Iterator[tuple[Remote, str]]:
    """The service with a bot that all these people have started; it enforces its limits."""
    with running_service() as service:
        token = service.do("bot")["token"]
        for number in range(people):
            service.do("start", user=int(chat(number)))
        service.do("enforce", per_chat=1, per_bot=PER_SECOND)
        yield service, token


def _approve(uow: UnitOfWork, addresses: Sequence[Address], size: int) -> None:
    """A broadcast that has been approved, to the first `size` of them; everybody is reached by the bot alone."""
    for address in addresses:
        for place in uow.people.places(address.person):
            if place.channel != PARTICIPANTS:
                uow.people.end_address(place.id, "benchmark", NOW)
    (lead,) = uow.people.all(Role.COORDINATOR)
    texts = dict.fromkeys(LANGUAGES, "Tomorrow we begin an hour later.")
    made = Broadcast(id=uow.new_id(), by=lead.id, created=NOW, texts=texts, state=State.RUNNING)
    uow.broadcasts.add(made)
    uow.broadcasts.freeze(made, [address.person for address in addresses[:size]], [])
    broadcasts.wake(Occasion(uow=uow, now=NOW, cause="benchmark"), made, NOW)


def _write(uow: UnitOfWork, address: Address, kind: MessageClass, now: datetime) -> None:
    id_ = uow.new_id()
    uow.outbox.add(
        Outgoing(
            id=id_,
            to=address.person,
            subject=address.person,
            channel=address.channel,
            address=address.id,
            text="Tomorrow we begin an hour later.",
            language="en",
            level=Level.L1,
            message_class=kind,
            purpose="C1",
            dedupe=f"benchmark:{id_}",
            cause="benchmark",
            created=now,
            not_before=now,
        )
    )


async def _run(store: Store, service: Remote, token: str, others: Sequence[Address], size: int) -> Outcome:
    clock = RunningClock()
    channel = Observed(AiogramClient(token, server=service.base, seconds=10), clock)
    app = App(Settings(), store=store, profile=load_profile("demo"), clock=clock, channels=[channel])
    outcome = Outcome(0.0, 0, 0)
    permitted = size / PER_SECOND + 2 * PAUSE
    await app.start()
    try:
        async with asyncio.timeout(60 + LONGEST * permitted), asyncio.TaskGroup() as tasks:
            tasks.create_task(_disturb(service, channel, size))
            for number, address in enumerate(others):
                at = (number + 0.5) * permitted / len(others)
                tasks.create_task((_ask, _alert)[number % 2](app, channel, address, at, outcome))
            await channel.until(size)
    finally:
        await app.stop()
        await channel.close()
    figures = await asyncio.to_thread(service.do, "figures")
    outcome.inside, outcome.busiest = figures["sent_inside_halt"], figures["busiest"]
    outcome.share = _share(channel.arrived)
    return outcome


def _share(arrived: Sequence[tuple[float, MessageClass, str]]) -> float:
    """The shortest time in which so much may be sent, over the time it took until the broadcast was out.

    Whom a pause is meant for, the service does not say: both are kept to by all.
    """
    end = max(at for at, kind, _ in arrived if kind is MessageClass.BROADCAST)
    instants = [at for at, _, _ in arrived if at <= end]
    return ((len(instants) - 1) / PER_SECOND + 2 * PAUSE) / (end - min(instants))


async def _disturb(service: Remote, channel: Observed, size: int) -> None:
    """After a third the service asks for a pause of all, after two thirds for one chat: of the last but few."""
    for share, whose in ((1, None), (2, int(chat(size - 1 - size // 10)))):
        await channel.until(share * size // 3)
        await asyncio.to_thread(partial(service.do, "halt", seconds=PAUSE, chat=whose))


async def _ask(app: App, channel: Observed, address: Address, at: float, outcome: Outcome) -> None:
    """Somebody asks for the menu meanwhile."""
    await asyncio.sleep(at)
    began = time.perf_counter()
    update = Inbound(
        channel=PARTICIPANTS,
        external_id=f"update:{address.id}",
        sender=address.external,
        kind=InboundKind.TEXT,
        text="Menü",
    )
    await app.receive(update)
    outcome.replies.append(await channel.seen(address.external, MessageClass.REPLY) - began)


async def _alert(app: App, channel: Observed, address: Address, at: float, outcome: Outcome) -> None:
    """Somebody has to know something meanwhile."""
    await asyncio.sleep(at)
    began = time.perf_counter()
    await app.run(partial(_write, address=address, kind=MessageClass.ALERT, now=app.clock.now()))
    app.delivery.look_again()
    outcome.alerts.append(await channel.seen(address.external, MessageClass.ALERT) - began)
