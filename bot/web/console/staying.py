"""Staying logged in: an open page asks how much time is left, and one press goes on (WCAG 2.2.1)."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web import desk as desks
from bot.web.console import navigation
from bot.web.forms import read_form
from bot.web.sessions import Kind


def routes() -> list[Route]:
    """What an open page asks each half minute, and the press that stays."""
    home = f"{Kind.STAFF.path}/{{slot}}"
    return [Route(f"{home}/left", show_left, methods=["GET"]), Route(f"{home}/stay", stay, methods=["POST"])]


async def show_left(request: Request) -> Response:
    """What there is to say about the time left: mostly nothing. Asking is not doing: it keeps nobody signed in."""
    desk = desks.of(request)
    visit = await desk.visit(request, Kind.STAFF, doing=False)
    return desk.page("console/left.html", desk.reader(visit), visit=visit, stayed=False)


async def stay(request: Request) -> Response:
    """Somebody is still here. A script gets the words to show, anybody else is led back to the console."""
    desk = desks.of(request)
    visit = await desk.visit(request, Kind.STAFF)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    slot, now = visit.claim.slot, desk.program.clock.now()
    await desk.program.run(lambda uow: uow.sessions.touch(slot, now))
    if form.get("script") != "yes":
        return RedirectResponse(navigation.first_page(visit), status_code=303)
    stayed = await desk.visit(request, Kind.STAFF, doing=False)
    return desk.page("console/left.html", desk.reader(stayed), visit=stayed, stayed=True)
