"""The libraries' own loops, as they come, against the Bot API server: they poll, dispatch, answer and stop."""

import asyncio
from typing import Any

import aiogram
import telegram.ext
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart

from tests.channels.telegram_server import BotApiServer, Trouble


async def test_aiograms_dispatcher_runs_against_the_server(service: BotApiServer) -> None:
    """A start gets its answer with a button, a tap its toast, and the buttons go."""
    dispatcher = aiogram.Dispatcher()
    session = AiohttpSession(api=TelegramAPIServer.from_base(service.base))
    button = aiogram.types.InlineKeyboardButton(text="Ja", callback_data="yes")

    @dispatcher.message(CommandStart(deep_link=True))
    async def greet(message: aiogram.types.Message) -> None:
        await message.answer("Hallo", reply_markup=aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]]))

    @dispatcher.callback_query()
    async def thank(query: aiogram.types.CallbackQuery) -> None:
        assert isinstance(query.message, aiogram.types.Message)
        await query.message.edit_reply_markup()
        await query.answer("Danke")

    person = service.user()
    async with aiogram.Bot(service.bot().token, session=session) as bot, asyncio.TaskGroup() as tasks:
        tasks.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=1))
        person.start("code")
        await person.sees("Hallo")
        tap = person.tap("Ja")
        await service.until(lambda: bool(person.answers(tap)))
        await dispatcher.stop_polling()
    assert [[], []] == [seen.labels for seen in person.screen()]
    assert [{"text": "Danke", "show_alert": False}] == person.answers(tap)
    assert not service.pending(service.bot())


async def test_python_telegram_bots_application_runs_against_the_server(service: BotApiServer) -> None:
    """Messages and taps are answered, also after a poll that was broken off and one that was refused."""

    async def echo(update: telegram.Update, _: Any) -> None:
        assert update.effective_chat is not None
        assert update.effective_message is not None
        button = telegram.InlineKeyboardButton("Gesehen", callback_data="seen")
        await update.effective_chat.send_message(
            f"Hinweis {update.effective_message.text}", reply_markup=telegram.InlineKeyboardMarkup([[button]])
        )

    async def mark(update: telegram.Update, _: Any) -> None:
        assert update.callback_query is not None
        await update.callback_query.edit_message_text("gesehen")

    builder = telegram.ext.Application.builder().token(service.bot().token)
    app = builder.base_url(service.base_url).base_file_url(service.base_file_url).build()
    app.add_handler(telegram.ext.MessageHandler(telegram.ext.filters.TEXT, echo))
    app.add_handler(telegram.ext.CallbackQueryHandler(mark))
    broken = service.trouble(Trouble.RESET, method="getUpdates")
    failing = service.trouble(Trouble.SERVER_ERROR, method="getUpdates", code=502)
    person = service.user()
    async with app:
        await app.start()
        assert app.updater is not None
        await app.updater.start_polling(timeout=1, error_callback=lambda _: None)
        person.send("eins")
        await person.sees("Hinweis eins", within=15)
        person.tap("Gesehen")
        await person.sees("/^gesehen$/")
        await app.updater.stop()
        await app.stop()
    assert (1, 1) == (broken.hits, failing.hits)
    assert ["eins", "gesehen"] == [seen.text for seen in person.screen()]


async def test_two_of_a_kind_are_in_conflict(service: BotApiServer) -> None:
    """A second program with the same token ends the first one's polling with a conflict."""
    found: list[type[Exception]] = []
    builder = telegram.ext.Application.builder().token(service.bot().token).base_url(service.base_url)
    async with builder.build() as app, builder.build() as other:
        for one in (app, other):
            assert one.updater is not None
            await one.updater.start_polling(timeout=5, error_callback=lambda error: found.append(type(error)))
        await service.until(lambda: telegram.error.Conflict in found)
        for one in (app, other):
            assert one.updater is not None
            await one.updater.stop()
    assert [telegram.error.Conflict] == list(dict.fromkeys(found))
