"""The way in for somebody new: a code from the letter, initials and a yes, then a session; all of it without scripts.

Looking uses no code up, so previews cannot burn one. Codes that are no good are answered alike, and of
whoever tries nothing is kept but how often, in memory and for a day.
"""

from dataclasses import dataclass
from datetime import datetime

from flows.engine.messages import Text
from flows.rules.invitations import code_in, initials
from handlers import invitations
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import connection, guests, sessions, words
from bot.web import desk as desks
from bot.web.desk import Desk
from bot.web.entering import Entering, is_lent
from bot.web.forms import Form, read_form
from bot.web.sessions import Claim, Visit

_PURPOSE = "arrival"
NO_GOOD = Text("This code does not work here. Please look at the letter again, or ask your contact person.")
THANKS = Text("Thank you for saying so. I keep nothing about you here. Please give the letter back to us.")


def routes() -> list[Route]:
    """From the link in the letter, or from the first page, to the messages."""
    return [
        Route("/i/{code}", show_languages, methods=["GET"]),
        Route("/start/{language}", show_welcome, methods=["GET"]),
        Route("/start/{language}", take_code, methods=["POST"]),
        Route("/start/{language}/answer", take_answer, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class _Sent:
    """A form of somebody new: the language they chose, and the code they gave."""

    language: str
    code: str
    form: Form


async def show_languages(request: Request) -> Response:
    """The link in the letter: the languages first. The page is the same for every code."""
    desk = desks.of(request)
    return desk.page("invited.html", await desk.reader_of(request), code=request.path_params["code"])


async def show_welcome(request: Request) -> Response:
    """What somebody new reads in their language, with a place for the code. Nothing about them is kept."""
    return _welcome(request, _language(request), 200)


async def take_code(request: Request) -> Response:
    """Whether a code is good: then the initials are shown, else the same words for every code. It changes nothing."""
    desk, sent = desks.of(request), await _sent(request)
    if not _may_try(request, desk):
        return _no_good(request, sent)
    now = desk.program.clock.now()
    name = await desk.read(lambda uow: _name(uow, sent.code, now))
    if name is None:
        _note(request, desk)
        return _no_good(request, sent)
    secure, reader = desk.is_secure(request), words.stranger(sent.language, now)
    guest = guests.guest_of(request, secure=secure)
    csrf = guests.token(guest, _PURPOSE)
    answer = desk.page("mine.html", reader, csrf=csrf, code=sent.code, initials=initials(name))
    guests.set_cookie(answer, guest, secure=secure)
    return answer


async def take_answer(request: Request) -> Response:
    """`mine=yes` uses the code up and opens a session, `mine=no` burns it and lets the caseworker know."""
    desk, sent = desks.of(request), await _sent(request)
    if not guests.is_own_form(request, _PURPOSE, sent.form.get("csrf"), secure=desk.is_secure(request)):
        raise HTTPException(403)
    if not _may_try(request, desk):
        return _no_good(request, sent)
    now, reader = desk.program.clock.now(), words.stranger(sent.language, desk.program.clock.now())
    if sent.form.get("mine") == "yes":
        here, entering = await desk.visits(request), Entering(desk.settings, now, is_lent(sent.form))
        opened = await desk.program.run(lambda uow: _open(uow, sent, here, entering))
        if opened is not None:
            return _enter(request, desk, *opened)
    elif await desk.program.run(lambda uow: invitations.refuse_on_page(uow, sent.code, now)):
        return desk.page("thanks.html", reader, thanks=reader.say(THANKS))
    _note(request, desk)
    return _no_good(request, sent)


def _name(uow: UnitOfWork, code: str, now: datetime) -> str | None:
    invitation = invitations.good(uow, code, now)
    return None if invitation is None else uow.people.get(invitation.person).name


def _open(uow: UnitOfWork, sent: _Sent, here: list[Visit], entering: Entering) -> tuple[Claim, list[Claim]] | None:
    """The new session and the person's old ones here that end with it; None if the code is no good."""
    invitation = invitations.accept_on_page(uow, sent.code, sent.language, entering.now)
    if invitation is None:
        return None
    before = [visit.claim for visit in here if visit.person.id == invitation.person]
    for claim in before:
        uow.sessions.revoke(claim.slot)
    claim = entering.begin(uow, invitation.person)
    invitations.welcome_on_page(uow, invitation, sessions.CHANNEL, entering.now)
    return claim, before


def _enter(request: Request, desk: Desk, claim: Claim, before: list[Claim]) -> Response:
    secure = desk.is_secure(request)
    answer = RedirectResponse(f"{claim.kind.path}/{claim.slot}#newest", status_code=303)
    for old in before:
        sessions.drop_cookie(answer, old, secure=secure)
    sessions.set_cookie(answer, claim, desk.settings, secure=secure)
    guests.drop_cookie(answer, secure=secure)
    return answer


def _language(request: Request) -> str:
    given = request.path_params["language"]
    if words.spoken(given) != given:
        raise HTTPException(404)
    return str(given)


async def _sent(request: Request) -> _Sent:
    desk, language = desks.of(request), _language(request)
    form = await read_form(request, desk.settings)
    return _Sent(language, code_in(form.get("code")[: desk.settings.max_text]), form)


def _may_try(request: Request, desk: Desk) -> bool:
    """Whether this caller may try another code today, and whether anybody may."""
    caller, now = connection.of(request).caller, desk.program.clock.now()
    if not desk.logins.allows(caller):
        raise HTTPException(429)
    return not desk.codes.are_used_up(caller, now) and not desk.codes_in_all.are_used_up("", now)


def _note(request: Request, desk: Desk) -> None:
    """A code was no good."""
    now = desk.program.clock.now()
    desk.codes.note(connection.of(request).caller, now)
    desk.codes_in_all.note("", now)


def _no_good(request: Request, sent: _Sent) -> Response:
    return _welcome(request, sent.language, 404, NO_GOOD)


def _welcome(request: Request, language: str, status: int, problem: Text | None = None) -> Response:
    desk = desks.of(request)
    reader = words.stranger(language, desk.program.clock.now())
    said = "" if problem is None else reader.say(problem)
    return desk.page("welcome.html", reader, status=status, carrier=desk.carrier, problem=said)
