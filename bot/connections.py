"""The connections of a way out over HTTP: opened when they are first needed, and once ended never again."""

from collections.abc import Callable

import aiohttp

from bot.channels import TryLater


class Connections:
    """One client session, made by `make` in the running loop."""

    def __init__(self, make: Callable[[], aiohttp.ClientSession]) -> None:
        """Nothing is open yet."""
        self._make = make
        self._session: aiohttp.ClientSession | None = None
        self._is_over = False

    def open(self) -> aiohttp.ClientSession:
        """The session. Raises `TryLater` after the end: nothing was sent."""
        if self._is_over:
            raise TryLater(for_all=True)
        if self._session is None:
            self._session = self._make()
        return self._session

    async def close(self) -> None:
        """End the connections for good."""
        self._is_over = True
        if self._session is not None:
            await self._session.close()
