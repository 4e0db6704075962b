"""An SMS gateway on this machine: takes messages in three styles, answers well and badly, and reports deliveries."""

import asyncio
import base64
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.channels.push_server import served


@dataclass(frozen=True)
class Sms:
    """One message as the gateway took it."""

    to: str
    text: str
    id: str = ""
    sender: str = ""


@dataclass(frozen=True)
class Trouble:
    """An answer that is given instead of the right one. `status` 0: the line goes dead. `taken`: it is sent anyway."""

    status: int
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    after: float = 0
    taken: bool = False


class SmsGateway:
    """`sent` is what went out to phones. With `login` (user, password) nobody else is served.

    `once`: a message whose id was seen is answered well and not sent again.
    """

    def __init__(self, login: tuple[str, str] | None = None, *, once: bool = False) -> None:
        """Not serving yet."""
        self.login, self.once = login, once
        self.url = ""
        self.sent: list[Sms] = []
        self.troubles: deque[Trouble] = deque()
        self.headers: list[Mapping[str, str]] = []

    async def take(self, request: web.Request) -> web.StreamResponse:
        """A message, as a form, as JSON or in the query."""
        self.headers.append(dict(request.headers))
        if self.login is not None and request.headers.get("Authorization") != _basic(*self.login):
            return web.Response(status=401, text="who are you?")
        sms = await _read(request)
        if self.troubles:
            return await self._make_trouble(request, sms, self.troubles.popleft())
        self._send(sms)
        return web.json_response({"success": "100", "id": sms.id})

    async def _make_trouble(self, request: web.Request, sms: Sms, trouble: Trouble) -> web.StreamResponse:
        if trouble.taken:
            self._send(sms)
        await asyncio.sleep(trouble.after)
        if trouble.status == 0 and request.transport is not None:
            request.transport.close()
        return web.Response(status=trouble.status or 500, text=trouble.text, headers=trouble.headers)

    def _send(self, sms: Sms) -> None:
        if not (self.once and any(sms.id == known.id for known in self.sent)):
            self.sent.append(sms)


async def report(url: str, fields: Mapping[str, str], *, style: str = "form") -> int:
    """Call back with a delivery report (style: query, form or json); the status of the answer."""
    async with aiohttp.ClientSession() as session:
        if style == "query":
            asked = session.get(url, params=fields)
        elif style == "json":
            asked = session.post(url, json=dict(fields))
        else:
            asked = session.post(url, data=fields)
        async with asked as answer:
            return answer.status


@asynccontextmanager
async def sms_gateway(login: tuple[str, str] | None = None, *, once: bool = False) -> AsyncIterator[SmsGateway]:
    """A gateway at a free port of this machine; it takes messages at `/send`."""
    gateway, site = SmsGateway(login, once=once), web.Application()
    site.add_routes([web.post("/send", gateway.take), web.get("/send", gateway.take)])
    async with served(site) as origin:
        gateway.url = f"{origin}/send"
        yield gateway


async def _read(request: web.Request) -> Sms:
    if request.method == "GET":
        found: Mapping[str, object] = request.query
    elif request.content_type == "application/json":
        found = json.loads(await request.text())
    else:
        found = await request.post()
    return Sms(**{name: str(found.get(name, "")) for name in ("to", "text", "id", "sender")})


def _basic(user: str, password: str) -> str:
    """What RFC 7617 makes of a user and a password."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
