"""The control socket: operator commands reach a running server, which alone owns the database file."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

from storage.errors import StorageError
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
        except (SettingsError, StorageError) as error:
            reply = {"error": str(error)}
        except (KeyError, TypeError, ValueError):
            reply = {"error": "the running assistant does not know this command"}
        writer.write(json.dumps(reply).encode() + b"\n")
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    try:
        server = await asyncio.start_unix_server(answer, path, limit=LONGEST)
    except OSError as error:
        raise SettingsError(f"database.url: no control socket can lie at {path} ({error})") from None
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
    except OSError as error:
        raise SettingsError(f"database.url: the running assistant cannot be reached ({error})") from None
    answered = b""
    with contextlib.suppress(ConnectionError):
        writer.write(json.dumps({"command": command, "argument": argument}).encode() + b"\n")
        await writer.drain()
        answered = await reader.readline()
    writer.close()
    if not answered:
        raise SettingsError("the running assistant has ended before it could answer; try again")
    reply = json.loads(answered)
    if "error" in reply:
        raise SettingsError(str(reply["error"]))
    return str(reply["ok"])
