"""The operator's commands about access: the log, the concept, and somebody of the staff who leaves."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from flows.rules.access import Operation

from bot import demo_accounts
from bot.clock import SystemClock
from bot.operating import access_concept, access_reading, accounts, adding, giving_roles, leaving, staff_away
from bot.operating.seats import only
from bot.settings import SettingsError, installed
from bot.terminal import errors_in_words

AsJson = Annotated[bool, typer.Option("--json", help="for another program to read")]

access = typer.Typer(help="Who may do what, and who has read whose data.", no_args_is_help=True)
staff = typer.Typer(help="The people who work here.", no_args_is_help=True)


@access.command()
@only(Operation.READ_ACCESS_LOG)
def log(
    handle: Annotated[str, typer.Argument(help="whose data, for example p1")],
    by: Annotated[str, typer.Option(help="the data-protection officer who wants to know; not needed with one")] = "",
    as_json: AsJson = False,
) -> None:
    """Show who has read the data of somebody, and who was refused: by handle, what and when (UTC), never content.

    The look is an entry itself. Examples: python -m bot access log p1 · python -m bot access log p1 --by d1 --json
    """
    access_reading.show_access_log(installed(), handle, by, as_json=as_json)


@access.command()
@only(Operation.PRINT_CONCEPT)
def concept(
    html: Annotated[Path | None, typer.Option(help="a new HTML file, to be printed")] = None,
) -> None:
    """Print the access concept (S1:778) in German, from the table that is enforced.

    Examples: python -m bot access concept > Zugriffskonzept.md · python -m bot access concept --html konzept.html
    """
    with errors_in_words():
        settings = installed()
    access_concept.print_concept(settings, html)


@staff.command()
@only(Operation.ADD_STAFF)
def add(
    handle: Annotated[str, typer.Argument(help="a new one, for example c3")],
    name: Annotated[str, typer.Option(help="as people will read it, for example 'Frau Albers'")],
    role: Annotated[str, typer.Option(help="caseworker, coordinator, protection or dpo")],
    phone: Annotated[str, typer.Option(help="the direct line that messages name")],
    group: Annotated[str, typer.Option(help="the group of the programme they work in")] = "",
) -> None:
    """Add somebody new to the staff; `staff secrecy` and `staff account` let them in.

    Example: python -m bot staff add c3 --name 'Frau Albers' --role caseworker --phone '0221 4710 101'
    """
    asked = {"handle": handle, "name": name, "role": role, "phone": phone, "group": group}
    adding.show_added(installed(), asked)


@staff.command()
@only(Operation.MAKE_ACCOUNT)
def account(
    handle: Annotated[str, typer.Argument(help="whose account, for example c1")],
    user_name: Annotated[str, typer.Option(help="what is typed to log in; without it the handle")] = "",
    reset: Annotated[bool, typer.Option(help="end password, second factor and sessions at once")] = False,
    as_json: AsJson = False,
) -> None:
    """Print a link with which somebody of the staff sets an account up, or anew after something was lost; works once.

    Examples: python -m bot staff account c1 --user-name m.albers · python -m bot staff account c1 --reset
    """
    with errors_in_words():
        settings = installed()
    accounts.show_link(settings, handle, user_name, reset=reset, as_json=as_json)


@staff.command()
@only(Operation.MAKE_LOGIN_LINK)
def code(handle: Annotated[str, typer.Argument(help="whose, for example c1")]) -> None:
    """Print what the authenticator app of one of the demo's staff would show now. Demo profile only."""
    with errors_in_words():
        found = demo_accounts.of(handle) if installed().profile == "demo" else None
        if found is None:
            raise SettingsError(f"{handle}: codes are printed for the demo's staff only")
    typer.echo(found.code(SystemClock().now()))


@staff.command()
@only(Operation.SET_LEAVE)
def away(
    handle: Annotated[str, typer.Argument(help="who is away, for example c1")],
    first: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="the first day, as in 2026-12-01")],
    last: Annotated[
        datetime | None, typer.Argument(formats=["%Y-%m-%d"], help="the last day; without it until `staff back`")
    ] = None,
    stand_in: Annotated[str | None, typer.Option(help="who stands in from now on, for example c2")] = None,
) -> None:
    """Enter that somebody of the staff is away: what comes, and what nobody has seen, goes to the stand-in.

    Examples: python -m bot staff away c1 2026-12-01 2026-12-05 · python -m bot staff away c1 2026-12-01 --stand-in c2
    """
    staff_away.show_away(installed(), handle, (first.date(), last.date() if last else None), stand_in)


@staff.command()
@only(Operation.SET_LEAVE)
def back(handle: Annotated[str, typer.Argument(help="who is here again, for example c1")]) -> None:
    """End somebody's leave today. Example: python -m bot staff back c1."""
    staff_away.show_back(installed(), handle)


@staff.command()
@only(Operation.GIVE_ROLE)
def role(
    handle: Annotated[str, typer.Argument(help="whose, for example c2")],
    to: Annotated[str, typer.Argument(help="caseworker, coordinator, protection or dpo")],
) -> None:
    """Give somebody of the staff another role: their sessions end, they and the data-protection officer are told.

    Whoever looks after people hands them over first. Example: python -m bot staff role c2 coordinator
    """
    giving_roles.show_role(installed(), handle, to)


@staff.command()
@only(Operation.END_STAFF)
def leave(
    handle: Annotated[str, typer.Argument(help="who leaves, for example c2")],
    as_json: AsJson = False,
) -> None:
    """Have somebody of the staff leave: sessions, links, codes and addresses end at once, open pages in five seconds.

    Works while the assistant runs. Example: python -m bot staff leave c2
    """
    leaving.show_leaving(installed(), handle, as_json=as_json)
