"""The command line: `python -m bot`. Exit codes: 0 as asked, 1 differs, 2 cannot be done, with cause and way out."""

import asyncio
import shutil
from pathlib import Path
from typing import Annotated

import typer
from flows.rules.access import Operation
from storage import schema
from storage.settings import database_file, is_server

from bot import app as program
from bot import serving
from bot.calendars import commands as calendar_commands
from bot.chat import chat as talk
from bot.logs import set_up_logs
from bot.operating import checks, commands, protecting_commands
from bot.operating.seats import only
from bot.settings import DEMO_FOLDER, Duty, SettingsError, demo_settings, read_settings
from bot.terminal import errors_in_words

cli = typer.Typer(
    help="Lotse: a chat assistant for participants and staff of programmes for young people.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@cli.command()
@only(Operation.RUN)
def run(
    role: Annotated[Duty | None, typer.Option(help="which part of the work, beside processes that do the rest")] = None,
) -> None:
    """Start the assistant with the settings of lotse.toml and LOTSE_….

    Examples: LOTSE_SERVER__PORT=8090 python -m bot run · python -m bot run --role relay
    """
    set_up_logs()
    with errors_in_words(serving.PortTaken):
        settings = read_settings(**({"role": role} if role is not None else {}))
        asyncio.run(serving.serve(settings))


@cli.command()
@only(Operation.RUN)
def demo(reset: Annotated[bool, typer.Option(help="begin with an empty database")] = False) -> None:
    """Start the assistant with the demo world on the embedded database, and print links to open."""
    set_up_logs()
    with errors_in_words(serving.PortTaken):
        settings = demo_settings()
        if reset:
            url = settings.database.url
            if is_server(url) or database_file(url).parent.parent != DEMO_FOLDER:
                raise SettingsError(f"database.url: --reset empties {DEMO_FOLDER} only, not a database named elsewhere")
            serving.refuse_if_running(settings)
            shutil.rmtree(DEMO_FOLDER, ignore_errors=True)
        program.prepare(settings)
        asyncio.run(serving.serve(settings, demo=True))


@cli.command()
@only(Operation.REHEARSE)
def chat(
    script: Annotated[Path | None, typer.Option(help="a transcript to run")] = None,
    as_: Annotated[str, typer.Option("--as", help="who you are in a conversation by hand")] = "p1",
    save: Annotated[Path | None, typer.Option(help="where to write down what happened")] = None,
    database: Annotated[str | None, typer.Option(help="another, empty database")] = None,
) -> None:
    """Talk to the assistant in the terminal, or run a transcript.

    Examples: python -m bot chat --as p3 · python -m bot chat --script tests/transcripts/ill_today.chat
    """
    raise typer.Exit(talk(script, as_, save, database))


@cli.command()
@only(Operation.MIGRATE)
def migrate() -> None:
    """Bring the database to this program's revision, after a copy; create it if there is none."""
    with errors_in_words(serving.PortTaken):
        settings = read_settings()
        found = schema.revision_of(settings.database.url)
        if found is not None and found <= schema.HEAD and settings.database.key_file.exists():
            checks.refuse_misfit(settings)
        program.prepare(settings)
        typer.echo(f"the database has revision {schema.revision_of(settings.database.url)}")


@cli.command("login-link")
@only(Operation.MAKE_LOGIN_LINK)
def login_link(handle: Annotated[str, typer.Argument(help="whose link, for example c1")]) -> None:
    """Print a link that signs one person in, once. Demo profile only; works while the assistant runs, too."""
    with errors_in_words(serving.PortTaken):
        settings = demo_settings()
        typer.echo(asyncio.run(serving.make_link(settings, handle)))


commands.register(cli)
calendar_commands.register(cli)
protecting_commands.register(cli)


def main() -> None:
    """The entry point of `python -m bot`."""
    cli()
