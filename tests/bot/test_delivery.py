"""Delivery: what is committed is sent, in order, once; whatever a channel does, it is told and holds up nobody else."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels import Outgoing, Rejected, TryLater, Unreachable
from flows.engine.messages import MessageClass, OutboxStatus
from handlers.occasion import Sending
from storage.outbox import Claimed
from storage.queues import Rooms
from tests.bot.running import PATIENCE, TWICE_IS_FINE, Behaviour, Scripted, program, until

ALERT = Sending(message_class=MessageClass.ALERT)
REMINDER = Sending(message_class=MessageClass.REMINDER, purpose="C1")


def first(times: int, error: type[Exception]) -> Behaviour:
    """Fail so often, then work."""
    left = [times]

    def behave(_: Outgoing) -> Exception | None:
        left[0] -= 1
        return error() if left[0] >= 0 else None

    return behave


def always(error: type[Exception]) -> Behaviour:
    """Fail for ever."""
    return lambda _: error()


async def test_messages_to_one_address_keep_their_order(tmp_path: Path) -> None:
    """A message waits for older ones to its address, one that is tried again included; others do not wait for them."""
    async with program(tmp_path) as running:
        running.channel.behaves["p1"] = first(2, TryLater)
        await running.write("p1", "eins", "zwei", "drei")
        await running.write("p5", "vier")
        await running.after()
        assert [("p5", "vier")] == running.channel.took
        await running.after(timedelta(minutes=1))
        await running.after(timedelta(minutes=1))
        assert ["eins", "zwei", "drei"] == running.channel.texts("p1")


async def test_what_was_sent_is_sent_once(tmp_path: Path) -> None:
    """A message that the channel took is never sent again."""
    async with program(tmp_path) as running:
        await running.write("p1", "eins")
        for _ in range(3):
            await running.after(timedelta(hours=1))
        assert [("p1", "eins")] == running.channel.tried
        assert OutboxStatus.SENT is await running.status("eins")


async def test_a_wait_the_channel_asks_for_is_kept(tmp_path: Path) -> None:
    """A channel that asks for ten minutes is left alone for ten minutes."""
    async with program(tmp_path) as running:
        asked = [TryLater(timedelta(minutes=10))]
        running.channel.behaves["p1"] = lambda _: asked.pop() if asked else None
        await running.write("p1", "eins")
        await running.after()
        await running.after(timedelta(minutes=9))
        assert 1 == len(running.channel.tried)
        await running.after(timedelta(minutes=1))
        assert ["eins"] == running.channel.texts("p1")


async def test_a_message_tried_in_vain_is_given_up_and_somebody_is_told(tmp_path: Path) -> None:
    """After the set number of tries it is given up, and the caseworker is asked to call."""
    async with program(tmp_path, retries=3) as running:
        running.channel.behaves["p1"] = always(TryLater)
        await running.write("p1", "eins")
        for _ in range(10):
            await running.after(timedelta(hours=1))
        assert 3 == len(running.channel.tried[:3])
        assert ["p1", "p1", "p1"] == [who for who, _ in running.channel.tried if who == "p1"]
        assert OutboxStatus.FAILED is await running.status("eins")
        assert ["undeliverable"] == running.alerts()


@pytest.mark.parametrize("error", [Unreachable, Rejected])
async def test_what_is_refused_for_good_is_tried_once(tmp_path: Path, error: type[Exception]) -> None:
    """A blocked address and a refused message are not tried again, and the next message is."""
    async with program(tmp_path) as running:
        running.channel.behaves["p1"] = first(1, error)
        await running.write("p1", "eins", "zwei")
        await running.after()
        assert ["zwei"] == running.channel.texts("p1")
        assert OutboxStatus.FAILED is await running.status("eins")
        assert ["undeliverable"] == running.alerts()


async def test_an_alert_to_staff_is_never_given_up_for_trouble_that_passes(tmp_path: Path) -> None:
    """An alert is tried until the channel takes it, however long that is."""
    async with program(tmp_path, retries=2) as running:
        running.channel.behaves["c1"] = first(6, TryLater)
        await running.write("c1", "eins", sending=ALERT)
        for _ in range(10):
            await running.after(timedelta(hours=1))
        assert ["eins"] == running.channel.texts("c1")


async def test_what_has_expired_is_not_sent(tmp_path: Path) -> None:
    """A reminder that could not be sent until it expired is not sent afterwards."""
    async with program(tmp_path) as running:
        running.channel.behaves["p1"] = first(1, TryLater)
        expires = running.clock.now() + timedelta(seconds=1)
        sending = Sending(message_class=MessageClass.REMINDER, purpose="C1", expires=expires)
        await running.write("p1", "eins", sending=sending)
        await running.after()
        await running.after(timedelta(hours=1))
        assert [] == running.channel.took
        assert OutboxStatus.FAILED is await running.status("eins")


@pytest.mark.parametrize("error", [RuntimeError, OSError, TimeoutError, KeyError, ValueError])
async def test_a_broken_channel_stops_nobody_else(tmp_path: Path, error: type[Exception]) -> None:
    """Whatever a channel raises for one address, the others get theirs, now and later."""
    async with program(tmp_path) as running:
        running.channel.behaves["p1"] = always(error)
        for text in ("eins", "zwei"):
            await running.write("p1", text)
            await running.write("p5", text)
            await running.after()
        assert ["eins", "zwei"] == running.channel.texts("p5")


@pytest.mark.parametrize(
    ("sending", "safe", "status", "words"),
    [
        (Sending(), False, OutboxStatus.UNCERTAIN, []),
        (REMINDER, False, OutboxStatus.UNCERTAIN, []),
        (ALERT, False, OutboxStatus.SENT, ["again"]),
        (Sending(), True, OutboxStatus.SENT, ["eins"]),
        (REMINDER, True, OutboxStatus.SENT, ["eins"]),
        (ALERT, True, OutboxStatus.SENT, ["eins"]),
    ],
)
@pytest.mark.parametrize("way", ["crash", "fault"])
async def test_when_nobody_knows_whether_it_was_sent(
    tmp_path: Path, sending: Sending, safe: bool, status: OutboxStatus, words: list[str], way: str
) -> None:
    """Alerts go again and say so, idempotent channels resend, the rest is held as uncertain: after crash and fault."""
    who = "c1" if sending is ALERT else "p5"
    channel = Scripted(TWICE_IS_FINE) if safe else Scripted()
    async with program(tmp_path, channel) as running:
        await running.write(who, "eins", sending=sending)
        if way == "crash":
            await running.cut_off()
        else:
            channel.behaves[who] = first(1, RuntimeError)
            await running.after()
    async with program(tmp_path, channel, at=running.clock.now()) as running:
        await running.after(timedelta(minutes=5))
        assert status is await running.status("eins")
        taken = running.channel.texts(who)
        assert len(words) == len(taken)
        assert all("eins" in text for text in taken)
        assert ["again" if text != "eins" else text for text in taken] == words


async def test_a_slow_channel_holds_up_its_own_address_only(tmp_path: Path) -> None:
    """While one address hangs, messages to others are taken up and arrive, those written meanwhile included."""
    async with program(tmp_path) as running:
        running.channel.behaves["p1"] = lambda _: 60.0
        await running.write("p1", "eins", "zwei")
        async with asyncio.TaskGroup() as meanwhile:
            meanwhile.create_task(running.app.settle())
            await asyncio.sleep(0.3)
            await running.write("p5", "drei")
            await until(lambda: ["drei"] == running.channel.texts("p5"))
            assert [] == running.channel.texts("p1")
            running.channel.behaves.clear()


async def test_a_send_that_never_ends_is_ended(tmp_path: Path) -> None:
    """After half its lease a send counts as failed without a clear answer."""
    async with program(tmp_path) as running:
        running.channel.behaves["p1"] = lambda _: 60.0
        await running.write("p1", "eins")
        async with asyncio.timeout(PATIENCE):
            await running.after()
        assert OutboxStatus.UNCERTAIN is await running.status("eins")
        assert 0 == running.channel.under_way


async def test_stopping_finishes_what_is_being_sent(tmp_path: Path) -> None:
    """A message that is on its way when the program is told to stop arrives and is marked so."""
    channel = Scripted()
    async with asyncio.TaskGroup() as meanwhile, program(tmp_path, channel) as running:
        channel.behaves["p1"] = lambda _: 0.5
        await running.write("p1", "eins")
        meanwhile.create_task(running.app.settle())
        await until(lambda: 1 == channel.under_way)
    async with program(tmp_path, channel) as running:
        assert OutboxStatus.SENT is await running.status("eins")
        assert ["eins"] == channel.texts("p1")


async def test_a_channel_that_is_switched_off_is_told(tmp_path: Path) -> None:
    """A message to a channel that does not run is given up, and the caseworker is asked to call."""
    channel = Scripted()
    async with program(tmp_path, channel) as running:
        await running.write("p1", "eins")
        del running.app.channels["memory"]
        await running.after()
        assert OutboxStatus.FAILED is await running.status("eins")


async def test_nothing_is_left_when_sends_end_while_others_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round that had no room when it asked, and has some when the answer comes, is not the last one."""
    async with program(tmp_path, batch=1) as running:
        ask = running.app.delivery._claim

        async def ask_slowly(limit: int, rooms: Rooms) -> list[Claimed]:
            claimed = await ask(limit, rooms)
            await asyncio.sleep(0.2)
            return claimed

        monkeypatch.setattr(running.app.delivery, "_claim", ask_slowly)
        running.channel.behaves["p1"] = lambda _: 0.35
        await running.write("p1", "eins")
        await running.write("p5", "zwei")
        await running.app.settle()
        assert [("p1", "eins"), ("p5", "zwei")] == running.channel.took
