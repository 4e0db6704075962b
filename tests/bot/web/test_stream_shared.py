"""The live page where several processes write: what is committed late appears all the same, once."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.channels import Inbound, InboundKind
from bot.web.settings import WebSettings
from storage.settings import StoreSettings
from storage.store import Store
from storage.uow import UnitOfWork
from storage.vault import Vault
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram
from tests.bot.web.test_stream import listening
from tests.postgres import EMPTY, Server

PATIENCE = 20


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """An empty database on the server."""
    made = server.create(EMPTY)
    yield made
    server.drop(made)


@pytest.fixture
def program(tmp_path: Path, url: str) -> Iterator[SmallProgram]:
    """The process that has the page."""
    program = SmallProgram(tmp_path, url)
    yield program
    program.store.close()


@pytest.fixture
def settings() -> WebSettings:
    """As shipped, but impatient."""
    return WebSettings(answer_wait_seconds=0, stream_check_seconds=0.05)


@pytest.fixture
def other(program: SmallProgram, url: str) -> Iterator[Store]:
    """Another process."""
    opened = Store.open(StoreSettings(url=url), vault=Vault(bytes(32), "demo"), profile=None)
    yield opened
    opened.close()


@contextmanager
def slow(store: Store, work: Callable[[UnitOfWork], object]) -> Iterator[Future[None]]:
    """Work that is done at once, and committed at the end of the block."""
    done, release = threading.Event(), threading.Event()

    def wait(uow: UnitOfWork) -> None:
        work(uow)
        done.set()
        release.wait(PATIENCE)

    waiting = store.submit(wait)
    assert done.wait(PATIENCE)
    try:
        yield waiting
    finally:
        release.set()
        waiting.result(PATIENCE)


async def test_what_another_process_commits_late_appears(
    program: SmallProgram, other: Store, open_browser: Callable[..., Browser]
) -> None:
    """It has a smaller id than what the page shows already, and comes once: also to a page that comes back."""
    browser = open_browser()
    await browser.enter(program.link("p1"))
    person = program.person("p1")
    said = Inbound(channel="web", external_id="u1", sender="x", kind=InboundKind.TEXT, text="langsam")
    async with listening(browser) as ear:
        with slow(other, lambda uow: uow.inbox.accept(said, person.id, program.clock.now())):
            program.say("p1", "schnell")
            assert "schnell" == await ear.words()
        assert "langsam" == await ear.words()
        program.say("p1", "danach")
        last = await ear.next()
        await asyncio.sleep(0.3)
        assert ear.silent()
    async with listening(browser, last_event=last["id"]) as ear:
        assert ["langsam", "schnell", "danach"] == [await ear.words() for _ in range(3)]
        await asyncio.sleep(0.3)
        assert ear.silent()


async def test_a_script_gets_what_was_committed_late(
    program: SmallProgram, other: Store, open_browser: Callable[..., Browser]
) -> None:
    """The answer to what the page's script sends holds it, too."""
    browser = open_browser()
    await browser.enter(program.link("p1"))
    person = program.person("p1")
    said = Inbound(channel="web", external_id="u1", sender="x", kind=InboundKind.TEXT, text="langsam")
    with slow(other, lambda uow: uow.inbox.accept(said, person.id, program.clock.now())):
        program.say("p1", "schnell")
        after = (await browser.form())["after"]
    answer = await browser.say("danach", script=True, after=after)
    assert ["langsam", "schnell", "danach"] == [
        next(words for words in ("langsam", "schnell", "danach") if words in entry["html"])
        for entry in answer.json()["entries"]
    ]
