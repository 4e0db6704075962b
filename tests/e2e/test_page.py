"""The page itself: sizes, directions, schemes, what it keeps and what it asks the network for."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.assistant import Assistant
from tests.e2e.test_conversation import answers, write

pytestmark = pytest.mark.browser
SignIn = Callable[..., Page]
WINDOWS = [(390, 844), (320, 568), (640, 360), (1280, 900)]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def violations(page: Page) -> list[str]:
    """What axe finds."""
    found = Axe().run(page, options=AXE)
    return [f"{page.url} {v['id']}: {v['nodes'][0]['html'][:200]}" for v in found.response["violations"]]


@pytest.mark.parametrize("handle", ["p1", "p2", "p3", "p4", "c1"])
def test_nothing_is_cut_off(sign_in: SignIn, handle: str) -> None:
    """From 320 pixels up, with text at 200 %, with endless words: nothing scrolls sideways."""
    page = sign_in(handle)
    write(page, "Donaudampfschifffahrtsgesellschaftskapitän" * 4 + "\nhttps://example.org/" + "a" * 90)
    expect(page.locator(".ours").first).to_be_visible()
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        for size in ("100%", "200%"):
            page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", size)
            assert overflow(page) <= 0, (width, size)
        page.evaluate("document.documentElement.style.fontSize = ''")
        bar = page.locator(".bar").bounding_box()
        assert bar is not None
        assert bar["height"] <= 120, (width, bar["height"])
        column = page.locator("main.column").bounding_box()
        assert column is not None
        assert column["width"] <= 640


def test_right_to_left_is_the_same_design(sign_in: SignIn) -> None:
    """In Arabic own words stand on the left, answers begin on the right, pictures come before their words."""
    amal = sign_in("p2")
    write(amal, "أنا مريضة اليوم")
    expect(answers(amal).first).to_be_visible()
    own, ours = amal.locator(".own .text").bounding_box(), amal.locator(".ours .text").first.bounding_box()
    icon, word = answers(amal).first.locator("svg").bounding_box(), answers(amal).first.locator("span").bounding_box()
    assert own
    assert ours
    assert icon
    assert word
    assert own["x"] < 20
    assert ours["x"] + ours["width"] > 370
    assert icon["x"] > word["x"] + word["width"] - 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("handle", ["p2", "c1"])
def test_axe_finds_nothing(sign_in: SignIn, assistant: Assistant, handle: str, scheme: str) -> None:
    """The chat and the pages around it pass every automatic accessibility check, in light and dark."""
    page = sign_in(handle, color_scheme=scheme)
    write(page, "Hallo")
    expect(page.locator(".ours").first).to_be_visible()
    found = violations(page)
    page.locator(".menu summary").click()
    found += violations(page)
    home = page.url.partition("#")[0]
    for path in (f"{home}/delete", "/privacy", "/imprint", "/start/uk", "/nothing", "/l/x"):
        page.goto(path if path.startswith("http") else assistant.url + path)
        found += violations(page)
    assert [] == found


def test_the_first_page_passes_too(assistant: Assistant, window: Callable[..., BrowserContext]) -> None:
    """Somebody new finds the languages without barriers."""
    page = window().new_page()
    page.goto(assistant.url)
    assert [] == violations(page)
    expect(page.locator("a.big")).to_have_count(5)


def test_nothing_is_asked_of_anybody_else(sign_in: SignIn, assistant: Assistant) -> None:
    """The page talks to its own server only, breaks no rule of its own policy, and logs no error."""
    page = sign_in("p1")
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.reload()
    write(page, "Ich bin heute krank")
    expect(answers(page).first).to_be_visible()
    assert all(url.startswith(assistant.url) for url in asked)
    assert [] == errors


def test_what_is_being_written_survives(sign_in: SignIn) -> None:
    """A half-written message is still there after a reload and after changing the language."""
    page = sign_in("p1")
    page.locator("#text").press_sequentially("noch nicht fer")
    page.reload()
    expect(page.locator("#text")).to_have_value("noch nicht fer")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#text")).to_have_value("noch nicht fer")


def test_escape_closes_the_menu(sign_in: SignIn) -> None:
    """The language menu closes by Escape and by a tap beside it, and gives the focus back."""
    page = sign_in("p1")
    page.locator(".menu summary").click()
    page.keyboard.press("Escape")
    expect(page.locator(".menu .choices")).to_be_hidden()
    expect(page.locator(".menu summary")).to_be_focused()
    page.locator(".menu summary").click()
    page.locator("main").click(position={"x": 5, "y": 200})
    expect(page.locator(".menu .choices")).to_be_hidden()


def test_reading_aloud_is_offered_only_with_a_voice_of_this_device(sign_in: SignIn) -> None:
    """Without a local voice for the language there is no button; with one there is, and it speaks."""
    page = sign_in("p1")
    voices = """(voices) => {
        window.spoken = [];
        speechSynthesis.getVoices = () => voices;
        speechSynthesis.speak = (utterance) => window.spoken.push([utterance.lang, utterance.text]);
        SpeechSynthesisUtterance = function (text) { this.text = text; };
    }"""
    page.evaluate(voices, [{"localService": False, "lang": "de-DE"}, {"localService": True, "lang": "fr-FR"}])
    write(page, "Hallo")
    expect(page.locator(".ours").first).to_be_visible()
    expect(page.locator(".aloud:visible")).to_have_count(0)
    page.evaluate(voices, [{"localService": True, "lang": "de-DE"}])
    write(page, "Hallo noch einmal")
    page.locator(".aloud:visible").last.click()
    assert "de-DE" == page.evaluate("window.spoken[0][0]")


def test_deleting_everything_leaves_nothing(sign_in: SignIn, window: Callable[..., BrowserContext]) -> None:
    """Two taps: no cookie, no stored word, and the way back shows the languages."""
    context = window()
    page = sign_in("p1", context)
    page.locator("#text").press_sequentially("geheim")
    page.get_by_role("link", name="löschen").click()
    page.get_by_role("button", name="löschen").click()
    expect(page.locator("form")).to_have_count(0)
    assert [] == context.cookies()
    assert 0 == page.evaluate("sessionStorage.length + localStorage.length")
    page.go_back()
    page.reload()
    expect(page.locator("#say")).to_have_count(0)


def test_being_offline_is_said_in_a_line(sign_in: SignIn, window: Callable[..., BrowserContext]) -> None:
    """Offline is a sentence; what is written then waits visibly and goes out when the line is back."""
    context = window()
    page = sign_in("p1", context)
    context.set_offline(True)
    expect(page.locator("#status")).not_to_be_empty()
    write(page, "Hallo")
    expect(page.locator("#unsent .meta")).not_to_be_empty()
    context.set_offline(False)
    expect(page.locator("#log .own .text")).to_have_text("Hallo", timeout=20_000)
    expect(page.locator("#status")).to_be_empty(timeout=20_000)
