"""The pages around the chat: the first one, what the law wants shown, and leaving a device behind clean."""

from datetime import datetime

from handlers import devices
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web import push, sessions
from bot.web.forms import read_form
from bot.web.sessions import Kind, Visit


def routes() -> list[Route]:
    """All of them."""
    return [
        Route("/", show_start, methods=["GET"]),
        Route("/imprint", show_imprint, methods=["GET"]),
        Route("/privacy", show_privacy, methods=["GET"]),
        Route("/robots.txt", show_robots, methods=["GET"]),
        *(route for kind in Kind for route in _leaving(kind)),
    ]


def _leaving(kind: Kind) -> list[Route]:
    async def ask(request: Request) -> Response:
        return await show_leaving(request, kind)

    async def leave(request: Request) -> Response:
        return await leave_device(request, kind)

    path = f"{kind.path}/{{slot}}/delete"
    return [Route(path, ask, methods=["GET"]), Route(path, leave, methods=["POST"])]


async def show_start(request: Request) -> Response:
    """Straight to the chat of the one person signed in; a choice by sign when there are several; else languages."""
    desk = desks.of(request)
    visits = await desk.visits(request)
    if len(visits) == 1:
        return RedirectResponse(f"{visits[0].home}#newest", status_code=303)
    reader = await desk.reader_of(request)
    return desk.page("people.html" if visits else "languages.html", reader, visits=visits)


async def show_imprint(request: Request) -> Response:
    """Who answers for these pages."""
    desk = desks.of(request)
    return desk.page("imprint.html", await desk.reader_of(request), carrier=desk.carrier)


async def show_privacy(request: Request) -> Response:
    """What is kept, for how long, and whom to ask."""
    desk = desks.of(request)
    return desk.page("privacy.html", await desk.reader_of(request), carrier=desk.carrier)


async def show_robots(_: Request) -> Response:
    """No search engine has anything to look for here."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


async def show_leaving(request: Request, kind: Kind) -> Response:
    """The second tap of "Delete everything on this device"."""
    desk = desks.of(request)
    visit = await desk.visit(request, kind)
    return desk.page("leaving.html", desk.reader(visit), visit=visit, visits=await desk.visits(request))


async def leave_device(request: Request, kind: Kind) -> Response:
    """End the sessions of this browser (`who=me`: only this one) and have it forget what it has stored of us."""
    desk = desks.of(request)
    visit = await desk.visit(request, kind)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    everybody = form.get("who") != "me"
    leaving = await desk.visits(request) if everybody else [visit]
    now = desk.program.clock.now()
    await desk.program.run(lambda uow: _revoke(uow, leaving, now))
    answer = desk.page("left.html", desk.reader(visit), everybody=everybody)
    secure = desk.is_secure(request)
    for claim in sessions.claims(request.cookies) if everybody else [visit.claim]:
        sessions.drop_cookie(answer, claim, secure=secure)
    push.forget_respite(answer, visit, secure=secure)
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"' if everybody else '"cache"'
    return answer


def _revoke(uow: UnitOfWork, visits: list[Visit], now: datetime) -> None:
    for visit in visits:
        uow.sessions.revoke(visit.claim.slot)
    for visit in visits:
        devices.leave(uow, visit.person, now)
