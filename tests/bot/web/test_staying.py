"""A session of staff ends after a warning, one press goes on, and nobody loses what they typed (WCAG 2.2.1)."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest

from bot.web.settings import WebSettings
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram
from tests.bot.web.staff_login import code_of, give_code, give_password, log_in, make_accounts

Open = Callable[..., Browser]
IDLE = WebSettings().staff_idle
MINUTE = timedelta(minutes=1)
PRESS = "Angemeldet bleiben"


@pytest.fixture
async def home(program: SmallProgram, browser: Browser) -> str:
    """The caseworker is logged in and looks at being away."""
    make_accounts(program)
    found = await log_in(browser, program, "c1")
    assert 200 == (await browser.get(f"{found}/away")).status_code
    return found


async def left(browser: Browser, home: str) -> str:
    """What the open page is told about the time that is left."""
    answer = await browser.get(f"{home}/left")
    assert 200 == answer.status_code
    return unescape(answer.text).strip()


async def test_nothing_is_said_as_long_as_there_is_time(program: SmallProgram, browser: Browser, home: str) -> None:
    """The page says until when in its foot; the region for warnings is there and empty."""
    page = (await browser.get(f"{home}/away")).text
    assert "Angemeldet bis 08:10 Uhr, länger, wenn etwas getan wird" in page.replace("8:10", "08:10")
    assert 'role="status"' in page
    assert PRESS not in page
    program.clock.time += IDLE - 6 * MINUTE
    assert "" == await left(browser, home)


async def test_the_time_left_is_said_in_steps(program: SmallProgram, browser: Browser, home: str) -> None:
    """Five, two, one: not each minute, so that nobody who listens is interrupted all the time."""
    program.clock.time += IDLE - 5 * MINUTE
    said = [await left(browser, home)]
    for _ in range(4):
        program.clock.time += MINUTE
        said.append(await left(browser, home))
    assert [5, 5, 5, 2, 1] == [next(n for n in (1, 2, 5) if f"höchstens {n} Min." in one) for one in said]
    assert all(PRESS in one for one in said)
    assert said[0] == said[1]


async def test_asking_keeps_nobody_signed_in(program: SmallProgram, browser: Browser, home: str) -> None:
    """An open page that asks on is over when its time is."""
    for _ in range(29):
        program.clock.time += MINUTE
        await left(browser, home)
    program.clock.time += 2 * MINUTE
    answer = await browser.get(f"{home}/left", headers={"hx-request": "true"})
    assert 404 == answer.status_code


@pytest.mark.parametrize("script", ["yes", ""])
async def test_one_press_goes_on(script: str, program: SmallProgram, browser: Browser, home: str) -> None:
    """With a script the words are changed in place, without one the console comes; both are here for longer."""
    program.clock.time += IDLE - 2 * MINUTE
    fields = browser.fields(await left(browser, home))
    answer = await browser.post(f"{home}/stay", data={**fields, "script": script})
    if script:
        assert (200, True) == (answer.status_code, "Sie bleiben angemeldet." in answer.text)
    else:
        assert (303, f"{home}/today") == (answer.status_code, answer.headers["location"])
    program.clock.time += IDLE - 6 * MINUTE
    assert "" == await left(browser, home)


async def test_a_press_from_elsewhere_keeps_nobody_signed_in(
    program: SmallProgram, browser: Browser, home: str
) -> None:
    """Without the token of this session, and from another site."""
    program.clock.time += IDLE - MINUTE
    fields = browser.fields(await left(browser, home))
    foreign = {"sec-fetch-site": "cross-site"}
    assert 403 == (await browser.post(f"{home}/stay", data=fields, headers=foreign)).status_code
    program.clock.time += 2 * MINUTE
    assert 404 == (await browser.post(f"{home}/stay", data=fields)).status_code


async def test_the_longest_time_cannot_be_made_longer(program: SmallProgram, browser: Browser, home: str) -> None:
    """After eight hours a press would not help: every page says so in time, and leads to a new login beside it."""
    for _ in range(19):
        program.clock.time += 25 * MINUTE
        assert 200 == (await browser.get(f"{home}/away")).status_code
    page = unescape((await browser.get(f"{home}/away")).text)
    assert "höchstens 5 Min." in page
    assert 'href="/login?anew" target="_blank"' in page
    assert PRESS not in page
    assert 200 == (await browser.get("/login?anew")).status_code
    assert 303 == (await browser.get("/login")).status_code


async def test_a_new_login_takes_the_place_of_the_old_one(program: SmallProgram, browser: Browser, home: str) -> None:
    """Begun anew while still logged in: one session afterwards, with its whole time."""
    program.clock.time += 10 * MINUTE
    fields = browser.fields((await browser.get("/login?anew")).text)
    data = {**fields, "user_name": "albers", "password": "lotse probiert es aus"}
    assert 303 == (await browser.post("/login", data=data)).status_code
    answer = await give_code(browser, code_of(program, "c1"))
    assert 303 == answer.status_code
    assert 404 == (await browser.get(f"{home}/away")).status_code
    assert 200 == (await browser.get(answer.headers["location"])).status_code


@pytest.mark.parametrize("path", ["/send", "/broadcasts/new", "/away"])
async def test_what_was_typed_is_given_back(path: str, program: SmallProgram, browser: Browser, home: str) -> None:
    """A form that comes too late is not done; its words stand on the page that says so, its secrets do not."""
    fields = browser.fields((await browser.get(f"{home}/away")).text)
    program.clock.time += IDLE + MINUTE
    words = "Der Kurs beginnt morgen <b>später</b>."
    answer = await browser.post(f"{home}{path}", data={**fields, "text": words, "code": "geheime Zahl", "n": "7"})
    assert 404 == answer.status_code
    assert "Hier ist niemand angemeldet." in answer.text
    assert words in unescape(answer.text)
    assert "<b>später" not in answer.text
    assert "geheime Zahl" not in answer.text
    assert fields["csrf"] not in answer.text
    assert 'href="/login" target="_blank"' in answer.text


async def test_nothing_is_given_back_to_another_site(program: SmallProgram, browser: Browser, home: str) -> None:
    """Words that another site has sent are not shown under our name."""
    program.clock.time += IDLE + MINUTE
    foreign = {"sec-fetch-site": "cross-site"}
    answer = await browser.post(f"{home}/send", data={"text": "ruf diese Nummer an"}, headers=foreign)
    assert 403 == answer.status_code
    assert "ruf diese Nummer" not in answer.text


async def test_the_chat_of_staff_warns_too(program: SmallProgram, browser: Browser, home: str) -> None:
    """The same region stands on the messages; participants have no such end."""
    assert 'id="session"' in (await browser.get(home)).text
    other = Browser(browser.site, "http://localhost", "127.0.0.1", "de")
    chat = await other.enter(program.link("p1"))
    assert 'id="session"' not in (await other.get(chat)).text


async def test_a_login_that_was_begun_is_given_its_time(program: SmallProgram, browser: Browser) -> None:
    """Between password and code there are minutes; after them the first step says what happened."""
    make_accounts(program)
    await give_password(browser, "c1")
    program.clock.time += 6 * MINUTE
    answer = await browser.get("/login/second")
    assert "Das hat zu lange gedauert." in (await browser.get(answer.headers["location"])).text
