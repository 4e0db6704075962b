"""What the tests of the channels share."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.channels.libraries import LIBRARIES, Client, client
from tests.channels.telegram_server import BotApiServer, User


@pytest.fixture
def service() -> Iterator[BotApiServer]:
    """A running Bot API server, with one bot."""
    with BotApiServer() as server:
        server.bot()
        yield server


@pytest.fixture(params=LIBRARIES)
async def bot(request: pytest.FixtureRequest, service: BotApiServer) -> AsyncIterator[Client]:
    """The bot, in either library."""
    async with client(request.param, service, service.bot().token) as opened:
        yield opened


@pytest.fixture
def person(service: BotApiServer) -> User:
    """Somebody who has started the bot, and whose start the bot has not fetched yet."""
    user = service.user(language_code="uk")
    user.start()
    return user
