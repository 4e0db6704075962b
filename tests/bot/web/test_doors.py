"""Every address of the site has its place in the access table, and keeps to it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.routing import Mount, Route

from bot.profile import load_profile
from bot.web.doors import ARRIVING, PASSWORDS, PERSONAL, PUBLIC, WITHOUT_SESSION
from bot.web.settings import PinMode, WebSettings
from bot.web.site import assemble
from flows.rules.access import POLICY, Operation, Rule
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import SmallProgram

Open = Callable[..., Browser]
SLOT = "{slot}"
SECRET = "Zahnarzt am Dienstag"
PIN = "4071"
SESSION = [path for path in PERSONAL if SLOT in path and path.count("{") == 1]
POSTED = frozenset({"send", "answers", "subscribe", "unsubscribe", "try", "decline", "out", "new", "stay"})
PAGES = [path for path in SESSION if path.rpartition("/")[2] not in POSTED | {"stream"}]
"""Pages of a session that need nothing but the session."""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[SmallProgram]:
    """A program under the profile of the demo."""
    program = SmallProgram(tmp_path, profile=load_profile("demo"))
    yield program
    program.store.close()


@pytest.fixture
def settings() -> WebSettings:
    """A PIN may be chosen."""
    return WebSettings(answer_wait_seconds=0, pin=PinMode.OFFERED)


def handle_of(path: str) -> str:
    """Who comes through the door of this page."""
    return "c1" if path.startswith("/staff") else "p1"


def plain(path: str) -> str:
    """The address without the kinds of its parameters."""
    return re.sub(r":\w+}", "}", path)


def test_every_address_has_an_operation_or_is_public(program: SmallProgram, settings: WebSettings) -> None:
    """A new route without an entry fails here; so does an entry for none, and one in both."""
    site = assemble(program, program.channel, settings, CARRIER)
    routes = [one for one in site.routes if isinstance(one, Route | Mount)]
    assert len(site.routes) == len(routes)
    assert {plain(route.path) for route in routes} == {*PERSONAL, *PUBLIC}
    assert set() == set(PERSONAL) & set(PUBLIC)
    assert set(PERSONAL.values()) <= set(POLICY)
    assert all(one.why and one.limits for one in (*PUBLIC.values(), *ARRIVING.values()))
    assert {path for path, what in PERSONAL.items() if what is Operation.ARRIVE} == set(ARRIVING)
    limits = {limit for one in (*PUBLIC.values(), *ARRIVING.values()) for limit in one.limits} | {WITHOUT_SESSION}
    assert {"open", "closed"} == {limit.fails for limit in limits}
    assert all(limit.setting.removeprefix("web.") in WebSettings.model_fields for limit in limits)


UNLIMITED = dict.fromkeys(("pages_per_minute", "files_per_minute", "logins_per_minute", "passwords_per_minute"), 1)


OFF = [path for path in (*PUBLIC, *SESSION) if any(word in path for word in ("/hooks/", "/telegram", "/push"))]
"""Where nobody has switched a channel on there is nothing: the tests of the channels try the limits of these."""


@pytest.mark.parametrize("path", [path for path in (*PUBLIC, *SESSION) if path not in OFF])
async def test_every_address_without_a_session_has_a_limit_that_bites(path: str, program: SmallProgram) -> None:
    """One call is answered, the next one from the same address is too fast: enumerated from the site's own routes."""
    site = assemble(program, program.channel, WebSettings(**UNLIMITED), CARRIER)
    browser = Browser(site, "http://localhost", "127.0.0.1", "de")
    address = re.sub(r"{[^}]*}", "x", path) + ("/style.css" if path == "/static" else "")
    method = "POST" if path.startswith("/hooks/") or path.rpartition("/")[2] in POSTED else "GET"
    first, second = [(await browser.request(method, address)).status_code for _ in range(2)]
    assert 429 == second
    assert 429 != first


@pytest.mark.parametrize("path", [path for path, one in PUBLIC.items() if PASSWORDS in one.limits])
async def test_a_form_for_passwords_has_its_own_limit(path: str, program: SmallProgram) -> None:
    """However many pages may be read, only so many passwords and links may be tried."""
    site = assemble(program, program.channel, WebSettings(passwords_per_minute=1), CARRIER)
    browser = Browser(site, "http://localhost", "127.0.0.1", "de")
    address = re.sub(r"{[^}]*}", "x", path)
    first, second = [(await browser.post(address, data={})).status_code for _ in range(2)]
    assert (403, 429) == (first, second)


async def test_nobody_comes_in_without_a_session_or_with_that_of_another(
    program: SmallProgram, browser: Browser, open_browser: Open
) -> None:
    """No cookie, the slot of somebody else, and a slot nobody has are answered alike."""
    staff, other, nobody = open_browser(), open_browser(), open_browser()
    homes = {"p1": await browser.enter(program.link("p1")), "c1": await staff.enter(program.link("c1"))}
    await other.enter(program.link("p2"))
    await other.enter(program.link("c2"))
    answers = set()
    for path in SESSION:
        method = "POST" if path.rpartition("/")[2] in POSTED else "GET"
        rest = path.partition(SLOT)[2]
        own = staff if handle_of(path) == "c1" else browser
        for visitor, home in ((nobody, homes[handle_of(path)]), (other, homes[handle_of(path)])):
            answers.add((await visitor.request(method, home + rest)).status_code)
        answers.add((await own.request(method, path.replace(SLOT, "0" * 24))).status_code)
    assert {404} == answers


async def test_a_page_asks_the_table(
    program: SmallProgram, browser: Browser, open_browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the table allows nobody any more, a page that was shown before is not there."""
    staff = open_browser()
    homes = {"p1": await browser.enter(program.link("p1")), "c1": await staff.enter(program.link("c1"))}
    asked = set()
    for path in PAGES:
        who = handle_of(path)
        visitor, address = (staff if who == "c1" else browser), homes[who] + path.partition(SLOT)[2]
        operation = PERSONAL[path]
        if operation is Operation.READ_PAPER or (await visitor.get(address)).status_code != 200:
            continue
        asked.add(operation)
        with monkeypatch.context() as changed:
            changed.setitem(POLICY, operation, Rule(frozenset(), "niemand"))
            assert 404 == (await visitor.get(address)).status_code, path
    own = {Operation.READ_OWN_PAGE, Operation.LOCK_PAGE, Operation.SEE_READERS, Operation.READ_OWN_DATA}
    of_staff = {Operation.FETCH_CALENDAR, Operation.READ_DAY_SHEET, Operation.KEEP_ATTENDANCE}
    of_desk = {Operation.READ_ALERT, Operation.SEE_PHONE_LIST, Operation.READ_CASE, Operation.KEEP_OWN_LEAVE}
    notes = {Operation.SEND_CERTIFICATE, Operation.READ_CERTIFICATE}
    assert {*own, *notes, Operation.SEE_OWN_MONTH, *of_staff, *of_desk} == asked


async def test_a_locked_session_is_shown_nothing_personal_on_any_page(program: SmallProgram, browser: Browser) -> None:
    """Words, consents and who has seen them are behind the PIN; pages that are personal as a whole lead to it."""
    home = await browser.enter(program.link("p1"))
    program.say("p1", SECRET)
    form = browser.fields((await browser.get(f"{home}/pin")).text)
    await browser.post(f"{home}/pin", data={**form, "do": "choose", "pin": PIN, "again": PIN})
    await browser.post(f"{home}/pin", data={**form, "do": "lock"})
    answers = {path: await browser.get(home + path.partition(SLOT)[2]) for path in PAGES if handle_of(path) == "p1"}
    assert not [path for path, answer in answers.items() if SECRET in answer.text]
    led = {path.partition(SLOT)[2] for path, answer in answers.items() if answer.headers.get("location") == home}
    assert {"/seen", "/consents", "/calendar", "/calendar.ics", "/certificate", "/certificate/ward", "/month"} == led
