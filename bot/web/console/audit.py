"""The officer's page: whether the chain of records holds, and who has read about somebody; never content (F72)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flows.people import Role
from flows.rules.access import Actor, Operation, Relation, is_allowed
from handlers import access, on_page
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from storage.audit_check import ChainBroken, Verified, verify
from storage.uow import UnitOfWork

from bot.operating.access_concept import OPERATIONS
from bot.web import desk as desks
from bot.web.forms import read_form
from bot.web.sessions import Kind, Visit

_HOME: Final = f"{Kind.STAFF.path}/{{slot}}/audit"
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Look:
    """One entry of the access log, as the page says it."""

    at: datetime
    who: str
    what: str
    refused: bool


def routes() -> list[Route]:
    """The page; a press verifies the chain."""
    return [Route(_HOME, show, methods=["GET"]), Route(_HOME, check, methods=["POST"])]


async def show(request: Request) -> Response:
    """The newest signed root; with a handle in `?of=` who has read about that person. The look is an entry itself."""
    return await _page(request, await _visit(request))


async def check(request: Request) -> Response:
    """Walk the whole chain now, beside the work."""
    desk, visit = desks.of(request), await _visit(request)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    if not desk.messages.allows(visit.claim.slot):
        raise HTTPException(429)
    try:
        found: Verified | str = await desk.read(lambda uow: verify(uow.audit, uow.audit.roots()))
    except ChainBroken as broken:
        found = str(broken)
    return await _page(request, visit, found)


async def _page(request: Request, visit: Visit, checked: Verified | str | None = None) -> Response:
    desk = desks.of(request)
    now, handle = desk.program.clock.now(), request.query_params.get("of", "").strip()
    roots = await desk.read(lambda uow: uow.audit.roots())
    newest = max((root.at for root in roots), default=None)
    looks = await desk.program.run(lambda uow: _looks(uow, visit, handle, now)) if handle else None
    whole = checked if isinstance(checked, Verified) else None
    return desk.page(
        "console/audit.html", desk.reader(visit), visit=visit, newest=newest, roots=len(roots), handle=handle,
        looks=looks, whole=whole, broken=checked if isinstance(checked, str) else "",
    )  # fmt: skip


def _looks(uow: UnitOfWork, visit: Visit, handle: str, now: datetime) -> list[Look] | None:
    """Who has read about whoever has this handle; None: there is nobody of that name."""
    person = uow.people.by_handle(handle)
    if person is None:
        return None
    found = [
        Look(one.at, uow.people.get(one.reader).handle, _called(one.operation, visit), one.refused)
        for one in uow.access_log.of(person.id, MOST)
    ]
    occasion = on_page.occasion_of(uow, visit.person, now)
    access.note_outside_read(occasion, visit.person, Operation.READ_ACCESS_LOG, person)
    return found


def _called(operation: Operation, visit: Visit) -> str:
    """In German as the access concept calls it; elsewhere by its name in the table."""
    german = visit.person.language.startswith("de")
    return OPERATIONS[operation] if german else operation.value.replace("_", " ")


async def _visit(request: Request) -> Visit:
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    allowed = is_allowed(Actor.DPO, Operation.READ_ACCESS_LOG, Relation.NO_ONE)
    if visit.person.role is not Role.DPO or not allowed:
        raise HTTPException(404)
    return visit
