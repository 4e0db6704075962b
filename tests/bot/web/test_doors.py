"""Every address of the site has its place in the access table, and keeps to it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.routing import Mount, Route

from bot.profile import load_profile
from bot.web.doors import PERSONAL, PUBLIC
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
POSTED = frozenset({"send", "answers", "subscribe", "unsubscribe", "try", "decline"})
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
    assert all(PUBLIC.values())


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
    notes = {Operation.SEND_CERTIFICATE, Operation.READ_CERTIFICATE}
    assert {*own, *notes, Operation.SEE_OWN_MONTH, *of_staff} == asked


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
