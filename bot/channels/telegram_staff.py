"""The staff's bot: Telegram through python-telegram-bot, which is used as a parser and a client and nothing else."""

import json
import os
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import httpx
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update, error
from telegram.request import HTTPXRequest, RequestData

from bot.bot_api.client import Raw
from bot.bot_api.commands import Introduction
from bot.bot_api.refusals import NoClearAnswer, meaning, moved, pause, unsent
from bot.channels import ChannelError, OutgoingButton

os.environ.setdefault("PTB_TIMEDELTA", "1")  # pauses as timedelta, as they will be; else each one comes with a warning

NAME: Final = "telegram_staff"
_TO_CONNECT: Final = 5.0
_UNDERSTOOD: Final = frozenset({*range(200, 300), 400, 401, 403, 404, 409, 429})
"""What the library tells apart."""
_CONNECTIONS: Final = 64
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_STATUS: Final[dict[type[error.TelegramError], int]] = {
    error.Forbidden: 403,
    error.InvalidToken: 401,
    error.Conflict: 409,
    error.BadRequest: 400,
}
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
T = TypeVar("T")


class _Refusal(error.TelegramError):
    """The service, or what stands before it, gave an answer for which the library has no name."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class _Over(error.TelegramError):
    """The connections have been ended: nothing was sent."""


class _Request(HTTPXRequest):
    """Says which status it was where the library does not, and what comes after the end."""

    is_over = False

    async def shutdown(self) -> None:
        """End the connections for good."""
        self.is_over = True
        await super().shutdown()

    async def do_request(self, *places: Any, **named: Any) -> tuple[int, bytes]:
        """Status and body. Raises an exception of python-telegram-bot's."""
        if self.is_over:
            raise _Over("ended")
        status, body = await super().do_request(*places, **named)
        if status not in _UNDERSTOOD:
            raise _Refusal(status)
        return status, body


class TelegramBotClient:
    """The Bot API through python-telegram-bot."""

    def __init__(self, token: str, *, server: str, seconds: float) -> None:
        """`server` is the address of the Bot API; `seconds` is the time for one request."""
        self._seconds = seconds
        self._calls, self._polls = _request(_CONNECTIONS, seconds), _request(2, seconds)
        self._updates = f"{server}/bot{token}/getUpdates"
        self._bot = Bot(token, base_url=f"{server}/bot", request=self._calls, get_updates_request=self._polls)

    async def send(self, chat: str, text: str, buttons: Sequence[OutgoingButton]) -> int:
        """Send plain text."""
        rows = [[InlineKeyboardButton(button.label, callback_data=button.handle)] for button in buttons]
        sent = await _asked(
            self._bot.send_message(
                chat,
                text,
                parse_mode=None,
                protect_content=True,
                link_preview_options=_NO_PREVIEW,
                reply_markup=InlineKeyboardMarkup(rows) if rows else None,
            )
        )
        return sent.message_id

    async def remove_buttons(self, chat: str, number: int) -> None:
        """Take the buttons away."""
        await _asked(self._bot.edit_message_reply_markup(chat, number))

    async def delete(self, chat: str, number: int) -> None:
        """Take a message away."""
        await _asked(self._bot.delete_message(chat, number))

    async def end_tap(self, tap: str) -> None:
        """Answer a press, without words."""
        await _asked(self._bot.answer_callback_query(tap))

    async def leave(self, chat: str) -> None:
        """Leave a group."""
        await _asked(self._bot.leave_chat(chat))

    async def who_am_i(self) -> str:
        """The bot's user name."""
        return (await _asked(self._bot.get_me())).username or ""

    async def introduce(self, introduction: Introduction) -> None:
        """Set menu, name and description in one language."""
        code, about = introduction.code or None, introduction.about
        commands = [BotCommand(name, text) for name, text in introduction.commands]
        await _asked(self._bot.set_my_commands(commands, language_code=code))
        if (await _asked(self._bot.get_my_name(code))).name != introduction.name:
            await _asked(self._bot.set_my_name(introduction.name, code))
        if (await _asked(self._bot.get_my_short_description(code))).short_description != about:
            await _asked(self._bot.set_my_short_description(about, code))
        if (await _asked(self._bot.get_my_description(code))).description != about:
            await _asked(self._bot.set_my_description(about, code))

    async def set_webhook(self, url: str, secret: str, wanted: Sequence[str]) -> None:
        """Have updates posted, or fetch them."""
        if url:
            await _asked(self._bot.set_webhook(url, secret_token=secret, allowed_updates=list(wanted)))
        else:
            await _asked(self._bot.delete_webhook())

    async def fetch(self, offset: int, wait: int, wanted: Sequence[str]) -> list[Raw]:
        """Fetch updates as they came: one that cannot be parsed must not take the others with it."""
        asked = urlencode({"offset": offset, "timeout": wait, "allowed_updates": json.dumps(list(wanted))})
        found: Any = await _asked(self._polls.post(f"{self._updates}?{asked}", RequestData(), wait + self._seconds))
        if not isinstance(found, list):
            raise NoClearAnswer("no updates")
        return [raw for raw in found if isinstance(raw, dict)]

    def parse(self, raw: Raw) -> Update:
        """The update as python-telegram-bot's object."""
        return Update.de_json(raw, self._bot)

    async def close(self) -> None:
        """End the connections."""
        await self._calls.shutdown()
        await self._polls.shutdown()


async def _asked(call: Awaitable[T]) -> T:
    """What the service answers. Raises a `ChannelError` or `NoClearAnswer`."""
    try:
        return await call
    except error.TelegramError as problem:
        raise _meaning(problem) from None


def _meaning(problem: error.TelegramError) -> ChannelError | NoClearAnswer:
    match problem:
        case error.RetryAfter():
            wait = problem.retry_after
            return pause(wait.total_seconds() if isinstance(wait, timedelta) else wait)
        case error.ChatMigrated():
            return moved(problem.new_chat_id)
        case _Over():
            return unsent()
        case _Refusal():
            return meaning(problem.status, problem.message)
        case _:
            status = _STATUS.get(type(problem))
    if status is not None:
        return meaning(status, problem.message)
    return unsent() if isinstance(problem.__cause__, _UNSENT) else NoClearAnswer(type(problem).__name__)


def _request(connections: int, seconds: float) -> _Request:
    """Until a connection stands nothing can have been sent, so that is measured apart."""
    to_connect = min(_TO_CONNECT, seconds / 2)
    return _Request(
        connection_pool_size=connections,
        connect_timeout=to_connect,
        read_timeout=seconds,
        write_timeout=seconds,
        pool_timeout=to_connect,
    )
