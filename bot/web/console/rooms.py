"""What every page of the console begins with: whose it is, and whether a form is theirs and not one of too many."""

from collections.abc import Callable

from flows.people import Person
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web import desk as desks
from bot.web.forms import Form, read_form
from bot.web.sessions import Kind, Visit


async def visit_of(request: Request, may: Callable[[Person], bool]) -> Visit:
    """The visit of a member of staff who may come here; for anybody else there is no such page."""
    visit = await desks.of(request).open_visit(request, Kind.STAFF)
    if not may(visit.person):
        raise HTTPException(404)
    return visit


async def form_of(request: Request, visit: Visit) -> Form:
    """The form, read and checked."""
    form = await read_form(request, desks.of(request).settings)
    check_form(request, visit, form)
    return form


def check_form(request: Request, visit: Visit, form: Form) -> None:
    """A form of another page is 403, one of too many 429."""
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    if not desks.of(request).messages.allows(visit.claim.slot):
        raise HTTPException(429)
