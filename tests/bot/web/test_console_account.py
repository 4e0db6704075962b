"""Setting an account up: a link that works once, a password, a second factor, recovery codes that are shown once."""

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest

from flows.rules.accounts import RECOVERY_CODES
from handlers import accounts
from handlers.accounts import CannotOffer
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram
from tests.bot.web.staff_login import give_code, give_password, log_in, make_accounts

Open = Callable[..., Browser]
PASSWORD = "im Regen tanzen Igel gern"


def offer(program: SmallProgram, handle: str, user_name: str = "", *, again: bool = False) -> str:
    """The path of a new link."""
    person, now = program.person(handle), program.clock.now()
    return f"/account/{program.write(lambda uow: accounts.offer(uow, person, user_name, now, again=again))}"


async def begin(browser: Browser, link: str) -> str:
    """Press the button behind the link; the page of the set-up."""
    fields = browser.fields((await browser.get(link)).text)
    assert 303 == (await browser.post(link, data=fields)).status_code
    return (await browser.get("/account")).text


def code_in(program: SmallProgram, page: str) -> str:
    """What an app shows that was given the key on the page."""
    found = re.search(r'<code dir="ltr">([A-Z2-7]{32})</code>', page)
    assert found is not None
    return pyotp.TOTP(found[1]).at(program.clock.now())


async def set_up(browser: Browser, program: SmallProgram, link: str) -> list[str]:
    """All of it; the recovery codes."""
    page = await begin(browser, link)
    chosen = {"password": PASSWORD, "again": PASSWORD, "code": code_in(program, page)}
    done = await browser.post("/account", data={**browser.fields(page), **chosen})
    assert 200 == done.status_code, done.text
    return re.findall(r"<code[^>]*>([A-Z0-9]{5}-[A-Z0-9]{5})</code>", done.text)


async def test_an_account_is_set_up_by_its_owner(program: SmallProgram, browser: Browser) -> None:
    """The link leads to password and app; afterwards both open the console."""
    codes = await set_up(browser, program, offer(program, "c1", "m.albers"))
    assert RECOVERY_CODES == len(set(codes))
    assert 303 == (await give_password(browser, "M.Albers ", PASSWORD)).status_code
    assert 303 == (await give_code(browser, codes[0].lower().replace("-", " "))).status_code


async def test_a_recovery_code_works_once(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """Each stands in for the app one time; the others go on working."""
    codes = await set_up(browser, program, offer(program, "c1", "m.albers"))
    expected = [303, 403, 303]
    for code, status in zip((codes[0], codes[0], codes[1]), expected, strict=True):
        other = open_browser()
        await give_password(other, "m.albers", PASSWORD)
        assert status == (await give_code(other, code)).status_code


async def test_looking_at_a_link_changes_nothing(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """Previews cannot burn it; the button works once, and every link that is no good is answered alike."""
    link = offer(program, "c1")
    pages = {(await open_browser().get(path)).status_code for path in (link, link, "/account/guessed")}
    assert {200} == pages
    await begin(browser, link)
    for path in (link, "/account/guessed"):
        other = open_browser()
        fields = other.fields((await other.get(path)).text)
        assert 404 == (await other.post(path, data=fields)).status_code
    assert 404 == (await open_browser().get("/account")).status_code


async def test_a_link_and_a_set_up_have_their_time(program: SmallProgram, browser: Browser) -> None:
    """A link of yesterday is no good, and a page left open for half an hour neither."""
    link = offer(program, "c1")
    program.clock.time += timedelta(hours=25)
    fields = browser.fields((await browser.get(link)).text)
    assert 404 == (await browser.post(link, data=fields)).status_code
    await begin(browser, offer(program, "c1"))
    program.clock.time += timedelta(minutes=31)
    assert 404 == (await browser.get("/account")).status_code


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("zu kurz", "zu kurz", "mindestens 12 Zeichen"),
        ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "erraten andere schnell"),
        ("Frau Albers 2026 !", "Frau Albers 2026 !", "erraten andere schnell"),
        (PASSWORD, PASSWORD + "?", "nicht gleich"),
        (PASSWORD, PASSWORD, "Der Code passt nicht"),
    ],
)
async def test_what_is_wrong_is_said_above_the_form(
    password: str, again: str, said: str, program: SmallProgram, browser: Browser
) -> None:
    """Short, easy, unlike, or a wrong code: nothing is kept, and the same link's set-up goes on."""
    page = await begin(browser, offer(program, "c1"))
    wrong = {"password": password, "again": again, "code": "000000"}
    answer = await browser.post("/account", data={**browser.fields(page), **wrong})
    assert 403 == answer.status_code
    assert said in answer.text
    person = program.person("c1").id
    account = program.write(lambda uow: uow.accounts.find(person))
    assert account is not None
    assert not account.is_active


async def test_a_reset_ends_what_was_before(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """Sessions and the old password end with the command, not only when the new link is used."""
    make_accounts(program)
    home = await log_in(browser, program, "c1")
    link = offer(program, "c1", again=True)
    assert 404 == (await browser.get(f"{home}/today")).status_code
    assert 403 == (await give_password(open_browser(), "c1")).status_code
    await set_up(open_browser(), program, link)
    assert 303 == (await give_password(open_browser(), "albers", PASSWORD)).status_code


async def test_a_new_link_ends_the_one_before(program: SmallProgram, browser: Browser) -> None:
    """Only the newest works."""
    first = offer(program, "c1")
    offer(program, "c1")
    fields = browser.fields((await browser.get(first)).text)
    assert 404 == (await browser.post(first, data=fields)).status_code


@pytest.mark.parametrize(
    ("handle", "user_name", "why"),
    [("p1", "", "accounts are for staff"), ("c1", "x", "--user-name"), ("c1", "demir", "somebody else's")],
)
async def test_who_can_have_no_account_is_said(handle: str, user_name: str, why: str, program: SmallProgram) -> None:
    """The operator reads why, and what to do."""
    make_accounts(program)
    with pytest.raises(CannotOffer, match=why):
        offer(program, handle, user_name, again=True)


async def test_an_account_that_works_is_not_replaced_by_mistake(program: SmallProgram) -> None:
    """Without the word for it an active account stays as it is."""
    make_accounts(program)
    with pytest.raises(CannotOffer, match="--reset"):
        offer(program, "c1")
