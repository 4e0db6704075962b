"""Attendance in a real browser: a sheet confirmed, its month locked, a change refused; from right to left as well."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.clock import SetClock
from handlers import dates
from storage.uow import UnitOfWork
from tests.e2e.screenshots import MONDAY, PHONE, Studio
from tests.e2e.test_page import AXE

pytestmark = pytest.mark.browser
SHEET = "/attendance?day=2026-11-23"
BEFORE_THE_LOCK, AFTER_THE_LOCK = datetime(2026, 12, 9, 22, 50, tzinfo=UTC), datetime(2026, 12, 9, 23, 5, tzinfo=UTC)
Scenario = Callable[[Studio, Browser], Awaitable[None]]


def perform(folder: Path, scenario: Scenario) -> None:
    """The assistant on a Monday on which everybody begins; in a thread, for other tests have a loop in this one."""

    async def live() -> None:
        studio = Studio(folder, SetClock(MONDAY))
        async with studio.opened() as browser:
            await studio.app.run(_begin)
            await scenario(studio, browser)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, live()).result()


def _begin(uow: UnitOfWork) -> None:
    for handle in ("p1", "p2", "p3", "p4"):
        person = uow.people.by_handle(handle)
        assert person is not None
        dates.keep(uow, person, ("entry", date(2026, 11, 23)), None, MONDAY)


async def speak_arabic(studio: Studio, handle: str) -> None:
    """Somebody of staff reads Arabic."""

    def change(uow: UnitOfWork) -> None:
        person = uow.people.by_handle(handle)
        assert person is not None
        uow.people.update(replace(person, language="ar"))

    await studio.app.run(change)


async def home_of(page: Page) -> str:
    """The address below which this session's pages lie."""
    return page.url.partition("#")[0]


async def is_well(page: Page) -> None:
    """Nothing scrolls sideways, everything to tap is large enough, and axe finds nothing, in light and dark."""
    assert 0 >= await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    small = """[...document.querySelectorAll('main button, main select, main a, main input:not([type=hidden])')]
        .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""
    assert [] == await page.evaluate(small)
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)
        found = await Axe().run(page, options=AXE)
        assert [] == [one["id"] for one in found.response["violations"]]


def test_a_sheet_is_confirmed_locked_and_then_refused(tmp_path: Path) -> None:
    """Open it, confirm it, see the month; the month locks while the page is open, and the change is refused there."""

    async def scenario(studio: Studio, browser: Browser) -> None:
        page = await studio.sign_in(browser, "c1", PHONE)
        await page.goto(await home_of(page) + SHEET)
        await is_well(page)
        await page.get_by_role("button", name="Alles so, wie es hier steht").click()
        await expect(page.locator("main").get_by_role("status")).to_contain_text("Alle haben einen Vermerk")
        await page.get_by_role("link", name="Der ganze Monat").click()
        await expect(page.locator("main")).to_contain_text("Da 1, entschuldigt 0")
        await is_well(page)
        studio.clock.set(BEFORE_THE_LOCK)
        await studio.app.settle()
        page = await studio.sign_in(browser, "c1", PHONE)
        await page.goto(await home_of(page) + SHEET)
        studio.clock.set(AFTER_THE_LOCK)
        await studio.app.settle()
        row = page.locator("li", has_text="Jonas Weber")
        await row.locator("select").select_option(label="Unentschuldigt")
        await row.locator("button").click()
        await expect(page.get_by_role("alert")).to_contain_text("Nachtrag NAME 20.11.")
        await expect(row).to_contain_text("Jonas Weber: da")
        await expect(row.locator("select")).to_have_count(0)
        await is_well(page)

    perform(tmp_path, scenario)


def test_the_sheet_and_the_own_month_are_the_same_from_right_to_left(tmp_path: Path) -> None:
    """In Arabic: the choice stands right of its button, one day is changed, and the person reads their month."""

    async def scenario(studio: Studio, browser: Browser) -> None:
        await speak_arabic(studio, "c1")
        page = await studio.sign_in(browser, "c1", PHONE)
        await page.goto(await home_of(page) + SHEET)
        row = page.locator("li", has_text="Amal Haddad")
        choice, button = await row.locator("select").bounding_box(), await row.locator("button").bounding_box()
        assert choice is not None
        assert button is not None
        assert choice["x"] > button["x"]
        await row.locator("select").select_option(value="unexcused")
        await row.locator("button").click()
        await expect(row).to_contain_text("Amal Haddad: غياب بلا عذر")
        await is_well(page)
        amal = await studio.sign_in(browser, "p2", PHONE)
        await amal.goto(await home_of(amal) + "/month?month=2026-11")
        await expect(amal.locator("table")).to_contain_text("غياب بلا عذر")
        assert "rtl" == await amal.evaluate("getComputedStyle(document.documentElement).direction")
        await is_well(amal)

    perform(tmp_path, scenario)
