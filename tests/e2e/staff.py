"""Members of staff at the console: how they log in, and how they go by keys alone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import BrowserContext, Page, ViewportSize

from bot.demo_accounts import PASSWORD, of
from tests.e2e.assistant import Assistant

Window = Callable[..., BrowserContext]
DESK = ViewportSize(width=1280, height=900)
STOPS = 80
"""So many presses of Tab lead anywhere on a page."""


def code_of(handle: str) -> str:
    """What the app of this person shows now."""
    account = of(handle)
    assert account is not None
    return account.code(datetime.now(UTC))  # noqa: TID251 - the assistant runs by the real clock, and so does the app


def log_in(page: Page, assistant: Assistant, handle: str) -> str:
    """Both steps; the home of the session."""
    account = of(handle)
    assert account is not None
    page.goto(f"{assistant.url}/login")
    page.locator("#user_name").fill(account.user_name)
    page.locator("#password").fill(PASSWORD)
    page.locator("form button").click()
    page.locator("#code").fill(code_of(handle))
    page.locator("form button").last.click()
    page.wait_for_url("**/staff/**")
    found = re.match(r"(.*/staff/[0-9a-f]{24})", page.url)
    assert found is not None
    return found[1]


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this is where the keys go; it has to be seen there, and no stop may hold the keys."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert "none" != ring
            return
    raise AssertionError(selector)


def press(page: Page, selector: str) -> None:
    """Go there by keys, and press."""
    tab_to(page, selector)
    page.keyboard.press("Enter")
