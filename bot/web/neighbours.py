"""Rings at open pages when another process has sent their reader something; a relay has no pages of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from storage.errors import StorageError

from bot.app import App
from bot.channels.web import WebChannel
from bot.web.history import since

BETWEEN_LOOKS: Final = 0.05
"""Seconds: notices of others come no faster."""

log = structlog.get_logger()


@asynccontextmanager
async def ringing(app: App, channel: WebChannel) -> AsyncIterator[None]:
    """Ring while the block runs, if other processes share the database."""
    if not app.store.shared:
        yield
        return
    loop, noticed = asyncio.get_running_loop(), asyncio.Event()

    def notice() -> None:
        with suppress(RuntimeError):  # the loop may have ended while the store still listens
            loop.call_soon_threadsafe(noticed.set)

    app.store.on_notice(notice)
    looking = asyncio.create_task(_look(app, channel, noticed))
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def _look(app: App, channel: WebChannel, noticed: asyncio.Event) -> None:
    after = await asyncio.to_thread(_newest, app)
    rung: frozenset[int] = frozenset()
    while True:
        await noticed.wait()
        noticed.clear()
        try:
            reached = await asyncio.to_thread(_reached, app, channel.name, since(app.store, after))
        except StorageError as error:
            log.warning("pages_not_rung", error=type(error).__name__)
            reached = []
        for seq, external in reached:
            after = max(after, seq)
            if seq not in rung:
                channel.ring(external)
        rung = frozenset(seq for seq, _ in reached)
        await asyncio.sleep(BETWEEN_LOOKS)


def _newest(app: App) -> int:
    with app.store.read() as uow:
        return uow.outbox.newest()


def _reached(app: App, channel: str, after: int) -> list[tuple[int, str]]:
    with app.store.read() as uow:
        return uow.outbox.reached(channel, after)
