"""A broadcast to ten thousand, killed twice, stopped and let on: nobody twice, nobody missing, the uncertain listed."""

import asyncio
import multiprocessing
import os
import signal
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from benchmarks.world import CHANNEL, NOW, World, fill, opened
from bot.app import App
from bot.channels import Capabilities, Level, Outgoing
from bot.clock import SetClock
from bot.profile import load_profile
from bot.settings import Settings
from flows.people import PersonId, Role
from flows.rules.broadcasts import Broadcast, Outcome, State
from handlers import broadcasts
from handlers.occasion import Occasion
from storage.store import Store
from storage.uow import UnitOfWork

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PEOPLE = 10_000
FIRST_CUT, SECOND_CUT = 2_000, 5_000
"""After so many messages the plug is pulled."""
MOST_IN_FLIGHT = 100
LANGUAGES = ("de", "de-simple", "en", "ar", "uk")


class Written:
    """A channel without keys that writes down whom it has reached, and pulls the plug after `last`."""

    name = CHANNEL

    def __init__(self, diary: Path, last: int | None) -> None:
        self.capabilities = Capabilities(level=Level.L4, max_text=4000, idempotent=False)
        self._file = os.open(diary, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._last = last
        self.sent = 0

    async def send(self, message: Outgoing, external: str) -> str:
        """It has arrived before anybody here knows."""
        if message.message_class.value == "broadcast":
            os.write(self._file, f"{external}\n".encode())
            self.sent += 1
            if self._last is not None and self.sent >= self._last:
                os.kill(os.getpid(), signal.SIGKILL)
        return str(message.id)


def run(folder: Path, diary: Path, deed: str, last: int | None) -> None:
    """The program, in a process of its own: it looks after what was cut off, does what is asked, and works on."""
    asyncio.run(_run(World(folder), diary, deed, last))


async def _run(world: World, diary: Path, deed: str, last: int | None) -> None:
    with opened(world) as store:
        clock = SetClock(NOW)
        profile = load_profile("demo")
        app = App(Settings(), store=store, profile=profile, clock=clock, channels=[Written(diary, last)])
        await app.delivery.recover(alone=True)
        if deed:
            await app.run(partial(_do, deed=deed))
        await app.settle()
        clock.set(NOW + timedelta(minutes=2))
        await app.settle()


def _do(uow: UnitOfWork, deed: str) -> None:
    (known,) = uow.broadcasts.lately(1)
    occasion = Occasion(uow=uow, now=NOW, cause=deed)
    lead = uow.people.get(known.by)
    (broadcasts.stop if deed == "stop" else broadcasts.go_on)(occasion, lead, known)


def begin(uow: UnitOfWork) -> None:
    """It has been approved, and begins."""
    (lead,) = uow.people.all(Role.COORDINATOR)
    texts = dict.fromkeys(LANGUAGES, "=2+2")
    made = Broadcast(id=uow.new_id(), by=lead.id, created=NOW, texts=texts, state=State.RUNNING)
    uow.broadcasts.add(made)
    uow.broadcasts.freeze(made, [one.id for one in uow.people.all(Role.PARTICIPANT)], [])
    broadcasts.wake(Occasion(uow=uow, now=NOW, cause="begin"), made, NOW)


def work(folder: Path, diary: Path, deed: str = "", last: int | None = None) -> int | None:
    """Run it in a process of its own; how that ended."""
    child = multiprocessing.get_context("spawn").Process(target=run, args=(folder, diary, deed, last))
    child.start()
    child.join()
    return child.exitcode


def outcomes(store: Store) -> dict[str, Outcome]:
    """What became of it for each recipient, by the channel's name of them."""
    with store.read() as uow:
        (known,) = uow.broadcasts.lately(1)
        return {uow.people.get(PersonId(one.person)).handle: one.outcome for one in uow.broadcasts.outcomes(known.id)}


def test_everybody_gets_it_once_whoever_pulls_the_plug(tmp_path: Path) -> None:
    """Killed in mid-send, killed again, stopped over a start, let on: all have it, but for what was in flight."""
    diary = tmp_path / "diary"
    world = fill(tmp_path / "world", people=PEOPLE)
    with opened(world) as store:
        store.submit(begin).result()
    assert -signal.SIGKILL == work(world.folder, diary, last=FIRST_CUT)
    assert -signal.SIGKILL == work(world.folder, diary, last=SECOND_CUT - FIRST_CUT)
    assert 0 == work(world.folder, diary, "stop")
    stopped = len(diary.read_text().split())
    assert SECOND_CUT == stopped
    assert 0 == work(world.folder, diary)
    assert stopped == len(diary.read_text().split())
    assert 0 == work(world.folder, diary, "go_on")
    sent = Counter(diary.read_text().split())
    with opened(world) as store:
        became = outcomes(store)
        with store.read() as uow:
            assert State.DONE is uow.broadcasts.lately(1)[0].state
    uncertain = {who for who, outcome in became.items() if outcome is Outcome.UNCERTAIN}
    assert PEOPLE == len(became)
    assert [] == [who for who, times in sent.items() if times > 1]
    assert {Outcome.SENT, Outcome.UNCERTAIN} == set(became.values())
    assert {who for who, outcome in became.items() if outcome is Outcome.SENT} <= set(sent)
    assert set(became) == set(sent) | uncertain
    assert 0 < len(uncertain) <= 2 * MOST_IN_FLIGHT
