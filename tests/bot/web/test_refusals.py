"""Whatever is wrong at the doors of staff is refused, told in kind words, and counted without persons."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.demo_accounts import PASSWORD
from bot.profile import load_profile
from bot.web.login import NotByLink, make_link
from bot.web.refusals import Refusal
from bot.web.sessions import digest
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.people import PersonId
from storage.uow import UnitOfWork
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import MORNING, SmallProgram
from tests.bot.web.staff_login import code_of, give_code, give_password, log_in, make_accounts

Open = Callable[..., Browser]
LIFE = timedelta(hours=1)
STRICT = replace(load_profile("inbeq"), secrecy_required=False)
"""A profile that is not the demo's, so that nothing but the profile keeps staff out."""


def counted(browser: Browser) -> dict[str, int]:
    """What was refused so far, by its kind."""
    return {kind.value: count for kind, count in browser.site.state.desk.refusals.counts.items() if count}


def taken_over(browser: Browser, other: Browser) -> None:
    """The other browser has the cookies of this one."""
    other.cookies.update(browser.cookies)


async def test_wrong_logins_are_counted_by_kind(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """A wrong password, a wrong code, and a code that was taken before."""
    make_accounts(program)
    await give_password(browser, "c1", "falsch")
    await log_in(browser, program, "c1")
    other = open_browser()
    await give_password(other, "c1")
    again = await give_code(other, code_of(program, "c1"))
    wrong = await give_code(other, "000000")
    assert (403, 403) == (again.status_code, wrong.status_code)
    assert "Jeder Code gilt einmal" in again.text
    assert {"wrong_password": 1, "replayed_code": 1, "wrong_second_factor": 1} == counted(browser)


async def test_old_and_forged_cookies_are_told_apart_in_figures_alone(
    program: SmallProgram, browser: Browser, open_browser: Open
) -> None:
    """After logging out, with a secret made up, and at the address of somebody else: one answer, three figures."""
    make_accounts(program)
    home = await log_in(browser, program, "c1")
    thief, forger, other = open_browser(), open_browser(), open_browser()
    taken_over(browser, thief)
    forger.cookies.set(f"lotse-staff-{home.rpartition('/')[2]}", "made-up", domain="localhost.local", path="/")
    fields = browser.fields((await browser.get(f"{home}/today")).text)
    await browser.post(f"{home}/out", data=fields)
    answers = [await one.get(f"{home}/today") for one in (thief, forger, other)]
    assert [404, 404, 404] == [one.status_code for one in answers]
    assert 1 == len({one.text for one in answers})
    assert "Hier ist niemand angemeldet." in answers[0].text
    assert {"old_session": 1, "forged_session": 1, "no_session": 1} == counted(browser)


async def test_the_cookie_of_a_colleague_opens_nothing_under_the_own_address(
    program: SmallProgram, browser: Browser, open_browser: Open
) -> None:
    """A secret fits its own slot alone."""
    make_accounts(program)
    home, other = await log_in(browser, program, "c1"), open_browser()
    await log_in(other, program, "c2")
    (secret,) = [one.value for one in other.cookies.jar if "lotse-staff-" in one.name]
    thief = open_browser()
    thief.cookies.set(f"lotse-staff-{home.rpartition('/')[2]}", str(secret), domain="localhost.local", path="/")
    assert 404 == (await thief.get(f"{home}/today")).status_code
    assert {"forged_session": 1} == counted(browser)


@pytest.mark.parametrize("path", ["/away", "/alerts", "/out", "/audit"])
async def test_a_form_of_another_site_is_refused_and_counted(
    path: str, program: SmallProgram, browser: Browser
) -> None:
    """From another site nothing is looked at; without the token of this session nothing is done."""
    make_accounts(program)
    home = await log_in(browser, program, "d1" if path == "/audit" else "c1")
    foreign = {"sec-fetch-site": "cross-site"}
    answers = [
        await browser.post(f"{home}{path}", data={"csrf": "x"}, headers=headers) for headers in (foreign, {}, foreign)
    ]
    assert [403, 403, 403] == [one.status_code for one in answers]
    assert "Das geht auf dieser Seite nicht." in answers[0].text
    assert {"cross_site_form": 2, "foreign_form": 1} == counted(browser)


async def test_trying_too_often_is_counted(program: SmallProgram) -> None:
    """The limit on passwords is one of the figures."""
    make_accounts(program)
    site = assemble(program, program.channel, WebSettings(passwords_per_minute=1), CARRIER)
    browser = Browser(site, "http://localhost", "127.0.0.1", "de")
    for _ in range(3):
        await give_password(browser, "nobody", PASSWORD)
    assert {"wrong_password": 1, "too_often": 2} == counted(browser)


async def test_every_kind_has_its_zero(browser: Browser) -> None:
    """An alarm on a figure needs it from the start."""
    assert dict.fromkeys(Refusal, 0) == browser.site.state.desk.refusals.counts


def keep_link(uow: UnitOfWork, token: str, person: PersonId) -> None:
    """A link that was made while another profile was in use."""
    uow.sessions.add_link(digest(token), person, MORNING + LIFE)


@pytest.mark.parametrize("handle", ["c1", "k1", "d1", "v1"])
async def test_a_login_link_lets_no_staff_in_but_in_the_demo(handle: str, tmp_path: Path) -> None:
    """Under another profile none is made, and one from before opens nothing."""
    program = SmallProgram(tmp_path, profile=STRICT)
    browser = Browser(assemble(program, program.channel, WebSettings(), CARRIER), "http://localhost", "::1", "de")
    person = program.person(handle).id
    with pytest.raises(NotByLink, match=handle):
        program.write(partial(make_link, person=person, now=MORNING, lifetime=LIFE))
    program.write(partial(keep_link, token="of-before", person=person))
    answer = await browser.post("/l/of-before", data=browser.fields((await browser.get("/l/of-before")).text))
    assert 404 == answer.status_code
    assert {"unusable_link": 1} == counted(browser)
    program.store.close()


async def test_participants_and_guardians_come_in_by_link_everywhere(tmp_path: Path) -> None:
    """Their links are as they were, whatever the profile is."""
    program = SmallProgram(tmp_path, profile=STRICT)
    site = assemble(program, program.channel, WebSettings(), CARRIER)
    for handle in ("p1", "g1"):
        browser = Browser(site, "http://localhost", "::1", "de")
        assert (await browser.enter(program.link(handle))).startswith("/chat/")
    program.store.close()


async def test_the_demo_lets_its_staff_in_by_link(program: SmallProgram, browser: Browser) -> None:
    """Nobody real works there, and the links that it prints work."""
    assert (await browser.enter(program.link("c1"))).startswith("/staff/")
