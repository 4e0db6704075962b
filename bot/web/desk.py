"""What every page has at hand: the program behind it, its settings, the templates, the limits."""

import functools
import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import anyio.to_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from locales.catalog import direction, own_name
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response
from storage.errors import StorageError
from storage.store import Store
from storage.uow import UnitOfWork

from bot.bot_api.attempts import Attempts
from bot.channels import Inbound
from bot.channels.web import WebChannel
from bot.clock import Clock
from bot.pictures.checking import Checking
from bot.web import connection, sessions, words
from bot.web.console import handles, navigation
from bot.web.ending import Ending, ending_of
from bot.web.limits import Limit
from bot.web.phones import dialled, dialling
from bot.web.pictograms import icon, pictogram_of
from bot.web.reaching import OFF, Reaching
from bot.web.refusals import Refusal, Refusals
from bot.web.sessions import Claim, Kind, Visit
from bot.web.settings import PinMode, WebSettings
from bot.web.words import Reader

HERE = Path(__file__).parent
T = TypeVar("T")
_MOST_PEOPLE = 32


class Program(Protocol):
    """What the pages need of the program (bot/app.py)."""

    @property
    def store(self) -> Store:
        """Where everything is kept."""

    @property
    def clock(self) -> Clock:
        """The program's clock."""

    async def receive(self, inbound: Inbound) -> str | None:
        """Take in what a person said; returns after it is stored."""

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """Do one unit of work; returns after it is stored."""


@functools.cache
def _static(name: str) -> str:
    """The address of a shipped file; it changes with the file, so that a browser may keep it for long."""
    return f"/static/{name}?v={hashlib.sha256((HERE / 'static' / name).read_bytes()).hexdigest()[:12]}"


@functools.cache
def _templates() -> Environment:
    """The pages, compiled once in a process."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        icon=icon,
        pictogram_of=pictogram_of,
        static=_static,
        language_choices=words.language_choices,
        entry_direction=direction,
        own_name=own_name,
        places_of=navigation.places_of,
        handle_of=handles.handle_of,
        draft="",
    )
    environment.filters.update(dialled=dialled, tel=dialling)
    return environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One per site. `carrier` is who answers for the pages (keys name, address, phone, mail, officer).

    `reaching`: which channels of others are switched on. `checking` looks at files. `refusals` counts what is refused.
    """

    program: Program
    channel: WebChannel
    settings: WebSettings
    carrier: Mapping[str, str]
    pages: Limit
    files: Limit
    passwords: Limit
    logins: Limit
    messages: Limit
    codes: Attempts
    codes_in_all: Attempts
    reaching: Reaching = OFF
    checking: Checking = field(default_factory=Checking)
    refusals: Refusals = field(default_factory=Refusals)
    templates: Environment = field(default_factory=_templates)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Look something up, off the event loop, in one consistent view of the database."""

        def look_up() -> T:
            with self.program.store.read() as uow:
                return work(uow)

        return await anyio.to_thread.run_sync(look_up)

    async def visit(self, request: Request, kind: Kind, *, doing: bool = True) -> Visit:
        """The visit of the slot in the path; 404 for every reason there can be. Notes that the person was here.

        `doing` False: nobody has done anything, a page is only open.
        """
        slot = request.path_params["slot"]
        claim = next((c for c in sessions.claims(request.cookies) if (c.kind, c.slot) == (kind, slot)), None)
        visit = await self.find(claim) if claim else None
        if visit is None:
            self.refusals.note(await self._why_not(claim))
            out = {"HX-Redirect": "/login"} if "hx-request" in request.headers else None
            raise HTTPException(404, headers=out)
        request.scope["lotse.reader"] = self.reader(visit)
        now = self.program.clock.now()
        if doing and sessions.is_stale(visit.session, now):
            with suppress(StorageError):  # while nothing can be written, what is there can still be read
                await self.program.run(lambda uow: uow.sessions.touch(slot, now))
                visit = replace(visit, session=replace(visit.session, seen=now))
        return visit

    async def _why_not(self, claim: Claim | None) -> Refusal:
        """Nobody is signed in here, a session of before, or one that never was."""
        if claim is None:
            return Refusal.NO_SESSION
        was = await self.read(lambda uow: sessions.was_open(uow, claim))
        return Refusal.OVER if was else Refusal.FORGED

    async def open_visit(self, request: Request, kind: Kind) -> Visit:
        """As `visit`, for pages that are personal as a whole: a locked session is led to the place for its PIN."""
        visit = await self.visit(request, kind)
        if visit.is_locked:
            raise HTTPException(303, headers={"Location": visit.home})
        return visit

    async def find(self, claim: Claim) -> Visit | None:
        """The visit a claim stands for, or None."""
        now = self.program.clock.now()
        return await self.read(lambda uow: sessions.find(uow, claim, self.settings, now))

    async def visits(self, request: HTTPConnection) -> list[Visit]:
        """Everybody who is signed in on this browser."""
        found = [await self.find(claim) for claim in islice(sessions.claims(request.cookies), _MOST_PEOPLE)]
        return [visit for visit in found if visit is not None]

    def reader(self, visit: Visit) -> Reader:
        """The visitor as a reader."""
        return words.reader_of(visit.person, self.program.clock.now())

    async def reader_of(self, request: HTTPConnection) -> Reader:
        """Who reads the answer: the visitor, else the first one signed in here, else whom the browser speaks for."""
        known = request.scope.get("lotse.reader")
        if isinstance(known, Reader):
            return known
        try:
            visits = await self.visits(request)
        except StorageError:
            visits = []
        if visits:
            return self.reader(visits[0])
        return words.stranger(words.wanted_language(request), self.program.clock.now())

    def render(self, name: str, reader: Reader, **values: Any) -> str:
        """A template in the reader's language."""
        pin = self.settings.pin is not PinMode.OFF
        visit = values.get("visit")
        push = None if isinstance(visit, Visit) and visit.session.lent else self.reaching.push
        here = {"reader": reader, "t": reader.t, "push": push, "with_pin": pin, "ending": self._ending(visit)}
        return self.templates.get_template(name).render(**here, **values)

    def _ending(self, visit: object) -> Ending | None:
        """When the session of this visit ends, if it is one of staff."""
        return ending_of(visit.session, self.settings, self.program.clock.now()) if isinstance(visit, Visit) else None

    def page(self, name: str, reader: Reader, *, status: int = 200, **values: Any) -> Response:
        """A template as an answer."""
        return HTMLResponse(self.render(name, reader, **values), status_code=status)

    def is_secure(self, request: HTTPConnection) -> bool:
        """Whether cookies of this connection are for https only."""
        return connection.of(request).secure


def of(request: HTTPConnection) -> Desk:
    """The desk of the site that serves this request."""
    return cast(Desk, request.app.state.desk)
