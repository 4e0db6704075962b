"""The page "Who has seen my data?": every read by others, as the person it is about may see it (F72)."""

from typing import Final

from flows.rules.access import Operation
from handlers import access, readers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web import desk as desks
from bot.web.sessions import Kind

PATH: Final = f"{Kind.PARTICIPANT.path}/{{slot}}/seen"


def routes() -> list[Route]:
    """The page, for participants and the people around them."""
    return [Route(PATH, show_readers, methods=["GET"])]


async def show_readers(request: Request) -> Response:
    """Who has seen what, and when, newest first; nobody sees another person's list."""
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.PARTICIPANT)
    if not access.may_own(visit.person, Operation.SEE_READERS):
        raise HTTPException(404)
    entries = await desk.read(lambda uow: readers.read(uow, visit.person))
    return desk.page("seen.html", desk.reader(visit), visit=visit, entries=entries)
