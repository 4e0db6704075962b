"""The live page: entries as they appear, from where the browser left off, without loss or doubles."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette

from bot.web.settings import WebSettings
from storage.errors import StoreFull
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram

Open = Callable[..., Browser]
PATIENCE_SECONDS = 30


@dataclass
class Ear:
    """One open stream: its status and its events so far."""

    status: int = 0
    arrived: asyncio.Queue[dict[str, str]] = field(default_factory=asyncio.Queue)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _rest: str = ""

    async def next(self) -> dict[str, str]:
        """The next event as its fields."""
        return await asyncio.wait_for(self.arrived.get(), PATIENCE_SECONDS)

    async def words(self) -> str:
        """The words of the next entry."""
        html: str = json.loads((await self.next())["data"])["html"]
        return html.partition('class="text"')[2].partition(">")[2].partition("<")[0]

    def silent(self) -> bool:
        """Whether nothing waits."""
        return self.arrived.empty()

    async def take(self, message: Any) -> None:
        """What the server sends."""
        self.status = message.get("status", self.status)
        self.begun.set()
        *events, self._rest = (self._rest + message.get("body", b"").decode()).split("\n\n")
        for event in events:
            fields = dict(line.partition(": ")[::2] for line in event.split("\n"))
            if "event" in fields:
                self.arrived.put_nowait(fields)


@asynccontextmanager
async def listening(browser: Browser, after: str = "", last_event: str = "") -> AsyncIterator[Ear]:
    """The stream of a browser that is signed in; it hangs up at the end."""
    ear, hung_up = Ear(), asyncio.Event()
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = [(b"host", b"localhost"), (b"cookie", cookies.encode())]
    headers += [(b"last-event-id", last_event.encode())] if last_event else []
    path, site = f"{browser.home}/stream", browser.site
    scope = {
        "type": "http", "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": f"after={after}".encode(), "headers": headers, "client": ("127.0.0.1", 1),
        "server": ("localhost", 80), "http_version": "1.1", "asgi": {"version": "3.0", "spec_version": "2.3"},
    }  # fmt: skip

    async def receive() -> dict[str, str]:
        await hung_up.wait()
        return {"type": "http.disconnect"}

    async def stream(site: Starlette) -> None:
        await site(scope, receive, ear.take)
        ear.ended.set()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stream(site))
        try:
            await asyncio.wait_for(ear.begun.wait(), PATIENCE_SECONDS)
            yield ear
        finally:
            hung_up.set()


@pytest.fixture
def settings() -> WebSettings:
    """As shipped, but impatient."""
    return WebSettings(answer_wait_seconds=0, stream_check_seconds=0.05, streams_per_session=2)


async def test_what_we_say_appears_at_once(program: SmallProgram, browser: Browser) -> None:
    """A message that delivery has handed over and marked is on the open page."""
    await browser.enter(program.link("p1"))
    async with listening(browser) as ear:
        program.say("p1", "Guten Morgen")
        assert "Guten Morgen" == await ear.words()


async def test_what_is_said_in_another_tab_appears_too(program: SmallProgram, browser: Browser) -> None:
    """Own words from elsewhere come through the same stream, once."""
    await browser.enter(program.link("p1"))
    async with listening(browser) as ear:
        await browser.say("aus dem anderen Fenster")
        assert "aus dem anderen Fenster" == await ear.words()
        await asyncio.sleep(0.2)
        assert ear.silent()


@pytest.mark.parametrize("by_header", [True, False])
async def test_a_reconnect_catches_up_without_loss_or_doubles(
    program: SmallProgram, browser: Browser, by_header: bool
) -> None:
    """Whatever was said while the line was cut arrives in order; what had arrived does not come again."""
    await browser.enter(program.link("p1"))
    async with listening(browser) as ear:
        program.say("p1", "eins")
        last = (await ear.next())["id"]
    for words in ("zwei", "drei"):
        program.say("p1", words)
    await browser.say("vier")
    program.say("p1", "fünf")
    async with listening(browser, after="" if by_header else last, last_event=last if by_header else "") as ear:
        assert ["zwei", "drei", "vier", "fünf"] == [await ear.words() for _ in range(4)]
        await asyncio.sleep(0.2)
        assert ear.silent()


async def test_the_header_wins_over_the_address(program: SmallProgram, browser: Browser) -> None:
    """A browser that reconnects by itself keeps the old address and says in a header what it has."""
    await browser.enter(program.link("p1"))
    program.say("p1", "eins")
    known = (await browser.form())["after"]
    program.say("p1", "zwei")
    async with listening(browser, after="0", last_event=known) as ear:
        assert "zwei" == await ear.words()


async def test_nobody_hears_anybody_else(program: SmallProgram, browser: Browser, open_browser: Open) -> None:
    """A stream carries the messages of its own person only."""
    await browser.enter(program.link("p1"))
    async with listening(browser) as ear:
        program.say("p2", "nicht für p1")
        program.say("p1", "für p1")
        assert "für p1" == await ear.words()


async def test_a_stream_ends_with_its_session(program: SmallProgram, browser: Browser) -> None:
    """A revoked session hears that it is gone, within seconds, and then nothing more."""
    await browser.enter(program.link("p1"))
    async with listening(browser) as ear:
        program.write(lambda uow: uow.sessions.revoke(browser.home.rpartition("/")[2]))
        assert "gone" == (await ear.next())["event"]
        await asyncio.wait_for(ear.ended.wait(), PATIENCE_SECONDS)
    async with listening(browser) as ear:
        await asyncio.wait_for(ear.ended.wait(), PATIENCE_SECONDS)
        assert 404 == ear.status


async def test_an_open_page_does_not_keep_staff_signed_in(program: SmallProgram, browser: Browser) -> None:
    """A page that is merely open is not somebody who works: after half an hour it is over."""
    await browser.enter(program.link("c1"))
    async with listening(browser) as ear:
        for _ in range(3):
            program.clock.time += timedelta(minutes=11)
            await asyncio.sleep(0.1)
        assert "gone" == (await ear.next())["event"]


async def test_streams_of_one_session_are_counted(program: SmallProgram, browser: Browser) -> None:
    """More open pages than the setting allows get an answer instead of a stream; closing one makes room."""
    await browser.enter(program.link("p1"))
    async with listening(browser), listening(browser), listening(browser) as third:
        await asyncio.wait_for(third.ended.wait(), PATIENCE_SECONDS)
        assert 429 == third.status
    async with listening(browser) as ear:
        program.say("p1", "wieder da")
        assert "wieder da" == await ear.words()


async def test_closing_the_channel_ends_every_stream(program: SmallProgram, browser: Browser) -> None:
    """When the program stops, open pages are let go, so that the server does not wait for them."""
    await browser.enter(program.link("p1"))
    async with listening(browser) as ear:
        program.channel.close()
        await asyncio.wait_for(ear.ended.wait(), PATIENCE_SECONDS)
    async with listening(browser) as ear:
        await asyncio.wait_for(ear.ended.wait(), PATIENCE_SECONDS)


async def test_a_stream_survives_nothing_it_cannot_read(
    program: SmallProgram, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the database fails the stream ends quietly; the browser comes back and catches up."""
    await browser.enter(program.link("p1"))
    async with listening(browser) as ear:
        await asyncio.sleep(0.1)

        def fail() -> None:
            raise StoreFull("busy")

        with monkeypatch.context() as patch:
            patch.setattr(program.store, "read", fail)
            await asyncio.wait_for(ear.ended.wait(), PATIENCE_SECONDS)
    program.say("p1", "nachgeholt")
    async with listening(browser) as ear:
        assert "nachgeholt" == await ear.words()


async def test_without_a_script_the_answer_is_on_the_next_page(program: SmallProgram, browser: Browser) -> None:
    """The redirect after sending waits a moment for the answer, and not longer."""
    await browser.enter(program.link("p1"))
    site = browser.site
    desk = site.state.desk
    object.__setattr__(desk, "settings", desk.settings.model_copy(update={"answer_wait_seconds": 3.0}))
    heard = program.receive

    async def answering(inbound: Any) -> None:
        await heard(inbound)
        asyncio.get_running_loop().call_later(0.2, answer)

    def answer() -> None:
        program.say("p1", "die Antwort")
        program.channel.ring("p1")

    object.__setattr__(program, "receive", answering)
    async with asyncio.timeout(2):
        await browser.say("die Frage")
    assert "die Antwort" in await browser.page()
