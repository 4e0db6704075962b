"""The web channel and its bells."""

import asyncio
from datetime import UTC, datetime

from bot.channels import Level, Outgoing
from bot.channels.web import WebChannel
from flows.engine.messages import MessageClass
from flows.people import PersonId

NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
MESSAGE = Outgoing(
    id=7,
    to=PersonId(1),
    subject=PersonId(1),
    channel="web",
    address=2,
    text="Hallo",
    language="de",
    level=Level.L3,
    message_class=MessageClass.REPLY,
    dedupe="d",
    cause="c",
    created=NOW,
    not_before=NOW,
)


async def test_sending_works_when_nobody_is_there() -> None:
    """The page is read from the database later, so a message to an empty room is delivered."""
    assert "web:7" == await WebChannel().send(MESSAGE, "p1")


async def test_sending_twice_is_the_same_as_once() -> None:
    """The channel takes the same message again after a crash and gives the same id."""
    channel = WebChannel()
    assert channel.capabilities.idempotent
    assert await channel.send(MESSAGE, "p1") == await channel.send(MESSAGE, "p1")


async def test_the_bell_rings_after_the_commit_that_follows_a_send() -> None:
    """Sending alone is not yet visible; the commit after it is, and only for who expects something."""
    channel = WebChannel()
    with channel.listen("p1", "a") as bell, channel.listen("p2", "b") as other:
        await channel.send(MESSAGE, "p1")
        assert not await bell.wait(0.01)
        await asyncio.to_thread(channel.after_commit)
        assert await bell.wait(1)
        assert not await other.wait(0.01)


async def test_a_commit_before_anybody_listens_is_no_trouble() -> None:
    """The writer may commit long before the first page is opened, and after the last one is closed."""
    channel = WebChannel()
    channel.after_commit()
    with channel.listen("p1", "a"):
        assert 1 == channel.open_pages("a")
    assert 0 == channel.open_pages("a")
    channel.after_commit()
    await asyncio.sleep(0)
