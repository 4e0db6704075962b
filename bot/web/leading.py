"""What the pages of figures share: who may see them, under which programme, and how a file of them is named."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from flows.people import Person
from starlette.exceptions import HTTPException
from starlette.requests import Request
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web.desk import Desk
from bot.web.sessions import Kind, Visit
from bot.web.words import Reader

T = TypeVar("T")


async def find(
    request: Request, read_for: Callable[[UnitOfWork, Person, datetime], T | None]
) -> tuple[Desk, Visit, T, str]:
    """The figures for whoever may see them, and the programme's name; for anybody else there is no such page."""
    desk = desks.of(request)
    visit = await desk.open_visit(request, Kind.STAFF)
    now = desk.program.clock.now()
    found, name = await desk.read(lambda uow: (read_for(uow, visit.person, now), uow.profile.name))
    if found is None:
        raise HTTPException(404)
    return desk, visit, found, name


def as_file(reader: Reader, called: str, ending: str) -> dict[str, str]:
    """The header of a file to keep, named with the day."""
    return {"Content-Disposition": f'attachment; filename="{called}-{reader.today.isoformat()}.{ending}"'}
