"""How updates reach a bot: long polling, its conflicts, webhooks, and updates that come twice or out of order."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from aiohttp import web

from tests.channels.libraries import AIOGRAM, PTB, Client, Failed, client
from tests.channels.telegram_server import BotApiServer, MovableClock, User

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(slots=True)
class Receiver:
    """A bot's web address: keeps what is posted there and answers with the next of `statuses`, then with 200."""

    url: str = ""
    secrets: list[str] = field(default_factory=list)
    posted: list[Any] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        """Take one update."""
        self.secrets.append(request.headers.get(SECRET_HEADER, ""))
        self.posted.append(json.loads(await request.read()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    @property
    def texts(self) -> list[str]:
        """What the posted messages say."""
        return [update["message"]["text"] for update in self.posted]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A bot's web address that answers."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_come_until_they_are_acknowledged(bot: Client, person: User) -> None:
    """The same updates come again until a higher offset is asked for; a limit cuts them into portions."""
    person.send("eins")
    first = await bot.updates(limit=1)
    again = await bot.updates()
    assert ["/start"] == [update.message.text for update in first]
    assert ["/start", "eins"] == [update.message.text for update in again]
    assert ["eins"] == [update.message.text for update in await bot.updates(first[0].update_id + 1)]
    assert not await bot.updates(again[1].update_id + 1)
    assert not await bot.updates()


async def test_a_negative_offset_keeps_the_last(bot: Client, person: User) -> None:
    """With offset -1 everything but the last update is forgotten."""
    person.send("eins")
    person.send("zwei")
    assert ["zwei"] == [update.message.text for update in await bot.updates(-1)]
    assert ["zwei"] == [update.message.text for update in await bot.updates()]


async def test_long_polling_waits_and_is_woken(bot: Client, service: BotApiServer) -> None:
    """A waiting request returns as soon as there is something, or empty when its time is over."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    assert not await bot.updates(wait=1)
    assert loop.time() - begun >= 0.9
    begun = loop.time()
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(bot.updates(wait=10))
        await service.until(lambda: service.is_polled(service.bot()))
        service.user().start()
    assert 1 == len(waiting.result())
    assert loop.time() - begun < 10


async def test_only_what_is_wanted_is_kept(bot: Client, person: User) -> None:
    """Kinds that are not among allowed_updates are never queued, until all are wanted again."""
    await bot.updates(allowed_updates=["message"])
    person.block()
    person.start()
    assert ["/start", "/start"] == [update.message.text for update in await bot.updates()]
    await bot.updates(allowed_updates=["my_chat_member"])
    person.send("weg")
    assert 2 == len(await bot.updates())


async def refused(bot: Client) -> Failed:
    """Wait for updates until that is refused."""
    with pytest.raises(Failed) as failed:
        await bot.updates(wait=10)
    return failed.value


async def test_a_second_poller_ends_the_first(bot: Client, service: BotApiServer) -> None:
    """Of two who wait for the same bot, the earlier is refused with a conflict."""
    async with client(bot.library, service, service.bot().token) as other, asyncio.TaskGroup() as tasks:
        first = tasks.create_task(refused(bot))
        await service.until(lambda: service.is_polled(service.bot()))
        second = tasks.create_task(other.updates(wait=10))
        assert "conflict" == (await first).kind
        service.user().start()
    assert 1 == len(second.result())
    assert "terminated by other getupdates request" in first.result().words


async def test_updates_are_forgotten_after_a_day(bot: Client, service: BotApiServer, person: User) -> None:
    """What nobody fetched for 24 hours is gone."""
    assert isinstance(service.clock, MovableClock)
    service.clock.advance(timedelta(hours=24))
    person.send("neu")
    assert ["neu"] == [update.message.text for update in await bot.updates()]


async def test_an_update_can_come_again(bot: Client, service: BotApiServer, person: User) -> None:
    """After its acknowledgement an update can be delivered twice more, with its old number."""
    done = person.send("krank")
    await bot.updates(done.update_id + 1)
    service.redeliver(service.bot(), done.update_id, copies=2)
    assert [done.update_id] * 2 == [update.update_id for update in await bot.updates(done.update_id + 1)]
    assert not await bot.updates(done.update_id + 1)


async def test_updates_can_come_shuffled_and_often(bot: Client, service: BotApiServer, person: User) -> None:
    """What was held back comes in any order, each as often as wanted."""
    service.hold(service.bot())
    sent = [person.send(str(number)).update_id for number in range(5)]
    assert not await bot.updates()
    service.release(service.bot(), shuffle=Random(1), copies=3)
    found = [update.update_id for update in await bot.updates(sent[0])]
    assert sorted(sent * 3) == sorted(found)[-15:]
    assert sorted(found) != found


async def test_a_webhook_gets_its_updates_with_the_secret(
    bot: Client, service: BotApiServer, person: User, receiver: Receiver
) -> None:
    """What waited and what happens is posted in order, with the secret, and polling is a conflict then."""
    await bot.call("set_webhook", url=receiver.url, secret_token="Geheim-1")
    person.send("eins")
    await service.until(lambda: service.pending(service.bot()) == 0)
    assert ["/start", "eins"] == receiver.texts
    assert {"Geheim-1"} == set(receiver.secrets)
    with pytest.raises(Failed, match="can't use getupdates method while webhook is active"):
        await bot.updates()
    assert receiver.url == (await bot.call("get_webhook_info")).url
    await bot.call("delete_webhook")
    assert not (await bot.call("get_webhook_info")).url
    assert not await bot.updates()


async def test_a_webhook_is_tried_again_in_order(
    bot: Client, service: BotApiServer, person: User, receiver: Receiver
) -> None:
    """An answer other than 2xx brings the update again before the next of that chat; other chats go on."""
    receiver.statuses = [500, 401, 302]
    await bot.call("set_webhook", url=receiver.url)
    person.send("eins")
    await service.until(lambda: service.pending(service.bot()) == 0)
    assert ["/start", "/start", "/start", "/start", "eins"] == receiver.texts
    info = await bot.call("get_webhook_info")
    assert "Wrong response from the webhook: 302 Found" == info.last_error_message


async def test_an_update_posted_once_more_keeps_its_number(
    bot: Client, service: BotApiServer, person: User, receiver: Receiver
) -> None:
    """A webhook gets a redelivered update as a copy of the first."""
    await bot.call("set_webhook", url=receiver.url)
    done = person.send("krank")
    await service.until(lambda: service.pending(service.bot()) == 0)
    service.redeliver(service.bot(), done.update_id)
    await service.until(lambda: len(receiver.posted) == 3)
    assert receiver.posted[1] == receiver.posted[2]


async def test_a_waiting_poller_hears_of_the_webhook(bot: Client, service: BotApiServer, receiver: Receiver) -> None:
    """Setting a webhook ends the request that waits."""

    async with asyncio.TaskGroup() as tasks:
        waited = tasks.create_task(refused(bot))
        await service.until(lambda: service.is_polled(service.bot()))
        await bot.call("set_webhook", url=receiver.url)
    assert "terminated by setwebhook request" in waited.result().words


@pytest.mark.parametrize(
    ("url", "secret", "words"),
    [
        ("http://bot.example.org/hook", "", "an https url must be provided for webhook"),
        ("https://bot.example.org/hook", "with space", "secret token contains unallowed characters"),
        ("https://bot.example.org/hook", "x" * 257, "secret token is too long"),
    ],
)
async def test_a_bad_webhook_is_refused(bot: Client, url: str, secret: str, words: str) -> None:
    """Plain HTTP elsewhere, and secrets that no header can carry, are refused."""
    with pytest.raises(Failed, match=words):
        await bot.call("set_webhook", url=url, secret_token=secret)


async def test_a_poller_that_died_takes_nothing_along(service: BotApiServer, person: User) -> None:
    """What happens after a waiting bot was killed is there for the next one, also an update that comes again."""
    first = service.bot().queue.waiting[0].id
    async with client(AIOGRAM, service, service.bot().token) as dying:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await dying.updates(first + 1, wait=30)
    service.redeliver(service.bot(), first)
    person.send("eins")
    async with client(PTB, service, service.bot().token) as next_:
        found = await next_.updates(first + 1, wait=5)
    assert ["/start", "eins"] == sorted(update.message.text for update in found)
