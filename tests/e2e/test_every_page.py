"""Every page of the router for everybody who may see it: what axe finds, its structure, its width, whom it asks."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, ViewportSize, async_playwright

from bot.demo_accounts import PASSWORD
from tests.bot.web.staff_login import NAMES
from tests.bot.web.test_page_matrix import ROWS
from tests.e2e.conftest import ARGUMENTS, CHROMIUM
from tests.e2e.walking import DESK, PHONE, REPORT, WALKERS, Look, Stop, World, addresses_of

pytestmark = [pytest.mark.slow, pytest.mark.browser]
NO_PAGES = {
    "/calendar/{token}.ics": "a file",
    "/chat/{slot}/calendar.ics": "a file",
    "/chat/{slot}/consents/{record}.json": "a file",
    "/staff/{slot}/absences.csv": "a file",
    "/staff/{slot}/absences.xlsx": "a file",
    "/staff/{slot}/attendance.csv": "a file",
    "/staff/{slot}/attendance.xlsx": "a file",
    "/staff/{slot}/audit/consents/{record}.json": "a file",
    "/staff/{slot}/calendar/{number}.ics": "a file",
    "/staff/{slot}/certificates/{number}/{place}.jpg": "a picture, shown on the page of the sick note",
    "/staff/{slot}/figures.csv": "a file",
    "/notifications.js": "a script",
    "/static": "shipped files",
    "/robots.txt": "plain text for machines",
    "/healthz": "plain text for machines",
    "/readyz": "JSON for machines",
    "/metrics": "plain text for machines",
    "/hooks/sms/{secret}": "asked by the gateway of text messages only",
    "/chat/{slot}/push": "JSON for the script of the page",
    "/chat/{slot}/stream": "a stream, read by the script of the page",
    "/staff/{slot}/stream": "a stream, read by the script of the page",
    "/staff/{slot}/broadcasts/{number}/progress": "a part of the page of a broadcast",
    "/staff/{slot}/news": "a part of the page of today",
    "/staff/{slot}/left": "a part of every page of the console",
}
"""Addresses that answer with something else than a page, each with what it is."""
STEPS = {"/account", "/login/second"}
"""Pages that there are only within a step: each is come to as people do."""
Way = tuple[str, str, ViewportSize]
DIRECTIONS: tuple[Way, ...] = (("de", "ltr", DESK), ("ar", "rtl", PHONE))
AT_ONCE = 2
MORE = {
    "nobody": {"GET /login": ("?late",)},
    "caseworker": {"GET /staff/{slot}/people/{handle}": ("?reasons=1",)},
    "officer": {"GET /staff/{slot}/audit": ("?of=p6",)},
}
"""What else a page shows by its query."""


def stops(world: World, name: str) -> list[Stop]:
    """All pages this walker is shown, by the table by hand; those without a session are the same for all, seen once."""
    found = []
    for row in ROWS.values():
        is_theirs = row.has_session or name == "nobody"
        if row.method == "GET" and is_theirs and row.expected(name) == "page" and row.path not in NO_PAGES:
            found += [world.stop(row, name, extra) for extra in ("", *MORE.get(name, {}).get(row.name, ()))]
    home = world.home(name)
    found.append(Stop("", name, f"{home}/nothing", 404))
    return found


class Walk:
    """All of them, in both directions; what came of it."""

    def __init__(self, world: World, chromium: Browser) -> None:
        """Not gone yet."""
        self.world, self.chromium = world, chromium
        self.seen, self.pages, self.looks = set[str](), 0, list[Look]()

    async def go(self, language: str, direction: str, size: ViewportSize) -> None:
        """Everybody, reading one language; some of them at once."""
        self.world.speak(language)
        waiting = iter(WALKERS)

        async def lead() -> None:
            for name in waiting:
                await self._lead(name, (language, direction, size))

        await asyncio.gather(*(lead() for _ in range(AT_ONCE)))

    async def _lead(self, name: str, way: Way) -> None:
        """One of them."""
        language, direction, size = way
        context = await self.world.window(self.chromium, name, language, size)
        look = Look(await context.new_page(), (self.world.url, self.world.hasty_url))
        self.looks.append(look)
        for stop in stops(self.world, name):
            answer = await look.page.goto(self.world.url + stop.path)
            where = f"{name}, {language}, {stop.row or stop.path}"
            if answer is None or answer.status != stop.status:
                look.wrong.append(f"{where}: {answer and answer.status} instead of {stop.status}")
                continue
            await self._judge(look, where, direction)
            self.seen.add(stop.row.removeprefix("GET "))
        if name == "nobody":
            await self._steps(look, language, direction)
        await context.close()

    async def _judge(self, look: Look, where: str, direction: str) -> None:
        await look.judge(where, direction)
        self.pages += 1

    async def _steps(self, look: Look, language: str, direction: str) -> None:
        """What is seen on the way in, and where somebody is refused."""
        page, url = look.page, self.world.url
        await page.goto(f"{url}/account/{self.world.account()}")
        await self._send(page.locator("form button"))
        await self._step(look, "/account", language, direction)
        await page.goto(f"{url}/login")
        await page.locator("#user_name").fill(NAMES["c2"])
        await page.locator("#password").fill("nothing")
        await self._send(page.locator("form button"))
        await self._step(look, "", language, direction, "wrong password")
        await page.locator("#password").fill(PASSWORD)
        await self._send(page.locator("form button"))
        await self._step(look, "/login/second", language, direction)
        await page.locator("#code").fill("000000")
        await self._send(page.locator("form button").last)
        await self._step(look, "", language, direction, "wrong code")
        await page.goto(f"{self.world.hasty_url}/privacy")
        await page.goto(f"{self.world.hasty_url}/privacy")
        await self._step(look, "", language, direction, "too often (429)")

    async def _send(self, button: Locator) -> None:
        async with button.page.expect_navigation():
            await button.click()

    async def _step(self, look: Look, path: str, language: str, direction: str, called: str = "") -> None:
        if path:
            assert path == look.page.url.removeprefix(self.world.url)
            self.seen.add(path)
        await self._judge(look, f"nobody, {language}, {called or path}", direction)


async def walk(folder: Path) -> tuple[Walk, set[str]]:
    """The walk, done; and the addresses of the router that can be asked for."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        async with World(folder).served() as world:
            done = Walk(world, chromium)
            for language, direction, size in DIRECTIONS:
                await done.go(language, direction, size)
            await chromium.close()
            return done, addresses_of(world.site)


@pytest.mark.timeout(400)
def test_axe_finds_nothing_serious_on_any_page(tmp_path: Path) -> None:
    """Light and dark, left to right at a desk and right to left on a telephone; a page that nobody walks fails."""
    with ThreadPoolExecutor(1) as thread:
        done, addresses = thread.submit(asyncio.run, walk(tmp_path)).result()
    impacts = dict[str, int]()
    for look in done.looks:
        for impact, count in look.impacts.items():
            impacts[impact] = impacts.get(impact, 0) + count
    runs = sum(look.runs for look in done.looks)
    REPORT.append(f"{len(done.seen)} addresses, {done.pages} pages, {runs} runs, findings: {impacts or 'none'}")
    assert [] == [line for look in done.looks for line in look.wrong]
    assert set() == addresses - done.seen - set(NO_PAGES), "neither walked nor named in NO_PAGES"
    assert set() == set(NO_PAGES) - addresses, "named in NO_PAGES, but no address of the site"
