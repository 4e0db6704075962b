"""Webhooks of Telegram: nothing is read before the secret is right, nothing is acknowledged before it is committed."""

import hmac
import json
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from storage.errors import StorageError

from bot.bot_api.client import Raw
from bot.lines import Line
from bot.telegram_bots import HOOKS
from bot.web import connection
from bot.web import desk as desks

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES: Final = 1_048_576


def routes() -> list[Route]:
    """One address for each bot; a bot that is off, or fetches its updates, has none."""
    return [Route(f"{HOOKS}{{bot}}", take_in, methods=["POST"])]


async def take_in(request: Request) -> Response:
    """An update. 401 for a missing or wrong secret, 200 after the commit, 503 when it has to come again."""
    desk = desks.of(request)
    line = desk.reaching.telegram.get(request.path_params["bot"])
    if line is None or line.hook is None:
        raise HTTPException(404)
    if not is_right(request.headers.get(HEADER, ""), line):
        line.intake.counts["secret"] += 1
        return Response(status_code=401 if desk.logins.allows(connection.of(request).caller) else 429)
    try:
        await line.intake.take(await read_update(request))
    except StorageError:
        return Response(status_code=503)
    return Response(status_code=200)


def is_right(secret: str, line: Line) -> bool:
    """Whether this is the secret; takes the same time whatever it is."""
    expected = line.hook.secret if line.hook is not None else ""
    return hmac.compare_digest(secret.encode(), expected.encode()) and bool(expected)


async def read_update(request: Request) -> Raw:
    """The update in the body. Raises HTTPException: 413 if it is too large, 400 if it is none."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(found, dict):
        raise HTTPException(400)
    return found
