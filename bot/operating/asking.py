"""An operator's command is done by the running assistant or, while none runs, in the database by this process."""

from collections.abc import Awaitable, Callable

from bot import control
from bot.app import App, build
from bot.settings import Settings

Serve = Callable[[App, str], Awaitable[str]]


async def ask(settings: Settings, command: str, argument: str, serve: Serve) -> str:
    """What came of the command: `serve` is what a running assistant does for it, too. Nothing is sent from here.

    Raises `SettingsError` or `StorageError` as `serve` does, wherever it was done.
    """
    answer = await control.ask(settings, command, argument)
    if answer is not None:
        return answer
    app = build(settings, channels=[])
    try:
        return await serve(app, argument)
    finally:
        await app.stop()
