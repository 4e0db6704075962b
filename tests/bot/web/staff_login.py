"""Somebody of the staff who logs in as people do: by password and by what their app shows."""

import re
from datetime import timedelta
from functools import cache

import httpx

from bot.demo_accounts import ACCOUNTS, PASSWORD, load
from bot.web import hashing
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram

NAMES = {one.handle: one.user_name for one in ACCOUNTS}


@cache
def hash_once(words: str) -> str:
    """The hash of the password all of them have: it is slow on purpose."""
    return hashing.hash_now(words)


def make_accounts(program: SmallProgram) -> None:
    """The accounts of the demo's staff."""
    program.write(lambda uow: load(uow, hash_once))


def code_of(program: SmallProgram, handle: str, *, ago: timedelta = timedelta(0)) -> str:
    """What the app of this person shows now, or showed a while ago."""
    account = next(one for one in ACCOUNTS if one.handle == handle)
    return account.code(program.clock.now() - ago)


async def give_password(browser: Browser, handle: str, password: str = PASSWORD) -> httpx.Response:
    """The first step, without a script."""
    fields = browser.fields((await browser.get("/login")).text)
    return await browser.post("/login", data={**fields, "user_name": NAMES.get(handle, handle), "password": password})


async def give_code(browser: Browser, code: str) -> httpx.Response:
    """The second step."""
    fields = browser.fields((await browser.get("/login/second")).text)
    return await browser.post("/login/second", data={**fields, "code": code})


async def log_in(browser: Browser, program: SmallProgram, handle: str) -> str:
    """Both steps; the home of the session."""
    assert 303 == (await give_password(browser, handle)).status_code
    answer = await give_code(browser, code_of(program, handle))
    assert 303 == answer.status_code, answer.text
    found = re.match(r"/staff/[0-9a-f]{24}", answer.headers["location"])
    assert found is not None, answer.headers
    return found[0]


def session_cookies(browser: Browser) -> list[str]:
    """The names of the cookies that hold a session."""
    return [cookie.name for cookie in browser.cookies.jar if "lotse-staff-" in cookie.name]
