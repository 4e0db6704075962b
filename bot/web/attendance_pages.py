"""The attendance sheet of a day on a page: looked at, changed, confirmed and printed by staff (F35)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from flows.dialogues import attendance as says
from flows.people import PersonId
from flows.rules.attendance import Day, DayMark, Marked, proposal
from handlers import attendance, open_days, sheets
from handlers.occasion import Occasion
from handlers.sheets import Row
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web.desk import Desk
from bot.web.forms import read_form
from bot.web.sessions import Kind, Visit

STAFF: Final = f"{Kind.STAFF.path}/{{slot}}/attendance"
LOCKED: Final = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A day's sheets by group, whether its month is locked, and whose day can be decided all the same (ADR 34)."""

    day: date
    groups: dict[str, list[Row]]
    locked: bool = False
    open: frozenset[PersonId] = frozenset()
    confirmed: dict[str, tuple[DayMark, str]]
    """The newest mark of each group in which everybody has one, and whose it is."""

    def choices(self, person: PersonId, today: date) -> tuple[Marked, ...]:
        """What may be said of somebody's day: a day to come can only be called off."""
        if self.locked:
            return says.DECIDABLE if person in self.open else ()
        return tuple(Marked) if self.day <= today else (Marked.CANCELLED,)


def routes() -> list[Route]:
    """The page."""
    return [Route(STAFF, show_sheet, methods=["GET"]), Route(STAFF, change_sheet, methods=["POST"])]


async def show_sheet(request: Request) -> Response:
    """Everybody whom this member of staff keeps on one day, to be looked at, changed and printed."""
    desk, visit = await keeper(request)
    told, today = request.query_params.get("day", ""), desk.reader(visit).today
    day = sheets.read_day(told, today) if told else today
    return await _page(desk, visit, day or today, lost=day is None)


async def change_sheet(request: Request) -> Response:
    """`do=confirm`: a group is as it stands; `do=mark`: one person's day is something else."""
    desk, visit = await keeper(request)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    if not desk.messages.allows(visit.claim.slot):
        raise HTTPException(429)
    do = form.get("do")
    try:
        day = date.fromisoformat(form.get("day"))
        if do == "confirm":
            group = form.get("group")
            work = desk.program.run(lambda uow: sheets.confirm(occasion_of(uow, desk), visit.person, (group, day)))
        else:
            number, marked = PersonId(int(do)), Marked(form.get("marked"))
            work = desk.program.run(lambda uow: _mark(occasion_of(uow, desk), visit, number, (day, marked)))
    except ValueError:
        raise HTTPException(403) from None
    if not await work:
        return await _page(desk, visit, day, status=LOCKED)
    place = "" if do == "confirm" else f"#p{do}"
    return RedirectResponse(f"{visit.home}/attendance?day={day.isoformat()}{place}", status_code=303)


def _mark(occasion: Occasion, visit: Visit, number: PersonId, said: tuple[date, Marked]) -> bool:
    """As by the buttons of the chat: whoever is not theirs is not there. False: the month is locked."""
    kept = (one for people in sheets.people_kept(occasion, visit.person).values() for one in people)
    person = next((one for one in kept if one.id == number), None)
    if person is None:
        raise HTTPException(404)
    occasion.uow.people.lock(person.id)
    return sheets.change(occasion, visit.person, person, said)


async def _page(desk: Desk, visit: Visit, day: date, *, status: int = 200, lost: bool = False) -> Response:
    reader = desk.reader(visit)

    def gather(uow: UnitOfWork) -> Sheet | None:
        return None if attendance.rule_of(uow) is None else _sheet(occasion_of(uow, desk), visit, day)

    sheet = await desk.program.run(gather)
    if sheet is None:
        raise HTTPException(404)
    return desk.page(
        "attendance.html", reader, status=status, visit=visit, sheet=sheet, labels=says.CHOICES, states=says.STATES,
        conflicts=says.CONFLICTS, group_name=says.group_name, named=says.name_of, chosen=_chosen, lost=lost,
    )  # fmt: skip


def _sheet(occasion: Occasion, visit: Visit, day: date) -> Sheet:
    """The day's sheets; everybody on them may see that they were read."""
    groups = sheets.gather(occasion, visit.person, day)
    for rows in groups.values():
        sheets.note(occasion, visit.person, rows)
    if attendance.is_locked(occasion.uow, day.replace(day=1), occasion.now):
        everybody = [person for rows in groups.values() for person, _ in rows]
        open_ = frozenset(one.id for one in everybody if open_days.can_be_decided(occasion, one, day))
        return Sheet(day=day, groups=groups, locked=True, open=open_, confirmed={})
    known = {group: _newest(occasion, rows) for group, rows in groups.items()}
    return Sheet(day=day, groups=groups, confirmed={group: one for group, one in known.items() if one is not None})


def _newest(occasion: Occasion, rows: list[Row]) -> tuple[DayMark, str] | None:
    """The newest mark of a group, and whose it is; None while somebody has none."""
    marks = [one.mark for _, one in rows if one.mark is not None]
    if len(marks) < len(rows):
        return None
    newest = max(marks, key=lambda one: one.at)
    return newest, occasion.uow.people.get(newest.by).name


def _chosen(one: Day) -> Marked:
    """What stands in the choice at first: what stands, else what a confirmation would say."""
    return one.mark.marked if one.mark is not None else proposal(one)


def occasion_of(uow: UnitOfWork, desk: Desk) -> Occasion:
    """What somebody does on a page, now."""
    return Occasion(uow=uow, now=desk.program.clock.now(), cause="page")


async def keeper(request: Request) -> tuple[Desk, Visit]:
    """A member of staff who may have to keep somebody's attendance; for anybody else there is no such page."""
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    if not sheets.may_have_one(visit.person):
        raise HTTPException(404)
    return desk, visit
