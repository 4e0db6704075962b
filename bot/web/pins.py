"""The PIN on the person's own page: choosing, giving, locking, removing; all of it without scripts."""

from typing import Final

from flows.engine.messages import Text
from flows.rules.pins import digits_in, is_easy, is_pin
from handlers import pins
from handlers.pins import Tried
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web import desk as desks
from bot.web import hashing, sessions
from bot.web.chat import show_locked
from bot.web.desk import Desk
from bot.web.forms import Form, read_form
from bot.web.lock import may_reset
from bot.web.sessions import Kind, Visit
from bot.web.settings import PinMode

WRONG = Text("That was not the right PIN. Please try again.")
WAIT = Text("Please wait a little before the next try. After each wrong PIN the wait is longer.")
LENGTH = Text("A PIN has 4 to 8 digits.")
UNLIKE = Text("The two PINs are not the same. Please type the new PIN twice.")
EASY = Text("Others guess this PIN quickly. Please choose another one.")
SET = Text("Your PIN is set. This page locks by itself after a while.")
REMOVED = Text("You have no PIN any more.")
_PATH: Final = f"{Kind.PARTICIPANT.path}/{{slot}}/pin"


def routes() -> list[Route]:
    """The page of the PIN, and what is done on it."""
    return [Route(_PATH, show_pin, methods=["GET"]), Route(_PATH, change_pin, methods=["POST"])]


async def show_pin(request: Request) -> Response:
    """What a PIN is for, and the form for a new one; a locked session gets its own page."""
    desk = desks.of(request)
    visit = await _visit(request)
    if visit.is_locked:
        return await show_locked(desk, visit)
    return await _page(desk, visit)


async def change_pin(request: Request) -> Response:
    """`do=open` gives the PIN, `choose` sets a new one, `lock` closes the page, `remove` ends the PIN."""
    desk = desks.of(request)
    visit = await _visit(request)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    if not desk.messages.allows(visit.claim.slot):
        raise HTTPException(429)
    match form.get("do"):
        case "open":
            return await _open(request, visit, form)
        case "choose":
            return await _choose(desk, visit, form)
        case "lock":
            await desk.program.run(lambda uow: uow.sessions.lock(visit.claim.slot))
            return _home(visit)
        case "remove" if not visit.is_locked and desk.settings.pin is PinMode.OFFERED:
            await desk.program.run(lambda uow: pins.remove(uow, visit.person))
            return await _page(desk, visit, said=REMOVED)
        case _:
            raise HTTPException(403)


async def _open(request: Request, visit: Visit, form: Form) -> Response:
    desk = desks.of(request)
    now = desk.program.clock.now()
    digits = digits_in(form.get("pin"))
    if not is_pin(digits):
        return await show_locked(desk, visit, LENGTH)
    hashed = await desk.program.run(lambda uow: pins.begin_try(uow, visit.person, now))
    if hashed is None:
        return await show_locked(desk, visit, WAIT)
    right = await hashing.fits(hashed, digits)
    ended = desk.program.clock.now()
    tried = await desk.program.run(lambda uow: pins.end_try(uow, visit.person, visit.claim.slot, ended, right=right))
    match tried:
        case Tried.RIGHT:
            return _home(visit)
        case Tried.WRONG:
            return await show_locked(desk, visit, WRONG)
        case Tried.ENDED:
            answer = desk.page("left.html", desk.reader(visit), everybody=False)
            sessions.drop_cookie(answer, visit.claim, secure=desk.is_secure(request))
            answer.headers["Clear-Site-Data"] = '"cache"'
            return answer


async def _choose(desk: Desk, visit: Visit, form: Form) -> Response:
    now = desk.program.clock.now()
    has_one = await desk.read(lambda uow: uow.pins.is_set(visit.person.id))
    if visit.is_locked and has_one and not may_reset(visit.session, now):
        raise HTTPException(403)
    digits = digits_in(form.get("pin"))
    problem = _problem(digits, digits_in(form.get("again")))
    if problem is not None:
        return await (show_locked(desk, visit, problem) if visit.is_locked else _page(desk, visit, problem=problem))
    hashed = await hashing.hash_of(digits)
    await desk.program.run(lambda uow: pins.choose(uow, visit.person, visit.claim.slot, hashed, now))
    return _home(visit) if visit.is_locked else await _page(desk, visit, said=SET)


def _problem(digits: str, again: str) -> Text | None:
    if not is_pin(digits):
        return LENGTH
    if is_easy(digits):
        return EASY
    return None if digits == again else UNLIKE


async def _page(desk: Desk, visit: Visit, *, said: Text | None = None, problem: Text | None = None) -> Response:
    reader = desk.reader(visit)
    has_one = await desk.read(lambda uow: uow.pins.is_set(visit.person.id))
    return desk.page(
        "pin.html",
        reader,
        visit=visit,
        has_one=has_one,
        may_remove=desk.settings.pin is PinMode.OFFERED,
        said="" if said is None else reader.say(said),
        problem="" if problem is None else reader.say(problem),
    )


async def _visit(request: Request) -> Visit:
    desk = desks.of(request)
    if desk.settings.pin is PinMode.OFF:
        raise HTTPException(404)
    visit = await desk.visit(request, Kind.PARTICIPANT)
    if not pins.may_have(visit.person):
        raise HTTPException(404)
    return visit


def _home(visit: Visit) -> Response:
    return RedirectResponse(f"{visit.home}#newest", status_code=303)
