"""When too much waits for the writer, people are told so at once, keep their words, and are heard when it is over."""

import threading
from concurrent.futures import Future

import pytest

from storage.store import Store
from storage.uow import UnitOfWork
from tests.bot.web.conftest import Browser
from tests.bot.web.program import SmallProgram

PATIENCE = 20


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
async def test_a_full_queue_has_a_clear_answer(program: SmallProgram, browser: Browser, script: bool) -> None:
    """503 with words for people; the same form sent again is taken in, once."""
    await browser.enter(program.link("p1"))
    form = await browser.form()
    begun, release = threading.Event(), threading.Event()

    def wait(_: UnitOfWork) -> None:
        begun.set()
        release.wait(PATIENCE)

    held = program.store.submit(wait)
    assert begun.wait(PATIENCE)
    waiting = fill(program.store)
    try:
        refused = await browser.say("Ich bin heute krank", script=script, **form)
    finally:
        release.set()
    assert 503 == refused.status_code
    assert (refused.json()["error"] if script else "Ich bin heute krank") in refused.text
    for unit in (held, *waiting):
        unit.result(PATIENCE)
    for _ in range(2):
        assert (await browser.say("Ich bin heute krank", script=script, **form)).status_code in {200, 303}
    assert ["Ich bin heute krank"] == [update.text for update in program.heard]


def fill(store: Store) -> "list[Future[None]]":
    """Hand in until no more is taken."""
    store._writer._queue_size = 3
    return [store.submit(lambda _: None) for _ in range(3)]
