"""Delivery to channels that others run: as fast as they allow, not at all in a halt, and taken away again in time."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels import Capabilities, Level, Outgoing, Rejected, TryLater, Unreachable
from flows.engine.messages import MessageClass, OutboxStatus
from flows.rules.grounds import Ground
from handlers.abroad import OWN_STAY, TAKES_BACK_WITHIN
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork
from tests.bot.running import MORNING, Program, Scripted, program, range_of_ids
from tests.channels.telegram_server.faults import busiest

ALERT = Sending(message_class=MessageClass.ALERT)
BROADCAST = Sending(message_class=MessageClass.BROADCAST, purpose="C1")
MINUTE = timedelta(minutes=1)


class Paced(Scripted):
    """A channel with limits, on which messages can be taken away; `at` says when each was sent."""

    def __init__(self, *, per_second: float | None = 20, per_address: float | None = 1) -> None:
        super().__init__(
            Capabilities(level=Level.L4, max_text=4000, deletes=True, per_second=per_second, per_address=per_address)
        )
        self.at: list[float] = []
        self.removed: list[str] = []
        self.refuses: list[Exception] = []

    async def send(self, message: Outgoing, external: str) -> str:
        """Note the instant, then do as told."""
        self.at.append(time.monotonic())
        return await super().send(message, external)

    async def remove(self, external: str, platform_id: str) -> None:
        """Refuse as told, or take it away."""
        if self.refuses:
            raise self.refuses.pop(0)
        self.removed.append(platform_id)


def crowd(running: Program, size: int, sending: Sending = BROADCAST) -> Callable[[UnitOfWork], None]:
    """A message to each of so many participants of the demo world."""

    def work(uow: UnitOfWork) -> None:
        for number in range(size):
            person = uow.people.by_handle(f"p{number + 1}")
            assert person is not None
            uow.guard.names(person.id, Ground.ANSWER)
            occasion = Occasion(uow=uow, now=running.clock.now(), cause=f"crowd:{number}")
            occasion.say_words(person, f"an alle {number}", sending)

    return work


async def test_one_address_gets_one_message_a_second(tmp_path: Path) -> None:
    """Three messages to one person take two seconds, in order; what is waited for is not in flight meanwhile."""
    channel = Paced()
    async with program(tmp_path, channel) as running:
        await running.write("p1", "eins", "zwei", "drei")
        await running.after()
        assert ["eins", "zwei", "drei"] == channel.texts("p1")
        first, second, third = channel.at
        assert second - first >= 1
        assert third - second >= 1


async def test_a_reply_overtakes_what_waits(tmp_path: Path) -> None:
    """While a broadcast is under way at the allowed rate, a reply to somebody else is the next but few."""
    channel = Paced(per_second=5)
    async with program(tmp_path, channel) as running:
        await running.app.run(crowd(running, 4))
        async with asyncio.TaskGroup() as meanwhile:
            meanwhile.create_task(running.app.settle())
            await asyncio.sleep(0.3)
            await running.write("c1", "Antwort")
            running.app.delivery.look_again()
        sent = [text for _, text in channel.took]
        assert sent.index("Antwort") < len(sent) - 1
        assert busiest(channel.at, 1) <= 5


async def test_a_halt_of_the_channel_is_obeyed_by_everything(tmp_path: Path) -> None:
    """After a request to wait nothing is sent to anybody until it is over, and then everything is, once."""
    channel = Paced()
    async with program(tmp_path, channel) as running:
        asked = [TryLater(timedelta(minutes=5), for_all=True)]
        channel.behaves["p1"] = lambda _: asked.pop() if asked else None
        await running.write("p1", "eins")
        await running.after()
        await running.write("p5", "zwei", sending=ALERT)
        await running.write("c1", "drei")
        await running.after(4 * MINUTE)
        assert [("p1", "eins")] == channel.tried
        assert (MORNING + 5 * MINUTE) == running.app.next_due()
        await running.after(MINUTE)
        assert [("p1", "eins"), ("p5", "zwei"), ("c1", "drei")] == sorted(
            channel.took, key=lambda each: ["eins", "zwei", "drei"].index(each[1])
        )


async def test_a_halt_of_one_address_stops_nobody_else(tmp_path: Path) -> None:
    """Who is asked to wait at one address waits there; the others get theirs."""
    channel = Paced()
    async with program(tmp_path, channel) as running:
        asked = [TryLater(timedelta(minutes=5))]
        channel.behaves["p1"] = lambda _: asked.pop() if asked else None
        await running.write("p1", "eins", "zwei")
        await running.after()
        await running.write("p5", "drei")
        await running.after(MINUTE)
        assert [("p5", "drei")] == channel.took
        await running.after(4 * MINUTE)
        assert ["eins", "zwei"] == channel.texts("p1")


async def test_a_halt_outlives_the_program(tmp_path: Path) -> None:
    """The next start keeps to what the one before was asked."""
    channel = Paced()
    async with program(tmp_path, channel) as running:
        channel.behaves["p1"] = lambda _: TryLater(timedelta(minutes=5), for_all=True)
        await running.write("p1", "eins")
        await running.after()
    channel.behaves.clear()
    async with program(tmp_path, channel, at=MORNING + 4 * MINUTE) as running:
        await running.app.run(crowd(running, 2))
        await running.after()
        assert [] == channel.took
        await running.after(MINUTE)
        assert ["p1", "p1", "p2"] == sorted(who for who, _ in channel.took)


async def test_who_was_about_to_be_sent_is_put_back_untried(tmp_path: Path) -> None:
    """What was taken up when the halt came is not sent, and that counts as no try."""
    channel = Paced(per_second=2)
    async with program(tmp_path, channel, retries=1) as running:
        for who in ("p1", "p2", "p3", "p4"):
            channel.behaves[who] = lambda _: TryLater(timedelta(minutes=5), for_all=True)
        await running.app.run(crowd(running, 4))
        await running.after()
        tried = {who for who, _ in channel.tried}
        assert 1 == len(tried)
        channel.behaves.clear()
        await running.after(5 * MINUTE)
        assert 4 == len(channel.took)
        with running.app.store.read() as uow:
            attempts = sorted(uow.outbox.get(id_).attempts for id_ in range_of_ids(running.app))
        assert [1, 1, 1, 2] == attempts


async def test_an_alert_that_has_to_wait_long_goes_to_one_more_person(tmp_path: Path) -> None:
    """Whoever is to know is not reached for five minutes: the caseworker is told to call."""
    channel = Paced()
    async with program(tmp_path, channel) as running:
        channel.behaves["p1"] = lambda _: TryLater(timedelta(minutes=5), for_all=True)
        await running.write("p1", "eins", sending=ALERT)
        await running.after()
        assert ["undeliverable"] == running.alerts()


async def test_trouble_for_all_is_not_tried_by_each(tmp_path: Path) -> None:
    """A channel that is broken for everybody is tried by one message at a time, not by all that wait."""
    channel = Paced()
    async with program(tmp_path, channel) as running:
        for number in range(1, 5):
            channel.behaves[f"p{number}"] = lambda _: TryLater(for_all=True)
        await running.app.run(crowd(running, 4))
        await running.after()
        tried = len(channel.tried)
        assert tried < 4
        channel.behaves.clear()
        for _ in range(3):
            await running.after(MINUTE)
        assert 4 == len(channel.took)


async def test_what_is_above_the_channel_never_goes_there(tmp_path: Path) -> None:
    """Whatever a row says: a channel that can carry less is not given more."""
    channel = Paced()
    channel.capabilities = Capabilities(level=Level.L0, max_text=4000)
    async with program(tmp_path, channel) as running:
        await running.write("p1", "eins")
        await running.after()
        assert [] == channel.tried
        assert OutboxStatus.FAILED is await running.status("eins")


async def test_a_start_after_a_start_keeps_to_the_second(tmp_path: Path) -> None:
    """Two programs, one after the other within a second, do not send more together than one may."""
    channel = Paced(per_second=2)
    async with program(tmp_path, channel) as running:
        await running.write("p5", "eins")
        await running.write("c1", "zwei")
        await running.after()
    async with program(tmp_path, channel) as running:
        await running.app.run(crowd(running, 2))
        await running.after()
    assert 4 == len(channel.took)
    assert busiest(channel.at, 1) <= 2


async def test_our_message_is_taken_away_before_it_is_too_late(tmp_path: Path) -> None:
    """46 hours after it was sent, by the name the channel gave it; once."""
    channel = Paced()
    async with program(tmp_path, channel) as running:
        await running.write("p1", "eins")
        await running.after()
        [id_] = range_of_ids(running.app)[-1:]
        await running.after(OWN_STAY - MINUTE)
        assert [] == channel.removed
        await running.after(2 * MINUTE)
        await running.after(MINUTE)
        assert [f"taken-{id_}"] == channel.removed


@pytest.mark.parametrize("error", [TryLater(timedelta(minutes=1), for_all=True), TryLater(), RuntimeError()])
async def test_what_could_not_be_taken_away_is_tried_again(tmp_path: Path, error: Exception) -> None:
    """Trouble that passes: it is taken away as soon as the channel lets us."""
    channel = Paced()
    async with program(tmp_path, channel) as running:
        await plan(running)
        channel.refuses = [error]
        await running.after()
        assert [] == channel.removed
        await running.after(MINUTE)
        assert ["theirs"] == channel.removed


@pytest.mark.parametrize("error", [Unreachable(), Rejected()])
async def test_what_can_never_be_taken_away_is_given_up(tmp_path: Path, error: Exception) -> None:
    """A channel that refuses for good is not asked again, and it is written down."""
    channel = Paced()
    async with program(tmp_path, channel) as running:
        await plan(running)
        channel.refuses = [error]
        for _ in range(3):
            await running.after(MINUTE)
        assert [] == channel.removed
        with running.app.store.read() as uow:
            assert uow.removals.next_due() is None


async def test_taking_away_ends_at_its_limit(tmp_path: Path) -> None:
    """After two days the channel would not do it any more: nobody tries."""
    channel = Paced()
    async with program(tmp_path, channel) as running:
        await plan(running)
        await running.after(TAKES_BACK_WITHIN)
        assert [] == channel.removed
        with running.app.store.read() as uow:
            assert uow.removals.next_due() is None


async def plan(running: Program) -> None:
    """Somebody has written what must not stay on the channel."""

    def work(uow: UnitOfWork) -> None:
        person = uow.people.by_handle("p1")
        assert person is not None
        [address] = uow.people.addresses(person.id)
        now = running.clock.now()
        uow.removals.add(address, "theirs", due=now, gives_up=now + TAKES_BACK_WITHIN)

    await running.app.run(work)
