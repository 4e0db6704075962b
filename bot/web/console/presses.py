"""Ways on under what a page tells: each form is bound to this session, and does what a press in the chat does."""

from dataclasses import dataclass
from typing import Final

from flows.engine.messages import Text
from handlers import on_page
from handlers.on_page import PageOccasion, Told
from starlette.exceptions import HTTPException
from starlette.requests import Request
from storage.errors import UnknownRow
from storage.uow import UnitOfWork

from bot.web import desk as desks
from bot.web.console import handles, rooms
from bot.web.forms import Form, read_form
from bot.web.sessions import Visit

FIELD: Final = "press"
DONE: Final = Text("Done.")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a press: what the reader is told, and whether a question waits for them in the chat."""

    told: tuple[Told, ...] = ()
    leads_to_chat: bool = False


async def take(request: Request, visit: Visit) -> Done:
    """Do what was pressed. A form of another page is 403, a handle that nobody gave to this session 404."""
    return await do(request, visit, await read_form(request, desks.of(request).settings))


async def do(request: Request, visit: Visit, form: Form) -> Done:
    """As `take`, of a form that was read already."""
    desk = desks.of(request)
    rooms.check_form(request, visit, form)
    way = handles.read(visit, form.get(FIELD))
    if way is None:
        raise HTTPException(404)
    now = desk.program.clock.now()

    def press(uow: UnitOfWork) -> Done | None:
        occasion: PageOccasion = on_page.occasion_of(uow, visit.person, now)
        try:
            known = on_page.press(occasion, way)
        except (UnknownRow, ValueError):
            return None
        told = tuple(occasion.told) or (Told(occasion.put(DONE)),)
        return Done(told, occasion.leads_to_chat) if known else None

    done = await desk.program.run(press)
    if done is None:
        raise HTTPException(404)
    return done
