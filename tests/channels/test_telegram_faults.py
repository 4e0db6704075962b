"""Bad days of the service: pauses, slow and broken answers, broken connections; and the service as another process."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.channels.libraries import AIOGRAM, LIBRARIES, PTB, Client, Failed, client
from tests.channels.telegram_server import BotApiServer, MovableClock, Trouble, User
from tests.channels.telegram_server.process import Refused, running_service

# The library announces with each pause that its number will become a timedelta one day.
pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")

BREAKS: list[dict[str, Any]] = [
    {"trouble": Trouble.RESET},
    {"trouble": Trouble.BROKEN_JSON},
    {"trouble": Trouble.SERVER_ERROR, "code": 500},
    {"trouble": Trouble.SERVER_ERROR, "code": 502},
    {"trouble": Trouble.NO_ANSWER},
    {"trouble": Trouble.SLOW, "seconds": 3.0},
]


@pytest.mark.parametrize("effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("fault", BREAKS, ids=lambda fault: f"{fault['trouble']}{fault.get('code', '')}")
@pytest.mark.parametrize("library", LIBRARIES)
async def test_a_spoiled_send_fails_and_was_seen_or_not(
    library: str, fault: dict[str, Any], effect: bool, service: BotApiServer, person: User
) -> None:
    """Before the effect the person sees nothing, after it she does, and the library fails the same way in both."""
    set_ = service.trouble(method="sendMessage", effect=effect, **fault)
    async with client(library, service, service.bot().token, patience=0.3) as bot:
        with pytest.raises(Failed) as failed:
            await bot.send(person.id, "Hinweis")
        assert ("network", 1) == (failed.value.kind, set_.hits)
        assert effect == ("Hinweis" in [seen.text for seen in person.screen()])
        await bot.send(person.id, "noch einmal")


async def test_a_slow_answer_within_patience_is_an_answer(bot: Client, service: BotApiServer, person: User) -> None:
    """A request that takes its time succeeds all the same."""
    service.trouble(Trouble.SLOW, seconds=0.3)
    assert await bot.send(person.id, "langsam")


async def test_a_fault_hits_only_what_it_is_set_for(bot: Client, service: BotApiServer, person: User) -> None:
    """Faults can be narrowed to a chat and a method, last as long as they should, and can be lifted."""
    other = service.user()
    other.start()
    service.trouble(Trouble.REFUSAL, chat=other.id, times=None, code=400, description="Bad Request: TOPIC_CLOSED")
    await bot.send(person.id, "geht")
    for _ in range(3):
        with pytest.raises(Failed, match="topic_closed"):
            await bot.send(other.id, "geht nicht")
    service.lift()
    await bot.send(other.id, "geht wieder")


async def test_a_halt_for_all_counts_who_sends_on(bot: Client, service: BotApiServer, person: User) -> None:
    """The first request learns of the pause; whoever sends before it is over is refused and counted."""
    assert isinstance(service.clock, MovableClock)
    halt = service.halt(30, grace=0)
    with pytest.raises(Failed) as failed:
        await bot.send(person.id, "eins")
    assert ("retry", 30, 0) == (failed.value.kind, failed.value.number, service.sent_inside_halt)
    service.clock.advance(timedelta(seconds=20))
    with pytest.raises(Failed) as failed:
        await bot.send(person.id, "zwei")
    assert (True, 1, 1) == (9 <= failed.value.number <= 10, service.sent_inside_halt, halt.sent_inside)
    service.clock.advance(timedelta(seconds=10))
    await bot.send(person.id, "drei")
    assert 1 == service.sent_inside_halt
    assert ["/start", "drei"] == [seen.text for seen in person.screen()]


async def test_a_halt_for_a_chat_leaves_the_others_alone(bot: Client, service: BotApiServer, person: User) -> None:
    """A pause for one chat refuses that chat only."""
    other = service.user()
    other.start()
    service.halt(5, chat=other.id)
    with pytest.raises(Failed, match="retry"):
        await bot.send(other.id, "x")
    await bot.send(person.id, "x")
    assert not service.sent_inside_halt


async def test_what_was_on_its_way_is_no_breach(bot: Client, service: BotApiServer, person: User) -> None:
    """Requests that arrive together with the first refused one are refused without being counted."""
    service.halt(5, grace=1.0)
    failures = await asyncio.gather(*(bot.send(person.id, "x") for _ in range(5)), return_exceptions=True)
    assert ["retry"] * 5 == [failure.kind for failure in failures if isinstance(failure, Failed)]
    assert not service.sent_inside_halt


async def test_limits_can_be_enforced(bot: Client, service: BotApiServer, person: User) -> None:
    """When enforced, the second message to a chat within a second is asked to wait; another chat is not."""
    assert isinstance(service.clock, MovableClock)
    service.clock.freeze()
    other = service.user()
    other.start()
    service.enforce(per_chat=1, per_bot=30, pause=2)
    await bot.send(person.id, "eins")
    await bot.send(other.id, "eins")
    with pytest.raises(Failed) as failed:
        await bot.send(person.id, "zwei")
    assert ("retry", 2) == (failed.value.kind, failed.value.number)
    service.clock.advance(timedelta(seconds=2))
    await bot.send(person.id, "zwei")


async def test_the_fullest_second_is_counted(bot: Client, service: BotApiServer, person: User) -> None:
    """How many messages went out within a second is known per chat, per bot and in all."""
    other = service.user()
    other.start()
    for chat in (person, person, other):
        await bot.send(chat.id, "x")
    await asyncio.sleep(1.1)
    await bot.send(person.id, "x")
    assert (2, 3, 3) == (service.busiest(chat=person.id), service.busiest(bot=service.bot().id), service.busiest())
    assert 4 == service.busiest(seconds=30)


async def test_the_service_outlives_a_bot_as_another_process() -> None:
    """Driven from here, the other process shows both libraries' messages, takes taps, keeps its log, and says no."""
    with running_service() as remote:
        token = remote.do("bot", username="lotse_bot")["token"]
        remote.do("start", user=1, payload="code")
        async with client(AIOGRAM, remote, token) as bot:
            (update,) = await bot.updates()
            await bot.send(update.message.chat.id, "Kommst du?", reply_markup=bot.keyboard([("Ja", "y")]))
        assert "y" == remote.do("sees", user=1, text="/^Kommst/")["buttons"][0][0]["data"]
        tap = remote.do("tap", user=1, what="Ja")
        remote.do("clock", freeze=True, advance=10)
        remote.do("send_document", user=1, name="a.pdf", data64="JVBERg==")
        remote.do("halt", seconds=5)
        async with client(PTB, remote, token) as bot:
            found = await bot.updates(update.update_id + 1)
            assert tap["update_id"] == found[0].update_id
            assert b"%PDF" == await bot.download(found[1].message.document.file_id)
            with pytest.raises(Failed, match="flood control"):
                await bot.send(1, "x")
        assert ["wrote", "sent", "tapped", "wrote"] == [line["what"] for line in remote.do("log")]
        assert {"sent_inside_halt": 0, "busiest": 2} == remote.do("figures")
        assert 1 == len(remote.do("logged", what="tapped", text="y", within=1))
        with pytest.raises(Refused, match="no such button"):
            remote.do("tap", user=1, what="Vielleicht")


def test_a_taken_port_is_said() -> None:
    """A service that cannot start says why, instead of waiting for ever."""
    with BotApiServer() as first, pytest.raises(OSError, match="in use"), BotApiServer(port=first.port):
        pass
