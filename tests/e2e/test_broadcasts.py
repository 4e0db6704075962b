"""Broadcasts in a real browser: written by keys alone, checked by another, taken back; an emergency to its end."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.assistant import Assistant
from tests.e2e.staff import DESK, Window, log_in, press, tab_to

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SignIn = Callable[..., Page]
TEXTS = {
    "de": "Im Sommer fahren wir ans Meer.",
    "de-simple": "Wir fahren im Sommer ans Meer.",
    "en": "In summer we go to the sea.",
    "ar": "في الصيف نذهب إلى البحر.",
    "uk": "Влітку ми їдемо до моря.",
}


def bare(page: Page) -> None:
    """Nothing sticks out sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_written_by_keys_checked_by_another_and_taken_back(
    assistant: Assistant, window: Window, sign_in: SignIn
) -> None:
    """A name in the text asks for a second person, who finds it under today; its author takes it back in time."""
    amal = sign_in("p2")
    before = amal.locator(".entry").count()
    lead = window(viewport=DESK, locale="de-DE").new_page()
    lead.goto(f"{log_in(lead, assistant, 'k1')}/broadcasts")
    press(lead, "form[action$='/new'] button")
    lead.wait_for_url("**/broadcasts/*")
    expect(lead.locator("#tar")).to_have_attribute("dir", "rtl")
    press(lead, "form.acts button.main")
    expect(lead.locator(".news")).to_contain_text("fehlt")
    for language, words in TEXTS.items():
        tab_to(lead, f"#t{language}")
        lead.keyboard.insert_text(words)
    press(lead, "form[action$='/texts'] button")
    expect(lead.locator("section.urgent")).to_contain_text("Sommer")
    press(lead, "form.acts button.main")
    expect(lead.locator("#bar")).to_contain_text("zweite Person")

    second = window(viewport=DESK, locale="de-DE").new_page()
    home = log_in(second, assistant, "c1")
    second.goto(f"{home}/today")
    press(second, "a.act[href$='/approval']")
    second.wait_for_url("**/approval")
    expect(second.locator("mark").first).to_have_text("Sommer")
    expect(second.locator("blockquote[lang=ar]")).to_have_css("direction", "rtl")
    second.set_viewport_size({"width": 390, "height": 844})
    bare(second)
    press(second, "button[value=fine]")
    expect(second.locator(".news")).to_contain_text("Freigegeben")

    lead.reload()
    expect(lead.locator("#bar")).to_contain_text("lässt sich zurückholen")
    lead.set_viewport_size({"width": 390, "height": 844})
    bare(lead)
    press(lead, "form.acts button.main")
    expect(lead.locator("#bar")).to_contain_text("Abgesagt")
    assert before == amal.locator(".entry").count()


def test_an_emergency_is_followed_to_its_end_on_a_phone(assistant: Assistant, window: Window, sign_in: SignIn) -> None:
    """Two presses send it; the bar fills by itself; who is not reached is named; it is read from right to left."""
    amal = sign_in("p2")
    expect(amal.locator("html")).to_have_attribute("dir", "rtl")
    page = window(locale="de-DE").new_page()
    page.goto(f"{log_in(page, assistant, 'k1')}/broadcasts")
    page.get_by_role("button", name="Haus heute geschlossen").click()
    expect(page.locator(".news")).to_contain_text("Das Haus bleibt heute geschlossen")
    page.get_by_role("button", name="Jetzt schicken").click()
    page.locator("a.next[href*='/broadcasts/']").first.click()
    expect(page.locator("progress")).to_have_attribute("value", "100")
    expect(amal.locator(".entry").filter(has_text="المبنى مغلق اليوم")).to_be_visible()
    page.reload()
    expect(page.get_by_role("row", name="Leon Fischer")).to_contain_text("hier nicht erreicht")
    expect(page.get_by_role("row", name="Amal Haddad")).to_contain_text("verschickt")
    bare(page)
