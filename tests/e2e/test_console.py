"""The console in a real browser: keyboard alone, security keys, and the width of a telephone."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.demo_accounts import PASSWORD
from tests.e2e.assistant import ROOT, Assistant
from tests.e2e.staff import DESK, Window, code_of, log_in, tab_to

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PAGES = ("today", "alerts", "people", "figures", "absences", "away")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """One assistant for the whole file: what is done in one test harms no other."""
    assistant = Assistant(tmp_path_factory.mktemp("console"))
    try:
        assistant.start()
        yield assistant
    finally:
        assistant.kill()


@pytest.fixture
def report(assistant: Assistant, window: Window) -> None:
    """Amal Haddad wants to be called, so that there is something to do."""
    page = window().new_page()
    page.goto(assistant.new_link("p2"))
    page.locator("form button").click()
    page.locator("body.live").wait_for()
    page.locator("button[value='@call']").click()
    page.locator(".entry.ours").first.wait_for()
    page.wait_for_timeout(500)


def test_keys_alone_lead_from_the_login_to_seen(assistant: Assistant, window: Window, report: None) -> None:
    """Log in, today, an alert seen: nothing of it needs a mouse, and where the keys go can be seen."""
    page = window(viewport=DESK, locale="de-DE").new_page()
    page.goto(f"{assistant.url}/login")
    tab_to(page, "#user_name")
    page.keyboard.type("albers")
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#code").wait_for()
    tab_to(page, "#code")
    page.keyboard.type(code_of("c1"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/today")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")
    waiting = page.locator("button[aria-label^='Gesehen: Amal Haddad']")
    before = waiting.count()
    tab_to(page, "button[aria-label^='Gesehen: Amal Haddad']")
    page.keyboard.press("Enter")
    expect(page.locator(".news p")).to_have_text("Erledigt.")
    expect(waiting).to_have_count(before - 1)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("#keys-open").press("Enter")
    page.locator("#keys input").press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()


def test_the_phone_shows_all_of_it_without_scrolling_sideways(assistant: Assistant, window: Window) -> None:
    """At 390 pixels, and at 320, nothing sticks out; the menu opens by a tap, and without scripts it is open."""
    page = window(locale="de-DE").new_page()
    home = log_in(page, assistant, "k1")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        for path in PAGES:
            page.goto(f"{home}/{path}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, path)
    expect(page.locator(".places nav")).to_be_hidden()
    page.locator(".places summary").click()
    expect(page.locator(".places nav")).to_be_visible()


def operate(assistant: Assistant, *words: str) -> dict[str, str]:
    """An operator's command beside the running assistant."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words, "--json"],
        cwd=ROOT,
        env={**os.environ, **assistant._environment},
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, str] = json.loads(done.stdout)
    return told


def test_a_security_key_opens_the_console(assistant: Assistant, window: Window, tmp_path: Path) -> None:
    """Set up by a link with a key instead of an app, then logged in by it; a key of somebody else is refused."""
    assert not list(tmp_path.iterdir())
    link = operate(assistant, "staff", "account", "v1", "--reset")["link"]
    page = window(viewport=DESK, locale="de-DE").new_page()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    site = assistant.url.replace("127.0.0.1", "localhost")
    page.goto(link.replace("127.0.0.1", "localhost"))
    page.locator("form button").click()
    page.locator("#password").fill("im Regen tanzen Igel gern")
    page.locator("#again").fill("im Regen tanzen Igel gern")
    page.locator("[data-key]").click()
    expect(page.locator(".codes li")).to_have_count(8)
    for known in (True, False):
        if not known:
            devices.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device["authenticatorId"]})
        page.goto(f"{site}/login")
        page.locator("#user_name").fill("sommer")
        page.locator("#password").fill("im Regen tanzen Igel gern")
        page.locator("form button").click()
        page.locator("[data-key]").click()
        if known:
            page.wait_for_url("**/staff/**")
            page.locator(".who button").click()
            page.wait_for_url("**/login")
    assert "/login/second" in page.url
