"""The pages around the chat, in every language."""

import re
from collections.abc import Callable

import pytest

from bot.web.phones import dialled
from locales.catalog import LANGUAGES, direction, own_name
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import SmallProgram

Open = Callable[..., Browser]
PAGES = ("/", "/imprint", "/privacy", "/l/x")
TITLE = re.compile(r"<title>([^<]*)</title>")


async def test_somebody_new_chooses_a_language_first(browser: Browser) -> None:
    """The first page shows every language by its own name, marked as that language, and nothing else to decide."""
    page = (await browser.get("/")).text
    for language in LANGUAGES:
        marked = f'href="/start/{language}" hreflang="{language}" lang="{language}" dir="{direction(language)}"'
        assert f"{marked}>{own_name(language)}</a>" in page
    assert len(LANGUAGES) == page.count('class="wide big"')


@pytest.mark.parametrize("language", LANGUAGES)
async def test_somebody_new_gets_one_static_answer(browser: Browser, language: str) -> None:
    """In the chosen language, with the emergency number; no cookie is set, nothing is stored."""
    answer = await browser.get(f"/start/{language}")
    assert f'<html lang="{language}" dir="{direction(language)}">' in answer.text
    assert 'href="tel:112"' in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("language", ["fr", "de-x", "DE", "%2e%2e", "uk-UA"])
async def test_other_languages_have_no_page(browser: Browser, language: str) -> None:
    """Only the listed addresses exist."""
    assert 404 == (await browser.get(f"/start/{language}")).status_code


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("uk-UA,uk;q=0.9,ru;q=0.8", "uk"),
        ("ru, ar;q=0.3, en;q=0.5", "en"),
        ("de-simple, de;q=0.5", "de-simple"),
        ("fr-FR, tr", "de"),
        ("", "de"),
        ("*", "de"),
        ("en;q=0, ar;q=0.1", "ar"),
        ("en;q=much, uk;q=0.1", "uk"),
    ],
)
async def test_a_stranger_is_read_by_the_browsers_wishes(open_browser: Open, wanted: str, language: str) -> None:
    """The best of the browser's languages that we speak; German when there is none."""
    page = (await open_browser(language=wanted).get("/privacy")).text
    assert f'<html lang="{language}"' in page


async def test_a_person_is_read_by_their_own_language(program: SmallProgram, browser: Browser) -> None:
    """Who is signed in gets every page in their language, whatever the browser wishes."""
    await browser.enter(program.link("p2"))
    for path in ("/imprint", "/privacy", "/nothing", "/l/x"):
        assert '<html lang="ar" dir="rtl">' in (await browser.get(path)).text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_carrier_is_named_where_the_law_wants_it(open_browser: Open, language: str) -> None:
    """The imprint says who and where, data protection says who is responsible and whom to ask."""
    browser = open_browser(language=language)
    imprint, privacy = (await browser.get("/imprint")).text, (await browser.get("/privacy")).text
    assert CARRIER["name"] in imprint
    assert "<p>Musterweg 1</p>" in imprint
    assert CARRIER["officer"] in privacy


@pytest.mark.parametrize("language", LANGUAGES)
async def test_titles_reveal_nothing(program: SmallProgram, open_browser: Open, language: str) -> None:
    """Every page is called "Messages" in the reader's language: no carrier, no programme, no name, no content."""
    browser, titles = open_browser(language=language), set()
    for path in (*PAGES, "/nothing", f"/start/{language}"):
        titles.update(TITLE.findall((await browser.get(path)).text))
    assert 1 == len(titles)


async def test_the_chat_names_neither_carrier_nor_person(program: SmallProgram, browser: Browser) -> None:
    """Over the shoulder one reads a neutral title and the sign the person chose."""
    await browser.enter(program.link("p1"))
    page = await browser.page()
    person = program.person("p1")
    assert f"<bdi>{person.sign}</bdi>" in page
    assert CARRIER["name"] not in page
    assert person.name not in page
    assert "Lotse" not in page


async def test_the_bar_speaks_the_standing_actions(program: SmallProgram, browser: Browser) -> None:
    """Languages, help and "call me" are taps like any other; staff are not asked whether to be called."""
    for handle, can_call in (("p1", True), ("c1", False)):
        await browser.enter(program.link(handle))
        page = await browser.page()
        assert {f"@language:{language}" for language in LANGUAGES} == set(re.findall(r"@language:[\w-]+", page))
        assert 'value="@help"' in page
        assert can_call == ('value="@call"' in page)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pages_hold_no_inline_code_and_nothing_foreign(
    program: SmallProgram, open_browser: Open, language: str
) -> None:
    """No style or script inside the markup, and no address outside this site."""
    browser = open_browser(language=language)
    await browser.enter(program.link("p1"))
    paths = (*PAGES, browser.home, f"{browser.home}/delete", f"/start/{language}")
    for page in [(await browser.get(path)).text for path in paths]:
        assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", page)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
        assert not re.findall(r"(?:href|src|action)=\"(?!/|#|\?|tel:|mailto:)[^\"]*", page)


async def test_no_search_engine_is_invited(browser: Browser) -> None:
    """Robots are asked to stay away, by file, header and page."""
    assert "Disallow: /" in (await browser.get("/robots.txt")).text
    answer = await browser.get("/")
    assert "noindex" in answer.headers["x-robots-tag"]
    assert 'name="robots" content="noindex' in answer.text


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Ruf 112 an.", ["112"]),
        ("Telefonseelsorge 0800 1110111 oder 116 123", ["08001110111", "116123"]),
        ("Frau Albers, 0221 4710 101.", ["02214710101"]),
        ("+49 221 4710-101", ["+492214710101"]),
        ("Mo 23.11., 8:00, Raum 112.5", []),
        ("am 2026-11-23 um 07:40, 1120 Stück, 3,50 Euro", []),
    ],
)
def test_numbers_to_call_are_links(text: str, numbers: list[str]) -> None:
    """A phone number in our message can be tapped; dates, times and amounts are not numbers to call."""
    assert numbers == re.findall(r'href="tel:([^"]*)"', dialled(text))


def test_linking_numbers_keeps_markup_harmless() -> None:
    """What stands around a number is escaped all the same."""
    assert "&lt;b&gt; <a" in dialled("<b> 112 <i>")
    assert "&lt;i&gt;" in dialled("<b> 112 <i>")
