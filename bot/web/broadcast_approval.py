"""The page on which a second person looks at a broadcast, lets it go or sends it back (F52)."""

from collections.abc import Callable
from typing import Final, TypeVar

from handlers import broadcast_approval as approval
from handlers import on_page
from handlers.on_page import PageOccasion, Told
from handlers.understanding import clean
from locales.catalog import direction, own_name
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web.broadcast_pages import HOME, STATES, WARNINGS, read_own_form
from bot.web.numbers import number_of
from bot.web.sessions import Kind, Visit

T = TypeVar("T")
FINE, BACK = "fine", "back"
PATH: Final = f"{HOME}/{{number}}/approval"


def routes() -> list[Route]:
    """What is to be checked, and the decision."""
    return [Route(PATH, show, methods=["GET"]), Route(PATH, decide, methods=["POST"])]


async def _at(request: Request, visit: Visit, work: Callable[[PageOccasion], T | None]) -> T:
    """What `work` finds for whoever was asked; for anybody else there is no such page."""
    desk = desks.of(request)
    now = desk.program.clock.now()

    def look(uow: UnitOfWork) -> T | None:
        return work(on_page.occasion_of(uow, visit.person, now))

    found = await desk.program.run(look)
    if found is None:
        raise HTTPException(404)
    return found


async def show(request: Request) -> Response:
    """Texts by language with the words pointed out, how many get it, and the two ways on."""
    visit = await desks.of(request).open_visit(request, Kind.STAFF)
    return await _page(request, visit, ())


async def _page(request: Request, visit: Visit, told: tuple[Told, ...]) -> Response:
    number = number_of(request)
    found = await _at(request, visit, lambda occasion: approval.open_check(occasion, number))
    desk = desks.of(request)
    return desk.page(
        "console/broadcast_approval.html", desk.reader(visit), visit=visit, found=found, done=told, states=STATES,
        warnings=WARNINGS, own_name=own_name, way_of=direction, longest=approval.LONGEST_REASON,
    )  # fmt: skip


async def decide(request: Request) -> Response:
    """One decision: of two persons at once the second one is told that it was taken."""
    number = number_of(request)
    visit, form = await read_own_form(request)
    revision, decision = form.get("revision"), form.get("decision")
    if not (revision.isascii() and revision.isdigit()) or decision not in {FINE, BACK}:
        raise HTTPException(403)

    def work(occasion: PageOccasion) -> tuple[Told, ...] | None:
        reason = clean(form.get("reason"))
        done = approval.decide(occasion, number, int(revision), is_fine=decision == FINE, reason=reason)
        return tuple(Told(one.text) for one in occasion.told) if done else None

    return await _page(request, visit, await _at(request, visit, work))
