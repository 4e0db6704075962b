"""Delivery reports: the SMS gateway calls to say what became of a message (F81a)."""

import hmac
import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Final

from handlers import reporting
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channel_settings import SmsSettings
from bot.web import connection
from bot.web import desk as desks
from bot.web.forms import read_form
from bot.web.numbers import number_in

PATH: Final = "/hooks/sms/{secret}"
_MOST_BYTES = 65_536


def routes() -> list[Route]:
    """The one address; without `Reaching.sms` it does not exist."""
    return [Route(PATH, take_in, methods=["GET", "POST"])]


async def take_in(request: Request) -> Response:
    """A report, as a form, as JSON or in the query. 401 for a wrong secret, before anything is read."""
    desk = desks.of(request)
    reports = desk.reaching.sms
    if reports is None:
        raise HTTPException(404)
    if not hmac.compare_digest(reports.secret.encode(), request.path_params["secret"].encode()):
        return Response(status_code=401 if desk.logins.allows(connection.of(request).caller) else 429)
    fields = {**request.query_params, **await _body(request)}
    failed = failed_message(fields, reports.settings)
    if failed is not None:
        await desk.program.run(partial(reporting.never_arrived, message_id=failed, now=desk.program.clock.now()))
    return PlainTextResponse("ok")


def failed_message(fields: Mapping[str, object], settings: SmsSettings) -> int | None:
    """The id of the message that a report says never arrived; None if it says anything else."""
    id_, status = str(fields.get(settings.report_id, "")), str(fields.get(settings.report_status, ""))
    return number_in(id_) if re.search(settings.report_failed, status, re.IGNORECASE) else None


async def _body(request: Request) -> Mapping[str, object]:
    """The fields of the body. Raises HTTPException: 413 if it is too large, 400 if it cannot be read."""
    if request.method == "GET":
        return {}
    if "json" not in request.headers.get("content-type", ""):
        return (await read_form(request, desks.of(request).settings)).fields
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise HTTPException(413)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(found, dict):
        raise HTTPException(400)
    return found
