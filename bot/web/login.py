"""The way in: a link with a token. Looking at it changes nothing, so previews cannot burn it; the button uses it up."""

import secrets
from datetime import datetime, timedelta

from flows.people import Person, PersonId
from handlers import accounts, secrecy
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import connection, guests, sessions
from bot.web import desk as desks
from bot.web.entering import Entering, is_lent
from bot.web.forms import read_form
from bot.web.refusals import Refusal
from bot.web.sessions import Claim, Visit

_TOKEN_BYTES = 32


class NotByLink(Exception):
    """Staff come in with password and second factor alone."""


def routes() -> list[Route]:
    """The two halves of a login link."""
    path = "/l/{token}"
    return [Route(path, show_door, methods=["GET"]), Route(path, enter, methods=["POST"])]


def make_link(uow: UnitOfWork, person: PersonId, *, now: datetime, lifetime: timedelta) -> str:
    """The token of a new login link (`/l/TOKEN`): works once, until `now + lifetime`. Only its hash is stored.

    Raises `NotByLink`.
    """
    if not accounts.may_come_by_link(uow, uow.people.get(person)):
        raise NotByLink(uow.people.get(person).handle)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    uow.sessions.add_link(sessions.digest(token), person, now + lifetime)
    return token


async def show_door(request: Request) -> Response:
    """A button, the same for every token; whether the link is any good is only said after pressing it."""
    desk = desks.of(request)
    token, secure = request.path_params["token"], desk.is_secure(request)
    guest = guests.guest_of(request, secure=secure)
    answer = desk.page("door.html", await desk.reader_of(request), token=token, csrf=guests.token(guest, token))
    guests.set_cookie(answer, guest, secure=secure)
    return answer


async def enter(request: Request) -> Response:
    """Use the link up and open a session, in place of one the person has here. Unusable links all answer alike."""
    desk = desks.of(request)
    if not desk.logins.allows(connection.of(request).caller):
        raise HTTPException(429)
    form = await read_form(request, desk.settings)
    token, secure = request.path_params["token"], desk.is_secure(request)
    if not guests.is_own_form(request, token, form.get("csrf"), secure=secure):
        raise HTTPException(403)
    here, now = await desk.visits(request), desk.program.clock.now()
    entering = Entering(desk.settings, now, is_lent(form))
    opened = await desk.program.run(lambda uow: _open_session(uow, token, here, entering))
    if opened is None:
        desk.refusals.note(Refusal.LINK)
        raise HTTPException(404)
    claim, before = opened
    answer = RedirectResponse(f"{claim.kind.path}/{claim.slot}#newest", status_code=303)
    for old in before:
        sessions.drop_cookie(answer, old, secure=secure)
    sessions.set_cookie(answer, claim, desk.settings, secure=secure)
    guests.drop_cookie(answer, secure=secure)
    return answer


def _open_session(
    uow: UnitOfWork, token: str, here: list[Visit], entering: Entering
) -> tuple[Claim, list[Claim]] | None:
    """The new session and the person's old ones here that end with it; None if the link is no good."""
    link = sessions.digest(token)
    person = uow.sessions.link(link, entering.now)
    if person is None or not _may_enter(uow, uow.people.get(person)):
        return None
    uow.sessions.use_link(link, entering.now)
    before = [visit.claim for visit in here if visit.person.id == person]
    for claim in before:
        uow.sessions.revoke(claim.slot)
    return entering.begin(uow, person), before


def _may_enter(uow: UnitOfWork, person: Person) -> bool:
    """Asked when the link is used, too: one that was made under another profile opens nothing."""
    able = accounts.may_come_by_link(uow, person) and not uow.people.has_left(person.id)
    return able and not secrecy.is_missing(uow, person)
