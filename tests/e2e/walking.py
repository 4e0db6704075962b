"""What the walk over all pages needs: a world with something on every page, a server, and everybody who may come."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, Final

import uvicorn
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from flows.engine.leave_events import LeaveWanted
from flows.engine.meetings import MeetingWanted
from flows.rules.appointments import Kind
from flows.rules.attendance import Hours, Marked
from handlers import accounts, appointments, attendance, leave
from handlers.occasion import Occasion
from storage.uow import UnitOfWork
from tests.bot.web import page_world
from tests.bot.web.conftest import Browser as Client
from tests.bot.web.page_asking import Row
from tests.bot.web.page_visitors import VISITORS, enter, person
from tests.bot.web.page_world import SUBJECT, Restored
from tests.bot.web.program import MORNING
from tests.bot.web.test_absence_pages import fill as absence_months
from tests.marked import keep_marks, months_ago

DESK: Final = ViewportSize(width=1280, height=900)
PHONE: Final = ViewportSize(width=390, height=844)
WALKERS: Final = (
    "nobody", "participant", "guardian", "caseworker", "stand-in", "coordinator", "protection told", "officer",
)  # fmt: skip
"""Of the visitors of the matrix one for every role, and one who stands in."""
REPORT: Final = list[str]()
"""What the walk came to, for the summary of the run."""
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS: Final = ("color-contrast", "link-in-text-block")
"""The rules whose answer depends on the theme: in the dark these are asked again, the page being the same."""
FACTS: Final = """() => ({
    headings: document.querySelectorAll('h1').length, title: document.title,
    lang: document.documentElement.lang, dir: document.documentElement.dir,
})"""
SIDEWAYS: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class Stop:
    """A page to look at: the row of the matrix it belongs to, who looks, and where it is."""

    row: str
    walker: str
    path: str
    status: int = 200


class World:
    """The program, served on loopback."""

    def __init__(self, folder: Path) -> None:
        """Filled, not served yet."""
        template = page_world.make(folder / "template")
        self.values, self.language = dict(template.values), "de"
        self.program: Restored = template.restore(folder / "served")
        for name in (*WALKERS, "caseworker of nobody"):
            self.program.write(VISITORS[name].prepare)
        absence_months(self.program)
        self.program.write(_fill_more)
        for handle in (SUBJECT, "g1", "c2"):
            self.program.say(handle, "https://example.org/ – Geht es dir gut?")
        self._sockets = [_listening(), _listening()]
        hasty = page_world.SETTINGS.model_copy(update={"pages_per_minute": 1})
        sites = [page_world.site_of(self.program, each) for each in (page_world.SETTINGS, hasty)]
        self.site, self.url, self.hasty_url = sites[0], *(_url_of(each) for each in self._sockets)
        self._servers = [uvicorn.Server(_config(site)) for site in sites]
        self._clients: dict[str, Client] = {}

    @asynccontextmanager
    async def served(self) -> AsyncIterator["World"]:
        """Serve; everybody has come in."""
        async with asyncio.TaskGroup() as tasks:
            for server, listening in zip(self._servers, self._sockets, strict=True):
                tasks.create_task(server.serve(sockets=[listening]))
            for name in WALKERS:
                client = self._clients[name] = Client(self.site, self.url, "127.0.0.1", "de")
                if VISITORS[name].handle:
                    await enter(VISITORS[name], client, self.program)
            try:
                yield self
            finally:
                self.program.channel.close()
                for server in self._servers:
                    server.should_exit = True
        for listening in self._sockets:
            listening.close()
        self.program.store.close()

    def stop(self, row: Row, name: str, extra: str = "") -> Stop:
        """Where this walker finds the page of a row."""
        path = row.path.replace("{slot}", self._clients[name].home.rpartition("/")[2])
        for key, called in row.fields.get("with", {}).items():
            shown = self.language if key == "language" else self.values.get(called, called)
            path = path.replace("{" + key + "}", shown)
        return Stop(row.name, name, path + (extra or row.fields.get("query", "")))

    def home(self, name: str) -> str:
        """The path below which the pages of a walker's session lie."""
        return self._clients[name].home

    async def window(self, chromium: Browser, name: str, language: str, size: ViewportSize) -> BrowserContext:
        """A browser in which the walker is logged in, reading this language."""
        context = await chromium.new_context(viewport=size, locale=language)
        for cookie in self._clients[name].cookies.jar:
            await context.add_cookies([{"name": cookie.name, "value": cookie.value or "", "url": self.url}])
        return context

    def account(self) -> str:
        """A new link for setting up an account, of somebody who walks nowhere."""
        return self.program.write(lambda uow: accounts.offer(uow, person(uow, "c9"), "neu", MORNING, again=True))

    def speak(self, language: str) -> None:
        """Everybody who comes reads this language from now on."""

        self.language = language

        def work(uow: UnitOfWork) -> None:
            for handle in {VISITORS[name].handle for name in (*WALKERS, "caseworker of nobody")} - {""}:
                uow.people.update(replace(person(uow, handle), language=language))

        self.program.write(work)


def _fill_more(uow: UnitOfWork) -> None:
    """What the matrix needs nothing of: months with figures, a day that is marked, a wish for leave, appointments."""
    p6, c2 = (person(uow, handle) for handle in (SUBJECT, "c2"))
    uow.guard.hears(p6.id, MORNING)
    for months, missed, attended in ((3, 10, 90), (1, 6, 44)):
        keep_marks(uow, months_ago(MORNING, months), missed, attended)
    occasion = Occasion(uow=uow, now=MORNING, cause="walk")
    hours = Hours(came=time(8), left=time(15, 46), breaks=(15, 30))
    attendance.mark(occasion, c2, p6, MORNING.date() - timedelta(days=3), (Marked.PRESENT, hours))
    leave.ask(occasion, p6, LeaveWanted(first=date(2026, 12, 14), last=date(2026, 12, 18)))
    for handle, days in ((SUBJECT, 1), ("p5", 1), ("p5", 3)):
        starts = MORNING + timedelta(days=days, hours=2 if handle == SUBJECT else 4)
        wanted = MeetingWanted(people=(person(uow, handle).id,), kind=Kind.PHONE, starts=starts, minutes=30)
        appointments.plan(occasion, wanted, c2)


def _listening() -> socket.socket:
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    return made


def _url_of(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def _config(site: Any) -> uvicorn.Config:
    return uvicorn.Config(site, log_config=None, lifespan="off", proxy_headers=False)


class Look:
    """One window that goes from page to page, and what was wrong there."""

    def __init__(self, page: Page, ours: tuple[str, ...]) -> None:
        """Nothing seen yet; `ours` are the addresses of the site."""
        self._ours = ours
        self.page, self.runs, self.wrong, self.impacts = page, 0, list[str](), dict[str, int]()
        self._strangers = set[str]()
        page.on("request", lambda request: self._note(request.url))

    def _note(self, asked: str) -> None:
        if not asked.startswith((*self._ours, "data:", "blob:")):
            self._strangers.add(asked)

    async def judge(self, where: str, direction: str) -> None:
        """Structure, width on a telephone, strangers, and axe: everything in light, in dark what depends on colours."""
        facts = await self.page.evaluate(FACTS)
        if facts["headings"] != 1 or not facts["title"] or not facts["lang"] or facts["dir"] != direction:
            self.wrong.append(f"{where}: {facts}")
        await self.page.evaluate(AXE_SCRIPT)
        for scheme in ("light", "dark"):
            await self.page.emulate_media(color_scheme=scheme)
            for one in await self._axe(COLOURS if scheme == "dark" else RULES):
                self.impacts[one["impact"]] = self.impacts.get(one["impact"], 0) + 1
                shown = f"{where}, {scheme}: {one['id']} ({one['impact']}) {one['nodes'][0]['html'][:150]}"
                self.wrong.append(shown)
            self.runs += 1
        size = self.page.viewport_size
        await self.page.set_viewport_size(PHONE)
        if (sideways := await self.page.evaluate(SIDEWAYS)) > 0:
            self.wrong.append(f"{where}: {sideways} pixels stick out at {PHONE['width']}")
        if size is not None and size != PHONE:
            await self.page.set_viewport_size(size)
        self.wrong += [f"{where}: asks {stranger}" for stranger in self._strangers]
        self._strangers.clear()

    async def _axe(self, asked: tuple[str, ...]) -> list[dict[str, Any]]:
        only = {"type": "rule" if asked is COLOURS else "tag", "values": list(asked)}
        options = {"resultTypes": ["violations"], "runOnly": only}
        found = await self.page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
        return list(found)


def addresses_of(site: Starlette) -> set[str]:
    """Every address of the site that can be asked for with GET, as the matrix calls it."""
    found = set()
    for route in site.routes:
        assert isinstance(route, Route | Mount), route
        if isinstance(route, Mount) or "GET" in (route.methods or ()):
            found.add(re.sub(r":[a-z]+}", "}", route.path))
    return found
