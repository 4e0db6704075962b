"""Broadcasts on pages of the console: texts by language, what is missing, approval, how far it is, who has got it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from flows.dialogues import broadcast_words as says
from flows.engine.messages import Text
from flows.rules.access import Operation
from flows.rules.broadcasts import LONGEST, Audience, State, WarningKind
from handlers import access, broadcast_page, on_page
from handlers.on_page import PageOccasion
from handlers.understanding import clean
from locales.catalog import direction, own_name
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web.console import presses
from bot.web.console.presses import Done
from bot.web.forms import Form, read_form
from bot.web.numbers import number_of
from bot.web.sessions import Kind, Visit

T = TypeVar("T")
HOME: Final = f"{Kind.STAFF.path}/{{slot}}/broadcasts"
TEXT: Final = "text_"
STATES: Final = {
    State.DRAFT: Text("Draft"),
    State.AWAITING: Text("A second person looks"),
    State.COOLING: Text("Approved, can be taken back"),
    State.SCHEDULED: Text("Waits for its time"),
    State.RUNNING: Text("Goes out now"),
    State.STOPPED: Text("Stopped"),
    State.DONE: Text("Done"),
    State.CALLED_OFF: Text("Called off"),
}
WARNINGS: Final = {
    WarningKind.NAME: Text("may be somebody’s name"),
    WarningKind.DIAGNOSIS: Text("may name an illness"),
}


def routes() -> list[Route]:
    """The list, one broadcast, and how far it is."""
    return [
        Route(HOME, show_all, methods=["GET", "POST"]),
        Route(f"{HOME}/new", begin, methods=["POST"]),
        Route(f"{HOME}/{{number}}", show_one, methods=["GET", "POST"]),
        Route(f"{HOME}/{{number}}/texts", write, methods=["POST"]),
        Route(f"{HOME}/{{number}}/progress", show_progress, methods=["GET"]),
    ]


async def _at(request: Request, work: Callable[[PageOccasion], T | None]) -> tuple[Visit, T]:
    """What `work` finds for whoever may send broadcasts; for anybody else there is no such page."""
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    now = desk.program.clock.now()

    def look(uow: UnitOfWork) -> T | None:
        return work(on_page.occasion_of(uow, visit.person, now))

    found = await desk.program.run(look)
    if found is None:
        raise HTTPException(404)
    return visit, found


async def _pressed(request: Request) -> Done:
    """What came of a press; nothing for whoever only looks. Who has no such page presses nothing on it."""
    if request.method != "POST":
        return Done()
    visit = await desks.of(request).open_visit(request, Kind.STAFF)
    if not access.may_own(visit.person, Operation.SEND_BROADCAST):
        raise HTTPException(404)
    return await presses.take(request, visit)


async def show_all(request: Request) -> Response:
    """The newest broadcasts, the form for a new one, the ways to an emergency notice."""
    done = await _pressed(request)
    visit, found = await _at(request, broadcast_page.look)
    if done.leads_to_chat:
        return RedirectResponse(f"{visit.home}#newest", status_code=303)
    desk = desks.of(request)
    return desk.page(
        "console/broadcasts.html", desk.reader(visit), visit=visit, found=found, done=done.told,
        states=STATES, own_name=own_name,
    )  # fmt: skip


async def read_own_form(request: Request) -> tuple[Visit, Form]:
    """A form of this page: of another it is 403, too many are 429."""
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    if not desk.messages.allows(visit.claim.slot):
        raise HTTPException(429)
    return visit, form


def _named(form: Form, prefix: str) -> tuple[str, ...]:
    """The boxes of this kind that are ticked."""
    return tuple(name.removeprefix(prefix) for name in form.fields if name.startswith(prefix))


async def begin(request: Request) -> Response:
    """A new draft for the audience that was ticked; nothing ticked is everybody."""
    _, form = await read_own_form(request)
    audience = Audience(
        groups=_named(form, "group:"), phases=_named(form, "phase:"), languages=_named(form, "language:")
    )
    visit, number = await _at(request, lambda occasion: broadcast_page.begin(occasion, audience))
    return RedirectResponse(f"{visit.home}/broadcasts/{number}", status_code=303)


async def show_one(request: Request) -> Response:
    """One broadcast: a draft to be written and approved, or how far it is; each look at names is a read of them."""
    number, done = number_of(request), await _pressed(request)
    visit, found = await _at(request, lambda occasion: broadcast_page.open_one(occasion, number))
    if done.leads_to_chat:
        return RedirectResponse(f"{visit.home}#newest", status_code=303)
    desk = desks.of(request)
    return desk.page(
        "console/broadcast.html", desk.reader(visit), visit=visit, found=found, done=done.told, longest=LONGEST,
        states=STATES, warnings=WARNINGS, own_name=own_name, way_of=direction, progress_of=says.progress,
    )  # fmt: skip


async def write(request: Request) -> Response:
    """Keep the texts of a draft and its time, then show what is missing."""
    number = number_of(request)
    visit, form = await read_own_form(request)
    texts = {name.removeprefix(TEXT): clean(words) for name, words in form.fields.items() if name.startswith(TEXT)}
    try:
        told = form.get("at")
        at = datetime.fromisoformat(told).replace(tzinfo=ZoneInfo(visit.person.zone)) if told else None
    except ValueError:
        raise HTTPException(403) from None
    await _at(request, lambda occasion: broadcast_page.write(occasion, number, texts, at) or None)
    return RedirectResponse(f"{visit.home}/broadcasts/{number}", status_code=303)


async def show_progress(request: Request) -> Response:
    """Only the bar: the page asks for it every few seconds while something goes out."""
    number = number_of(request)
    visit, found = await _at(request, lambda occasion: broadcast_page.how_far(occasion, number))
    desk = desks.of(request)
    return desk.page(
        "console/broadcast_bar.html", desk.reader(visit), visit=visit, found=found, states=STATES,
        progress_of=says.progress,
    )  # fmt: skip
