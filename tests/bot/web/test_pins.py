"""The PIN: chosen on the own page, asked for after a while, and worth nothing to whoever only holds the phone."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.profile import load_profile
from bot.web.pins import EASY, LENGTH, UNLIKE, WAIT, WRONG
from bot.web.settings import PinMode, WebSettings
from bot.web.site import assemble
from flows.engine.messages import Text
from flows.rules.pins import MOST_TRIES, digits_in, is_easy, wait_after
from locales.catalog import render
from storage.outbox import Claimed
from storage.uow import UnitOfWork
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import SmallProgram

pytestmark = pytest.mark.slow

Open = Callable[..., Browser]
PIN = "4711"
SECRET = "Kanarienvogel im Wartezimmer"
IDLE = timedelta(minutes=10)


def german(text: Text) -> str:
    """As p1 reads it."""
    return render(text, "de")


async def entered(program: SmallProgram, browser: Browser, handle: str = "p1") -> Browser:
    """Somebody at their page, with something personal on it."""
    await browser.enter(program.link(handle))
    program.say(handle, SECRET)
    return browser


async def pin(browser: Browser, do: str, **fields: str) -> httpx.Response:
    """Do something with the PIN, as the form on the page does it."""
    page = (await browser.get(f"{browser.home}/pin")).text
    data = {"csrf": browser.fields(page)["csrf"], "do": do, **fields}
    return await browser.post(f"{browser.home}/pin", data=data)


async def choose(browser: Browser, digits: str = PIN) -> httpx.Response:
    """Choose a PIN, typed twice."""
    return await pin(browser, "choose", pin=digits, again=digits)


async def test_nobody_has_to_have_a_pin(program: SmallProgram, browser: Browser) -> None:
    """Where it is offered and nobody chose one, the page stays open however long nothing is done."""
    await entered(program, browser)
    program.clock.time += timedelta(days=3)
    assert SECRET in await browser.page()


async def test_after_a_while_a_page_with_a_pin_is_closed(program: SmallProgram, browser: Browser) -> None:
    """The one who chose it goes on reading; after ten minutes of nothing the PIN opens the page again."""
    await entered(program, browser)
    assert german(Text("Your PIN is set. This page locks by itself after a while.")) in (await choose(browser)).text
    assert SECRET in await browser.page()
    program.clock.time += IDLE + timedelta(seconds=1)
    locked = await browser.page()
    assert SECRET not in locked
    assert 'name="pin"' in locked
    answer = await pin(browser, "open", pin=PIN)
    assert 303 == answer.status_code
    assert SECRET in await browser.page()


async def test_doing_something_keeps_the_page_open(program: SmallProgram, browser: Browser) -> None:
    """Nine minutes, a look, nine minutes: that is not ten minutes of nothing."""
    await entered(program, browser)
    await choose(browser)
    for _ in range(3):
        program.clock.time += timedelta(minutes=9)
        assert SECRET in await browser.page()


async def test_what_a_script_does_by_itself_keeps_nothing_open(program: SmallProgram, browser: Browser) -> None:
    """Only a person opens a page; a page that loads itself again does not count."""
    await entered(program, browser)
    await choose(browser)
    looks = []
    for _ in range(2):
        program.clock.time += timedelta(minutes=6)
        looks.append((await browser.get(browser.home, headers={"sec-fetch-mode": "cors"})).text)
    assert [True, False] == [SECRET in look for look in looks]


async def test_a_locked_session_gets_nothing_personal_by_any_way(program: SmallProgram, browser: Browser) -> None:
    """Page, stream, answers to the script and the offer of notifications: no word leaves the server."""
    await entered(program, browser)
    await browser.say("eigene Worte vom Zahnarzt")
    await choose(browser)
    await pin(browser, "lock")
    got = [await browser.page()]
    form = {"csrf": browser.fields(got[0])["csrf"], "after": "0", "once": "x", "text": "noch etwas"}
    script = {"accept": "application/json"}
    answer = await browser.post(f"{browser.home}/send", data=form, headers=script)
    assert {"entries": [], "locked": True} == answer.json()
    async with asyncio.timeout(5):
        stream = await browser.get(f"{browser.home}/stream?after=0")
    assert "event: locked" in stream.text
    got += [answer.text, stream.text, (await browser.get(f"{browser.home}?from=1")).text]
    got += [(await browser.get(f"{browser.home}/pin")).text, (await browser.get(f"{browser.home}/delete")).text]
    for text in got:
        assert SECRET not in text
        assert "Zahnarzt" not in text
    assert ["eigene Worte vom Zahnarzt", "noch etwas"] == [one.text for one in program.heard]


@pytest.mark.parametrize(
    ("typed", "again", "problem"),
    [
        ("", "", LENGTH),
        ("123", "123", LENGTH),
        ("123456789", "123456789", LENGTH),
        ("12a4", "12a4", LENGTH),
        ("1234", "1234", EASY),
        ("7777", "7777", EASY),
        ("4711", "4712", UNLIKE),
    ],
)
async def test_what_is_no_good_pin_is_not_taken(
    program: SmallProgram, browser: Browser, typed: str, again: str, problem: Text
) -> None:
    """The page says why in the person's language, and nothing is locked."""
    await entered(program, browser)
    assert german(problem) in (await pin(browser, "choose", pin=typed, again=again)).text
    program.clock.time += IDLE * 2
    assert SECRET in await browser.page()


async def test_digits_of_other_scripts_are_digits(program: SmallProgram, browser: Browser) -> None:
    """Who types on an Arabic keyboard opens the page with the same PIN."""
    await entered(program, browser, "p2")
    await choose(browser, "٤٧١١")
    await pin(browser, "lock")
    assert 303 == (await pin(browser, "open", pin=PIN)).status_code


async def test_a_wrong_pin_opens_nothing_and_costs_more_time_each_time(program: SmallProgram, browser: Browser) -> None:
    """After the third wrong one the right one is not taken either before the wait is over."""
    await entered(program, browser)
    await choose(browser)
    await pin(browser, "lock")
    for _ in range(3):
        answer = await pin(browser, "open", pin="0815")
        assert german(WRONG) in answer.text
        assert SECRET not in answer.text
    assert german(WAIT) in (await pin(browser, "open", pin=PIN)).text
    program.clock.time += wait_after(3)
    assert 303 == (await pin(browser, "open", pin=PIN)).status_code


async def test_tries_at_the_same_time_are_counted_each(program: SmallProgram, browser: Browser) -> None:
    """Twenty at once are not twenty free ones."""
    await entered(program, browser)
    await choose(browser)
    await pin(browser, "lock")
    data = {"csrf": browser.fields(await browser.page())["csrf"], "do": "open", "pin": "0815"}
    answers = await asyncio.gather(*(browser.post(f"{browser.home}/pin", data=data) for _ in range(20)))
    assert 3 == sum(german(WRONG) in answer.text for answer in answers)
    assert 17 == sum(german(WAIT) in answer.text for answer in answers)


async def test_after_ten_wrong_ones_the_device_is_signed_out(tmp_path: Path, settings: WebSettings) -> None:
    """The session is over; the caseworker reads that a new link is needed, and nothing of what was typed."""
    program = SmallProgram(tmp_path, profile=load_profile("demo"))
    site = assemble(program, program.channel, settings, CARRIER)
    thief, own = (Browser(site, "http://localhost", f"127.0.0.{place}", "de") for place in (1, 2))
    await entered(program, own)
    await entered(program, thief)
    answer = await choose(own)
    for _ in range(MOST_TRIES):
        assert 200 == (await thief.get(thief.home)).status_code
        answer = await pin(thief, "open", pin="0815")
        program.clock.time += timedelta(hours=1)
    assert german(Text("You are signed out.")) in answer.text
    assert 404 == (await thief.get(thief.home)).status_code
    assert 303 == (await pin(own, "open", pin=PIN)).status_code
    caseworker = program.person("c1")
    with program.store.read() as uow:
        told = [row.message.text for row in uow.outbox.history(caseworker.id, after_seq=0, limit=10)]
    told += [one.message.text for one in program.write(claim(program)) if one.message.to == caseworker.id]
    assert 1 == len(told)
    assert "PIN" in told[0]
    assert "0815" not in told[0]
    program.store.close()


def claim(program: SmallProgram) -> Callable[[UnitOfWork], list[Claimed]]:
    """What waits to be sent."""
    return lambda uow: uow.outbox.claim(program.clock.now(), timedelta(minutes=1), 10)


async def test_a_new_link_lets_choose_a_new_pin(program: SmallProgram, open_browser: Open) -> None:
    """The forgotten one is worth nothing then; for an hour only, and the other devices have to give the new one."""
    old, new, late = open_browser(), open_browser(at="127.0.0.2"), open_browser(at="127.0.0.3")
    await entered(program, old)
    await choose(old)
    await late.enter(program.link("p1"))
    program.clock.time += timedelta(hours=2)
    assert 403 == (await choose(late, "2580")).status_code
    await new.enter(program.link("p1"))
    assert SECRET not in await new.page()
    assert 303 == (await choose(new, "2580")).status_code
    assert SECRET in await new.page()
    assert german(WRONG) in (await pin(old, "open", pin=PIN)).text
    assert 303 == (await pin(old, "open", pin="2580")).status_code


async def test_whoever_only_holds_the_phone_chooses_no_pin(program: SmallProgram, open_browser: Open) -> None:
    """A locked session of yesterday can neither replace nor remove it, nor take the chance of another new session."""
    own, other = open_browser(), open_browser(at="127.0.0.2")
    await entered(program, own)
    await other.enter(program.link("p1"))
    await choose(own)
    for do in ("choose", "remove"):
        assert 403 == (await pin(other, do, pin="2580", again="2580")).status_code
    assert SECRET not in await other.page()


async def test_a_pin_can_be_removed_and_changed(program: SmallProgram, browser: Browser) -> None:
    """It is the person's free choice where it is offered."""
    await entered(program, browser)
    await choose(browser)
    await choose(browser, "2580")
    await pin(browser, "lock")
    assert 303 == (await pin(browser, "open", pin="2580")).status_code
    assert german(Text("You have no PIN any more.")) in (await pin(browser, "remove")).text
    program.clock.time += IDLE * 2
    assert SECRET in await browser.page()


async def test_a_required_pin_is_chosen_before_anything_is_read(program: SmallProgram) -> None:
    """What was written before is there afterwards; it cannot be removed."""
    settings = WebSettings(answer_wait_seconds=0, pin=PinMode.REQUIRED)
    browser = Browser(assemble(program, program.channel, settings, CARRIER), "http://localhost", "127.0.0.1", "de")
    await entered(program, browser)
    first = await browser.page()
    assert SECRET not in first
    assert 'name="again"' in first
    assert 303 == (await choose(browser)).status_code
    assert SECRET in await browser.page()
    assert 403 == (await pin(browser, "remove")).status_code


async def test_where_pins_are_off_there_is_no_page_for_them(program: SmallProgram) -> None:
    """Neither a link nor an answer; staff never have one here."""
    settings = WebSettings(answer_wait_seconds=0, pin=PinMode.OFF)
    browser = Browser(assemble(program, program.channel, settings, CARRIER), "http://localhost", "127.0.0.1", "de")
    await entered(program, browser)
    assert "/pin" not in await browser.page()
    assert 404 == (await browser.get(f"{browser.home}/pin")).status_code


async def test_staff_have_no_pin_here(program: SmallProgram, browser: Browser) -> None:
    """They sign in anew after half an hour as it is."""
    await browser.enter(program.link("c1"))
    assert "/pin" not in await browser.page()
    assert 404 == (await browser.get(f"{browser.home}/pin")).status_code


async def test_a_form_from_elsewhere_changes_nothing(program: SmallProgram, browser: Browser) -> None:
    """Without the token of its own page, and with a deed that is none."""
    await entered(program, browser)
    data = {"csrf": "0" * 32, "do": "choose", "pin": PIN, "again": PIN}
    assert 403 == (await browser.post(f"{browser.home}/pin", data=data)).status_code
    assert 403 == (await pin(browser, "burn")).status_code
    program.clock.time += IDLE * 2
    assert SECRET in await browser.page()


@pytest.mark.parametrize(("handle", "direction"), [("p1", "ltr"), ("p2", "rtl"), ("p3", "ltr"), ("p4", "ltr")])
async def test_the_locked_page_speaks_the_person_s_language(
    program: SmallProgram, browser: Browser, handle: str, direction: str
) -> None:
    """Every field has a label, and the page runs the way its language does."""
    await entered(program, browser, handle)
    await choose(browser)
    await pin(browser, "lock")
    page = await browser.page()
    language = program.person(handle).language
    assert f'dir="{direction}"' in page.partition(">")[2].partition(">")[0]
    assert (
        f'<label for="pin">{render(Text("Your PIN"), language, formal=program.person(handle).formal)}</label>' in page
    )
    assert "<script" not in page


async def test_no_pin_lies_in_the_files(program: SmallProgram, browser: Browser, tmp_path: Path) -> None:
    """Only its hash does, and that is sealed."""
    await entered(program, browser)
    await choose(browser, "94715802")
    stored = b"".join(path.read_bytes() for path in (tmp_path / "db").iterdir())
    assert b"94715802" not in stored
    assert b"argon2" not in stored


@pytest.mark.parametrize(
    ("typed", "digits"), [("47 11", "4711"), ("٤٧١١", "4711"), ("४७११", "4711"), ("4711x", ""), ("", "")]
)
def test_digits_are_read_as_people_type_them(typed: str, digits: str) -> None:
    """In whatever script, with blanks; anything else is no PIN."""
    assert digits == digits_in(typed)


@pytest.mark.parametrize(
    ("digits", "easy"), [("0000", True), ("3456", True), ("9876", True), ("8901", True), ("4711", False)]
)
def test_what_everybody_tries_first_is_easy(digits: str, easy: bool) -> None:
    """One digit only, and digits in their order, up or down."""
    assert easy is is_easy(digits)
