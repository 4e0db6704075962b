"""People in the console: the own list, and the page of one person with what is open and what was."""

from typing import Final

from flows.rules.access import Operation, Relation, permits
from handlers import case_page, on_page
from handlers.case_page import CasePage
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web.console import presses
from bot.web.console.presses import Done
from bot.web.sessions import Kind, Visit

_HOME: Final = f"{Kind.STAFF.path}/{{slot}}/people"
SEARCH: Final = "q"
OPENED: Final = "reasons"
WRITTEN: Final = "written"


def routes() -> list[Route]:
    """The list, and the page behind each name."""
    return [
        Route(_HOME, show_people, methods=["GET"]),
        Route(f"{_HOME}/{{handle}}", show_person, methods=["GET", "POST"]),
    ]


async def show_people(request: Request) -> Response:
    """Everybody whom this member of staff looks after today, by name; `?q=` narrows the list."""
    desk, visit = desks.of(request), await _visit(request)
    now, words = desk.program.clock.now(), request.query_params.get(SEARCH, "")[:100]

    def look(uow: UnitOfWork) -> list[tuple[str, str, str, str]]:
        found = case_page.own_people(on_page.occasion_of(uow, visit.person, now), words)
        return sorted((one.name, one.group, one.language, one.handle) for one in found)

    people = await desk.read(look)
    return desk.page("console/people.html", desk.reader(visit), visit=visit, people=people, words=words)


async def show_person(request: Request) -> Response:
    """One person. Whoever is not theirs, and nobody at all, are answered alike; the first is written down."""
    desk, visit = desks.of(request), await _visit(request)
    done = await presses.take(request, visit) if request.method == "POST" else Done()
    if done.leads_to_chat:
        return RedirectResponse(f"{visit.home}#newest", status_code=303)
    handle, now = request.path_params["handle"], desk.program.clock.now()
    opened, written = (name in request.query_params for name in (OPENED, WRITTEN))

    def look(uow: UnitOfWork) -> CasePage | None:
        occasion = on_page.occasion_of(uow, visit.person, now)
        return case_page.find(occasion, handle, opened=opened, written=written)

    found = await desk.program.run(look)
    if found is None:
        raise HTTPException(404)
    return desk.page("console/person.html", desk.reader(visit), visit=visit, found=found, done=done.told)


async def _visit(request: Request) -> Visit:
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    if not permits(visit.person.role, Operation.READ_CASE, Relation):
        raise HTTPException(404)
    return visit
