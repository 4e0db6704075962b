"""Sick notes before staff: which wait, the pictures, the two dates, and "a diagnosis is visible" (F32, F34)."""

from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from flows.dialogues.certificate import PROBLEMS
from flows.engine.certificate_events import DatesRead
from flows.people import Person
from flows.rules.access import Operation, Relation, permits
from flows.rules.certificates import Certificate, problem_with
from handlers import access, certificate_checks, day_sheets
from handlers.occasion import Occasion
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.errors import NoGround
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web.desk import Desk
from bot.web.forms import read_form
from bot.web.numbers import number_of
from bot.web.sessions import Kind, Visit

LIST: Final = f"{Kind.STAFF.path}/{{slot}}/certificates"
ONE: Final = f"{LIST}/{{number:int}}"
PICTURE: Final = f"{ONE}/{{place:int}}.jpg"
_LOCKED_DOWN: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
T = TypeVar("T")


def routes() -> list[Route]:
    """The list, one of them, its pictures."""
    return [
        Route(LIST, show_list, methods=["GET"]),
        Route(ONE, show_one, methods=["GET"]),
        Route(ONE, settle, methods=["POST"]),
        Route(PICTURE, give_picture, methods=["GET"]),
    ]


async def show_list(request: Request) -> Response:
    """Whose sick notes wait to be read off, and whose proof is missing altogether."""
    desk, visit = await _visit(request)

    def gather(occasion: Occasion) -> tuple[list[tuple[Person, Certificate]], day_sheets.Proofs]:
        return certificate_checks.waiting_for(occasion, visit.person), day_sheets.open_proofs(occasion, visit.person)

    waiting, missing = await _run(desk, gather)
    return desk.page("certificates.html", desk.reader(visit), visit=visit, waiting=waiting, missing=missing)


async def show_one(request: Request) -> Response:
    """One of them, with the place for the two dates."""
    desk, visit = await _visit(request)
    return await _one(request, desk, visit)


async def _one(request: Request, desk: Desk, visit: Visit, problem: str = "", **given: str) -> Response:
    number = number_of(request)
    found = await _run(desk, lambda occasion: certificate_checks.find(occasion, visit.person, number))
    if found is None:
        raise HTTPException(404)
    person, known = found
    status = 422 if problem else 200
    values = {"person": person, "known": known, "problem": problem, "first": "", "last": "", **given}
    return desk.page("certificate_check.html", desk.reader(visit), status=status, visit=visit, **values)


async def give_picture(request: Request) -> Response:
    """One picture, for the page that shows it; whoever may not see it finds nothing."""
    desk, visit = await _visit(request)
    number, place = number_of(request), number_of(request, "place")

    def find(occasion: Occasion) -> bytes | None:
        found = certificate_checks.find(occasion, visit.person, number)
        try:
            return None if found is None else occasion.uow.certificates.page(number, place)
        except NoGround:
            return None  # the consent has ended meanwhile

    picture = await _run(desk, find)
    if picture is None:
        raise HTTPException(404)
    headers = {"Content-Security-Policy": _LOCKED_DOWN, "Content-Disposition": "inline"}
    return Response(picture, media_type="image/jpeg", headers=headers)


async def settle(request: Request) -> Response:
    """`do=dates` enters the two dates, `do=visible` destroys the pictures at once; the chat says what came of it."""
    desk, visit = await _visit(request)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    number, by = number_of(request), visit.person
    if form.get("do") == "visible":
        await _run(desk, lambda occasion: _destroy(occasion, by, number))
        return RedirectResponse(f"{visit.home}#newest", status_code=303)
    reader, first, last = desk.reader(visit), _day(form.get("first")), _day(form.get("last"))
    problem = problem_with(first, last, reader.today)
    if problem is not None or first is None or last is None:
        said = "" if problem is None else reader.say(PROBLEMS[problem])
        return await _one(request, desk, visit, said, first=form.get("first"), last=form.get("last"))
    await _run(desk, lambda occasion: _enter(occasion, by, number, (first, last)))
    return RedirectResponse(f"{visit.home}#newest", status_code=303)


def _destroy(occasion: Occasion, by: Person, number: int) -> None:
    _concerned(occasion, by, number)
    certificate_checks.destroy_visible(occasion, number, by)


def _enter(occasion: Occasion, by: Person, number: int, days: tuple[date, date]) -> None:
    person = _concerned(occasion, by, number)
    read = DatesRead(who=person.id, certificate=number, first_day=days[0], last_day=days[1])
    certificate_checks.enter(occasion, by, read)


def _concerned(occasion: Occasion, by: Person, number: int) -> Person:
    known = occasion.uow.certificates.get(number)
    person = None if known is None else occasion.uow.people.get(known.person)
    if person is None or not access.may(occasion, by, Operation.RECEIVE_PROOF, person):
        raise HTTPException(404)
    return person


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def _run(desk: Desk, work: Callable[[Occasion], T]) -> T:
    """A unit of its own: each look leaves an entry in the access log."""

    def do(uow: UnitOfWork) -> T:
        return work(Occasion(uow=uow, now=desk.program.clock.now(), cause=f"page:{uow.new_id()}"))

    return await desk.program.run(do)


async def _visit(request: Request) -> tuple[Desk, Visit]:
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    if not permits(visit.person.role, Operation.READ_CERTIFICATE, Relation):
        raise HTTPException(404)
    return desk, visit
