"""The HTTP side: reads a call, lets faults and pauses have their way, answers as the service does."""

import asyncio
import json
import re
import socket
import struct
from dataclasses import replace
from typing import Any

from aiohttp import web

from tests.channels.telegram_server import changing, profile, sending
from tests.channels.telegram_server.call import Arguments, Call, Upload
from tests.channels.telegram_server.faults import Fault, Request, Trouble, Weather, arrived
from tests.channels.telegram_server.polling import Polls
from tests.channels.telegram_server.refusals import Refusal, conflict
from tests.channels.telegram_server.webhooks import Webhooks
from tests.channels.telegram_server.world import BotAccount, World

METHODS = sending.METHODS | changing.METHODS | profile.METHODS
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"
LARGEST_REQUEST = 64 * 1024 * 1024


class Front:
    """Answers requests. Lives on the service's loop."""

    def __init__(self, world: World, weather: Weather, polls: Polls, webhooks: Webhooks) -> None:
        """Keep what is asked."""
        self._world = world
        self._weather = weather
        self._polls = polls
        self._webhooks = webhooks
        self._methods = METHODS | {
            "setwebhook": webhooks.set,
            "deletewebhook": webhooks.delete,
            "getwebhookinfo": webhooks.info,
        }

    def application(self) -> web.Application:
        """Return the routes."""
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/files/{unique}/{name}", self._file)
        return app

    def _bot(self, request: web.Request) -> BotAccount:
        token = request.match_info["token"]
        if not re.fullmatch(r"\d+:[\w-]+", token):
            raise Refusal(404, "Not Found")
        if token not in self._world.bots:
            raise Refusal(401, "Unauthorized")
        return self._world.bots[token]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            bot = self._bot(request)
            arguments = await _read(request)
        except Refusal as refusal:
            return _refused(refusal)
        return await self._attend(request, bot, arguments)

    async def _attend(self, request: web.Request, bot: BotAccount, arguments: Arguments) -> web.StreamResponse:
        """Perform the call, and let the fault that hits it, if any, spoil it before or after."""
        method = request.match_info["method"].lower()
        chat = arguments.number("chat_id") or None
        call = arrived(method, bot.id, chat, self._world.clock)
        with self._world.lock:
            fault = self._weather.fault_for(call)
        if fault and not fault.effect and (spoiled := await self._spoil(fault, request)):
            self._record(call, spoiled.status)
            return spoiled
        answer = await self._perform(request, bot, arguments, call)
        self._record(call, answer.status)
        if fault and fault.effect:
            return await self._spoil(fault, request) or answer
        return answer

    def _record(self, call: Request, code: int) -> None:
        with self._world.lock:
            self._weather.requests.append(replace(call, code=code))

    async def _perform(
        self, request: web.Request, bot: BotAccount, arguments: Arguments, call: Request
    ) -> web.StreamResponse:
        try:
            if call.method == "getupdates":
                return _ok(await self._updates(request, bot, arguments))
            with self._world.lock:
                self._weather.check_pause(call)
                if call.method not in self._methods:
                    raise Refusal(404, "Not Found")
                return _ok(self._methods[call.method](Call(self._world, bot, arguments)))
        except Refusal as refusal:
            return _refused(refusal)

    async def _updates(self, request: web.Request, bot: BotAccount, arguments: Arguments) -> list[dict[str, Any]]:
        if self._webhooks.active(bot.id):
            raise conflict(WEBHOOK_ACTIVE)

        def is_alive() -> bool:
            return request.transport is not None and not request.transport.is_closing()

        return await self._polls.get_updates(bot, arguments, is_alive)

    async def _spoil(self, fault: Fault, request: web.Request) -> web.StreamResponse | None:
        """Return the answer that `fault` puts in the place of the right one; None if it only takes its time."""
        match fault.trouble:
            case Trouble.SLOW:
                await asyncio.sleep(fault.seconds)
                return None
            case Trouble.NO_ANSWER:
                await asyncio.sleep(fault.seconds or 3600)
                return _reset(request)
            case Trouble.RESET:
                return _reset(request)
            case Trouble.BROKEN_JSON:
                return web.Response(text='{"ok":true,"result":{"mess', content_type="application/json")
            case Trouble.SERVER_ERROR if fault.code == 502:
                return web.Response(text=BAD_GATEWAY, content_type="text/html", status=502)
            case Trouble.SERVER_ERROR | Trouble.REFUSAL:
                return _refused(Refusal(fault.code, fault.description))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            self._bot(request)
        except Refusal as refusal:
            return _refused(refusal)
        file = self._world.files.get(request.match_info["unique"])
        if file is None:
            return _refused(Refusal(404, "Not Found"))
        return web.Response(body=file.data, content_type="application/octet-stream")


async def _read(request: web.Request) -> Arguments:
    """Return the arguments, from the address, a form, a multipart body or JSON. Raises Refusal 400 or 413."""
    values: dict[str, str] = dict(request.query)
    uploads: dict[str, Upload] = {}
    try:
        if request.content_type == "application/json":
            values |= {k: v if isinstance(v, str) else json.dumps(v) for k, v in (await request.json()).items()}
        else:
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    uploads[name] = Upload(value.filename, value.content_type, value.file.read())
                else:
                    values[name] = value if isinstance(value, str) else bytes(value).decode()
    except web.HTTPRequestEntityTooLarge as error:
        raise Refusal(413, "Request Entity Too Large") from error
    except ValueError as error:
        raise Refusal(400, "Bad Request: can't parse JSON object") from error
    return Arguments(values, uploads)


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refused(refusal: Refusal) -> web.Response:
    wait = (refusal.parameters or {}).get("retry_after")
    headers = {"Retry-After": str(wait)} if wait else {}
    return web.json_response(refusal.json(), status=refusal.code, headers=headers)


def _reset(request: web.Request) -> web.Response:
    """Break the connection off, so that the other side reads "connection reset"."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response(status=444)
