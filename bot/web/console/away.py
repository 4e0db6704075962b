"""Being away, and who stands in: a form for what the line in the chat does."""

from datetime import date
from typing import Final

from flows.engine.messages import Text
from handlers import away_page, on_page
from handlers.on_page import PageOccasion
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web.console import rooms
from bot.web.forms import Form
from bot.web.sessions import Kind, Visit

_HOME: Final = f"{Kind.STAFF.path}/{{slot}}/away"
DAYS = Text("Please give two days, today or later, the first before the last.")
NOBODY = Text("Please choose a colleague.")


def routes() -> list[Route]:
    """The page and what is done on it."""
    return [Route(_HOME, show, methods=["GET"]), Route(_HOME, change, methods=["POST"])]


async def show(request: Request) -> Response:
    """Since when and until when, who stands in, and for whom."""
    return await _page(request, await rooms.visit_of(request, away_page.may))


async def change(request: Request) -> Response:
    """`do=away` enters days, `back` ends them, `stand_in` names a colleague; what came of it stands above."""
    desk, visit = desks.of(request), await rooms.visit_of(request, away_page.may)
    form = await rooms.form_of(request, visit)
    now = desk.program.clock.now()

    def work(uow: UnitOfWork) -> tuple[Text | None, tuple[str, ...]]:
        occasion = on_page.occasion_of(uow, visit.person, now)
        uow.people.lock(visit.person.id)
        return _do(occasion, form), tuple(one.text for one in occasion.told)

    problem, told = await desk.program.run(work)
    return await _page(request, visit, problem=problem, told=told)


def _do(occasion: PageOccasion, form: Form) -> Text | None:
    """Do it; what is wrong with it, if anything is."""
    match form.get("do"):
        case "away":
            try:
                first = date.fromisoformat(form.get("first"))
                last = date.fromisoformat(form.get("last")) if form.get("last") else None
            except ValueError:
                return DAYS
            return None if away_page.enter(occasion, first, last) else DAYS
        case "back":
            away_page.end(occasion)
        case "stand_in":
            return None if away_page.name(occasion, form.get("who")) else NOBODY
        case _:
            raise HTTPException(403)
    return None


async def _page(request: Request, visit: Visit, *, problem: Text | None = None, told: tuple[str, ...] = ()) -> Response:
    desk = desks.of(request)
    now, reader = desk.program.clock.now(), desk.reader(visit)
    found = await desk.read(lambda uow: away_page.look(on_page.occasion_of(uow, visit.person, now)))
    said = "" if problem is None else reader.say(problem)
    return desk.page(
        "console/away.html", reader, visit=visit, found=found, told=told, problem=said,
        status=200 if problem is None else 403,
    )  # fmt: skip
