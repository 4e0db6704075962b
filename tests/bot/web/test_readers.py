"""The page "Who has seen my data?", and what is left of somebody who has left."""

import asyncio
from collections.abc import Callable

from flows.rules.access import Operation
from handlers.leaving import leave
from storage.access_log import Access
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram
from tests.bot.web.test_stream import PATIENCE_SECONDS, listening

Open = Callable[..., Browser]


def note(program: SmallProgram, subject: str, reader: str) -> None:
    """Somebody has read something of somebody."""
    entry = Access(
        subject=program.person(subject).id,
        reader=program.person(reader).id,
        operation=Operation.READ_ALERT,
        at=program.clock.now(),
    )
    program.write(lambda uow: uow.access_log.add(entry))


async def test_the_page_shows_who_what_and_when(program: SmallProgram, browser: Browser) -> None:
    """Behind the session, linked from the chat, in the person's language and on their clock."""
    home = await browser.enter(program.link("p2"))
    assert "لم يطّلع أحد" in (await browser.get(f"{home}/seen")).text
    note(program, "p2", "c1")
    note(program, "p1", "c2")
    assert f'href="{home}/seen"' in await browser.page()
    page = (await browser.get(f"{home}/seen")).text
    assert "<bdi>Frau Albers</bdi>: بلاغك أو رسالتك" in page
    assert 'datetime="2026-11-23T07:40+01:00"' in page
    assert "Demir" not in page


async def test_nobody_else_opens_it(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """Another person's slot, no session, and the door of staff are answered alike."""
    home = await browser.enter(program.link("p1"))
    other = open_browser()
    await other.enter(program.link("p2"))
    assert 404 == (await other.get(f"{home}/seen")).status_code
    assert 404 == (await open_browser().get(f"{home}/seen")).status_code
    staff = open_browser()
    assert 404 == (await staff.get(f"{await staff.enter(program.link('c1'))}/seen")).status_code


async def test_whoever_leaves_is_out_at_once(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """An open page ends, the session opens nothing, a link from before lets nobody in."""
    home, kept = await browser.enter(program.link("c1")), program.link("c1")
    c1 = program.person("c1")
    async with listening(browser) as ear:
        program.write(lambda uow: leave(uow, c1, program.clock.now()))
        assert "gone" == (await ear.next())["event"]
        await asyncio.wait_for(ear.ended.wait(), PATIENCE_SECONDS)
    assert 404 == (await browser.get(home)).status_code
    again = open_browser()
    form = again.fields((await again.get(kept)).text)
    assert 404 == (await again.post(kept, data=form)).status_code
