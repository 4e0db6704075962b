"""Attendance on pages: the sheet of a day for staff, the month as a file for the lead, the own month (F35, F36)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from flows.dialogues import attendance as says
from flows.engine.messages import Text
from flows.people import PersonId
from flows.rules.access import Operation
from flows.rules.attendance import Marked
from flows.rules.month import NoCode, Said, Word
from handlers import access, attendance, exports, sheets, statements
from handlers.exports import CannotExport, MonthFile
from handlers.occasion import Occasion
from handlers.sheets import Row
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot import month_file
from bot.web import desk as desks
from bot.web.desk import Desk
from bot.web.forms import read_form
from bot.web.sessions import Kind, Visit

STAFF: Final = f"{Kind.STAFF.path}/{{slot}}/attendance"
OWN: Final = f"{Kind.PARTICIPANT.path}/{{slot}}/month"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A day's sheets by group, and whether its month is locked."""

    day: date
    groups: dict[str, list[Row]]
    locked: bool


def routes() -> list[Route]:
    """The pages and files."""
    return [
        Route(STAFF, show_sheet, methods=["GET"]),
        Route(STAFF, change_sheet, methods=["POST"]),
        Route(f"{STAFF}.csv", give_month, methods=["GET"]),
        Route(f"{STAFF}.xlsx", give_month, methods=["GET"]),
        Route(OWN, show_own, methods=["GET"]),
    ]


async def show_sheet(request: Request) -> Response:
    """Everybody whom this member of staff keeps on one day, to be looked at, changed and printed."""
    desk, visit = await _keeper(request)
    return await _page(desk, visit, request.query_params.get("day", ""))


async def change_sheet(request: Request) -> Response:
    """`do=confirm`: a group is as it stands; `do=mark`: one person's day is something else."""
    desk, visit = await _keeper(request)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    if not desk.messages.allows(visit.claim.slot):
        raise HTTPException(429)
    told = form.get("day")
    try:
        day = date.fromisoformat(told)
        if form.get("do") == "confirm":
            group = form.get("group")
            await desk.program.run(lambda uow: sheets.confirm(_occasion(uow, desk), visit.person, (group, day)))
        else:
            number, marked = PersonId(int(form.get("do"))), Marked(form.get("marked"))
            await desk.program.run(lambda uow: _mark(_occasion(uow, desk), visit, number, (day, marked)))
    except ValueError:
        raise HTTPException(403) from None
    return RedirectResponse(f"{visit.home}/attendance?day={day.isoformat()}", status_code=303)


def _mark(occasion: Occasion, visit: Visit, number: PersonId, said: tuple[date, Marked]) -> None:
    """As by the buttons of the chat: whoever is not theirs is not there."""
    kept = (one for people in sheets.people_kept(occasion, visit.person).values() for one in people)
    person = next((one for one in kept if one.id == number), None)
    if person is None:
        raise HTTPException(404)
    occasion.uow.people.lock(person.id)
    sheets.change(occasion, visit.person, person, said)


async def _page(desk: Desk, visit: Visit, told: str) -> Response:
    reader = desk.reader(visit)
    day = sheets.read_day(told, reader.today) if told else reader.today

    def gather(uow: UnitOfWork) -> Sheet | None:
        occasion = _occasion(uow, desk)
        if attendance.rule_of(uow) is None or day is None:
            return None
        groups = sheets.gather(occasion, visit.person, day)
        for rows in groups.values():
            sheets.note(occasion, visit.person, rows)
        return Sheet(day, groups, attendance.is_locked(uow, day.replace(day=1), occasion.now))

    sheet = await desk.program.run(gather)
    if sheet is None:
        raise HTTPException(404)
    return desk.page(
        "attendance.html", reader, visit=visit, sheet=sheet, choices=says.CHOICES, states=says.STATES,
        conflicts=says.CONFLICTS, group_name=says.group_name, month_name=says.name_of(day or reader.today),
    )  # fmt: skip


async def give_month(request: Request) -> Response:
    """The month for the agency, for whoever answers for the programme; for anybody else there is no such file."""
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    told = request.query_params.get("month", "")
    try:
        month = date.fromisoformat(f"{told}-01") if told else statements.month_before(desk.reader(visit).today)
    except ValueError:
        raise HTTPException(404) from None

    def read(uow: UnitOfWork) -> MonthFile | str | None:
        try:
            return exports.read_for(_occasion(uow, desk), visit.person, month)
        except (CannotExport, NoCode) as refused:
            return str(refused)

    found = await desk.program.run(read)
    if found is None:
        raise HTTPException(404)
    if isinstance(found, str):
        return desk.page("not_exported.html", desk.reader(visit), status=409, visit=visit, why=found)
    as_book = request.url.path.endswith(".xlsx")
    ending, media = ("xlsx", XLSX) if as_book else ("csv", "text/csv; charset=utf-8")
    written = month_file.as_xlsx(found) if as_book else month_file.as_csv(found).encode()
    named = {"Content-Disposition": f'attachment; filename="attendance-{month_file.title(found)}.{ending}"'}
    return Response(written, media_type=media, headers=named)


async def show_own(request: Request) -> Response:
    """A participant's own month as a table, with what was said to it: the month before this one, or the one asked."""
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.PARTICIPANT)
    if not access.may_own(visit.person, Operation.SEE_OWN_MONTH):
        raise HTTPException(404)
    reader = desk.reader(visit)
    told = request.query_params.get("month", "")
    try:
        month = date.fromisoformat(f"{told}-01") if told else statements.month_before(reader.today)
    except ValueError:
        raise HTTPException(404) from None
    days = await desk.read(lambda uow: attendance.month_of(_occasion(uow, desk), visit.person, month))
    said = await desk.read(lambda uow: _own_words(uow.months.said_of(visit.person.id, month)))
    return desk.page(
        "month.html", reader, visit=visit, days=days, said=said, words=says.SAID,
        states=says.OWN_STATES, title=Text("Your {month}", {"month": says.name_of(month)}),
    )  # fmt: skip


def _own_words(said: list[Said]) -> list[Said]:
    return [one for one in said if one.word is not Word.SHOWN]


def _occasion(uow: UnitOfWork, desk: Desk) -> Occasion:
    return Occasion(uow=uow, now=desk.program.clock.now(), cause="page")


async def _keeper(request: Request) -> tuple[Desk, Visit]:
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    if not sheets.may_have_one(visit.person):
        raise HTTPException(404)
    return desk, visit
