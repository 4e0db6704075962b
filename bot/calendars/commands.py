"""The operator's commands about calendars."""

from pathlib import Path
from typing import Annotated

import typer
from flows.rules.access import Operation
from flows.rules.appointments import Kind

from bot.calendars import importing
from bot.calendars.table import Defaults
from bot.operating.seats import only
from bot.settings import installed


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.command("import")(import_)


@only(Operation.IMPORT_APPOINTMENTS)
def import_(  # noqa: PLR0913, PLR0917 - every option of a command is a parameter
    file: Annotated[Path, typer.Argument(help="a table (.csv) or a calendar file (.ics); docs/importing.md")],
    with_: Annotated[str, typer.Option("--with", help="with whom, where the file does not say: c1")] = "",
    people: Annotated[str, typer.Option(help="who takes part, where the file does not say: p1,p2")] = "",
    kind: Annotated[Kind, typer.Option(help="how people meet, where the file does not say")] = Kind.IN_PERSON,
    place: Annotated[str, typer.Option(help="where, where the file does not say")] = "",
    only_check: Annotated[bool, typer.Option("--only-check", help="say what would happen, and change nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="for another program to read")] = False,
) -> None:
    """Import appointments: all of a file or nothing. The same file again changes nothing; a newer one updates.

    Exit 1 if something in the file is wrong: each line is named, with what would be right.

    Examples: python -m bot import talks.csv --only-check · python -m bot import talks.csv
    · python -m bot import course.ics --with c1 --people p1,p2 --place "Haus 1, Raum 2"
    """
    handles = tuple(dict.fromkeys(people.casefold().replace(",", " ").split()))
    defaults = Defaults(organiser=with_.casefold(), people=handles, kind=kind, place=place)
    importing.import_file(installed(), file, defaults, only_check=only_check, as_json=as_json)
