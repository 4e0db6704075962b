"""The control socket: commands reach the running assistant, and nothing that comes in there stops it."""

import asyncio
import json
import stat
from pathlib import Path

import pytest

from bot import control
from bot.settings import DatabaseSettings, Settings, SettingsError
from storage.errors import StoreFull


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A database in a folder of its own."""
    return Settings(database=DatabaseSettings(url=f"sqlite:///{tmp_path}/lotse.db", key_file=tmp_path / "key"))


async def greet(argument: str) -> str:
    """A command that works."""
    return f"hello {argument}"


async def refuse(argument: str) -> str:
    """A command that refuses."""
    raise SettingsError(f"{argument} is not here")


async def fail(argument: str) -> str:
    """A command the database refuses."""
    raise StoreFull(argument)


COMMANDS = {"greet": greet, "refuse": refuse, "fail": fail}


async def send(settings: Settings, line: bytes) -> bytes:
    """A raw line, and what comes back."""
    reader, writer = await asyncio.open_unix_connection(control.socket_path(settings))
    writer.write(line)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    return answer


async def test_a_command_is_answered(settings: Settings) -> None:
    """The answer of the running assistant comes back, letters of every language included."""
    async with control.listen(settings, COMMANDS):
        assert "hello Їжак" == await control.ask(settings, "greet", "Їжак")


async def test_what_is_refused_is_said(settings: Settings) -> None:
    """A refusal, an unknown command and a database in trouble come back as errors with a reason."""
    async with control.listen(settings, COMMANDS):
        for command, reason in (("refuse", "p9 is not here"), ("nonsense", "does not know"), ("fail", "p9")):
            with pytest.raises(SettingsError, match=reason):
                await control.ask(settings, command, "p9")


async def test_without_a_running_assistant_nobody_answers(settings: Settings) -> None:
    """No socket, and a socket left over by a crash, both mean that nothing runs."""
    assert await control.ask(settings, "greet", "x") is None
    async with control.listen(settings, COMMANDS):
        control.socket_path(settings).rename(control.socket_path(settings).with_name("kept"))
    control.socket_path(settings).with_name("kept").rename(control.socket_path(settings))
    assert await control.ask(settings, "greet", "x") is None


async def test_the_socket_is_the_owners_alone_and_goes_with_the_assistant(settings: Settings) -> None:
    """Nobody else on the machine can reach it, and it is gone afterwards; one left over is replaced."""
    control.socket_path(settings).touch()
    async with control.listen(settings, COMMANDS):
        mode = control.socket_path(settings).stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert 0o600 == stat.S_IMODE(mode)
    assert not control.socket_path(settings).exists()


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"nonsense\n", b"[]\n", b"3\n", b'{"command": "greet"}\n', b'{"command": []}\n', b"\xff\n"]
)
async def test_nonsense_is_answered_too(settings: Settings, line: bytes) -> None:
    """Whatever comes in gets an error, and the next command is answered as ever."""
    async with control.listen(settings, COMMANDS):
        assert "error" in json.loads(await send(settings, line))
        assert "hello x" == await control.ask(settings, "greet", "x")


async def test_a_line_that_never_ends_is_refused(settings: Settings) -> None:
    """More than sixty-four kilobytes are not read."""
    async with control.listen(settings, COMMANDS):
        assert "error" in json.loads(await send(settings, b"x" * (control.LONGEST + 10)))


async def test_an_assistant_that_ends_in_between_is_said(settings: Settings) -> None:
    """When the assistant ends before it answers, the command says so instead of failing."""

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_unix_server(hang_up, control.socket_path(settings))
    async with server:
        with pytest.raises(SettingsError, match="ended"):
            await control.ask(settings, "greet", "x")


async def test_a_deep_folder_is_no_hindrance(tmp_path: Path) -> None:
    """The system refuses long names for sockets; a database in a deep folder is reached all the same."""
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    settings = Settings(database=DatabaseSettings(url=f"sqlite:///{deep}/lotse.db", key_file=tmp_path / "key"))
    assert await control.ask(settings, "greet", "x") is None
    async with control.listen(settings, COMMANDS):
        assert "hello x" == await control.ask(settings, "greet", "x")
