"""Our two bots in front of the Bot API server, either library under the same channel."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from bot.bot_api.channel import TelegramChannel
from bot.bot_api.client import Client
from bot.bot_api.commands import PARTICIPANTS, STAFF
from bot.channels import Level, Outgoing, OutgoingButton
from bot.channels.telegram_participants import AiogramClient
from bot.channels.telegram_staff import TelegramBotClient
from flows.engine.messages import MessageClass
from flows.people import PersonId
from tests.channels.telegram_server import BotApiServer

CLIENTS: dict[str, type[AiogramClient] | type[TelegramBotClient]] = {
    PARTICIPANTS: AiogramClient,
    STAFF: TelegramBotClient,
}
NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
HELLO = Outgoing(
    id=7,
    to=PersonId(1),
    subject=PersonId(1),
    channel="telegram",
    address=2,
    text="Hallo <b>Ada</b> & https://example.org/x",
    language="de",
    level=Level.L2,
    message_class=MessageClass.REPLY,
    dedupe="d",
    cause="c",
    created=NOW,
    not_before=NOW,
    buttons=(
        OutgoingButton(handle="handle-1", label="Ja, ich komme", action="yes"),
        OutgoingButton(handle="handle-2", label="Nein", action="no"),
    ),
)
PLAIN = replace(HELLO, buttons=())


def open_client(name: str, service: BotApiServer, *, token: str = "", patience: float = 1.0) -> Client:
    """The library of this channel, pointed at the server."""
    return CLIENTS[name](token or service.bot().token, server=service.base, seconds=patience)


@asynccontextmanager
async def open_channel(name: str, service: BotApiServer, *, between: float = 0.05) -> AsyncIterator[TelegramChannel]:
    """The channel, with little time between two messages to one chat."""
    channel = TelegramChannel(name, open_client(name, service), service.clock, between=between)
    try:
        yield channel
    finally:
        await channel.close()
