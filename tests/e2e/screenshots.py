"""Takes the pictures in docs/img anew: `python -m tests.e2e.screenshots`.

The clock stands still on a Monday morning, so that two runs differ only where the pages do.
"""

import asyncio
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import uvicorn
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from bot import phones
from bot.app import App, build, prepare
from bot.channels.web import WebChannel
from bot.clock import SetClock
from bot.demo import load_world
from bot.profile import load_profile
from bot.settings import Settings, read_settings
from bot.web import login
from bot.web.site import assemble
from bot.wiring import connected
from storage.uow import UnitOfWork
from tests.channels.push_server import PushServer, push_server
from tests.e2e import console_pictures
from tests.e2e.attendance_pictures import DAY, SHOWN, live_through_november
from tests.e2e.conftest import ARGUMENTS, CHROMIUM
from tests.e2e.push_pictures import REMINDED, Phone, draw_lock_screen

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "img"
MONDAY = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=900)
PATIENCE_MS = 800


class Studio:
    """The assistant with a clock of its own, and a browser before it."""

    def __init__(self, folder: Path, clock: SetClock) -> None:
        """Wired, not started; the database lies in `folder`."""
        settings = settings_in(folder)
        prepare(settings)
        phones.prepare_phones(settings)
        self.clock, self.channel = clock, WebChannel()
        self._ways = phones.phone_channels(settings, load_profile("demo"), clock)
        self.app: App = build(settings, clock=clock, channels=[self.channel, *self._ways])
        self.push_key = phones.push_key(settings).public
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        reaching = phones.reaching(settings, self.app.profile)
        site = assemble(self.app, self.channel, settings.web, self.app.profile.carrier, reaching)
        self._server = uvicorn.Server(uvicorn.Config(site, log_config=None, lifespan="off", proxy_headers=False))

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Browser]:
        """Load the demo world and serve; gives the browser. At the end the pages are let go, then the database."""
        await self.app.run(partial(load_world, now=MONDAY, channels=("web",)))
        await self.app.start()
        async with async_playwright() as playwright, connected(self._ways), asyncio.TaskGroup() as tasks:
            tasks.create_task(self._server.serve(sockets=[self._socket]))
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            yield browser
            await browser.close()
            self.channel.close()
            self._server.should_exit = True
        await self.app.stop()

    async def sign_in(self, browser: Browser, handle: str, size: ViewportSize) -> Page:
        """Somebody of the demo world in a window of their own."""
        token = await self.app.run(partial(_link, handle=handle, now=self.clock.now()))
        context = await browser.new_context(viewport=size, device_scale_factor=2 if size == PHONE else 1)
        page = await context.new_page()
        await page.goto(f"{self.url}/l/{token}")
        await page.locator("form button").click()
        await page.locator("body.live").wait_for()
        return page

    async def later(self, minutes: int) -> None:
        """Move the clock."""
        self.clock.set(self.clock.now() + timedelta(minutes=minutes))


def settings_in(folder: Path) -> Settings:
    """The demo with notifications, its database and its keys in this folder."""
    return read_settings(
        profile="demo",
        database={"url": f"sqlite:///{folder}/db/lotse.db", "key_file": folder / "keys" / "master.key"},
        push={
            "enabled": True,
            "subject": "mailto:it@example.org",
            "loopback": True,
            "key_file": folder / "keys" / "push.key",
        },
    )


def _link(uow: UnitOfWork, handle: str, now: datetime) -> str:
    person = uow.people.by_handle(handle)
    if person is None:
        raise LookupError(handle)
    return login.make_link(uow, person.id, now=now, lifetime=timedelta(minutes=5))


async def write(page: Page, words: str) -> None:
    """Write, send, and wait for the answer."""
    await page.locator("#text").fill(words)
    await page.locator(".send").click()
    await page.locator(".answers[open]").last.wait_for()
    await page.wait_for_timeout(PATIENCE_MS)


async def tap(page: Page, number: int) -> None:
    """Tap one of the answers that are open now."""
    await page.locator(".answers[open] > button:visible").nth(number).click()
    await page.wait_for_timeout(PATIENCE_MS)


async def take_picture(page: Page, path: Path) -> None:
    """The page as it rests, without a focus ring."""
    await page.evaluate("document.activeElement.blur()")
    await page.mouse.move(0, 0)
    await page.screenshot(path=path)


async def take_pictures(studio: Studio, browser: Browser, folder: Path) -> None:
    """An Arabic report on a telephone, and what the caseworker sees of a morning."""
    oksana, amal = await studio.sign_in(browser, "p3", PHONE), await studio.sign_in(browser, "p2", PHONE)
    albers = await studio.sign_in(browser, "c1", DESK)
    await write(oksana, "я сьогодні хвора")
    await studio.later(6)
    await write(amal, "أنا مريضة اليوم")
    await take_picture(amal, folder / "chat-arabic.png")
    await tap(amal, 0)
    await studio.later(3)
    await tap(albers, 0)
    await take_picture(albers, folder / "caseworker.png")


async def take_push_pictures(studio: Studio, browser: Browser, server: PushServer, folder: Path) -> None:
    """The day after: what a locked phone says of the question about the sick note, and the question on the page."""
    page = await studio.sign_in(browser, "p2", PHONE)
    home, phone = page.url, Phone(page, server.subscribe(studio.push_key))
    await phone.agree(studio.push_key)
    await phone.put_away()
    await studio.app.settle()
    phone.device.notifications.clear()
    studio.clock.set(REMINDED)
    await studio.app.settle()
    await draw_lock_screen(browser, await phone.deliver(), "nachrichten.example", folder / "push-arabic.png")
    await page.goto(home)
    await page.locator("body.live").wait_for()
    await page.wait_for_timeout(PATIENCE_MS)
    await take_picture(page, folder / "push-arabic-page.png")


async def take_attendance_pictures(studio: Studio, browser: Browser, folder: Path) -> None:
    """A day's sheet on a telephone and at a desk, and the own November in Arabic."""
    studio.clock.set(SHOWN)
    await studio.app.run(live_through_november)
    for name, size in (("attendance-phone", PHONE), ("attendance", DESK)):
        albers = await studio.sign_in(browser, "c1", size)
        await albers.goto(f"{albers.url.partition('#')[0]}/attendance?day={DAY.isoformat()}")
        await take_picture(albers, folder / f"{name}.png")
    amal = await studio.sign_in(browser, "p2", PHONE)
    await amal.goto(f"{amal.url.partition('#')[0]}/month?month=2026-11")
    await take_picture(amal, folder / "attendance-own-arabic.png")


async def main(folder: Path) -> None:
    """Take all pictures into `folder`."""
    clock = SetClock(MONDAY)
    with tempfile.TemporaryDirectory() as database:
        studio = Studio(Path(database), clock)
        async with push_server(clock) as server, studio.opened() as browser:
            await take_pictures(studio, browser, folder)
            await console_pictures.take(studio, browser, folder)
            await take_push_pictures(studio, browser, server, folder)
            await take_attendance_pictures(studio, browser, folder)


if __name__ == "__main__":
    pictures = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    pictures.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(pictures))
