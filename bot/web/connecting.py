"""Connecting and disconnecting Telegram on the person's own page: what it means, a code, and the way out (F7)."""

from typing import Final

from flows.rules.access import Operation
from handlers import access, linking
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web.desk import Desk
from bot.web.forms import read_form
from bot.web.qr import picture_of
from bot.web.sessions import Kind, Visit

CHANNELS: Final = {Kind.PARTICIPANT: "telegram", Kind.STAFF: "telegram_staff"}
BOTS: Final = {Kind.PARTICIPANT: "participants", Kind.STAFF: "staff"}
GROUP: Final = 4


def routes() -> list[Route]:
    """The pages of both kinds of sessions; where the bot is off they do not exist."""
    return [route for kind in Kind for route in _routes(kind)]


def _routes(kind: Kind) -> list[Route]:
    async def show(request: Request) -> Response:
        return await show_connection(request, kind)

    async def change(request: Request) -> Response:
        return await change_connection(request, kind)

    path = f"{kind.path}/{{slot}}/telegram"
    return [Route(path, show, methods=["GET"]), Route(path, change, methods=["POST"])]


def is_offered(desk: Desk, kind: Kind) -> bool:
    """Whether there is a bot to connect."""
    return bool(_bot(desk, kind))


async def show_connection(request: Request, kind: Kind) -> Response:
    """What connecting means, with "yes" and "no" alike; whoever is connected finds the way out."""
    desk = desks.of(request)
    visit = await _visit(request, kind)
    linked = await desk.read(lambda uow: linking.is_linked(uow, visit.person.id, CHANNELS[kind]))
    return desk.page("connect.html", desk.reader(visit), visit=visit, linked=linked, code="", ended=False)


async def change_connection(request: Request, kind: Kind) -> Response:
    """`do=connect` gives a code with its link and picture, `do=disconnect` ends the connection at once."""
    desk = desks.of(request)
    visit = await _visit(request, kind)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    if not desk.messages.allows(visit.claim.slot):
        raise HTTPException(429)
    match form.get("do"):
        case "connect" if visit.is_locked:
            raise HTTPException(403)
        case "connect":
            return await _connect(desk, visit, kind)
        case "disconnect":
            now = desk.program.clock.now()
            await desk.program.run(lambda uow: linking.unlink(uow, visit.person, CHANNELS[kind], now))
            return desk.page("connect.html", desk.reader(visit), visit=visit, linked=False, code="", ended=True)
        case _:
            return RedirectResponse(f"{visit.home}#newest", status_code=303)


async def _connect(desk: Desk, visit: Visit, kind: Kind) -> Response:
    now, bot = desk.program.clock.now(), _bot(desk, kind)

    def make(uow: UnitOfWork) -> str:
        return linking.new_code(uow, visit.person.id, CHANNELS[kind], now)

    code = await desk.program.run(make)
    link = f"https://t.me/{bot}?start={code}"
    return desk.page(
        "connect.html",
        desk.reader(visit),
        visit=visit,
        linked=False,
        ended=False,
        code="-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP)),
        bot=f"@{bot}",
        link=link,
        picture=picture_of(link),
    )


async def _visit(request: Request, kind: Kind) -> Visit:
    if not is_offered(desks.of(request), kind):
        raise HTTPException(404)
    visit = await desks.of(request).visit(request, kind)
    if not access.may_own(visit.person, Operation.LINK_PHONE):
        raise HTTPException(404)
    return visit


def _bot(desk: Desk, kind: Kind) -> str:
    """What the service calls the bot; empty where it is off, or as long as that is not known."""
    line = desk.reaching.telegram.get(BOTS[kind])
    return line.intake.channel.username if line is not None else ""
