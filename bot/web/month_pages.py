"""The month on pages: how far it is for staff, the file for the agency for the lead, the own month (F36)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from flows.dialogues import attendance as says
from flows.engine.messages import Text
from flows.people import Person
from flows.rules.access import Operation
from flows.rules.attendance import Day, State, month_after
from flows.rules.month import Attendance, NoCode, Said, Word
from handlers import access, attendance, exports, months, sheets, statements
from handlers.exports import CannotExport, MonthFile, NobodyIsReady
from handlers.months import Report
from handlers.occasion import Occasion
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.attendance_months import Lock
from storage.uow import UnitOfWork

from bot import month_file
from bot.web import desk as desks
from bot.web.attendance_pages import STAFF, keeper, occasion_of
from bot.web.desk import Desk
from bot.web.forms import read_form
from bot.web.numbers import number_in
from bot.web.sessions import Kind, Visit
from bot.web.words import Reader

MONTH: Final = f"{Kind.STAFF.path}/{{slot}}/month"
OWN: Final = f"{Kind.PARTICIPANT.path}/{{slot}}/month"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person on the page. `kept`: the reader keeps this person's attendance and sees days and words."""

    report: Report
    kept: bool
    said: tuple[tuple[Said, str], ...] = ()

    def count(self, state: str) -> int:
        """On how many days this stands."""
        return sum(day.state == state for day in self.report.days)

    @property
    def open_days(self) -> list[Day]:
        """Days about which nobody has decided."""
        return [day for day in self.report.days if day.state is State.OPEN]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How far a month is. `for_agency`: the reader answers for the programme; `missing`: what no file does without."""

    rows: tuple[Row, ...]
    lock: Lock | None
    locked_by: str
    is_locked: bool
    for_agency: bool
    missing: str = ""

    @property
    def has_open(self) -> bool:
        """Whether somebody whom the reader keeps has a day about which nobody has decided."""
        return any(row.kept and row.open_days for row in self.rows)

    @property
    def ready(self) -> int:
        """How many people's months could go out now."""
        return sum(row.report.hindrance is None for row in self.rows)


def routes() -> list[Route]:
    """The pages and files."""
    return [
        Route(MONTH, show_month, methods=["GET"]),
        Route(MONTH, note_talk, methods=["POST"]),
        Route(f"{STAFF}.csv", give_month, methods=["GET"]),
        Route(f"{STAFF}.xlsx", give_month, methods=["GET"]),
        Route(OWN, show_own, methods=["GET"]),
    ]


async def show_month(request: Request) -> Response:
    """Everybody's month, as far as this member of staff answers for it: what is ready, what is missing, and the way."""
    desk, visit = await keeper(request)
    return await _page(desk, visit, _month_of(request, desk.reader(visit)))


async def note_talk(request: Request) -> Response:
    """`do`: with whom the month was talked about."""
    desk, visit = await keeper(request)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    if not desk.messages.allows(visit.claim.slot):
        raise HTTPException(429)
    month, number = _read_month(form.get("month")), number_in(form.get("do")) or 0
    value = f"{number};{month.isoformat()}"
    await desk.program.run(lambda uow: statements.talk(occasion_of(uow, desk), visit.person, value))
    return RedirectResponse(f"{visit.home}/month?month={month:%Y-%m}#p{number}", status_code=303)


def _month_of(request: Request, reader: Reader) -> date:
    """The month in the address; without one the month before this one."""
    told = request.query_params.get("month", "")
    return _read_month(told) if told else statements.month_before(reader.today)


def _read_month(told: str) -> date:
    try:
        return date.fromisoformat(f"{told}-01")
    except ValueError:
        raise HTTPException(404) from None


async def _page(desk: Desk, visit: Visit, month: date, status: int = 200) -> Response:
    reader = desk.reader(visit)
    found = await desk.program.run(lambda uow: _overview(occasion_of(uow, desk), visit.person, month))
    if found is None:
        raise HTTPException(404)
    return desk.page(
        "months.html", reader, status=status, visit=visit, found=found, month=month, states=says.STATES,
        hindrances=says.HINDRANCES, words=says.SAID, named=says.name_of, **_around(month),
    )  # fmt: skip


def _around(month: date) -> dict[str, date]:
    return {"before": statements.month_before(month), "after": month_after(month)}


def _overview(occasion: Occasion, by: Person, month: date) -> Overview | None:
    """None where no attendance is kept. Everybody of whom something is shown may see that it was read."""
    uow, rule = occasion.uow, attendance.rule_of(occasion.uow)
    if rule is None:
        return None
    lock = uow.months.locked(month)
    for_agency = access.may_own(by, Operation.SEE_MONTH)
    return Overview(
        rows=tuple(_rows(occasion, by, month, rule)),
        lock=lock,
        locked_by="" if lock is None or lock.by is None else uow.people.get(lock.by).name,
        is_locked=attendance.is_locked(uow, month, occasion.now),
        for_agency=for_agency,
        missing=_missing(occasion) if for_agency else "",
    )


def _rows(occasion: Occasion, by: Person, month: date, rule: Attendance) -> list[Row]:
    """Whom the reader keeps, with days and words; for the lead all others as well, with how far they are alone."""
    kept = {one.id for people in sheets.people_kept(occasion, by).values() for one in people}
    for_agency = access.may_own(by, Operation.SEE_MONTH)
    found = [one for one in months.reports(occasion, month, rule) if one.person.id in kept or for_agency]
    rows = []
    for one in found:
        is_kept = one.person.id in kept
        access.note_read(occasion, by, Operation.KEEP_ATTENDANCE if is_kept else Operation.SEE_MONTH, one.person)
        said = _said(occasion, one.person, month) if is_kept else ()
        rows.append(Row(report=one, kept=is_kept, said=said))
    return rows


def _said(occasion: Occasion, person: Person, month: date) -> tuple[tuple[Said, str], ...]:
    """What was said about a person's month, with the name of who said it."""
    people, said = occasion.uow.people, occasion.uow.months.said_of(person.id, month)
    return tuple((one, people.get(one.by).name) for one in said if one.word is not Word.SHOWN)


def _missing(occasion: Occasion) -> str:
    try:
        exports.rule_for_export(occasion)
    except CannotExport as refused:
        return str(refused)
    return ""


async def give_month(request: Request) -> Response:
    """The month for the agency, for whoever answers for the programme; for anybody else there is no such file."""
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    month = _month_of(request, desk.reader(visit))

    def read(uow: UnitOfWork) -> MonthFile | CannotExport | NoCode | None:
        try:
            return exports.read_for(occasion_of(uow, desk), visit.person, month)
        except (CannotExport, NoCode) as refused:
            return refused

    found = await desk.program.run(read)
    if found is None:
        raise HTTPException(404)
    if isinstance(found, NobodyIsReady):
        return await _page(desk, visit, month, status=409)
    if isinstance(found, ValueError):
        return desk.page("not_exported.html", desk.reader(visit), status=409, visit=visit, why=str(found))
    return _file(found, as_book=request.url.path.endswith(".xlsx"))


def _file(found: MonthFile, *, as_book: bool) -> Response:
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
    month = _month_of(request, reader)
    days = await desk.read(lambda uow: attendance.month_of(occasion_of(uow, desk), visit.person, month))
    said = await desk.read(lambda uow: _own_words(uow.months.said_of(visit.person.id, month)))
    after = month_after(month)
    return desk.page(
        "month.html", reader, visit=visit, days=days, said=said, words=says.SAID, states=says.OWN_STATES,
        title=Text("Your {month}", {"month": says.name_of(month)}), named=says.name_of,
        before=statements.month_before(month), after=after if after <= reader.today else None,
    )  # fmt: skip


def _own_words(said: list[Said]) -> list[Said]:
    return [one for one in said if one.word is not Word.SHOWN]
