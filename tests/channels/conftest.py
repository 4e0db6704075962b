"""What the tests of the channels share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.channels.libraries import LIBRARIES, Client, client
from tests.channels.telegram_server import BotApiServer, User

OVER_HTTP = {
    "test_contract",
    "test_telegram_adapters",
    "test_telegram_arrivals",
    "test_telegram_faults",
    "test_telegram_frameworks",
    "test_telegram_running",
    "test_telegram_server",
    "test_telegram_updates",
}
"""What waits for a service most of the time: a second a message is the service's own rule. `make test` runs it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that talk to a service over HTTP are no part of the fast ones."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.stem in OVER_HTTP:
            item.add_marker(pytest.mark.slow)


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
