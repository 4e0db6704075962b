"""Both Telegram channels over real HTTP: what people see, what is refused, and what each refusal becomes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.bot_api.channel import TelegramChannel
from bot.bot_api.commands import PARTICIPANTS, STAFF, introductions
from bot.bot_api.refusals import NoClearAnswer
from bot.channels import Channel, Deleting, Level, Moved, OutgoingButton, Rejected, TryLater, Unreachable
from tests.channels.telegram_bots import HELLO, PLAIN, open_channel, open_client
from tests.channels.telegram_server import BotApiServer, MovableClock, Trouble, User

LONG = " ".join(f"Das ist der Satz mit der Nummer {number}." for number in range(250))


@pytest.fixture(params=[PARTICIPANTS, STAFF])
async def channel(request: pytest.FixtureRequest, service: BotApiServer) -> AsyncIterator[TelegramChannel]:
    """The channel of either bot."""
    async with open_channel(request.param, service) as opened:
        yield opened


def seen(person: User) -> list[str]:
    """The texts of the bot's messages on the screen."""
    return [message.text for message in person.screen() if not message.own]


async def test_a_message_is_plain_protected_and_has_a_row_for_each_button(
    channel: TelegramChannel, person: User
) -> None:
    """Marks stay letters, no page is fetched for a preview, forwarding is off, buttons stand one below the other."""
    platform_id = await channel.send(HELLO, str(person.id))
    message = person.screen()[-1]
    assert platform_id == str(message.message_id)
    assert (HELLO.text, True, False) == (message.text, message.protected, message.preview)
    assert [["Ja, ich komme"], ["Nein"]] == [[button.text for button in row] for row in message.buttons]
    assert ["handle-1", "handle-2"] == [button.data for row in message.buttons for button in row]


async def test_it_is_a_channel_that_can_take_away(channel: TelegramChannel) -> None:
    """The port is kept, with what the service can do and how fast."""
    port: Channel = channel
    assert isinstance(port, Deleting)
    can = port.capabilities
    assert (Level.L2, 4096, True, True, False) == (can.level, can.max_text, can.edits, can.deletes, can.idempotent)
    assert (30, 1) == (can.per_second, can.per_address)


async def test_a_long_text_comes_in_parts_and_goes_as_one(channel: TelegramChannel, person: User) -> None:
    """Parts end with sentences, are in order, the last has the buttons, and the name of the message removes all."""
    platform_id = await channel.send(replace(HELLO, text=LONG), str(person.id))
    parts = [message for message in person.screen() if not message.own]
    assert len(parts) > 2
    assert LONG == " ".join(part.text for part in parts)
    assert [0] * (len(parts) - 1) + [2] == [len(part.labels) for part in parts]
    await channel.remove(str(person.id), platform_id)
    await channel.remove(str(person.id), platform_id)
    assert [] == seen(person)


@pytest.mark.parametrize("name", [PARTICIPANTS, STAFF])
async def test_a_long_text_goes_on_where_it_was_cut_off(name: str, service: BotApiServer, person: User) -> None:
    """When the service is busy between two parts, the next try begins with the part that is missing."""
    message, chat = replace(PLAIN, text=LONG), str(person.id)

    async def disturb() -> None:
        await person.sees("Nummer 1.")
        service.trouble(Trouble.SERVER_ERROR, method="sendMessage", code=503)

    async with open_channel(name, service, between=0.3) as channel, asyncio.TaskGroup() as tasks:
        tasks.create_task(disturb())
        with pytest.raises(TryLater):
            await channel.send(message, chat)
        assert 1 == len(seen(person))
        await channel.send(message, chat)
    assert LONG == " ".join(seen(person))


async def test_what_may_not_leave_the_house_does_not(
    channel: TelegramChannel, service: BotApiServer, person: User
) -> None:
    """A message above L2, and a button whose handle is too long, are refused before anything is asked."""
    handle = OutgoingButton(handle="x" * 65, label="Ja", action="yes")
    for message in (replace(PLAIN, level=Level.L3), replace(PLAIN, buttons=(handle,))):
        with pytest.raises(Rejected):
            await channel.send(message, str(person.id))
    assert [] == seen(person)


REFUSALS: list[tuple[int, str, type[Exception]]] = [
    (403, "Forbidden: bot was blocked by the user", Unreachable),
    (403, "Forbidden: user is deactivated", Unreachable),
    (403, "Forbidden: bot can't initiate conversation with a user", Unreachable),
    (400, "Bad Request: chat not found", Unreachable),
    (400, "Bad Request: USER_IS_BLOCKED", Unreachable),
    (400, "Bad Request: PEER_ID_INVALID", Unreachable),
    (400, "Bad Request: can't parse entities", Rejected),
    (400, "Bad Request: BUTTON_DATA_INVALID", Rejected),
    (413, "Request Entity Too Large", Rejected),
    (401, "Unauthorized", TryLater),
    (500, "Internal Server Error", TryLater),
    (503, "Service Unavailable", TryLater),
    (504, "Gateway Timeout", NoClearAnswer),
]


@pytest.mark.parametrize(("code", "words", "error"), REFUSALS)
async def test_each_refusal_has_its_meaning(
    channel: TelegramChannel, service: BotApiServer, person: User, code: int, words: str, error: type[Exception]
) -> None:
    """Blocked and gone is unreachable, wrong is rejected, trouble is for later, and unknown is said to be unknown."""
    service.trouble(Trouble.REFUSAL, method="sendMessage", code=code, description=words)
    with pytest.raises(error) as raised:
        await channel.send(PLAIN, str(person.id))
    assert type(raised.value) is error or error is TryLater


UNCLEAR: list[dict[str, Any]] = [
    {"trouble": Trouble.RESET},
    {"trouble": Trouble.BROKEN_JSON},
    {"trouble": Trouble.NO_ANSWER},
    {"trouble": Trouble.SLOW, "seconds": 3.0},
]


@pytest.mark.parametrize("effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("fault", UNCLEAR, ids=lambda fault: str(fault["trouble"]))
@pytest.mark.parametrize("name", [PARTICIPANTS, STAFF])
async def test_nobody_knows_after_a_broken_answer(
    name: str, fault: dict[str, Any], effect: bool, service: BotApiServer, person: User
) -> None:
    """Seen or not, a request whose answer is missing or torn is neither sent nor to be sent again."""
    service.trouble(method="sendMessage", effect=effect, **fault)
    channel = TelegramChannel(name, open_client(name, service, patience=0.4), service.clock)
    with pytest.raises(NoClearAnswer):
        await channel.send(PLAIN, str(person.id))
    assert effect == (seen(person) == [PLAIN.text])
    await channel.close()


@pytest.mark.parametrize("name", [PARTICIPANTS, STAFF])
async def test_what_never_left_is_tried_again(name: str, service: BotApiServer) -> None:
    """Where no connection comes about nothing was sent: that is for later, and never in doubt."""
    with BotApiServer() as gone:
        token = gone.bot().token
        client = open_client(name, gone, token=token)
    channel = TelegramChannel(name, client, service.clock)
    with pytest.raises(TryLater):
        await channel.send(PLAIN, "500001")
    await channel.close()


async def test_a_gateway_in_trouble_is_for_later(channel: TelegramChannel, service: BotApiServer, person: User) -> None:
    """A page of HTML from the front server is no answer of the service's, and is tried again."""
    service.trouble(Trouble.SERVER_ERROR, method="sendMessage", code=502)
    with pytest.raises(TryLater) as raised:
        await channel.send(PLAIN, str(person.id))
    assert (None, True) == (raised.value.after, raised.value.for_all)
    await channel.send(PLAIN, str(person.id))


async def test_people_who_block_or_leave_are_unreachable(channel: TelegramChannel, service: BotApiServer) -> None:
    """Blocked, deleted and never met: nothing arrives there any more."""
    blocked, gone, stranger = service.user(), service.user(), service.user()
    blocked.start()
    blocked.block()
    gone.start()
    gone.deactivate()
    for person in (blocked, gone, stranger):
        with pytest.raises(Unreachable):
            await channel.send(PLAIN, str(person.id))


async def test_a_chat_that_has_moved_says_where_to(
    channel: TelegramChannel, service: BotApiServer, person: User
) -> None:
    """The new number comes with the refusal."""
    group = service.group(members=[person])
    group.add(service.bot(), by=person)
    new = group.migrate()
    with pytest.raises(Moved) as raised:
        await channel.send(PLAIN, str(group.id))
    assert str(new.id) == raised.value.external


async def test_a_pause_is_obeyed_by_all(channel: TelegramChannel, service: BotApiServer, person: User) -> None:
    """After "retry after" nothing is asked of the service until the time is over, for nobody; then all goes on."""
    assert isinstance(service.clock, MovableClock)
    service.clock.freeze()
    other = service.user()
    other.start()
    service.halt(30, grace=0)
    with pytest.raises(TryLater) as first:
        await channel.send(PLAIN, str(person.id))
    assert (timedelta(seconds=30), True) == (first.value.after, first.value.for_all)
    service.clock.advance(timedelta(seconds=29))
    for chat in (person, other):
        with pytest.raises(TryLater) as left:
            await channel.send(PLAIN, str(chat.id))
        assert (timedelta(seconds=1), True) == (left.value.after, left.value.for_all)
    service.clock.advance(timedelta(seconds=1))
    await channel.send(PLAIN, str(other.id))
    assert 0 == service.sent_inside_halt


async def test_who_had_too_much_waits_alone(channel: TelegramChannel, service: BotApiServer, person: User) -> None:
    """Two messages to one chat in a second: the pause is for that chat, the others go on."""
    other = service.user()
    other.start()
    service.enforce(per_chat=1, per_bot=30, pause=5)
    await channel.send(PLAIN, str(person.id))
    with pytest.raises(TryLater) as raised:
        await channel.send(PLAIN, str(person.id))
    assert not raised.value.for_all
    await channel.send(PLAIN, str(other.id))
    assert 0 == service.sent_inside_halt


async def test_buttons_wait_until_there_is_nothing_better_to_do(
    channel: TelegramChannel, service: BotApiServer, person: User
) -> None:
    """Taking buttons away leaves the time between two messages to a chat, before and after."""
    service.enforce(per_chat=1, pause=5)
    channel = TelegramChannel(channel.name, channel.client, service.clock, between=1.05)
    number = int(await channel.send(HELLO, str(person.id)))
    await channel.remove_buttons(str(person.id), number)
    assert [] == person.screen()[-1].labels
    await channel.send(PLAIN, str(person.id))
    assert 2 == len(seen(person))


async def test_what_is_too_old_to_be_taken_away_is_rejected(
    channel: TelegramChannel, service: BotApiServer, person: User
) -> None:
    """After 48 hours a message stays; theirs can be taken away like ours before that."""
    assert isinstance(service.clock, MovableClock)
    theirs = person.send("Ich habe Fieber")
    await channel.remove(str(person.id), str(theirs.message_id))
    assert "Ich habe Fieber" not in [message.text for message in person.screen()]
    ours = await channel.send(PLAIN, str(person.id))
    service.clock.advance(timedelta(hours=48))
    with pytest.raises(Rejected):
        await channel.remove(str(person.id), ours)
    with pytest.raises(Rejected):
        await channel.remove(str(person.id), "web:3")


async def test_the_bot_introduces_itself_in_every_language(channel: TelegramChannel, service: BotApiServer) -> None:
    """Menu, name and description are set once per language, German for whoever speaks none of ours."""
    for _ in range(2):
        for introduction in introductions(channel.name):
            await channel.client.introduce(introduction)
    menus = {code: service.commands(service.bot(), service.user(language_code=code)) for code in ("de", "uk", "fr")}
    assert menus["de"] == menus["fr"] != menus["uk"]
    assert ("calls" if channel.name == STAFF else "call") in {command["command"] for command in menus["uk"]}
    assert "lotse_bot" == await channel.client.who_am_i()
    settings = service.bot().settings
    assert {"Nachrichten", "Messages", "الرسائل", "Повідомлення"} == {
        words for (kind, _, _), words in settings.items() if kind == "name"
    }


@pytest.mark.parametrize("name", [PARTICIPANTS, STAFF])
def test_an_introduction_is_within_the_limits(name: str) -> None:
    """Names, descriptions and commands are as short as the service wants them, and codes have two letters or none."""
    for introduction in introductions(name):
        assert len(introduction.name) <= 64
        assert len(introduction.about) <= 120
        assert all(text and len(text) <= 256 for _, text in introduction.commands)
        assert len(introduction.code) in {0, 2}
