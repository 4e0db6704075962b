"""Connecting Telegram on the page: explained, free, with a code that works once, and ended there at once."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from bot.bot_api.channel import TelegramChannel
from bot.bot_api.intake import Intake
from bot.lines import Line
from bot.profile import load_profile
from bot.web.reaching import Reaching
from bot.web.settings import WebSettings
from bot.web.site import assemble
from flows.engine.messages import Inbound, InboundKind, Level
from flows.people import Address
from handlers import linking
from storage.uow import UnitOfWork
from tests.bot.web.conftest import CARRIER, Browser
from tests.bot.web.program import SmallProgram

CODE = re.compile(r'<bdi dir="ltr">([A-Z2-9-]{19})</bdi>')
LINK = re.compile(r"https://t\.me/beispiel_bot\?start=([A-Z2-9]{16})")


def line(program: SmallProgram, name: str, username: str) -> Line:
    """A bot that is never asked anything."""
    channel = TelegramChannel(name, cast(Any, None), program.clock)
    channel.username = username
    return Line(Intake(program, channel))


@pytest.fixture
def program(tmp_path: Path) -> Iterator[SmallProgram]:
    """A program whose profile permits Telegram."""
    program = SmallProgram(tmp_path, profile=replace(load_profile("demo"), levels={"telegram": Level.L2}))
    yield program
    program.store.close()


@pytest.fixture
def connect(program: SmallProgram, settings: WebSettings) -> Browser:
    """A browser before a site whose participants' bot is known to the service, and whose staff bot is not yet."""
    lines = {
        "participants": line(program, "telegram", "beispiel_bot"),
        "staff": line(program, "telegram_staff", ""),
    }
    site = assemble(program, program.channel, settings, CARRIER, Reaching(telegram=lines))
    return Browser(site, "http://127.0.0.1:8080", "127.0.0.1", "de")


async def press(browser: Browser, do: str) -> str:
    """Press a button of the page; what comes."""
    page = (await browser.get(f"{browser.home}/telegram")).text
    return (await browser.post(f"{browser.home}/telegram", data={**browser.fields(page), "do": do})).text


async def test_the_page_explains_before_it_connects(program: SmallProgram, connect: Browser) -> None:
    """That another company learns of it, that it is free; "yes" and "no" look alike, and there is no code yet."""
    await connect.enter(program.link("p1"))
    assert f"{connect.home}/telegram" in await connect.page()
    page = (await connect.get(f"{connect.home}/telegram")).text
    assert "anderen Firma" in page
    assert "freie Entscheidung" in page
    assert [("wide", "connect"), ("wide", "no")] == re.findall(r'<button class="([^"]*)" name="do" value="(\w+)"', page)
    assert not CODE.search(page)


async def test_yes_gives_a_code_a_link_and_a_picture(program: SmallProgram, connect: Browser) -> None:
    """The three carry the same code, and the code links the address of whoever sends it."""
    await connect.enter(program.link("p1"))
    page = await press(connect, "connect")
    shown, linked = CODE.findall(page), LINK.findall(page)
    assert [shown[0].replace("-", "")] == linked
    assert "<svg" in page
    sent = Inbound(channel="telegram", external_id="1", sender="77", kind=InboundKind.TEXT, text=f"/start {linked[0]}")
    assert program.write(partial(linking.link, inbound=sent, now=program.clock.now()))
    with program.store.read() as uow:
        found = uow.people.find("telegram", "77")
    assert found is not None
    assert program.person("p1").id == found[0].id


async def test_no_changes_nothing(program: SmallProgram, connect: Browser) -> None:
    """Whoever says no is back at the messages, and nothing was written."""
    await connect.enter(program.link("p1"))
    page = (await connect.get(f"{connect.home}/telegram")).text
    answer = await connect.post(f"{connect.home}/telegram", data={**connect.fields(page), "do": "no"})
    assert (303, f"{connect.home}#newest") == (answer.status_code, answer.headers["location"])


async def test_disconnecting_works_at_once(program: SmallProgram, connect: Browser) -> None:
    """Whoever is connected sees so, and one press ends it: the address is nobody's any more."""
    await connect.enter(program.link("p1"))
    person = program.person("p1").id
    program.write(
        lambda uow: uow.people.add_address(Address(id=uow.new_id(), person=person, channel="telegram", external="77"))
    )
    assert "Telegram ist verbunden" in (await connect.get(f"{connect.home}/telegram")).text
    assert "nicht mehr verbunden" in await press(connect, "disconnect")
    with program.store.read() as uow:
        assert uow.people.find("telegram", "77") is None


async def test_a_form_of_another_page_is_refused(program: SmallProgram, connect: Browser) -> None:
    """Without this session's token nothing is connected or ended."""
    await connect.enter(program.link("p1"))
    answer = await connect.post(f"{connect.home}/telegram", data={"csrf": "x", "do": "connect"})
    assert 403 == answer.status_code


async def test_without_a_bot_there_is_no_page(program: SmallProgram, connect: Browser, browser: Browser) -> None:
    """Where Telegram is off, or the bot's name is not known yet, nothing points to it and the page does not exist."""
    await connect.enter(program.link("c1"))
    await browser.enter(program.link("p1"))
    for one in (connect, browser):
        assert "/telegram" not in await one.page()
        assert 404 == (await one.get(f"{one.home}/telegram")).status_code


def _wait_for(id_: int, uow: UnitOfWork) -> None:
    uow.reaching.wait_for(id_)


async def test_what_is_shown_is_fetched(program: SmallProgram, browser: Browser) -> None:
    """A message that somebody waits for counts as fetched when a page or its script has shown it, not before."""
    await browser.enter(program.link("p1"))
    for script in (False, True):
        id_ = program.say("p1", "Hallo")
        program.write(partial(_wait_for, id_))
        with program.store.read() as uow:
            assert uow.reaching.is_awaited(id_)
        await (browser.say("danke", script=True) if script else browser.page())
        with program.store.read() as uow:
            assert not uow.reaching.is_awaited(id_)
