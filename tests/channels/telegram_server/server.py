"""The service: real HTTP on loopback, in a thread of its own, and the door to the phones and the weather."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from random import Random
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, web

from bot.clock import Clock
from tests.channels.telegram_server.clock import MovableClock
from tests.channels.telegram_server.faults import Fault, Halt, Trouble, Weather
from tests.channels.telegram_server.front import Front
from tests.channels.telegram_server.phone import PATIENCE, Group, User
from tests.channels.telegram_server.polling import Polls
from tests.channels.telegram_server.profile import commands_for
from tests.channels.telegram_server.queue import Queue
from tests.channels.telegram_server.webhooks import Webhooks
from tests.channels.telegram_server.world import Account, BotAccount, Chat, Entry, Json, World

FIRST_GROUP = -4000
FIRST_SUPERGROUP = -1001000000000


class BotApiServer:
    """A Bot API server for tests, and the people at their phones.

    `with BotApiServer() as server:` starts it on a free port of 127.0.0.1, in a thread of its own; every method may be
    called from any thread, with or without a loop. `clock`: what the 48 hours, the age of taps, the length of pauses
    and the dates of messages go by; long polling and webhooks wait in real time. The default runs, and can be moved.
    """

    def __init__(self, *, clock: Clock | None = None, port: int = 0) -> None:
        """Not started. `port` 0 is any free one."""
        self.clock = clock or MovableClock()
        self.world = World(self.clock)
        self.weather = Weather(self.clock)
        self._port = port
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="telegram", daemon=True)
        self._wake: Callable[[BotAccount], None] = lambda _: None

    # -- starting and stopping

    def __enter__(self) -> Self:
        """Start; return when it answers. Raises OSError if the port is taken."""
        self._socket = socket.create_server(("127.0.0.1", self._port))
        self._port = self._socket.getsockname()[1]
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop; open requests are broken off."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        polls = Polls(self.world)
        async with ClientSession() as client, asyncio.TaskGroup() as tasks:
            webhooks = Webhooks(self.world, polls, tasks, client)
            front = Front(self.world, self.weather, polls, webhooks)
            runner = web.AppRunner(front.application(), access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            await web.SockSite(runner, self._socket).start()
            self._wake = partial(_wake, polls, webhooks)
            self._polls = polls
            self._started.set()
            await self._over.wait()
            self._wake = lambda _: None
            webhooks.stop()
            await runner.cleanup()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def base(self) -> str:
        """The address for aiogram's `TelegramAPIServer.from_base`."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """The `base_url` of python-telegram-bot."""
        return f"{self.base}/bot"

    @property
    def base_file_url(self) -> str:
        """The `base_file_url` of python-telegram-bot."""
        return f"{self.base}/file/bot"

    # -- who is there

    def bot(self, username: str = "lotse_bot", *, token: str = "", privacy: bool = True) -> BotAccount:
        """Add a bot, or return the one that has this token or name. `privacy`: in groups it hears commands only."""
        with self.world.lock:
            for known in self.world.bots.values():
                if token == known.token or (not token and known.username == username):
                    return known
            id = int(token.partition(":")[0]) if token else self.world.number("bot", 7000001)
            token = token or f"{id}:AAtest-{id:028}"
            queue = Queue(lambda: self._wake(bot))
            bot = BotAccount(id, token, username, queue, privacy)
            self.world.bots[token] = bot
            return bot

    def user(self, id: int = 0, language_code: str | None = "de", *, first_name: str = "") -> User:
        """Add a person, or return the one with this id (0: a new one)."""
        with self.world.lock:
            id = id or self.world.number("user", 500001)
            if id not in self.world.people:
                name = first_name or f"Person {id}"
                self.world.people[id] = Account(id, name, language_code)
                self.world.chats[id] = Chat(id, "private", name)
        return User(self.world, id)

    def group(self, title: str = "Gruppe", members: Iterable[User] = (), *, supergroup: bool = False) -> Group:
        """Open a group of people, without a bot."""
        with self.world.lock:
            kind = "supergroup" if supergroup else "group"
            id = FIRST_SUPERGROUP if supergroup else FIRST_GROUP
            id -= self.world.number(kind)
            self.world.chats[id] = Chat(id, kind, title, members={user.id for user in members})
        return Group(self.world, id)

    def commands(self, bot: BotAccount, user: User) -> list[Json]:
        """Return the menu of commands this person sees: `[{"command": …, "description": …}]`."""
        return commands_for(bot, user.id, self.world.people[user.id].language_code)

    # -- updates, once more and otherwise

    def redeliver(self, bot: BotAccount, update_id: int, copies: int = 1) -> None:
        """Deliver an update again (`Done.update_id`), with its old number. Raises KeyError if there was none."""
        with self.world.lock:
            bot.queue.redeliver(update_id, copies)

    def hold(self, bot: BotAccount) -> None:
        """Give out no updates until `release`."""
        bot.queue.held = True

    def release(self, bot: BotAccount, *, shuffle: Random | None = None, copies: int = 1) -> None:
        """Give out what was held: shuffled by the chance given, each `copies` times."""
        with self.world.lock:
            bot.queue.release(shuffle=shuffle, copies=copies)

    def pending(self, bot: BotAccount) -> int:
        """Return how many updates the bot has not acknowledged."""
        return len(bot.queue.waiting)

    def is_polled(self, bot: BotAccount) -> bool:
        """Whether somebody waits for updates of the bot."""
        return self._polls.is_waiting(bot.id)

    # -- bad days

    def halt(self, seconds: int, *, chat: int | None = None, bot: int | None = None, grace: float = 0.1) -> Halt:
        """Ask for a pause of `seconds` from the next send on, to a chat or to all: 429 with retry_after.

        What is sent before the pause is over is refused, and counted in `sent_inside_halt`.
        """
        halt = Halt(seconds=seconds, chat=chat, bot=bot, grace=grace)
        with self.world.lock:
            self.weather.halts.append(halt)
        return halt

    def enforce(self, *, per_chat: int | None = None, per_bot: int | None = None, pause: int = 1) -> None:
        """Ask for a `pause` (seconds) by itself when more than so many messages arrive in a second of the clock."""
        self.weather.per_chat, self.weather.per_bot, self.weather.pause = per_chat, per_bot, pause

    def trouble(self, trouble: Trouble, **which: Any) -> Fault:
        """Spoil the next request that meets `which`: the fields of `Fault` (method, chat, bot, times, effect, …)."""
        if which.get("method"):
            which["method"] = which["method"].lower()
        fault = Fault(trouble=trouble, **which)
        with self.world.lock:
            self.weather.faults.append(fault)
        return fault

    def lift(self, what: Fault | Halt | None = None) -> None:
        """Take back one fault or halt, or all of them."""
        with self.world.lock:
            self.weather.past_halts += [h for h in self.weather.halts if what in {None, h}]
            self.weather.halts = [h for h in self.weather.halts if what not in {None, h}]
            self.weather.faults = [f for f in self.weather.faults if what not in {None, f}]

    @property
    def sent_inside_halt(self) -> int:
        """How many messages were sent although the service had asked for a pause."""
        return self.weather.sent_inside_halt

    def busiest(self, *, chat: int | None = None, bot: int | None = None, seconds: float = 1.0) -> int:
        """Return how many messages were sent in the fullest window of `seconds` of real time."""
        with self.world.lock:
            return self.weather.busiest(chat=chat, bot=bot, seconds=seconds)

    # -- what people saw

    @property
    def log(self) -> list[Entry]:
        """Everything people saw and did, in order."""
        with self.world.lock:
            return list(self.world.log)

    def wait_until(self, true: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait until `true()`, where no loop has to run meanwhile. Raises TimeoutError after `within` seconds."""
        end = time.monotonic() + within
        while not true():
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(0.01)

    async def until(self, true: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait until `true()`; let the loop run meanwhile. Raises TimeoutError after `within` seconds."""
        end = time.monotonic() + within
        while not true():
            if time.monotonic() > end:
                raise TimeoutError
            await asyncio.sleep(0.01)


def _wake(polls: Polls, webhooks: Webhooks, bot: BotAccount) -> None:
    polls.wake(bot.id)
    webhooks.wake(bot)
