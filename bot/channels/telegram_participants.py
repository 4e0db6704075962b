"""The participants' bot: Telegram through aiogram, which is used as a parser and a client and nothing else."""

from collections.abc import Awaitable, Sequence
from typing import Any, Final, TypeVar, cast

from aiogram import Bot, exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response
from aiogram.types import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from aiohttp import ClientConnectorError, ClientSession, ClientTimeout, ConnectionTimeoutError

from bot.bot_api.client import Raw
from bot.bot_api.commands import Introduction
from bot.bot_api.refusals import NoClearAnswer, meaning, moved, pause, unsent
from bot.channels import ChannelError, OutgoingButton

NAME: Final = "telegram"
_TO_CONNECT: Final = 5
_UNDERSTOOD: Final = frozenset({*range(200, 300), 400, 401, 403, 404, 409, 429})
"""What the library tells apart without a doubt, whatever the body is."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_STATUS: Final[dict[type[exceptions.TelegramAPIError], int]] = {
    exceptions.TelegramForbiddenError: 403,
    exceptions.TelegramUnauthorizedError: 401,
    exceptions.TelegramNotFound: 404,
    exceptions.TelegramConflictError: 409,
    exceptions.TelegramBadRequest: 400,
}
T = TypeVar("T")


class _Refusal(exceptions.TelegramAPIError):
    """The service, or what stands before it, gave an answer that may be a page of HTML."""

    def __init__(self, method: TelegramMethod[Any], status: int) -> None:
        super().__init__(method, f"status {status}")
        self.status = status


class _Over(exceptions.AiogramError):
    """The connections have been ended: nothing was sent."""


class _Session(AiohttpSession):
    """Tells a page of HTML from a gateway in trouble apart from an answer that was torn; once ended, it stays so."""

    is_over = False

    async def create_session(self) -> ClientSession:
        """The connections, opened when they are needed, but not again after the end. Raises `_Over`."""
        if self.is_over:
            raise _Over
        return await super().create_session()

    def check_response(self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str) -> Response[Any]:
        """The answer, if it is one. Raises an exception of aiogram's."""
        if status_code not in _UNDERSTOOD:
            raise _Refusal(method, status_code)
        return super().check_response(bot, method, status_code, content)


class _GetRawUpdates(TelegramMethod[list[Raw]]):
    """The updates as they came: one that cannot be parsed must not take the others with it."""

    __returning__ = list[Raw]
    __api_method__ = "getUpdates"

    offset: int
    timeout: int
    allowed_updates: list[str]


class AiogramClient:
    """The Bot API through aiogram."""

    def __init__(self, token: str, *, server: str, seconds: float) -> None:
        """`server` is the address of the Bot API; `seconds` is the time for one request."""
        self._session = _Session(api=TelegramAPIServer.from_base(server))
        self._seconds = seconds
        self._session.timeout = cast(float, _time_out(seconds))
        self._bot = Bot(token, session=self._session)

    async def send(self, chat: str, text: str, buttons: Sequence[OutgoingButton]) -> int:
        """Send plain text."""
        rows = [[InlineKeyboardButton(text=button.label, callback_data=button.handle)] for button in buttons]
        sent = await _asked(
            self._bot.send_message(
                chat,
                text,
                parse_mode=None,
                protect_content=True,
                link_preview_options=_NO_PREVIEW,
                reply_markup=InlineKeyboardMarkup(inline_keyboard=rows) if rows else None,
            )
        )
        return sent.message_id

    async def remove_buttons(self, chat: str, number: int) -> None:
        """Take the buttons away."""
        await _asked(self._bot.edit_message_reply_markup(chat_id=chat, message_id=number))

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
        commands = [BotCommand(command=name, description=text) for name, text in introduction.commands]
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
        """Fetch updates."""
        method = _GetRawUpdates(offset=offset, timeout=wait, allowed_updates=list(wanted))
        time_out = cast(int, _time_out(wait + self._seconds))
        return await _asked(self._bot(method, request_timeout=time_out))

    def parse(self, raw: Raw) -> Update:
        """The update as aiogram's object."""
        return Update.model_validate(raw, context={"bot": self._bot})

    async def close(self) -> None:
        """End the connections for good: who comes later is told that nothing was sent."""
        self._session.is_over = True
        await self._session.close()


async def _asked(call: Awaitable[T]) -> T:
    """What the service answers. Raises a `ChannelError` or `NoClearAnswer`."""
    try:
        return await call
    except (exceptions.AiogramError, OSError, TimeoutError) as error:
        raise _meaning(error) from None


def _meaning(error: Exception) -> ChannelError | NoClearAnswer:
    match error:
        case exceptions.TelegramRetryAfter():
            return pause(error.retry_after)
        case exceptions.TelegramMigrateToChat():
            return moved(error.migrate_to_chat_id)
        case _Refusal():
            return meaning(error.status, error.message)
        case _ if isinstance(error, _Over) or isinstance(
            error.__cause__, ClientConnectorError | ConnectionTimeoutError
        ):
            return unsent()
        case exceptions.TelegramAPIError() if type(error) in _STATUS:
            return meaning(_STATUS[type(error)], error.message)
    return NoClearAnswer(type(error).__name__)


def _time_out(seconds: float) -> ClientTimeout:
    """Until a connection stands nothing can have been sent, so that is measured apart."""
    return ClientTimeout(total=seconds, sock_connect=min(_TO_CONNECT, seconds / 2))
