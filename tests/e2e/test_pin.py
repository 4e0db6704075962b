"""The PIN in a real browser: by keyboard, from right to left, on small windows, with and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.assistant import Assistant
from tests.e2e.test_conversation import write
from tests.e2e.test_page import overflow, violations

pytestmark = pytest.mark.browser
SignIn = Callable[..., Page]
WORDS = "أنا مريضة اليوم"


def choose(page: Page, digits: str = "4711") -> None:
    """Choose a PIN by keyboard alone, from the chat on."""
    page.locator(".foot a[href$='/pin']").focus()
    page.keyboard.press("Enter")
    page.locator("#new-pin").focus()
    page.keyboard.type(digits)
    page.keyboard.press("Tab")
    page.keyboard.type(digits)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("p[role=status]")).to_be_visible()


def test_a_page_is_locked_and_opened_by_keyboard(sign_in: SignIn) -> None:
    """In Arabic: nothing personal while locked, nothing cut off, nothing that axe finds, and the way back."""
    page = sign_in("p2")
    write(page, WORDS)
    expect(page.locator(".ours").first).to_be_visible()
    home = page.url.partition("#")[0]
    choose(page)
    assert [] == violations(page)
    other = page.context.new_page()
    other.goto(home)
    expect(other.get_by_text(WORDS)).to_be_visible()
    page.locator("button[value=lock]").click()
    expect(page.locator("#pin")).to_be_visible()
    assert "rtl" == page.locator("html").get_attribute("dir")
    expect(other.locator("#pin")).to_be_visible()
    for locked in (page, other):
        assert WORDS not in locked.content()
        assert [] == violations(locked)
    page.set_viewport_size({"width": 320, "height": 568})
    assert overflow(page) <= 0
    page.locator("#pin").focus()
    page.keyboard.type("4711")
    page.keyboard.press("Enter")
    expect(page.get_by_text(WORDS)).to_be_visible()


def test_everything_works_without_scripts(assistant: Assistant, window: Callable[..., BrowserContext]) -> None:
    """A page looks again by itself when the time is over, so that it closes there, too."""
    page = window(java_script_enabled=False).new_page()
    page.goto(assistant.link("p1"))
    page.locator("main button").click()
    choose(page)
    page.goto(page.url.replace("/pin", ""))
    assert "refresh" in page.content()
    page.locator(".foot a[href$='/pin']").click()
    page.locator("button[value=lock]").click()
    page.locator("#pin").fill("0815")
    page.locator("button[value=open]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("#pin").fill("4711")
    page.locator("button[value=open]").click()
    expect(page.locator("#text")).to_be_visible()


def test_leaving_takes_everything_along(sign_in: SignIn) -> None:
    """Two taps: the session, the draft, what scripts have stored, and caches; nothing comes back with "back"."""
    page = sign_in("p1")
    home = page.url.partition("#")[0]
    page.locator("#text").fill("nur ein Entwurf")
    page.evaluate("localStorage.setItem('left', 'behind')")
    page.evaluate("caches.open('left').then((cache) => cache.put('/left', new Response('behind')))")
    page.locator(".foot a[href$='/delete']").click()
    page.locator("button[value=all]").click()
    expect(page.get_by_text("Auf diesem Gerät ist nichts mehr")).to_be_visible()
    assert [0, 0, 0] == page.evaluate(
        "caches.keys().then((names) => [sessionStorage.length, localStorage.length, names.length])"
    )
    assert [] == page.context.cookies()
    answer = page.goto(home)
    assert answer is not None
    assert 404 == answer.status
