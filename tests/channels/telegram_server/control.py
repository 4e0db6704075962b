"""The control side over HTTP, for a service in a process of its own: one JSON object in, one out.

`POST /` with `{"do": "send", "user": 1, "text": "hello"}` answers `{"done": …}`, or with status 400 `{"error": …}`.
"""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import Enum
from random import Random
from typing import Any

from aiohttp import web

from tests.channels.telegram_server.clock import MovableClock
from tests.channels.telegram_server.faults import Trouble
from tests.channels.telegram_server.phone import PATIENCE, Group, User
from tests.channels.telegram_server.screen import matches
from tests.channels.telegram_server.server import BotApiServer
from tests.channels.telegram_server.world import BotAccount, Json

WORDS = ["send", "start", "edit", "delete", "tap", "tap_data", "block", "unblock", "deactivate", "speak", "screen"]
SENDS = ["document", "photo", "voice", "video", "video_note", "sticker", "location", "contact", "other"]
OF_USER = [*WORDS, *(f"send_{kind}" for kind in SENDS)]


class Control:
    """What the other process may ask for. Everything that names a user or a bot adds it if it is not there."""

    def __init__(self, server: BotApiServer) -> None:
        """Look after `server`."""
        self._server = server
        self._deeds: dict[str, Callable[[Json], Any]] = {name: self._user_deed(name) for name in OF_USER} | {
            "bot": self._add_bot,
            "user": lambda a: self._server.user(**a).id,
            "group": lambda a: self._server.group(a["title"], [self._server.user(id) for id in a["members"]]).id,
            "group_add": lambda a: Group(self._server.world, a["group"]).add(self._bot(a), by=self._user(a)),
            "group_remove": lambda a: Group(self._server.world, a["group"]).remove(self._bot(a), by=self._user(a)),
            "group_screen": lambda a: Group(self._server.world, a["group"]).screen(),
            "migrate": lambda a: Group(self._server.world, a["group"]).migrate().id,
            "commands": lambda a: self._server.commands(self._bot(a), self._user(a)),
            "redeliver": lambda a: self._server.redeliver(self._bot(a), a["update_id"], a.get("copies", 1)),
            "hold": lambda a: self._server.hold(self._bot(a)),
            "release": self._release,
            "pending": lambda a: self._server.pending(self._bot(a)),
            "halt": lambda a: asdict(self._server.halt(**a)),
            "enforce": lambda a: self._server.enforce(**a),
            "trouble": lambda a: asdict(self._server.trouble(Trouble(a.pop("trouble")), **a)),
            "lift": lambda _: self._server.lift(),
            "log": lambda a: self._server.log[a.get("after", 0) :],
            "requests": lambda a: self._server.weather.requests[a.get("after", 0) :],
            "figures": self._figures,
            "clock": self._clock,
        }

    def do(self, asked: Json) -> Any:
        """Do what is asked. Raises LookupError, TypeError or ValueError if that cannot be done."""
        return self._deeds[asked["do"]]({name: value for name, value in asked.items() if name != "do"})

    def _bot(self, asked: Json) -> BotAccount:
        return self._server.bot(asked["bot"]) if asked.get("bot") else next(iter(self._server.world.bots.values()))

    def _user(self, asked: Json) -> User:
        return self._server.user(asked["user"])

    def _add_bot(self, asked: Json) -> Json:
        bot = self._server.bot(asked.get("username", "lotse_bot"), token=asked.get("token", ""))
        return {"id": bot.id, "token": bot.token, "username": bot.username}

    def _user_deed(self, name: str) -> Callable[[Json], Any]:
        def do(asked: Json) -> Any:
            user = self._user(asked)
            more = {key: value for key, value in asked.items() if key not in {"user", "bot", "group", "data64"}}
            if asked.get("bot"):
                more["bot"] = self._bot(asked)
            if asked.get("group"):
                more["group"] = Group(self._server.world, asked["group"])
            if "data64" in asked:
                more["data"] = base64.b64decode(asked["data64"])
            if "of" in asked:
                more["of"] = self._server.user(asked["of"])
            return getattr(user, name)(**more)

        return do

    def _release(self, asked: Json) -> None:
        chance = Random(asked["shuffle"]) if "shuffle" in asked else None
        self._server.release(self._bot(asked), shuffle=chance, copies=asked.get("copies", 1))

    def _figures(self, asked: Json) -> Json:
        return {"sent_inside_halt": self._server.sent_inside_halt, "busiest": self._server.busiest(**asked)}

    def _clock(self, asked: Json) -> str:
        clock = self._server.clock
        if isinstance(clock, MovableClock):
            if asked.get("freeze"):
                clock.freeze()
            if "set" in asked:
                clock.set(datetime.fromisoformat(asked["set"]))
            clock.advance(timedelta(seconds=asked.get("advance", 0)))
        return clock.now().isoformat()

    async def sees(self, asked: Json) -> Json:
        """Wait until a user sees a message of the bot's (`text`, `after`, `within` seconds), and return it."""
        user, bot = self._user(asked), self._bot(asked)
        return asdict(
            await user.sees(asked["text"], bot=bot, after=asked.get("after", 0), within=asked.get("within", PATIENCE))
        )

    async def logged(self, asked: Json) -> list[Any]:
        """Wait until at least `count` lines after `after` stand in the log, and return them; fewer after `within`."""
        after, count = asked.get("after", 0), asked.get("count", 1)
        wanted, what = asked.get("text", ""), asked.get("what")

        def found() -> list[Any]:
            lines = self._server.log[after:]
            return [line for line in lines if what in {None, line.what} and matches(wanted, line.text)]

        try:
            await self._server.until(lambda: len(found()) >= count, asked.get("within", PATIENCE))
        except TimeoutError:
            return found()
        return found()


async def serve(server: BotApiServer, port: int, ready: Callable[[int], None]) -> None:
    """Answer the other process on 127.0.0.1 until cancelled; `ready` is told the port."""
    control = Control(server)

    async def answer(request: web.Request) -> web.Response:
        asked = await request.json()
        waiting = {"sees": control.sees, "logged": control.logged}.get(asked.get("do"))
        try:
            done = await waiting(asked) if waiting else control.do(asked)
        except (LookupError, TypeError, ValueError, TimeoutError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        return web.json_response({"done": as_json(done)})

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        ready(runner.addresses[0][1])
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def as_json(value: Any) -> Any:
    """Return `value` as JSON can carry it: instants in ISO 8601, bytes in base64."""
    if isinstance(value, list | tuple):
        return [as_json(part) for part in value]
    if isinstance(value, dict):
        return {str(key): as_json(part) for key, part in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Enum):
        return value.value
    return as_json(asdict(value)) if hasattr(value, "__dataclass_fields__") else value
