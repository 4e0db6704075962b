"""The main paths by keys alone: somebody is looked up and answered, an absence with its stand-in is entered."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.assistant import Assistant
from tests.e2e.staff import DESK, Window, log_in, press, tab_to

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SignIn = Callable[..., Page]


def test_a_wish_is_made_found_and_answered(assistant: Assistant, window: Window, sign_in: SignIn) -> None:
    """From right to left a call is asked for; on the person's page it is seen, and that is read in Arabic."""
    amal = sign_in("p2")
    expect(amal.locator("html")).to_have_attribute("dir", "rtl")
    said = amal.locator(".entry.ours")
    press(amal, "button[value='@call']")
    expect(said.first).to_be_visible()
    before = said.count()

    page = window(viewport=DESK, locale="de-DE").new_page()
    home = log_in(page, assistant, "c1")
    press(page, "nav a[href$='/people']")
    page.wait_for_url("**/people")
    tab_to(page, "#q")
    page.keyboard.type("Amal")
    expect(page.locator("#found tbody tr")).to_have_count(1)
    press(page, "#found a")
    page.wait_for_url("**/people/p2")
    press(page, "#open ~ ul button[aria-label^='Gesehen']")
    expect(page.locator(".news")).to_contain_text("Erledigt")
    assert page.url.startswith(home)
    expect(said).to_have_count(before + 1)


def test_an_absence_and_its_stand_in_are_entered(assistant: Assistant, window: Window) -> None:
    """The last day before the first is refused in words; then it stands there, with whoever was chosen by an arrow."""
    page = window(viewport=DESK, locale="de-DE").new_page()
    home = log_in(page, assistant, "c1")
    today = datetime.now(UTC).date()  # noqa: TID251 - the assistant runs by the real clock
    first, last = today + timedelta(days=20), today + timedelta(days=22)
    page.goto(f"{home}/away")
    for until in (first - timedelta(days=1), last):
        for field, day in (("#first", first), ("#last", until)):
            tab_to(page, field)
            page.keyboard.type(f"{day:%m%d%Y}")
            expect(page.locator(field)).to_have_value(day.isoformat())
        press(page, "button[value=away]")
        expect(page.locator("#problem")).to_have_count(int(until < first))
    expect(page.locator("#mine ~ ul")).to_contain_text(f"{last.day}.{last.month}.")
    before = page.locator("#who").input_value()
    tab_to(page, "#who")
    page.keyboard.press(
        "ArrowDown" if before == page.locator("#who option").first.get_attribute("value") else "ArrowUp"
    )
    chosen = page.locator("#who option:checked").inner_text()
    press(page, "button[value=stand_in]")
    expect(page.locator("#stand ~ p").first).to_contain_text(chosen)
    assert before != page.locator("#who").input_value()
