"""The control socket: operator commands reach a running server, which alone owns the database file."""

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path

from storage.errors import StorageError
from storage.settings import database_file, is_server

from bot.settings import Duty, Settings, SettingsError

Command = Callable[[str], Awaitable[str]]
LONGEST = 2**24
"""Bytes of one question or answer: an import of 5,000 dates is one."""
OWNER_ONLY = 0o600
LONGEST_NAME = 100


def socket_path(settings: Settings) -> Path:
    """Where the socket of the assistant with this database lies: beside the file, or beside the keys."""
    url = settings.database.url
    place = settings.database.key_file if is_server(url) else database_file(url)
    part = "" if settings.role is Duty.ALL else f"-{settings.role.value}"
    return place.parent / f"control{part}.sock"


def is_listening(settings: Settings) -> bool:
    """Whether an assistant with this database is running."""
    path = socket_path(settings)
    if not path.exists():
        return False
    with socket.socket(socket.AF_UNIX) as probe, _short(path) as name:
        try:
            probe.connect(name)
        except OSError:
            return False
    return True


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name for the socket that the system takes: it refuses paths of more than 107 bytes."""
    if len(os.fsencode(path)) <= LONGEST_NAME:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


@contextlib.asynccontextmanager
async def listen(settings: Settings, commands: Mapping[str, Command]) -> AsyncIterator[None]:
    """Answer commands as long as the block runs; only the owner of the process can reach the socket.

    Where a process of the same part listens already, that one answers: they are about the database, which both share.
    """
    if is_listening(settings):
        yield
        return
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
        with _short(path) as name:
            server = await asyncio.start_unix_server(answer, name, limit=LONGEST)
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
        with _short(socket_path(settings)) as name:
            reader, writer = await asyncio.open_unix_connection(name, limit=LONGEST)
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
