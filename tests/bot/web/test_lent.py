"""A device that is not the person's own: nothing stays on it, and it forgets them after minutes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.profile import load_profile
from bot.web.entering import LENT
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.engine.messages import Text
from locales.catalog import LANGUAGES, render
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import SmallProgram

Open = Callable[..., Browser]
SETTINGS = WebSettings(answer_wait_seconds=0)


async def enter(browser: Browser, link: str, **fields: str) -> str:
    """Press the button of a login link; the cookie that comes."""
    door = await browser.get(link)
    answer = await browser.post(link, data={**browser.fields(door.text), **fields})
    assert 303 == answer.status_code
    browser.home = answer.headers["location"].partition("#")[0]
    return next(each for each in answer.headers.get_list("set-cookie") if "lotse-participant" in each)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_choice_stands_at_the_door(program: SmallProgram, open_browser: Open, language: str) -> None:
    """Before anybody comes in they can say that the device is not theirs, in their language."""
    page = (await open_browser(language=language).get(program.link("p1"))).text
    assert f'name="{LENT}"' in page
    assert render(Text("This device is not mine"), language) in page


async def test_the_cookie_ends_with_the_browser(program: SmallProgram, open_browser: Open) -> None:
    """On a lent device the cookie has no lifetime; on one's own it has."""
    assert "Max-Age" not in await enter(open_browser(), program.link("p1"), lent="yes")
    assert "Max-Age" in await enter(open_browser(), program.link("p1"))
    assert "Max-Age" in await enter(open_browser(), program.link("p1"), lent="no")


async def test_it_ends_after_idle_minutes(program: SmallProgram, open_browser: Open) -> None:
    """Whoever goes away is signed out; on an own device the same time does nothing."""
    lent, own = open_browser(), open_browser()
    await enter(lent, program.link("p1"), lent="yes")
    await enter(own, program.link("p2"))
    program.clock.time += SETTINGS.lent_idle + timedelta(seconds=1)
    assert 404 == (await lent.get(lent.home)).status_code
    assert 200 == (await own.get(own.home)).status_code


async def test_it_ends_after_hours_whatever_happens(program: SmallProgram, open_browser: Open) -> None:
    """Who goes on doing something is signed out at the end of the time for a lent device."""
    browser = open_browser()
    await enter(browser, program.link("p1"), lent="yes")
    for _ in range(int(SETTINGS.lent_lifetime / timedelta(minutes=5)) - 1):
        program.clock.time += timedelta(minutes=5)
        assert 200 == (await browser.get(browser.home)).status_code
    program.clock.time += timedelta(minutes=5)
    assert 404 == (await browser.get(browser.home)).status_code


async def test_the_page_says_so_and_keeps_nothing(program: SmallProgram, open_browser: Open) -> None:
    """The script is told not to write anything down; without scripts the page leaves by itself."""
    browser, own = open_browser(), open_browser()
    await enter(browser, program.link("p1"), lent="yes")
    await enter(own, program.link("p1"))
    page, other = await browser.page(), await own.page()
    assert 'data-lent="yes"' in page
    assert f'content="{SETTINGS.lent_idle_minutes * 60};url=/"' in page
    assert "Dieses Gerät gehört dir nicht" in page
    assert "data-lent" not in other
    assert "http-equiv" not in other


async def test_an_open_page_alone_keeps_nobody_signed_in(program: SmallProgram, open_browser: Open) -> None:
    """Only doing something counts: a page that reconnects by itself does not."""
    browser = open_browser()
    await enter(browser, program.link("p1"), lent="yes")
    slot = browser.home.rpartition("/")[2]
    before = program.write(lambda uow: uow.sessions.find(slot))
    program.clock.time += timedelta(minutes=5)
    program.channel.close()
    assert 200 == (await browser.get(f"{browser.home}/stream")).status_code
    assert before == program.write(lambda uow: uow.sessions.find(slot))


async def test_staff_without_a_declaration_do_not_get_in(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where secrecy is required, a link of an account without it is answered as a bad one, and not burnt."""
    demo = replace(load_profile("demo"), secrecy_required=True)
    program = SmallProgram(tmp_path_factory.mktemp("strict"), profile=demo)
    browser = Browser(assemble(program, program.channel, SETTINGS, CARRIER), "http://localhost", "127.0.0.1", "de")
    link = program.link("c1")
    fields = browser.fields((await browser.get(link)).text)
    assert 404 == (await browser.post(link, data=fields)).status_code
    now = program.clock.now()
    person = program.person("c1").id
    program.write(lambda uow: uow.secrecy.record(person, now.date(), now))
    assert 303 == (await browser.post(link, data=fields)).status_code
    program.store.close()
