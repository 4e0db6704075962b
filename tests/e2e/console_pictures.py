"""The console on a Monday morning, for docs/img: today on a desk and on a telephone, one person, the dark."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Browser, Page

from bot import demo_accounts
from bot.web import hashing
from flows.engine.meetings import MeetingWanted
from flows.rules.appointments import Kind
from handlers import appointments
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

if TYPE_CHECKING:
    from tests.e2e.screenshots import Studio

DATES = (("p1", 2, Kind.IN_PERSON, "Raum 2"), ("p4", 4, Kind.PHONE, ""))


def plan_day(uow: UnitOfWork, studio: "Studio") -> None:
    """Two appointments of Frau Albers, and somebody to be called."""
    now, c1 = studio.clock.now(), uow.people.by_handle("c1")
    called = uow.people.by_handle("p0")
    assert c1 is not None
    assert called is not None
    for handle, hours, kind, place in DATES:
        person = uow.people.by_handle(handle)
        assert person is not None
        starts = now.replace(minute=0) + timedelta(hours=hours)
        wanted = MeetingWanted(people=(person.id,), kind=kind, starts=starts, minutes=30, place=place)
        appointments.plan(Occasion(uow=uow, now=now, cause=f"plan:{handle}"), wanted, c1)
    uow.phone_list.add(called.id, "web", now - timedelta(hours=2))


async def log_in(studio: "Studio", page: Page, handle: str) -> str:
    """By password and code; the home of the session."""
    account = demo_accounts.of(handle)
    assert account is not None
    await page.goto(f"{studio.url}/login")
    await page.locator("#user_name").fill(account.user_name)
    await page.locator("#password").fill(demo_accounts.PASSWORD)
    await page.locator("form button").click()
    await page.locator("#code").fill(account.code(studio.clock.now()))
    await page.locator("form button").last.click()
    await page.wait_for_url("**/today")
    return page.url.rpartition("/")[0]


async def take(studio: "Studio", browser: Browser, folder: Path) -> None:
    """All of them; each login needs a code of its own half minute."""
    from tests.e2e.screenshots import DESK, PHONE

    await studio.app.run(partial(demo_accounts.load, hash_of=hashing.hash_now))
    await studio.app.run(partial(plan_day, studio=studio))
    for size, name in ((DESK, "desk"), (PHONE, "phone"), (DESK, "dark")):
        await studio.later(1)
        context = await browser.new_context(viewport=size, locale="de-DE")
        page = await context.new_page()
        await page.emulate_media(color_scheme="dark" if name == "dark" else "light")
        home = await log_in(studio, page, "c1")
        if name == "dark":
            await page.goto(f"{home}/people/p3")
        await page.screenshot(path=folder / f"console-{'person-dark' if name == 'dark' else f'today-{name}'}.png")
        await context.close()
