"""Conversations between people who sit in different places."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.assistant import Assistant

pytestmark = pytest.mark.browser
SignIn = Callable[..., Page]


def write(page: Page, words: str) -> None:
    """Write and send."""
    page.locator("#text").fill(words)
    page.locator(".send").click()


def answers(page: Page) -> Locator:
    """The buttons that can be seen."""
    return page.locator(".answers[open] > button:visible")


def said(page: Page) -> list[str]:
    """Everything said on a page, in order."""
    return page.locator("#log .text").all_inner_texts()


def test_a_report_reaches_the_caseworker_in_german_and_comes_back_as_seen(sign_in: SignIn) -> None:
    """Oksana writes in Ukrainian that she is ill, Frau Albers reads it in German, and Oksana hears that she did."""
    oksana, albers = sign_in("p3"), sign_in("c1")
    write(oksana, "я сьогодні хвора")
    expect(oksana.locator("#log .own .text")).to_have_text("я сьогодні хвора")
    expect(albers.locator(".ours .text").filter(has_text="Oksana")).to_contain_text("krank")
    before = oksana.locator(".ours").count()
    answers(albers).filter(has_text="esehen").click()
    expect(oksana.locator(".ours")).to_have_count(before + 1)
    expect(oksana.locator(".ours .text").last).to_contain_text("Albers")
    expect(answers(albers).filter(has_text="esehen")).to_have_count(0)


def test_a_report_by_buttons_alone(sign_in: SignIn) -> None:
    """Jonas writes nothing: he asks what he can do, taps that he is ill, and until when."""
    jonas, albers = sign_in("p1"), sign_in("c1")
    jonas.get_by_role("button", name="Was kann ich hier tun?").click()
    answers(jonas).filter(has_text="krank").click()
    expect(albers.locator(".ours .text").filter(has_text="Jonas")).to_contain_text("krank")
    expect(jonas.locator("#log .own .text").last).to_contain_text("krank")
    open_answers = answers(jonas)
    expect(open_answers.first).to_be_visible()
    assert open_answers.count() <= 5
    assert all(box["height"] >= 48 for box in (b.bounding_box() for b in open_answers.all()) if box)


def test_without_scripts_everything_works(sign_in: SignIn) -> None:
    """With JavaScript off the same page writes, taps, answers and fetches what is new by a link."""
    jonas = sign_in("p1", java_script_enabled=False)
    albers = sign_in("c1", java_script_enabled=False)
    write(jonas, "Ich bin heute krank")
    assert "Ich bin heute krank" == said(jonas)[0]
    assert len(said(jonas)) > 1
    assert [] == said(albers)
    albers.get_by_role("link", name="Neue Nachrichten").click()
    expect(albers.locator(".ours .text").filter(has_text="Jonas")).to_contain_text("krank")
    albers.locator("#text").fill("halb geschrieben")
    answers(albers).filter(has_text="esehen").click()
    expect(albers.locator("#text")).to_have_value("halb geschrieben")
    jonas.get_by_role("link", name="Neue Nachrichten").click()
    expect(jonas.locator(".ours .text").last).to_contain_text("Albers")


def test_the_keyboard_is_enough(sign_in: SignIn) -> None:
    """Skip link, writing, Enter, moving to an answer and pressing it: no mouse, and the focus is never lost."""
    jonas = sign_in("p1")
    jonas.goto(jonas.url.partition("#")[0])
    jonas.locator("body.live").wait_for()
    jonas.keyboard.press("Tab")
    expect(jonas.locator(".skip")).to_be_focused()
    jonas.keyboard.press("Enter")
    expect(jonas.locator("#text")).to_be_focused()
    jonas.keyboard.type("Ich bin heute krank")
    jonas.keyboard.press("Enter")
    expect(answers(jonas).first).to_be_visible()
    expect(jonas.locator("#text")).to_be_focused()
    for _ in range(20):
        jonas.keyboard.press("Shift+Tab")
        if jonas.evaluate("document.activeElement.closest('.answers') !== null"):
            break
    jonas.keyboard.press("Enter")
    expect(jonas.locator("#log .own")).to_have_count(2)
    assert "BODY" != jonas.evaluate("document.activeElement.tagName")


def test_a_double_click_sends_once(sign_in: SignIn) -> None:
    """Impatience makes no second message."""
    jonas = sign_in("p1")
    jonas.locator("#text").fill("Ich bin heute krank")
    jonas.locator(".send").dblclick()
    expect(jonas.locator(".ours").first).to_be_visible()
    jonas.reload()
    assert ["Ich bin heute krank"] == jonas.locator("#log .own .text").all_inner_texts()


def test_a_resend_makes_no_double(sign_in: SignIn) -> None:
    """An answer that is lost on the way makes the page send again, and the message is still there once."""
    jonas, lost = sign_in("p1"), []

    def lose(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]  # a route of playwright
        lost.append(route)
        route.abort() if len(lost) == 1 else route.continue_()  # type: ignore[attr-defined]  # as above

    jonas.route("**/send", lose)
    write(jonas, "Ich bin heute krank")
    expect(jonas.locator("#unsent")).to_contain_text("Ich bin heute krank")
    expect(jonas.locator("#unsent article")).to_have_count(0)
    assert 2 == len(lost)
    assert ["Ich bin heute krank"] == jonas.locator("#log .own .text").all_inner_texts()


@pytest.mark.parametrize("gently", [True, False])
def test_after_a_restart_the_page_catches_up(sign_in: SignIn, assistant: Assistant, gently: bool) -> None:
    """The program ends and comes back: what was written meanwhile is sent once, what was missed appears once."""
    jonas, again = sign_in("p1"), sign_in("p1")
    write(jonas, "Hallo")
    expect(again.locator(".ours").first).to_be_visible()
    jonas.wait_for_timeout(500)
    assistant.stop() if gently else assistant.kill()
    expect(jonas.locator("#status")).not_to_be_empty()
    write(jonas, "Ich bin heute krank")
    expect(jonas.locator("#unsent")).to_contain_text("Ich bin heute krank")
    assistant.start()
    expect(jonas.locator("#unsent article")).to_have_count(0, timeout=20_000)
    expect(jonas.locator("#status")).to_be_empty()
    assert ["Hallo", "Ich bin heute krank"] == jonas.locator("#log .own .text").all_inner_texts()
    expect(again.locator("#log .own")).to_have_count(2, timeout=20_000)
    jonas.wait_for_timeout(500)
    live = said(jonas)
    jonas.reload()
    assert live == said(jonas)


def test_the_program_stops_at_once_with_open_pages(sign_in: SignIn, assistant: Assistant) -> None:
    """Open pages do not hold the program up: it ends well before its grace is over, with exit code 0."""
    pages = [sign_in("p1"), sign_in("c1")]
    assert all(page.locator("#say").is_visible() for page in pages)
    assert 0 == assistant.stop()


def test_two_people_share_one_browser(sign_in: SignIn, window: Callable[..., BrowserContext]) -> None:
    """Two participants in one browser write under their own names, and choose by their signs."""
    shared = window()
    jonas, amal = sign_in("p1", shared), sign_in("p2", shared)
    write(jonas, "ich bin Jonas")
    write(amal, "أنا أمل")
    expect(jonas.locator("#log .own .text")).to_have_text("ich bin Jonas")
    expect(amal.locator("#log .own .text")).to_have_text("أنا أمل")
    chooser = shared.new_page()
    chooser.goto(re.sub(r"/chat/.*", "/", jonas.url))
    expect(chooser.locator("a.big")).to_have_count(2)
    chooser.get_by_text("🌴").click()
    expect(chooser.locator("#log .own .text")).to_have_text("أنا أمل")


def test_nothing_appears_in_the_log(sign_in: SignIn, assistant: Assistant) -> None:
    """Neither words nor login links nor sessions are in what the process prints after its start."""
    before = len(assistant.log())
    jonas = sign_in("p1")
    write(jonas, "kanarienvogel")
    expect(jonas.locator(".ours").first).to_be_visible()
    assistant.stop()
    after = assistant.log()[before:]
    assert "kanarienvogel" not in after
    assert "/l/" not in after
    assert jonas.url.rpartition("/")[2].partition("#")[0] not in after
