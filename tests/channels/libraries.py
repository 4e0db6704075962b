"""Both libraries behind one small face, so that one test drives either, unmodified, over real HTTP."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiogram
import aiogram.exceptions as aiogram_errors
import telegram
import telegram.error as ptb_errors
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.request import HTTPXRequest

AIOGRAM = "aiogram"
PTB = "python-telegram-bot"
LIBRARIES = [AIOGRAM, PTB]

KINDS: list[tuple[type[Exception], str]] = [
    (aiogram_errors.TelegramRetryAfter, "retry"),
    (aiogram_errors.TelegramMigrateToChat, "migrated"),
    (aiogram_errors.TelegramBadRequest, "bad"),
    (aiogram_errors.TelegramForbiddenError, "forbidden"),
    (aiogram_errors.TelegramUnauthorizedError, "unauthorized"),
    (aiogram_errors.TelegramNotFound, "unauthorized"),
    (aiogram_errors.TelegramConflictError, "conflict"),
    (aiogram_errors.TelegramEntityTooLarge, "too large"),
    (aiogram_errors.TelegramServerError, "network"),
    (aiogram_errors.TelegramNetworkError, "network"),
    (aiogram_errors.ClientDecodeError, "network"),
    (ptb_errors.RetryAfter, "retry"),
    (ptb_errors.ChatMigrated, "migrated"),
    (ptb_errors.BadRequest, "bad"),
    (ptb_errors.Forbidden, "forbidden"),
    (ptb_errors.InvalidToken, "unauthorized"),
    (ptb_errors.Conflict, "conflict"),
    (ptb_errors.TelegramError, "network"),
]


class Failed(Exception):
    """A call failed. `kind` is one word for both libraries' errors, `words` are in small letters.

    `number` is the pause (seconds) or the new chat, if any.
    """

    def __init__(self, error: Exception) -> None:
        """Translate `error`."""
        super().__init__(str(error).casefold())
        self.kind = next(kind for type_, kind in KINDS if isinstance(error, type_))
        self.words = str(self)
        self.number = _number(error)


def _number(error: Exception) -> int:
    match error:
        case aiogram_errors.TelegramRetryAfter():
            return error.retry_after
        case ptb_errors.RetryAfter():
            pause = error.retry_after
            return int(pause.total_seconds() if isinstance(pause, timedelta) else pause)
        case aiogram_errors.TelegramMigrateToChat():
            return error.migrate_to_chat_id
        case ptb_errors.ChatMigrated():
            return error.new_chat_id
        case _:
            return 0


@dataclass(slots=True)
class Client:
    """A bot of either library; both have the same methods with the same arguments."""

    library: str
    raw: Any

    async def call(self, method: str, /, **arguments: Any) -> Any:
        """Call a method by its Python name. Raises Failed."""
        try:
            return await getattr(self.raw, method)(**arguments)
        except tuple(type_ for type_, _ in KINDS) as error:
            raise Failed(error) from error

    async def send(self, chat: int, text: str, **more: Any) -> int:
        """Send a text; return the message's number. Raises Failed."""
        return int((await self.call("send_message", chat_id=chat, text=text, **more)).message_id)

    async def updates(self, offset: int = 0, wait: int = 0, **more: Any) -> Sequence[Any]:
        """Fetch updates. Raises Failed."""
        found: Sequence[Any] = await self.call("get_updates", offset=offset, timeout=wait, **more)
        return found

    def keyboard(self, *rows: Sequence[tuple[str, str]]) -> Any:
        """Return rows of buttons: label, and data or (with ://) an address."""
        kind: Any = aiogram.types if self.library == AIOGRAM else telegram
        made = [
            [
                kind.InlineKeyboardButton(text=label, **{"url" if "://" in data else "callback_data": data})
                for label, data in row
            ]
            for row in rows
        ]
        return kind.InlineKeyboardMarkup(inline_keyboard=made)

    def file(self, name: str, data: bytes) -> Any:
        """Return something to upload."""
        if self.library == AIOGRAM:
            return aiogram.types.BufferedInputFile(data, name)
        return telegram.InputFile(data, filename=name)

    def command(self, name: str, description: str) -> Any:
        """Return a command of the menu."""
        kind: Any = aiogram.types if self.library == AIOGRAM else telegram
        return kind.BotCommand(command=name, description=description)

    def reply_to(self, message_id: int) -> Any:
        """Return what makes a message an answer to another."""
        kind: Any = aiogram.types if self.library == AIOGRAM else telegram
        return kind.ReplyParameters(message_id=message_id)

    def without_preview(self) -> Any:
        """Return what switches previews off."""
        kind: Any = aiogram.types if self.library == AIOGRAM else telegram
        return kind.LinkPreviewOptions(is_disabled=True)

    async def download(self, file_id: str) -> bytes:
        """Fetch a file. Raises Failed."""
        file = await self.call("get_file", file_id=file_id)
        if self.library == AIOGRAM:
            data = await self.raw.download_file(file.file_path)
            return bytes(data.read())
        return bytes(await file.download_as_bytearray())


@asynccontextmanager
async def client(library: str, server: Any, token: str, *, patience: float = 5.0) -> AsyncIterator[Client]:
    """Open a bot of `library` against `server` (anything with base, base_url and base_file_url).

    `patience`: how many seconds it waits for an answer.
    """
    if library == AIOGRAM:
        session = AiohttpSession(api=TelegramAPIServer.from_base(server.base), timeout=patience)
        async with aiogram.Bot(token, session=session) as bot:
            yield Client(library, bot)
        return
    requests = [HTTPXRequest(connection_pool_size=8, read_timeout=patience) for _ in range(2)]
    async with requests[0], requests[1]:
        yield Client(
            library,
            telegram.Bot(
                token,
                base_url=server.base_url,
                base_file_url=server.base_file_url,
                request=requests[0],
                get_updates_request=requests[1],
            ),
        )
