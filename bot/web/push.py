"""Notifications on the person's own device: agreeing, ending, trying out. The browser asks nobody before a tap does."""

import json
from datetime import timedelta
from typing import Final

from handlers import devices
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.channel_settings import PushSettings
from bot.subscription import Subscription
from bot.web import desk as desks
from bot.web.forms import Form, read_form
from bot.web.reaching import Notifying
from bot.web.sessions import Kind, Visit

RESPITE: Final = timedelta(days=30)
"""For so long a "no" is not asked about again."""
RECENT: Final = timedelta(days=14)
WORKER: Final = "/notifications.js"
_HOME = f"{Kind.PARTICIPANT.path}/{{slot}}"
_MOST = 32


def routes() -> list[Route]:
    """All of them; without `Reaching.push` each is a page that does not exist."""
    return [
        Route(WORKER, show_worker, methods=["GET"]),
        Route(f"{_HOME}/push", show_offer, methods=["GET"]),
        Route(f"{_HOME}/push/subscribe", subscribe, methods=["POST"]),
        Route(f"{_HOME}/push/unsubscribe", unsubscribe, methods=["POST"]),
        Route(f"{_HOME}/push/try", try_out, methods=["POST"]),
        Route(f"{_HOME}/push/decline", decline, methods=["POST"]),
    ]


async def show_worker(request: Request) -> Response:
    """The script that shows notifications: it stands at the root, so that each session can have one of its own."""
    _notifying(request)
    return FileResponse(desks.HERE / "static" / "notifications.js", media_type="text/javascript")


async def show_offer(request: Request) -> Response:
    """Whether this is a moment to offer it: something was reported, and nobody said no in the last thirty days."""
    desk, _ = desks.of(request), _notifying(request)
    visit = _on_own_device(await desk.visit(request, Kind.PARTICIPANT))
    today = desk.reader(visit).today
    said_no = visit.is_locked or _respite_of(visit) in request.cookies
    reported = not said_no and await desk.read(lambda uow: bool(uow.absences.of(visit.person.id, since=today - RECENT)))
    return JSONResponse({"offer": reported})


async def subscribe(request: Request) -> Response:
    """Tell the person on this device from now on; 400 for what is no subscription, 409 if it is somebody else's."""
    visit, form = await _own_form(request)
    _refuse_locked(visit)
    external = _subscription(form.get("subscription"), _notifying(request).settings)
    desk, _ = desks.of(request), _on_own_device(visit)
    now = desk.program.clock.now()
    address = await desk.program.run(lambda uow: devices.connect(uow, visit.person, external, now))
    return Response(status_code=204 if address else 409)


async def unsubscribe(request: Request) -> Response:
    """Tell nobody on this device any more: `subscriptions` may be those of everybody who is signed in on it."""
    _, form = await _own_form(request)
    desk, settings = desks.of(request), _notifying(request).settings
    people = [visit.person for visit in await desk.visits(request)]
    externals = [_subscription(json.dumps(one), settings) for one in _list(form.get("subscriptions"))]
    now = desk.program.clock.now()

    def end(uow: UnitOfWork) -> None:
        for person in people:
            for external in externals:
                devices.disconnect(uow, person, external, now)

    await desk.program.run(end)
    return Response(status_code=204)


async def try_out(request: Request) -> Response:
    """Send a notification to this device, so that the person sees what will be seen; 404 if it is none of theirs."""
    visit, form = await _own_form(request)
    _refuse_locked(visit)
    external = _subscription(form.get("subscription"), _notifying(request).settings)
    desk = desks.of(request)
    now = desk.program.clock.now()
    found = await desk.program.run(lambda uow: devices.try_out(uow, visit.person, external, now))
    return Response(status_code=204 if found else 404)


async def decline(request: Request) -> Response:
    """No is an answer: it is kept in this browser for thirty days, as long as the session lasts."""
    visit, _ = await _own_form(request)
    answer = Response(status_code=204)
    answer.set_cookie(
        _respite_of(visit),
        "no",
        max_age=int(RESPITE.total_seconds()),
        path=visit.home,
        secure=desks.of(request).is_secure(request),
        httponly=True,
        samesite="lax",
    )
    return answer


def forget_respite(answer: Response, visit: Visit, *, secure: bool) -> None:
    """Leaving a device takes the "no" along."""
    answer.delete_cookie(_respite_of(visit), path=visit.home, secure=secure, httponly=True, samesite="lax")


def _respite_of(visit: Visit) -> str:
    return f"lotse-respite-{visit.claim.slot}"


def _notifying(request: Request) -> Notifying:
    notifying = desks.of(request).reaching.push
    if notifying is None:
        raise HTTPException(404)
    return notifying


def _on_own_device(visit: Visit) -> Visit:
    """The visit; 404 on a device that is not theirs: nothing is shown there later."""
    if visit.session.lent:
        raise HTTPException(404)
    return visit


async def _own_form(request: Request) -> tuple[Visit, Form]:
    """Who sent the form, and the form; 403 if it did not come from a page of ours, 429 if too many came."""
    desk, _ = desks.of(request), _notifying(request)
    visit = await desk.visit(request, Kind.PARTICIPANT)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    if not desk.messages.allows(visit.claim.slot):
        raise HTTPException(429)
    return visit, form


def _refuse_locked(visit: Visit) -> None:
    """403 while the PIN has to be given: whoever holds the phone may not be the person."""
    if visit.is_locked:
        raise HTTPException(403)


def _subscription(text: str, settings: PushSettings) -> str:
    """The address of a subscription we may send to, in its one spelling. Raises HTTPException 400."""
    try:
        subscription = Subscription.parse(text)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not subscription.is_at(settings):
        raise HTTPException(400)
    return subscription.external


def _list(text: str) -> list[object]:
    """A JSON list of bounded length. Raises HTTPException 400."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(found, list) or len(found) > _MOST:
        raise HTTPException(400)
    return found
