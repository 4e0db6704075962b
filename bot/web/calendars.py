"""Calendars on the pages: a file of one's own dates, the dates of staff, and the address their calendar fetches."""

import hashlib
import secrets
from datetime import date
from typing import Final

from flows.rules.access import Operation
from handlers import access, calendar_dates, feeds, on_page, week_page
from handlers.calendar_dates import Date, Shown
from handlers.occasion import Occasion
from handlers.week_page import Week
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from storage.uow import UnitOfWork

from bot.calendars.writing import MEDIA_TYPE, write_calendar
from bot.web import desk as desks
from bot.web.desk import Desk
from bot.web.forms import read_form
from bot.web.numbers import number_of
from bot.web.sessions import Kind, Visit

OWN: Final = f"{Kind.PARTICIPANT.path}/{{slot}}/calendar"
STAFF: Final = f"{Kind.STAFF.path}/{{slot}}/calendar"
FEED: Final = "/calendar/{token}.ics"
TOKEN_BYTES: Final = 32


def routes() -> list[Route]:
    """The pages and files."""
    return [
        Route(f"{OWN}.ics", give_own, methods=["GET"]),
        Route(OWN, show_own, methods=["GET"]),
        Route(f"{STAFF}/{{number:int}}.ics", give_to_interpreter, methods=["GET"]),
        Route(STAFF, show_staff, methods=["GET"]),
        Route(STAFF, change_feed, methods=["POST"]),
        Route(FEED, give_feed, methods=["GET"]),
    ]


async def show_own(request: Request) -> Response:
    """The coming dates of a participant, with the file for their calendar."""
    desk, visit = await _participant(request)
    dates = await desk.read(lambda uow: calendar_dates.of_participant(_occasion(uow, desk), visit.person))
    coming = [date for date in dates if not date.cancelled]
    return desk.page("calendar.html", desk.reader(visit), visit=visit, dates=coming)


async def give_own(request: Request) -> Response:
    """The dates of a participant as a file; those called off are in it, so that a calendar drops them."""
    desk, visit = await _participant(request)
    dates = await desk.read(lambda uow: calendar_dates.of_participant(_occasion(uow, desk), visit.person))
    return _file(desk, dates, "calendar.ics")


async def show_staff(request: Request) -> Response:
    """A week of a member of staff (`?day=` lies in it), all coming dates, files for interpreters, the feed."""
    desk, visit = await _staff(request)
    return await _page(desk, visit, day=_day_of(request.query_params.get("day", "")))


def _day_of(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


async def change_feed(request: Request) -> Response:
    """`do=make` makes a new address and shows it once, `do=end` ends it."""
    desk, visit = await _staff(request)
    form = await read_form(request, desk.settings)
    if not visit.is_own_form(form.get("csrf")):
        raise HTTPException(403)
    if not desk.messages.allows(visit.claim.slot):
        raise HTTPException(429)
    now = desk.program.clock.now()
    match form.get("do"):
        case "make":
            token = secrets.token_urlsafe(TOKEN_BYTES)
            await desk.program.run(lambda uow: feeds.begin(uow, visit.person, _hash(token), now))
            page = await desk.read(lambda uow: str(uow.profile.page)) or str(request.base_url)
            return await _page(desk, visit, address=f"{page.rstrip('/')}/calendar/{token}.ics")
        case "end":
            await desk.program.run(lambda uow: feeds.end(uow, visit.person, now))
            return await _page(desk, visit)
        case _:
            raise HTTPException(403)


async def give_to_interpreter(request: Request) -> Response:
    """The entry for whoever interprets, to be passed on; the participant is not in it."""
    desk, visit = await _staff(request)
    number = number_of(request)
    date = await desk.read(lambda uow: calendar_dates.for_interpreter(_occasion(uow, desk), visit.person, number))
    if date is None:
        raise HTTPException(404)
    return _file(desk, [date], "interpreting.ics")


async def give_feed(request: Request) -> Response:
    """What the calendar program of a member of staff fetches; an address that is unknown or has ended is not there."""
    desk, digest = desks.of(request), _hash(request.path_params["token"])

    def find(uow: UnitOfWork) -> list[Date] | None:
        person = feeds.whose(uow, digest)
        return None if person is None else calendar_dates.of_staff(_occasion(uow, desk), person)

    dates = await desk.read(find)
    if dates is None:
        raise HTTPException(404)
    return Response(write_calendar(dates, desk.program.clock.now()), media_type=MEDIA_TYPE)


def _file(desk: Desk, dates: list[Date], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write_calendar(dates, desk.program.clock.now()), media_type=MEDIA_TYPE, headers=headers)


async def _page(desk: Desk, visit: Visit, address: str = "", day: date | None = None) -> Response:
    now = desk.program.clock.now()

    def look(uow: UnitOfWork) -> tuple[Week, list[Shown]]:
        occasion = on_page.occasion_of(uow, visit.person, now)
        return week_page.gather(occasion, day), calendar_dates.coming(occasion, visit.person)

    week, dates = await desk.program.run(look)
    since = await desk.read(lambda uow: uow.feeds.since(visit.person.id))
    return desk.page(
        "calendar_staff.html", desk.reader(visit), visit=visit, week=week, dates=dates, since=since, address=address
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _occasion(uow: UnitOfWork, desk: Desk) -> Occasion:
    return Occasion(uow=uow, now=desk.program.clock.now(), cause="page")


async def _participant(request: Request) -> tuple[Desk, Visit]:
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.PARTICIPANT)
    if not access.may_own(visit.person, Operation.READ_OWN_DATA):
        raise HTTPException(404)
    return desk, visit


async def _staff(request: Request) -> tuple[Desk, Visit]:
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    if not access.may_own(visit.person, Operation.FETCH_CALENDAR):
        raise HTTPException(404)
    return desk, visit
