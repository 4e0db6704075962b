"""Staff log in with a password and a second factor; whatever is wrong is refused, counted and told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.demo_accounts import PASSWORD
from bot.profile import load_profile
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.rules.accounts import TELL_EVERY
from handlers import leaving, secrecy
from storage.uow import UnitOfWork
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import SmallProgram
from tests.bot.web.staff_login import code_of, give_code, give_password, log_in, make_accounts, session_cookies

Open = Callable[..., Browser]
HOUR = timedelta(hours=1)
WRONG = "Das passte nicht. Bitte Benutzernamen"


def tries_of(program: SmallProgram, handle: str) -> int:
    """How many wrong tries there were since the last login."""
    person = program.person(handle).id
    account = program.write(lambda uow: uow.accounts.find(person))
    assert account is not None
    return account.tries


async def test_password_and_code_open_the_day(program: SmallProgram, browser: Browser) -> None:
    """After both steps the first page is today, in the frame with the pages this role has."""
    make_accounts(program)
    home = await log_in(browser, program, "c1")
    page = (await browser.get(f"{home}/today")).text
    assert 'aria-current="page"' in page
    assert "Niemand ist abgemeldet." in page
    assert f'href="{home}/attendance"' in page
    assert f'href="{home}/figures"' not in page
    assert "LoggedIn" in {one.name for one in program.write(lambda uow: uow.events.after(0))}


@pytest.mark.parametrize("handle", ["c1", "c2", "k1", "d1", "v1"])
async def test_everybody_of_the_staff_has_a_first_page(handle: str, program: SmallProgram, browser: Browser) -> None:
    """Whoever has no day sheet begins with what they have."""
    make_accounts(program)
    home = await log_in(browser, program, handle)
    assert (await browser.get("/login")).headers["location"].startswith(home)


async def test_the_password_alone_opens_nothing(program: SmallProgram, browser: Browser) -> None:
    """There is no session before the second factor, and the second page is nothing without the first."""
    make_accounts(program)
    assert "/login?late" == (await browser.get("/login/second")).headers["location"]
    assert 303 == (await give_password(browser, "c1")).status_code
    assert [] == session_cookies(browser)
    answer = await give_code(browser, "000000")
    assert 403 == answer.status_code
    assert [] == session_cookies(browser)


@pytest.mark.parametrize(("handle", "password"), [("c1", "falsch"), ("nobody", PASSWORD), ("p1", PASSWORD), ("", "")])
async def test_whatever_is_wrong_is_answered_alike(
    handle: str, password: str, program: SmallProgram, browser: Browser
) -> None:
    """A wrong password, a name nobody has, and somebody who has no account cannot be told apart."""
    make_accounts(program)
    answer = await give_password(browser, handle, password)
    assert 403 == answer.status_code
    assert WRONG in answer.text


async def test_a_code_works_once(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """The same code in the same half minute opens nothing a second time; the next one does."""
    make_accounts(program)
    await log_in(browser, program, "c1")
    other = open_browser()
    await give_password(other, "c1")
    assert 403 == (await give_code(other, code_of(program, "c1"))).status_code
    program.clock.time += timedelta(seconds=30)
    assert 303 == (await give_code(other, code_of(program, "c1"))).status_code


async def test_a_code_of_some_minutes_ago_opens_nothing(program: SmallProgram, browser: Browser) -> None:
    """Only the interval before and after is taken beside the present one."""
    make_accounts(program)
    await give_password(browser, "c1")
    assert 403 == (await give_code(browser, code_of(program, "c1", ago=timedelta(minutes=2)))).status_code


async def test_waits_grow_and_the_right_password_is_refused_meanwhile(program: SmallProgram, browser: Browser) -> None:
    """What is tried during a wait is not even counted; afterwards the right one opens, and the count begins anew."""
    make_accounts(program)
    for _ in range(4):
        await give_password(browser, "c1", "falsch")
    assert 4 == tries_of(program, "c1")
    assert WRONG in (await give_password(browser, "c1")).text
    assert 4 == tries_of(program, "c1")
    program.clock.time += timedelta(seconds=6)
    await log_in(browser, program, "c1")
    assert 0 == tries_of(program, "c1")


async def test_wrong_codes_count_as_well(program: SmallProgram, browser: Browser) -> None:
    """Whoever has the password cannot guess codes: each wrong one counts, and a right password takes none back."""
    make_accounts(program)
    for number in range(3):
        await give_password(browser, "c1")
        assert 403 == (await give_code(browser, "123456")).status_code
        assert number + 1 == tries_of(program, "c1")


async def test_owner_and_officer_are_told(program: SmallProgram, browser: Browser) -> None:
    """After some wrong tries both read it; the words are no blame."""
    make_accounts(program)
    for _ in range(TELL_EVERY):
        await give_password(browser, "c1", "falsch")
        program.clock.time += HOUR
    claimed = program.write(lambda uow: uow.outbox.claim(program.clock.now(), timedelta(minutes=1), 100))
    told = {one.message.to: one.message.text for one in claimed if "vergeblich" in one.message.text}
    assert {program.person("c1").id, program.person("d1").id} == set(told)
    assert TELL_EVERY == tries_of(program, "c1")


async def test_a_form_of_another_page_is_refused(program: SmallProgram, browser: Browser) -> None:
    """Without the token of this browser, and from another site, nothing is tried at all."""
    make_accounts(program)
    await browser.get("/login")
    right = {"user_name": "albers", "password": PASSWORD}
    assert 403 == (await browser.post("/login", data={**right, "csrf": "x"})).status_code
    fields = browser.fields((await browser.get("/login")).text)
    foreign = await browser.post("/login", data={**fields, **right}, headers={"sec-fetch-site": "cross-site"})
    assert 403 == foreign.status_code
    assert 0 == tries_of(program, "c1")


async def test_one_address_may_try_only_so_often(program: SmallProgram) -> None:
    """Guessing names is stopped before any is looked up."""
    make_accounts(program)
    site = assemble(program, program.channel, WebSettings(passwords_per_minute=3), CARRIER)
    browser = Browser(site, "http://localhost", "127.0.0.1", "de")
    answers = [(await give_password(browser, f"name{number}")).status_code for number in range(5)]
    assert [403, 403, 403, 429, 429] == answers


async def test_without_secrecy_nobody_logs_in(tmp_path: Path) -> None:
    """Where the profile requires the declaration, a right password and code are answered by a clear word."""
    program = SmallProgram(tmp_path, profile=replace(load_profile("demo"), secrecy_required=True))
    site = assemble(program, program.channel, WebSettings(answer_wait_seconds=0), CARRIER)
    browser = Browser(site, "http://localhost", "127.0.0.1", "de")
    make_accounts(program)
    await give_password(browser, "c1")
    answer = await give_code(browser, code_of(program, "c1"))
    assert "Verschwiegenheit ist noch nicht eingetragen" in answer.text
    assert [] == session_cookies(browser)
    person = program.person("c1")
    program.write(lambda uow: secrecy.record(uow, person, date(2026, 11, 20), program.clock.now()))
    program.clock.time += timedelta(seconds=30)
    await log_in(browser, program, "c1")
    program.store.close()


@pytest.mark.parametrize(("idle", "still"), [(timedelta(minutes=29), 200), (timedelta(minutes=31), 404)])
async def test_an_idle_session_ends(idle: timedelta, still: int, program: SmallProgram, browser: Browser) -> None:
    """Half an hour without a look, and it is over."""
    make_accounts(program)
    home = await log_in(browser, program, "c1")
    program.clock.time += idle
    assert still == (await browser.get(f"{home}/today")).status_code


async def test_a_session_ends_after_eight_hours(program: SmallProgram, browser: Browser) -> None:
    """However often it is used; the page says so and leads to the login."""
    make_accounts(program)
    home = await log_in(browser, program, "c1")
    for _ in range(20):
        assert 200 == (await browser.get(f"{home}/today")).status_code
        program.clock.time += timedelta(minutes=24)
    ended = await browser.get(f"{home}/today")
    assert 404 == ended.status_code
    assert "Hier ist niemand angemeldet." in ended.text
    assert 'href="/login"' in ended.text


async def test_logging_out_ends_the_session(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """The cookie that somebody has copied is of no use afterwards; a form of another page logs nobody out."""
    make_accounts(program)
    home = await log_in(browser, program, "c1")
    thief = open_browser()
    thief.cookies.update(browser.cookies)
    fields = browser.fields((await browser.get(f"{home}/today")).text)
    assert 403 == (await browser.post(f"{home}/out", data={"csrf": "x"})).status_code
    assert 200 == (await thief.get(f"{home}/today")).status_code
    assert 303 == (await browser.post(f"{home}/out", data=fields)).status_code
    assert 404 == (await thief.get(f"{home}/today")).status_code


async def test_whoever_leaves_is_out_at_once(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """Session, half a login and password all end with the one command; the account is gone."""
    make_accounts(program)
    home, half = await log_in(browser, program, "c2"), open_browser()
    await give_password(half, "c2")
    person = program.person("c2")

    def leave(uow: UnitOfWork) -> None:
        leaving.leave(uow, person, program.clock.now())

    program.write(leave)
    program.clock.time += timedelta(seconds=5)
    assert 404 == (await browser.get(f"{home}/today")).status_code
    assert "/login?late" == (await half.get("/login/second")).headers["location"]
    assert WRONG in (await give_password(open_browser(), "c2")).text
    assert program.write(lambda uow: uow.accounts.find(person.id)) is None


async def test_cookies_are_for_https_and_our_own_pages(program: SmallProgram, open_browser: Open) -> None:
    """Over https every cookie is bound to the host; scripts cannot read any; other sites cannot have the step sent."""
    make_accounts(program)
    browser = open_browser(url="https://nachrichten.example")
    first = await give_password(browser, "c1")
    (step,) = [one for one in first.headers.get_list("set-cookie") if "lotse-step" in one]
    assert step.startswith("__Host-lotse-step=")
    assert all(word in step.lower() for word in ("httponly", "secure", "samesite=strict", "path=/"))
    second = await give_code(browser, code_of(program, "c1"))
    session = next(one for one in second.headers.get_list("set-cookie") if "lotse-staff" in one)
    assert session.startswith("__Host-lotse-staff-")
    assert all(word in session.lower() for word in ("httponly", "secure", "samesite=lax", "path=/"))


async def test_a_participants_cookie_opens_no_page_of_staff(program: SmallProgram, browser: Browser) -> None:
    """The same secret under the other name is nothing."""
    home = await browser.enter(program.link("p1"))
    (cookie,) = [one for one in browser.cookies.jar if "lotse-participant-" in one.name]
    slot = home.rpartition("/")[2]
    browser.cookies.set(f"lotse-staff-{slot}", str(cookie.value), domain="localhost.local", path="/")
    assert 404 == (await browser.get(f"/staff/{slot}/today")).status_code
