"""Sick notes in a real browser: sent from a phone in four languages and without scripts, read off by staff."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.crafted import photo
from tests.e2e.assistant import Assistant
from tests.e2e.test_page import overflow, violations

pytestmark = pytest.mark.browser
SignIn = Callable[..., Page]


def send(page: Page, name: str, content: bytes) -> None:
    """Choose a file on the page and send it."""
    page.locator("input[name=files]").set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": content})
    page.locator("form.upload button").click()


@pytest.mark.parametrize("who", ["p2", "p4"])
def test_the_page_fits_a_phone(sign_in: SignIn, tmp_path: Path, who: str) -> None:
    """In Arabic from right to left and in easy German: nothing cut off, nothing that axe finds, also with a refusal."""
    page = sign_in(who)
    page.locator(".foot a[href$='/certificate']").click()
    expect(page.locator(".sheets img")).to_be_visible()
    page.locator(".more summary").click()
    page.screenshot(path=tmp_path / f"{who}.png", full_page=True)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert overflow(page) <= 0
    assert [] == violations(page)
    send(page, "sheet.jpg", b"only text")
    expect(page.get_by_role("alert")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=tmp_path / f"{who}-refused.png", full_page=True)
    assert [] == violations(page)


def test_a_sick_note_goes_from_phone_to_dates(
    assistant: Assistant, window: Callable[..., BrowserContext], sign_in: SignIn, tmp_path: Path
) -> None:
    """Reported, sent without scripts, seen by the caseworker, two dates entered, the picture gone."""
    person = window(java_script_enabled=False).new_page()
    person.goto(assistant.link("p1"))
    person.locator("main button").click()
    person.locator("#text").fill("Ich bin heute krank")
    person.locator("#text").press("Enter")
    person.locator(".foot a[href$='/certificate']").click()
    send(person, "sheet.jpg", photo("JPEG", (900, 1200)))
    expect(person.get_by_text("deine Krankschreibung ist angekommen")).to_be_visible()
    staff = sign_in("c1")
    staff.locator(".foot a[href$='/certificates']").click()
    staff.locator("main a.wide").first.click()
    picture = staff.locator(".picture img")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.complete && one.naturalWidth") == 900
    staff.screenshot(path=tmp_path / "staff.png", full_page=True)
    assert [] == violations(staff)
    staff.locator("input[name=first]").fill("2026-11-23")
    staff.locator("input[name=last]").fill("2026-11-27")
    address = staff.url
    staff.locator("button[value=dates]").click()
    expect(staff.get_by_text("Eingetragen für").last).to_be_visible()
    staff.goto(address)
    assert staff.locator(".picture").count() == 0
