"""The control socket: operator commands reach a running server, which alone owns the database file."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

from storage.settings import database_file

from bot.settings import Settings, SettingsError

Command = Callable[[str], Awaitable[str]]
LONGEST = 65_536
OWNER_ONLY = 0o600


def socket_path(settings: Settings) -> Path:
    """Where the socket of the server with this database lies."""
    return database_file(settings.database.url).parent / "control.sock"


@contextlib.asynccontextmanager
async def listen(settings: Settings, commands: Mapping[str, Command]) -> AsyncIterator[None]:
    """Answer commands as long as the block runs; only the owner of the process can reach the socket."""
    path = socket_path(settings)
    path.unlink(missing_ok=True)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = json.loads(await reader.readline())
            reply = {"ok": await commands[asked["command"]](asked["argument"])}
        except (KeyError, ValueError, SettingsError) as error:
            reply = {"error": str(error)}
        writer.write(json.dumps(reply).encode() + b"\n")
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(answer, path, limit=LONGEST)
    path.chmod(OWNER_ONLY)
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)


async def ask(settings: Settings, command: str, argument: str) -> str | None:
    """What a running server answers; None when none runs. Raises `SettingsError` with what it refuses."""
    try:
        reader, writer = await asyncio.open_unix_connection(socket_path(settings), limit=LONGEST)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    writer.write(json.dumps({"command": command, "argument": argument}).encode() + b"\n")
    await writer.drain()
    reply = json.loads(await reader.readline())
    writer.close()
    if "error" in reply:
        raise SettingsError(str(reply["error"]))
    return str(reply["ok"])
