"""The way into the console: user name and password, then the second factor; a session only after both (ADR 0037)."""

from datetime import datetime
from typing import Final

from flows.engine.messages import Text
from handlers import accounts, second_factors
from handlers.accounts import NotBound, Step
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web import guests, hashing, sessions
from bot.web.console import keys, navigation, steps
from bot.web.console.entrance import Entrance
from bot.web.console.steps import At
from bot.web.desk import Desk
from bot.web.entering import Entering
from bot.web.forms import read_form
from bot.web.refusals import Refusal
from bot.web.sessions import Claim, Kind

LOGIN: Final = "/login"
SECOND: Final = "/login/second"
_WAY_IN: Final = Entrance("login")
WRONG = Text("That did not fit. Please check the user name and the password. After several tries there is a wait.")
WRONG_CODE = Text("That did not fit. Each code works once. After several tries there is a wait.")
TOO_LATE = Text("That took too long. Please begin again.")
NOT_BOUND = Text("Your declaration of secrecy is not recorded yet. Please give it to the operators first.")


def routes() -> list[Route]:
    """Both steps."""
    return [
        Route(LOGIN, show_login, methods=["GET"]),
        Route(LOGIN, take_password, methods=["POST"]),
        Route(SECOND, show_second, methods=["GET"]),
        Route(SECOND, take_second, methods=["POST"]),
        Route(f"{Kind.STAFF.path}/{{slot}}/out", log_out, methods=["POST"]),
    ]


async def show_login(request: Request) -> Response:
    """The form; whoever is logged in here already is led to their console, unless they begin anew (`?anew`)."""
    desk = desks.of(request)
    here = [visit for visit in await desk.visits(request) if visit.person.role.is_staff]
    if here and "anew" not in request.query_params:
        return RedirectResponse(navigation.first_page(here[0]), status_code=303)
    late = "late" in request.query_params
    return await _page(request, TOO_LATE if late else None)


async def take_password(request: Request) -> Response:
    """Right: on to the second factor. Anything else is answered alike, whether there is such an account or not."""
    desk = desks.of(request)
    form = await _WAY_IN.form(request)
    name, now = form.get("user_name"), desk.program.clock.now()
    tried = await desk.program.run(lambda uow: accounts.begin_try(uow, name, now))
    right = await hashing.fits(tried.hashed if tried else None, form.get("password"))
    token = None
    if tried is not None:
        ended = desk.program.clock.now()
        token = await desk.program.run(lambda uow: accounts.end_try(uow, tried, ended, right=right))
    if token is None:
        desk.refusals.note(Refusal.PASSWORD)
        return await _page(request, WRONG, name=name, status=403)
    answer = RedirectResponse(SECOND, status_code=303)
    steps.set_cookie(answer, token, secure=desk.is_secure(request))
    return answer


async def show_second(request: Request) -> Response:
    """The place for a code, and the question to a security key where the account has one."""
    here = await steps.at(request, Step.LOGIN)
    return await _second_page(request, here) if here else _begin_again()


async def take_second(request: Request) -> Response:
    """A code of the app, a recovery code, or what a security key has signed; then the session begins."""
    desk = desks.of(request)
    form = await _WAY_IN.form(request)
    here = await steps.at(request, Step.LOGIN)
    if here is None:
        return _begin_again()
    signed = None
    party, credential = keys.party_of(request), form.get("credential")
    if credential and party is not None and here.challenge is not None:
        signed = keys.signed(party, here.account, credential, here.challenge)
    entering = Entering(desk.settings, desk.program.clock.now())

    def enter(uow: UnitOfWork) -> Claim | None:
        if credential:
            person = accounts.take_key(uow, here.token, signed, entering.now)
        else:
            person = accounts.take_code(uow, here.token, form.get("code"), entering.now)
        return None if person is None else entering.begin(uow, person.id)

    try:
        claim = await desk.program.run(enter)
    except NotBound:
        return await _page(request, NOT_BOUND, status=403)
    if claim is None:
        desk.refusals.note(_why(here, form.get("code"), entering.now))
        return await _second_page(request, here, WRONG_CODE)
    return await _enter(request, desk, claim)


def _why(here: At, code: str, now: datetime) -> Refusal:
    """A code that was right and was taken before is somebody who has looked over a shoulder, or a double press."""
    step = second_factors.step_of(here.account, code, now)
    return Refusal.REPLAYED if step is not None and step <= here.account.last_step else Refusal.SECOND


async def _enter(request: Request, desk: Desk, claim: Claim) -> Response:
    """In: this browser gets the new session in place of those that the same person had here."""
    secure = desk.is_secure(request)
    visit = await desk.find(claim)
    if visit is None:
        raise HTTPException(404)
    before = [one.claim for one in await desk.visits(request) if one.person.id == visit.person.id]

    def end(uow: UnitOfWork) -> None:
        for old in before:
            uow.sessions.revoke(old.slot)

    await desk.program.run(end)
    answer = RedirectResponse(navigation.first_page(visit), status_code=303)
    for old in before:
        sessions.drop_cookie(answer, old, secure=secure)
    sessions.set_cookie(answer, claim, desk.settings, secure=secure)
    steps.drop_cookie(answer, secure=secure)
    guests.drop_cookie(answer, secure=secure)
    return answer


async def log_out(request: Request) -> Response:
    """This session is over; back to the first step."""
    desk = desks.of(request)
    visit = await desk.visit(request, Kind.STAFF)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    await desk.program.run(lambda uow: uow.sessions.revoke(visit.claim.slot))
    answer = RedirectResponse(LOGIN, status_code=303)
    sessions.drop_cookie(answer, visit.claim, secure=desk.is_secure(request))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _begin_again() -> Response:
    return RedirectResponse(f"{LOGIN}?late", status_code=303)


async def _page(request: Request, problem: Text | None, *, name: str = "", status: int = 200) -> Response:
    return await _own(request, "console/login.html", problem, status=status, user_name=name)


async def _second_page(request: Request, here: At, problem: Text | None = None) -> Response:
    """Each time with something new to sign: what was signed before fits no more."""
    party, options = keys.party_of(request), ""
    if party is not None and here.account.keys:
        options = keys.to_sign(party, here.account, await steps.new_challenge(request, here))
    status = 200 if problem is None else 403
    return await _own(
        request, "console/second.html", problem, status=status, options=options, with_app=bool(here.account.secret)
    )


async def _own(request: Request, template: str, problem: Text | None, *, status: int, **values: object) -> Response:
    """A page of the way in, in the words of whoever looks at it."""
    reader = await desks.of(request).reader_of(request)
    said = "" if problem is None else reader.say(problem)
    return await _WAY_IN.page(request, template, reader=reader, status=status, problem=said, **values)
