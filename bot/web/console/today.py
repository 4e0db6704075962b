"""The first page of the console: today, alerts, and whom to call; each line is one fact with its next step (F84)."""

from collections.abc import Callable
from typing import Final

from flows.rules.access import Operation, Relation, permits
from handlers import day_page, day_sheets, on_page
from handlers.day_page import DayPage
from handlers.on_page import PageOccasion, Told
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web.console import presses
from bot.web.console.presses import Done
from bot.web.sessions import Kind, Visit

_HOME: Final = f"{Kind.STAFF.path}/{{slot}}"


def routes() -> list[Route]:
    """The pages; each takes presses of what stands on it."""
    return [
        Route(f"{_HOME}/today", show_today, methods=["GET", "POST"]),
        Route(f"{_HOME}/alerts", show_alerts, methods=["GET", "POST"]),
        Route(f"{_HOME}/news", show_news, methods=["GET"]),
        Route(f"{_HOME}/calls", show_calls, methods=["GET", "POST"]),
    ]


async def show_today(request: Request) -> Response:
    """The day of this member of staff; each look is a read of those it names."""
    visit = await _visit(request, day_sheets.may_have_one)
    return await _answer(request, visit, "today.html", day_page.gather)


async def show_alerts(request: Request) -> Response:
    """Every alert that is open with this member of staff, with the words and the ways on."""
    visit = await _visit(request, lambda person: permits(person.role, Operation.READ_ALERT, Relation))
    return await _answer(request, visit, "console/alerts.html", day_page.alerts_of)


async def show_news(request: Request) -> Response:
    """A line for a page that lies open: whether something has come since `?seen=`. It keeps nobody logged in."""
    desk = desks.of(request)
    visit = await desk.visit(request, Kind.STAFF, doing=False)
    if not permits(visit.person.role, Operation.READ_ALERT, Relation):
        raise HTTPException(404)
    now, seen = desk.program.clock.now(), request.query_params.get("seen", "")
    found = await desk.read(lambda uow: day_page.newest(on_page.occasion_of(uow, visit.person, now)))
    return desk.page("console/news.html", desk.reader(visit), visit=visit, is_new=found != seen)


async def show_calls(request: Request) -> Response:
    """Whom this member of staff is to call today, with the numbers."""
    visit = await _visit(request, lambda person: permits(person.role, Operation.SEE_PHONE_LIST, Relation))
    return await _answer(request, visit, "console/calls.html", day_page.calls_of)


async def _visit(request: Request, may: Callable[..., bool]) -> Visit:
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    if not may(visit.person):
        raise HTTPException(404)
    return visit


async def _answer(
    request: Request, visit: Visit, template: str, gather: Callable[[PageOccasion], DayPage | list[Told]]
) -> Response:
    """The page as it is now; after a press with what came of it above."""
    desk = desks.of(request)
    done = await presses.take(request, visit) if request.method == "POST" else Done()
    if done.leads_to_chat:
        return RedirectResponse(f"{visit.home}#newest", status_code=303)
    now = desk.program.clock.now()

    def look(uow: UnitOfWork) -> DayPage | list[Told]:
        return gather(on_page.occasion_of(uow, visit.person, now))

    found = await desk.program.run(look)
    return desk.page(template, desk.reader(visit), visit=visit, found=found, done=done.told)
