"""B2: the message of B1 as Telegram sends it: bytes, parsed by either library, handled and durable."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import messages
from benchmarks.recording import Transaction, recorded, replay
from benchmarks.runs import Contender, Run, Stopwatch, Unlike, interleave
from benchmarks.sizes import Sizes
from benchmarks.table import Aim, Row, compare
from benchmarks.world import NOW, World, chat, fill, join, opened
from bot.bot_api.channel import TelegramChannel
from bot.bot_api.client import Client
from bot.bot_api.commands import PARTICIPANTS
from bot.channels.telegram_participants import AiogramClient
from bot.channels.telegram_staff import TelegramBotClient
from bot.clock import SetClock
from handlers import inbound
from storage.driver import PRAGMAS
from storage.store import Store

NAMES = ("B2",)
AIM: Final = Aim(least=0.6, goal=0.9)
TOKEN: Final = "1:benchmark"
CLIENTS: Final[dict[str, Callable[..., Client]]] = {
    "aiogram": AiogramClient,
    "python-telegram-bot": TelegramBotClient,
}


def measure(names: frozenset[str], sizes: Sizes, rounds: int, folder: Path) -> list[Row]:
    """The rows of B2, one for each library."""
    del names
    world = fill(folder / "updates", people=sizes.messages + messages.WARM)
    with opened(world) as store:
        store.submit(partial(join, people=sizes.messages + messages.WARM)).result()
    todo = updates(sizes)
    contenders: dict[str, Contender] = {
        name: partial(
            _ours, world, sizes, todo, TelegramChannel(PARTICIPANTS, client(TOKEN, server="", seconds=1), SetClock(NOW))
        )
        for name, client in CLIENTS.items()
    }
    contenders["limit"] = partial(_limit, world, _record(world, todo), todo)
    runs = interleave(contenders, rounds)
    raw = "sqlite3 by hand as for B1, and json.loads"
    return [
        compare("B2", f"the same from Telegram's bytes, parsed by {name}", raw, (runs[name], runs["limit"]), AIM)
        for name in CLIENTS
    ]


def updates(sizes: Sizes) -> list[bytes]:
    """The messages of B1, as the service sends each of them."""
    return [_as_sent(number, each.text) for number, each in enumerate(messages.updates(sizes))]


def _as_sent(number: int, text: str) -> bytes:
    who = {"id": int(chat(number)), "first_name": "Robin", "username": f"robin_{number}"}
    return json.dumps(
        {
            "update_id": 10_000 + number,
            "message": {
                "message_id": 100 + number,
                "from": {**who, "is_bot": False, "language_code": "de"},
                "chat": {**who, "type": "private"},
                "date": int(NOW.timestamp()),
                "text": text,
            },
        },
        ensure_ascii=False,
    ).encode()


def _hand_in(store: Store, channel: TelegramChannel, sent: bytes) -> "Future[str | None]":
    """Parse an update and have it handled."""
    arrived = channel.read(json.loads(sent)).inbound
    if arrived is None:
        raise Unlike("an update was not taken as a message")
    return store.submit(partial(inbound.receive, inbound=arrived, now=NOW))


def _ours(world: World, sizes: Sizes, todo: Sequence[bytes], channel: TelegramChannel) -> Run:
    with opened(world.copy("updates-ours")) as store:
        submit = partial(_hand_in, store, channel)
        messages.keep_in_flight(submit, todo[: messages.WARM], sizes.in_flight)
        run = messages.keep_in_flight(submit, todo[messages.WARM :], sizes.in_flight)
        messages.check(store, run.count)
    return run


def _record(world: World, todo: Sequence[bytes]) -> list[Transaction]:
    """What our units do, one transaction each."""
    channel = TelegramChannel(PARTICIPANTS, AiogramClient(TOKEN, server="", seconds=1), SetClock(NOW))
    with recorded() as recording, opened(world.copy("updates-recorded")) as store:
        for sent in todo[: messages.WARM]:
            _hand_in(store, channel, sent).result()
        before = len(recording.kept)
        for sent in todo[messages.WARM :]:
            _hand_in(store, channel, sent).result()
        return recording.kept[before:]


def _limit(world: World, transactions: Sequence[Transaction], todo: Sequence[bytes]) -> Run:
    """The same statements and seals by hand, after the least that parsing can be."""
    steps = replay(world.copy("updates-limit").database, PRAGMAS, transactions)
    next(steps)
    watch = Stopwatch()
    for sent, _ in zip(todo[messages.WARM :], steps, strict=True):
        json.loads(sent)
    return Run(count=len(transactions), seconds=watch.seconds)
