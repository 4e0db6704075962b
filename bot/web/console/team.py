"""The team: who works here and how far their account is; the lead keeps the accounts of caseworkers (ADR 0038)."""

from dataclasses import dataclass
from typing import Final

from flows.dialogues.consent import LATER
from flows.engine.messages import Text
from flows.people import Role
from flows.rules.staffing import GIVEN_BY_LEAD
from handlers import on_page, staff_page, staffing
from handlers.on_page import PageOccasion, Told
from handlers.staff_page import Member, Stands
from handlers.staffing import Refused
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import connection
from bot.web import desk as desks
from bot.web.console import presses
from bot.web.console.presses import DONE, FIELD
from bot.web.console.setting_up import ACCOUNT
from bot.web.forms import Form, read_form
from bot.web.sessions import Kind, Visit

_HOME: Final = f"{Kind.STAFF.path}/{{slot}}/team"
TYPED: Final = ("name", "phone", "group")
"""What is written down about a new colleague."""
ROLES: Final = {
    Role.CASEWORKER: Text("Caseworker"),
    Role.COORDINATOR: Text("Coordination"),
    Role.PROTECTION: Text("Protection person"),
    Role.DPO: Text("Data protection officer"),
}
STANDS: Final = {
    Stands.NONE: Text("No account yet"),
    Stands.INVITED: Text("Link given, valid until {at}", LATER),
    Stands.LAPSED: Text("Not set up, no link is valid"),
    Stands.SET_UP: Text("In use"),
    Stands.LOCKED: Text("After wrong tries locked until {at}", LATER),
    Stands.LEFT: Text("Works here no more since {at}", LATER),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a press: told, what was wrong, and a link that is shown this once."""

    told: tuple[Told, ...] = ()
    problem: Text | None = None
    link: str = ""


def routes() -> list[Route]:
    """The list, and the page of each of them."""
    return [
        Route(_HOME, show, methods=["GET"]),
        Route(_HOME, add, methods=["POST"]),
        Route(f"{_HOME}/{{member}}", show_member, methods=["GET"]),
        Route(f"{_HOME}/{{member}}", keep, methods=["POST"]),
    ]


async def show(request: Request) -> Response:
    """Everybody, by role; whoever has left stands at the end."""
    return await _list(request, await _visit(request), dict.fromkeys(TYPED, ""), None)


async def add(request: Request) -> Response:
    """Add a caseworker, and go on to their page; what was wrong is said above the form, which keeps what was typed."""
    desk, visit = desks.of(request), await _visit(request)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")) or not staff_page.may_add(visit.person):
        raise HTTPException(403)
    if not desk.messages.allows(visit.claim.slot):
        raise HTTPException(429)
    now, typed = desk.program.clock.now(), {name: form.get(name) for name in TYPED}

    def work(uow: UnitOfWork) -> str | Text:
        try:
            return staffing.add(on_page.occasion_of(uow, visit.person, now), **typed).handle
        except Refused as refused:
            return refused.said

    done = await desk.program.run(work)
    if isinstance(done, Text):
        return await _list(request, visit, typed, done)
    return RedirectResponse(f"{visit.home}/team/{done}", 303)


async def _list(request: Request, visit: Visit, typed: dict[str, str], problem: Text | None) -> Response:
    desk, reader = desks.of(request), desks.of(request).reader(visit)
    now = desk.program.clock.now()
    found = await desk.read(lambda uow: staff_page.members(on_page.occasion_of(uow, visit.person, now)))
    return desk.page(
        "console/team.html", reader, status=403 if problem else 200, visit=visit, members=found, roles=ROLES,
        stands=STANDS, typed=typed, problem="" if problem is None else reader.say(problem),
        may_add=staff_page.may_add(visit.person),
    )  # fmt: skip


async def show_member(request: Request) -> Response:
    """One of them, with what the reader may do."""
    return await _page(request, await _visit(request), Kept())


async def keep(request: Request) -> Response:
    """Do what was pressed, if it is theirs to do; a way on under something told is done as on every page."""
    desk, visit = desks.of(request), await _visit(request)
    form = await read_form(request, desk.settings)
    if form.get(FIELD):
        done = await presses.do(request, visit, form)
        return await _page(request, visit, Kept(done.told))
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    if not desk.messages.allows(visit.claim.slot):
        raise HTTPException(429)
    now, handle = desk.program.clock.now(), request.path_params["member"]

    def work(uow: UnitOfWork) -> Kept | None:
        occasion = on_page.occasion_of(uow, visit.person, now)
        member = staff_page.find(occasion, handle)
        if member is None:
            return None
        try:
            token = _do(occasion, member, form)
        except Refused as refused:
            return Kept(problem=refused.said)
        told = tuple(occasion.told) or ((Told(occasion.put(DONE)),) if not token else ())
        page = (uow.profile.page or _origin(request)).rstrip("/")
        return Kept(told, link=f"{page}{ACCOUNT}/{token}" if token else "")

    kept = await desk.program.run(work)
    if kept is None:
        raise HTTPException(404)
    return await _page(request, visit, kept)


def _do(occasion: PageOccasion, member: Member, form: Form) -> str:
    """Do it; the token of a link, where one was made. Raises `Refused`."""
    person = member.person
    match form.get("do"):
        case "link" | "reset" as what:
            return staffing.offer(occasion, person, form.get("user_name"), again=what == "reset")
        case "secrecy":
            staffing.bind(occasion, person, form.get("day"))
        case "group":
            staffing.put_into(occasion, person, form.get("group"))
        case "role":
            staffing.give_role(occasion, person, form.get("role"))
        case "case":
            staffing.hand_over(occasion, form.get("who"))
        case "cases":
            staffing.hand_over_all(occasion, person, form.get("to"))
        case "leave":
            staffing.end(occasion, person, sure=form.get("sure") == "yes")
        case _:
            raise HTTPException(403)
    return ""


def _origin(request: Request) -> str:
    """The address that this browser has called, where the profile names none: the link leads to the same site."""
    known = connection.of(request)
    return f"{'https' if known.secure else 'http'}://{request.headers.get('host', '')}"


async def _page(request: Request, visit: Visit, kept: Kept) -> Response:
    desk, handle = desks.of(request), request.path_params["member"]
    now, reader = desk.program.clock.now(), desk.reader(visit)

    def look(uow: UnitOfWork) -> tuple[Member, list[Member]] | None:
        known = staff_page.members(on_page.occasion_of(uow, visit.person, now))
        member = next((one for one in known if one.person.handle == handle), None)
        return None if member is None else (member, known)

    found = await desk.read(look)
    if found is None:
        raise HTTPException(404)
    member, known = found
    others = [one for one in known if _takes_over(one, member)]
    return desk.page(
        "console/member.html", reader, status=403 if kept.problem else 200, visit=visit, member=member,
        others=others, roles=ROLES, given=GIVEN_BY_LEAD, stands=STANDS, kept=kept,
        problem="" if kept.problem is None else reader.say(kept.problem),
        may_keep=staff_page.may_keep(visit.person, member.person),
    )  # fmt: skip


def _takes_over(one: Member, member: Member) -> bool:
    return one.person.role is Role.CASEWORKER and not one.has_left and one.person.id != member.person.id


async def _visit(request: Request) -> Visit:
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    if not staff_page.may_see(visit.person):
        raise HTTPException(404)
    return visit
