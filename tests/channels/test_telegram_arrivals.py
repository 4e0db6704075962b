"""What updates say: the same through either library, and through none where both would refuse."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.bot_api.channel import TelegramChannel
from bot.bot_api.commands import PARTICIPANTS, STAFF
from bot.bot_api.updates import WANTED, Arrival, Happened, Loose, read
from bot.channels import InboundKind
from tests.channels.telegram_bots import HELLO, open_channel
from tests.channels.telegram_server import BotApiServer, User

Raw = dict[str, Any]


@pytest.fixture(params=[PARTICIPANTS, STAFF])
async def channel(request: pytest.FixtureRequest, service: BotApiServer) -> AsyncIterator[TelegramChannel]:
    """The channel of either bot."""
    async with open_channel(request.param, service) as opened:
        yield opened


async def arrivals(channel: TelegramChannel) -> list[Arrival]:
    """Everything that waits, read by the library; it is shown to say the same to whoever has none."""
    raws = await channel.client.fetch(0, 0, WANTED)
    found = [channel.read(raw) for raw in raws]
    assert found == [read(Loose(raw), channel.name) for raw in raws]
    return found


async def newest(channel: TelegramChannel) -> Arrival:
    """The last that waits."""
    return (await arrivals(channel))[-1]


async def test_words_are_words(channel: TelegramChannel, person: User) -> None:
    """Chat, message and update have their numbers, the language is that of the app."""
    done = person.send("Ich bin krank")
    found = await newest(channel)
    assert found.inbound is not None
    said = found.inbound
    assert (channel.name, f"update:{done.update_id}", str(person.id)) == (said.channel, said.external_id, said.sender)
    assert (InboundKind.TEXT, "Ich bin krank", str(done.message_id)) == (said.kind, said.text, said.platform_id)
    assert (Happened.SAID, "uk", False) == (found.happened, found.language, said.edited)


COMMANDS = [
    ("/help", InboundKind.TAP, "@help"),
    ("/stop", InboundKind.TAP, "@stop_all"),
    ("/language@lotse_bot", InboundKind.TAP, "@language"),
    ("/start", InboundKind.TEXT, "/start"),
    ("/start ABC", InboundKind.TEXT, "/start ABC"),
    ("/menu", InboundKind.TEXT, "/menu"),
    ("/calls", InboundKind.TEXT, "/calls"),
    ("/stop ich kann nicht mehr", InboundKind.TEXT, "/stop ich kann nicht mehr"),
]


@pytest.mark.parametrize(("text", "kind", "meaning"), COMMANDS)
async def test_a_bare_command_is_a_press(
    channel: TelegramChannel, person: User, text: str, kind: InboundKind, meaning: str
) -> None:
    """Commands with words behind them, and those that carry a code, are words: nothing said is thrown away."""
    person.send(text)
    found = (await newest(channel)).inbound
    assert found is not None
    assert (kind, meaning) == (found.kind, found.tap or found.text)


async def test_files_come_by_their_names(channel: TelegramChannel, person: User) -> None:
    """Documents, pictures, and films with words under them are files; only the name and the words come along."""
    person.send_document("attest.pdf", b"%PDF", caption="bitte sehr")
    person.send_photo(b"jpg")
    person.send_other({"video": {"file_id": "v", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1}})
    found = [arrival.inbound for arrival in (await arrivals(channel))[1:]]
    assert [
        (InboundKind.FILE, "attest.pdf", "bitte sehr"),
        (InboundKind.FILE, "photo.jpg", ""),
        (InboundKind.OTHER, "", ""),
    ] == [(said.kind, said.file_name, said.text) for said in found if said is not None]


async def test_words_under_a_film_are_heard(channel: TelegramChannel) -> None:
    """A caption is never lost, whatever it stands under."""
    video = {"file_id": "v", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1}
    found = channel.read(message_of({"video": video, "caption": "ich kann nicht mehr"}))
    assert found.inbound is not None
    assert (InboundKind.FILE, "ich kann nicht mehr") == (found.inbound.kind, found.inbound.text)


async def test_what_cannot_be_read_is_said_to_be_so(channel: TelegramChannel, person: User) -> None:
    """Voice, sticker, place, contact, films, polls, and whatever is new tomorrow."""
    for send in (person.send_voice, person.send_sticker, person.send_location, person.send_contact, person.send_video):
        send()
    person.send_video_note()
    person.send_other({"poll": POLL})
    person.send_other({"something_new": {"x": 1}})
    found = [arrival.inbound for arrival in (await arrivals(channel))[1:]]
    assert [(InboundKind.OTHER, "")] * 8 == [(said.kind, said.text) for said in found if said is not None]


POLL = {
    "id": "1",
    "question": "?",
    "options": [],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}


async def test_the_services_own_notes_are_nobodys_words(channel: TelegramChannel, person: User) -> None:
    """A timer that was set in the chat is not answered."""
    person.send_other({"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}})
    assert Happened.NOTHING is (await newest(channel)).happened


async def test_an_edit_is_new_words_for_an_old_message(channel: TelegramChannel, person: User) -> None:
    """Each edit is an update of its own that names the message it changes; a place that moves is none."""
    first = person.send("Ich komme")
    edits = [person.edit(first.message_id, text) for text in ("Ich komme später", "/stop")]
    found = [arrival.inbound for arrival in (await arrivals(channel))[-2:]]
    assert [f"update:{edit.update_id}" for edit in edits] == [said.external_id for said in found if said is not None]
    assert [("Ich komme später", True), ("/stop", True)] == [(said.text, said.edited) for said in found if said]
    assert {str(first.message_id)} == {said.platform_id for said in found if said is not None}
    place = {"location": {"latitude": 1.0, "longitude": 1.0}, "edit_date": 5}
    assert Happened.NOTHING is channel.read(message_of(place, kind="edited_message")).happened


async def test_a_press_names_its_handle_and_the_message_it_used_up(channel: TelegramChannel, person: User) -> None:
    """Pressed under one's own message a button is used up; the handle is what it always was."""
    number = int(await channel.send(HELLO, str(person.id)))
    tap = person.tap("Ja")
    found = await newest(channel)
    assert found.inbound is not None
    assert (InboundKind.TAP, "handle-1", str(person.id)) == (found.inbound.kind, found.inbound.tap, found.chat)
    assert (tap.callback_id, number) == (found.tap, found.spent)


async def test_invented_and_foreign_presses_use_nothing_up(
    channel: TelegramChannel, service: BotApiServer, person: User
) -> None:
    """Data that stands on no button, a message that is gone, somebody else's message: no buttons are taken away."""
    number = int(await channel.send(HELLO, str(person.id)))
    thief = service.user()
    thief.start()
    person.tap_data("handle-9", on=number)
    person.tap_data("@stop_all", on=number)
    person.tap_data("handle-1", on=999)
    thief.tap_data("handle-1", on=number, of=person)
    found = (await arrivals(channel))[-4:]
    assert {(0, Happened.SAID)} == {(arrival.spent, arrival.happened) for arrival in found}
    taps = [(said.sender, said.tap) for arrival in found if (said := arrival.inbound) is not None]
    mine = str(person.id)
    assert [(mine, "handle-9"), (mine, "?@stop_all"), (mine, "handle-1"), (str(thief.id), "handle-1")] == taps


async def test_a_group_is_no_chat(channel: TelegramChannel, service: BotApiServer, person: User) -> None:
    """Being taken in, and being spoken to there, is noticed; being thrown out, and channels, are not answered."""
    group = service.group(members=[person])
    group.add(service.bot(), by=person)
    person.send("/help", group=group)
    group.remove(service.bot(), by=person)
    found = (await arrivals(channel))[1:]
    assert {Happened.GROUP} == {arrival.happened for arrival in found[:-1]}
    assert (Happened.NOTHING, str(group.id)) == (found[-1].happened, found[-1].chat)
    assert not any(arrival.inbound for arrival in found)
    post = message_of({"text": "x"}, chat={"id": -100, "type": "channel", "title": "x"})
    assert Happened.NOTHING is channel.read(post).happened


async def test_who_blocks_and_comes_back_is_noticed(channel: TelegramChannel, person: User) -> None:
    """Both come with the instant at which they happened."""
    person.block()
    person.unblock()
    blocked, back = (await arrivals(channel))[-2:]
    assert (Happened.BLOCKED, Happened.UNBLOCKED) == (blocked.happened, back.happened)
    assert str(person.id) == blocked.chat == back.chat
    assert blocked.at is not None


async def test_what_the_library_refuses_is_read_all_the_same(channel: TelegramChannel, service: BotApiServer) -> None:
    """A field of a shape that nobody expects does not hide what somebody has said."""
    raw = message_of({"text": "Hilfe", "entities": "nonsense", "forward_origin": 5})
    found = channel.read(raw)
    assert found.inbound is not None
    assert "Hilfe" == found.inbound.text


async def test_one_broken_update_does_not_take_the_others_with_it(
    channel: TelegramChannel, service: BotApiServer, person: User
) -> None:
    """They come as they are: the second is there although no library could parse the first."""
    bot = service.bot()
    with service.world.lock:
        service.world.update(bot, "message", {"message_id": "?", "chat": 5}, person.id)
    person.send("Ich bin krank")
    raws = await asyncio.wait_for(channel.client.fetch(0, 1, WANTED), 5)
    assert "Ich bin krank" == raws[-1]["message"]["text"]


def message_of(content: Raw, *, kind: str = "message", chat: Raw | None = None) -> Raw:
    """An update with a message."""
    sender = {"id": 5, "is_bot": False, "first_name": "Ada", "language_code": "ar"}
    where = chat or {"id": 5, "type": "private", "first_name": "Ada"}
    return {"update_id": 9, kind: {"message_id": 3, "from": sender, "chat": where, "date": 1, **content}}
