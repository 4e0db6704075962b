"""The Bot API server against the real libraries: what people write and see, and the service's refusals."""

from datetime import timedelta

import pytest

from tests.channels.libraries import AIOGRAM, LIBRARIES, PTB, Client, Failed, client
from tests.channels.telegram_server import BotApiServer, MovableClock, User


def _advance(service: BotApiServer, **span: float) -> None:
    assert isinstance(service.clock, MovableClock)
    service.clock.advance(timedelta(**span))


async def test_a_bot_learns_who_it_is(bot: Client, service: BotApiServer) -> None:
    """The bot behind a token gives its name."""
    me = await bot.call("get_me")
    assert (service.bot().id, "lotse_bot", True) == (me.id, me.username, me.is_bot)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("token", ["1:AAunknown", "1234567:" + "x" * 35])
async def test_an_unknown_token_is_unauthorized(library: str, token: str, service: BotApiServer) -> None:
    """With a token nobody has, nothing can be called."""
    async with client(library, service, token) as nobody:
        with pytest.raises(Failed) as failed:
            await nobody.call("get_me")
    assert "unauthorized" == failed.value.kind


async def test_a_start_carries_its_payload(bot: Client, service: BotApiServer) -> None:
    """What stands in the link arrives as an argument of the command, with the person's language."""
    service.user(language_code="ar").start("code-1_2")
    (update,) = await bot.updates()
    assert ("/start code-1_2", "ar") == (update.message.text, update.message.from_user.language_code)
    assert [("bot_command", 0, 6)] == [(e.type, e.offset, e.length) for e in update.message.entities]
    with pytest.raises(ValueError, match="payload"):
        service.user().start("x" * 65)


async def test_a_message_is_seen_as_it_was_sent(bot: Client, service: BotApiServer, person: User) -> None:
    """Marks, buttons, protection and the missing preview are what the person sees."""
    number = await bot.send(
        person.id,
        "<b>Hinweis</b> &amp; <a href='https://example.org/x'>mehr</a>",
        parse_mode="HTML",
        protect_content=True,
        link_preview_options=bot.without_preview(),
        reply_markup=bot.keyboard([("Ja", "y"), ("Nein", "n")], [("Seite", "https://example.org/p")]),
    )
    seen = person.screen()[-1]
    assert (number, "Hinweis & mehr", True, False) == (seen.message_id, seen.text, seen.protected, seen.preview)
    assert ["Ja", "Nein", "Seite"] == seen.labels
    assert [("bold", 0, 7), ("text_link", 10, 4)] == [(e["type"], e["offset"], e["length"]) for e in seen.entities]
    assert ("sent", (("Ja", "Nein"), ("Seite",))) == (service.log[-1].what, service.log[-1].buttons)


async def test_previews_are_on_unless_switched_off(bot: Client, person: User) -> None:
    """A link in a text is previewed by the service if nobody says otherwise."""
    await bot.send(person.id, "https://example.org/abc")
    assert person.screen()[-1].preview


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>open", "can't parse entities: can't find end tag corresponding to start tag \"b\""),
        ("ä <p>x</p>", 'can\'t parse entities: unsupported start tag "p" at byte offset 3'),
        ("<b>x</i>", 'unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "unexpected end tag at byte offset 1"),
        ("1 < 2", "unclosed start tag at byte offset 2"),
        ("<b> </b>", "text must be non-empty"),
    ],
)
async def test_broken_markup_is_refused(bot: Client, person: User, text: str, words: str) -> None:
    """What the service cannot parse it refuses, naming the place; nothing is seen."""
    with pytest.raises(Failed) as failed:
        await bot.send(person.id, text, parse_mode="HTML")
    assert "bad" == failed.value.kind
    assert words in failed.value.words
    assert 1 == len(person.screen())


@pytest.mark.parametrize(
    ("text", "fits"), [("x" * 4096, True), ("x" * 4097, False), ("🦊" * 2048, True), ("🦊" * 2049, False)]
)
async def test_a_text_has_at_most_4096_units(bot: Client, person: User, text: str, fits: bool) -> None:
    """The length counts in UTF-16 units, the strictest reading, after the marks are taken out."""
    if fits:
        await bot.send(person.id, f"<i>{text}</i>", parse_mode="HTML")
        assert text == person.screen()[-1].text
    else:
        with pytest.raises(Failed, match="message is too long"):
            await bot.send(person.id, text)


@pytest.mark.parametrize(("data", "fits"), [("x" * 64, True), ("x" * 65, False), ("ї" * 33, False)])
async def test_callback_data_has_at_most_64_bytes(bot: Client, person: User, data: str, fits: bool) -> None:
    """What a button carries is counted in bytes; too much is refused as a whole."""
    keyboard = bot.keyboard([("Knopf", data)])
    if fits:
        await bot.send(person.id, "?", reply_markup=keyboard)
    else:
        with pytest.raises(Failed, match="button_data_invalid"):
            await bot.send(person.id, "?", reply_markup=keyboard)


async def test_a_link_to_localhost_is_no_button(bot: Client, person: User) -> None:
    """The service refuses addresses whose host has no dot, and takes numeric ones."""
    with pytest.raises(Failed, match="is invalid"):
        await bot.send(person.id, "?", reply_markup=bot.keyboard([("Seite", "http://localhost/x")]))
    await bot.send(person.id, "?", reply_markup=bot.keyboard([("Seite", "http://127.0.0.1:8080/x")]))
    assert "http://127.0.0.1:8080/x" == person.tap("Seite").url


async def test_a_tap_reaches_the_bot_and_its_answer_the_person(
    bot: Client, service: BotApiServer, person: User
) -> None:
    """A tapped button brings its data and its message; the answer is a toast, later it is too late."""
    number = await bot.send(person.id, "Kommst du?", reply_markup=bot.keyboard([("Ja", "yes:1")]))
    tap = person.tap("Ja")
    query = (await bot.updates())[-1].callback_query
    assert ("yes:1", number, person.id) == (query.data, query.message.message_id, query.from_user.id)
    await bot.call("answer_callback_query", callback_query_id=query.id, text="Danke")
    assert [{"text": "Danke", "show_alert": False}] == person.answers(tap)
    assert ("toast", "Danke") == (service.log[-1].what, service.log[-1].text)
    _advance(service, seconds=15)
    with pytest.raises(Failed, match="query is too old and response timeout expired or query id is invalid"):
        await bot.call("answer_callback_query", callback_query_id=query.id)


async def test_taps_can_be_old_foreign_and_invented(bot: Client, service: BotApiServer, person: User) -> None:
    """A tap may carry any data, lie under a message that is gone, or in another person's chat."""
    number = await bot.send(person.id, "?", reply_markup=bot.keyboard([("Ja", "yes")]))
    await bot.call("delete_message", chat_id=person.id, message_id=number)
    with pytest.raises(LookupError):
        person.tap("Ja")
    person.tap_data("yes", on=number)
    other = service.user()
    other.tap_data("invented", on=1, of=person)
    gone, foreign = [update.callback_query for update in await bot.updates()][-2:]
    assert 0 == int(gone.message.date if bot.library == AIOGRAM else gone.message.date.timestamp())
    assert (other.id, person.id, "invented") == (foreign.from_user.id, foreign.message.chat.id, foreign.data)


async def test_an_edit_is_seen_in_its_place(bot: Client, person: User) -> None:
    """An edited message changes its text and loses buttons that are not sent again."""
    number = await bot.send(person.id, "eins", reply_markup=bot.keyboard([("Ja", "y")]))
    await bot.call("edit_message_text", chat_id=person.id, message_id=number, text="zwei")
    seen = person.screen()[-1]
    assert (number, "zwei", [], True) == (seen.message_id, seen.text, seen.labels, seen.edited)
    with pytest.raises(Failed, match=r"message is not modified: specified new message content"):
        await bot.call("edit_message_text", chat_id=person.id, message_id=number, text="zwei")


async def test_buttons_are_taken_away_once(bot: Client, person: User) -> None:
    """Buttons can be removed without touching the text; removing them again changes nothing and is refused."""
    number = await bot.send(person.id, "?", reply_markup=bot.keyboard([("Ja", "y")]))
    await bot.call("edit_message_reply_markup", chat_id=person.id, message_id=number)
    assert ("?", []) == (person.screen()[-1].text, person.screen()[-1].labels)
    with pytest.raises(Failed, match="message is not modified"):
        await bot.call("edit_message_reply_markup", chat_id=person.id, message_id=number)


async def test_only_ones_own_messages_that_exist_can_be_edited(bot: Client, person: User) -> None:
    """A bot cannot edit what a person wrote, nor what is not there."""
    for number, words in ((1, "message can't be edited"), (99, "message to edit not found")):
        with pytest.raises(Failed, match=f"{words}"):
            await bot.call("edit_message_text", chat_id=person.id, message_id=number, text="x")


async def test_messages_can_be_deleted_for_48_hours(bot: Client, service: BotApiServer, person: User) -> None:
    """Own and incoming messages go within 48 hours, later they stay; a second time they are not found."""
    first, second = [await bot.send(person.id, word) for word in ("eins", "zwei")]
    await bot.call("delete_message", chat_id=person.id, message_id=first)
    await bot.call("delete_message", chat_id=person.id, message_id=1)
    assert [second] == [seen.message_id for seen in person.screen()]
    with pytest.raises(Failed, match="message to delete not found"):
        await bot.call("delete_message", chat_id=person.id, message_id=first)
    _advance(service, hours=48)
    with pytest.raises(Failed, match="message can't be deleted for everyone"):
        await bot.call("delete_message", chat_id=person.id, message_id=second)


async def test_many_messages_are_deleted_at_once_or_none(bot: Client, service: BotApiServer, person: User) -> None:
    """Unknown numbers are passed over; one that is too old keeps all the others."""
    numbers = [await bot.send(person.id, word) for word in ("eins", "zwei")]
    assert await bot.call("delete_messages", chat_id=person.id, message_ids=[*numbers, 98])
    old = await bot.send(person.id, "alt")
    _advance(service, hours=49)
    new = await bot.send(person.id, "neu")
    with pytest.raises(Failed, match="can't be deleted"):
        await bot.call("delete_messages", chat_id=person.id, message_ids=[new, old])
    assert ["/start", "alt", "neu"] == [seen.text for seen in person.screen()]


async def test_commands_are_shown_in_the_persons_language(bot: Client, service: BotApiServer, person: User) -> None:
    """A menu is set per language; who speaks another one sees the menu of no language."""
    await bot.call("set_my_commands", commands=[bot.command("help", "Hilfe")])
    await bot.call("set_my_commands", commands=[bot.command("help", "Допомога")], language_code="uk")
    (mine,) = await bot.call("get_my_commands", language_code="uk")
    assert ("help", "Допомога") == (mine.command, mine.description)
    assert ["Допомога"] == [c["description"] for c in service.commands(service.bot(), person)]
    assert ["Hilfe"] == [c["description"] for c in service.commands(service.bot(), service.user(language_code="ar"))]
    with pytest.raises(Failed, match="invalid language code specified"):
        await bot.call("set_my_commands", commands=[bot.command("help", "Hilfe")], language_code="de-simple")
    with pytest.raises(Failed, match="bot_command_invalid"):
        await bot.call("set_my_commands", commands=[bot.command("Help me", "Hilfe")])


async def test_a_bot_describes_itself_per_language(bot: Client) -> None:
    """Name, description and short description are kept per language, and fall back to that of no language."""
    await bot.call("set_my_description", description="Lotse")
    await bot.call("set_my_short_description", short_description="Лоцман", language_code="uk")
    assert "Lotse" == (await bot.call("get_my_description", language_code="uk")).description
    assert "Лоцман" == (await bot.call("get_my_short_description", language_code="uk")).short_description


async def test_files_go_both_ways(bot: Client, person: User) -> None:
    """What a person sends can be fetched byte for byte, what a bot uploads is seen, and can be sent again by its id."""
    person.send_document("attest.pdf", b"%PDF-1.7 x", caption="bitte")
    person.send_photo(b"\xff\xd8picture")
    document, photo = [update.message for update in await bot.updates()][-2:]
    assert ("attest.pdf", "application/pdf", "bitte") == (
        document.document.file_name,
        document.document.mime_type,
        document.caption,
    )
    assert b"%PDF-1.7 x" == await bot.download(document.document.file_id)
    assert b"\xff\xd8picture" == await bot.download(photo.photo[-1].file_id)
    sent = await bot.call("send_document", chat_id=person.id, document=bot.file("brief.pdf", b"%PDF"), caption="da")
    await bot.call("send_document", chat_id=person.id, document=sent.document.file_id)
    await bot.call("send_photo", chat_id=person.id, photo=bot.file("karte.jpg", b"\xff\xd8map"))
    seen = person.screen()[-3:]
    assert [("document", b"%PDF"), ("document", b"%PDF"), ("photo", b"\xff\xd8map")] == [(s.kind, s.file) for s in seen]
    assert ("da", "brief.pdf") == (seen[0].text, seen[0].file_name)


async def test_large_and_unknown_files_are_refused(bot: Client, person: User) -> None:
    """More than 20 MB cannot be fetched, an invented identifier neither, a long caption not sent."""
    person.send_document("film.pdf", b"x" * (20 * 1024 * 1024 + 1))
    large = (await bot.updates())[-1].message.document
    for file_id, words in ((large.file_id, "file is too big"), ("invented", "invalid file_id")):
        with pytest.raises(Failed, match=f"{words}"):
            await bot.call("get_file", file_id=file_id)
    with pytest.raises(Failed, match="message caption is too long"):
        await bot.call("send_document", chat_id=person.id, document=bot.file("a", b"a"), caption="x" * 1025)


async def test_all_that_is_no_text_arrives_as_what_it_is(bot: Client, person: User) -> None:
    """Voice, video, sticker, place, contact: both libraries recognise each."""
    for send in (person.send_voice, person.send_video, person.send_video_note, person.send_sticker):
        send()
    person.send_location()
    person.send_contact()
    messages = [update.message for update in await bot.updates()][1:]
    kinds = ["voice", "video", "video_note", "sticker", "location", "contact"]
    assert all(getattr(message, kind) for message, kind in zip(messages, kinds, strict=True))


async def test_an_edited_message_says_so(bot: Client, person: User) -> None:
    """What a person changes arrives as an edited message with the old number."""
    done = person.send("bin krank")
    person.edit(done.message_id, "bin doch nicht krank")
    edited = (await bot.updates())[-1].edited_message
    assert (done.message_id, "bin doch nicht krank") == (edited.message_id, edited.text)
    assert edited.edit_date


async def test_a_reply_names_its_message(bot: Client, person: User) -> None:
    """An answer can refer to an earlier message, if it is there."""
    await bot.send(person.id, "dazu", reply_parameters=bot.reply_to(1))
    with pytest.raises(Failed, match="message to be replied not found"):
        await bot.send(person.id, "dazu", reply_parameters=bot.reply_to(77))


async def test_who_never_started_the_bot_is_not_found(bot: Client, service: BotApiServer) -> None:
    """A bot cannot write first: not to a stranger, and not to somebody it only met in a group."""
    stranger, met = service.user(), service.user()
    group = service.group(members=[met])
    group.add(service.bot(), by=met)
    with pytest.raises(Failed, match="chat not found"):
        await bot.send(stranger.id, "x")
    with pytest.raises(Failed, match="bot can't initiate conversation with a user"):
        await bot.send(met.id, "x")


async def test_who_blocks_the_bot_cannot_be_reached(bot: Client, person: User) -> None:
    """A block is told to the bot and refuses what it sends; a new start takes it back."""
    person.block()
    blocked = (await bot.updates())[-1].my_chat_member
    assert ("member", "kicked") == (blocked.old_chat_member.status, blocked.new_chat_member.status)
    with pytest.raises(Failed) as failed:
        await bot.send(person.id, "x")
    assert ("forbidden", True) == (failed.value.kind, "bot was blocked by the user" in failed.value.words)
    person.start()
    await bot.send(person.id, "wieder da")


async def test_who_deletes_the_account_is_deactivated(bot: Client, person: User) -> None:
    """After that the bot is refused and told why."""
    person.deactivate()
    with pytest.raises(Failed, match="user is deactivated"):
        await bot.send(person.id, "x")


async def test_a_bot_hears_of_a_group_and_leaves_it(bot: Client, service: BotApiServer, person: User) -> None:
    """Taken into a group, the bot is told, hears commands only, can write and leave, and then is no member."""
    group = service.group(members=[person])
    group.add(service.bot(), by=person)
    person.send("nur so", group=group)
    person.send("/help", group=group)
    told = [update.message.text for update in await bot.updates() if update.message and update.message.text]
    assert ["/start", "/help"] == told
    await bot.send(group.id, "Hier nicht.")
    assert await bot.call("leave_chat", chat_id=group.id)
    assert "Hier nicht." == group.screen()[-1].text
    with pytest.raises(Failed, match="bot is not a member of the group chat"):
        await bot.send(group.id, "x")


async def test_a_bot_thrown_out_is_refused(bot: Client, service: BotApiServer, person: User) -> None:
    """Who was kicked from a group reads so; in a supergroup it is called one."""
    for supergroup, kind in ((False, "group"), (True, "supergroup")):
        group = service.group(members=[person], supergroup=supergroup)
        group.add(service.bot(), by=person)
        group.remove(service.bot(), by=person)
        with pytest.raises(Failed, match=f"bot was kicked from the {kind} chat"):
            await bot.send(group.id, "x")


async def test_a_migrated_group_names_its_new_number(bot: Client, service: BotApiServer, person: User) -> None:
    """After the migration the old group refuses with the new number, and both chats tell the bot."""
    group = service.group(members=[person])
    group.add(service.bot(), by=person)
    new = group.migrate()
    with pytest.raises(Failed) as failed:
        await bot.send(group.id, "x")
    assert ("migrated", new.id) == (failed.value.kind, failed.value.number)
    told = [update.message for update in await bot.updates()][-2:]
    assert (new.id, group.id) == (told[0].migrate_to_chat_id, told[1].migrate_from_chat_id)
    await bot.send(new.id, "hier")


async def test_several_bots_do_not_mix(service: BotApiServer) -> None:
    """Each bot has its own chats, updates and files."""
    staff, person = service.bot("staff_bot"), service.user()
    person.start(bot=staff)
    person.send_document("a.pdf", b"a", bot=service.bot())
    async with (
        client(AIOGRAM, service, service.bot().token) as mine,
        client(PTB, service, staff.token) as theirs,
    ):
        (document,) = await mine.updates()
        (start,) = await theirs.updates()
        await theirs.send(person.id, "Hinweis")
        with pytest.raises(Failed, match="invalid file_id"):
            await theirs.call("get_file", file_id=document.message.document.file_id)
    assert "/start" == start.message.text
    assert ["/start", "Hinweis"] == [seen.text for seen in person.screen(staff)]
    assert ["document"] == [seen.kind for seen in person.screen(service.bot())]


async def test_a_chat_can_be_asked_about(bot: Client, service: BotApiServer, person: User) -> None:
    """What kind a chat is, who belongs to it, and that the bot is typing."""
    assert "private" == (await bot.call("get_chat", chat_id=person.id)).type
    member = await bot.call("get_chat_member", chat_id=person.id, user_id=person.id)
    assert "member" == member.status
    await bot.call("send_chat_action", chat_id=person.id, action="typing")
    assert ("action", "typing") == (service.log[-1].what, service.log[-1].text)
