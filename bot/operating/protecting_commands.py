"""The commands about the protection of data: halt, resume, staff, breach, papers."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from flows.rules.access import Operation
from flows.rules.breaches import Kind

from bot.clock import SystemClock
from bot.operating import papers, protecting
from bot.operating.access_commands import staff
from bot.operating.papers import Papers
from bot.operating.seats import only
from bot.settings import installed
from bot.terminal import DIFFERS, errors_in_words, print_table, say_json

AsJson = Annotated[bool, typer.Option("--json", help="for another program to read")]
From = Annotated[str, typer.Option("--from", help="when it began, local time: 2026-11-23T14:30")]
To = Annotated[str, typer.Option("--to", help="when it ended")]

breach = typer.Typer(
    help="Breaches of data protection: ledger, clock, who was affected, letters.", no_args_is_help=True
)


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (halt, resume, write_papers):
        cli.command(command.__name__.removeprefix("write_"))(command)
    cli.add_typer(breach, name="breach")


def _ask(do: str, **asked: Any) -> Any:
    with errors_in_words():
        return asyncio.run(protecting.ask(installed(), do, **asked))


@only(Operation.SWITCH_CHANNEL)
def halt(channel: Annotated[str, typer.Argument(help="web, telegram, telegram_staff, push or sms")]) -> None:
    """Switch a channel off at once: nothing goes out on it, after a restart too, until `resume`. What waits is kept.

    Answers to people in a crisis do not go out there either. Example: python -m bot halt telegram
    """
    typer.echo(f"{channel}: {_ask('halt', channel=channel)}; halted now: {', '.join(_ask('halted'))}")


@only(Operation.SWITCH_CHANNEL)
def resume(channel: Annotated[str, typer.Argument(help="as `halt`")]) -> None:
    """Switch a channel on again: what waits goes out, unless it has expired. Example: python -m bot resume telegram"""
    typer.echo(f"{channel}: {_ask('resume', channel=channel)}; halted now: {', '.join(_ask('halted')) or 'none'}")


@staff.command()
@only(Operation.RECORD_SECRECY)
def secrecy(
    handle: Annotated[str, typer.Argument(help="whose account, for example c1")],
    date: Annotated[str, typer.Option("--date", help="the day on the signed declaration: 2026-11-20")],
) -> None:
    """Record that somebody was bound to secrecy (§ 203 StGB); where the profile wants it, no account works without.

    Example: python -m bot staff secrecy c1 --date 2026-11-20
    """
    typer.echo(f"{handle}: bound to secrecy on {_ask('secrecy', handle=handle, day=date)}")


@staff.command("list")
@only(Operation.LIST_STAFF)
def list_staff(as_json: AsJson = False) -> None:
    """Show every staff account with the day of its declaration."""
    found = _ask("accounts")
    if as_json:
        say_json(found)
    else:
        _show(found, ("who", "role", "secrecy"))


@breach.command()
@only(Operation.KEEP_BREACHES)
def add(  # noqa: PLR0913, PLR0917 - each is one thing that an operator says
    kind: Annotated[str, typer.Option(help=", ".join(Kind))],
    begin: From,
    end: To,
    what: Annotated[str, typer.Option(help="what happened, in a sentence without names")],
    known: Annotated[str, typer.Option(help="when the carrier learnt of it; now, if not said")] = "",
    as_json: AsJson = False,
) -> None:
    """Enter a breach; the authority has to know within 72 hours of its becoming known.

    Example: python -m bot breach add --kind lost --from 2026-11-23T08:00 --to 2026-11-23T12:00 --what "USB stick lost"
    """
    entry = _ask("breach", kind=kind, known=known, what=what, **{"from": begin, "to": end})
    if as_json:
        say_json(entry)
    else:
        typer.echo(f"breach {entry['id']}: tell the authority until {entry['deadline']} ({_left(entry)})")
        typer.echo(f"affected between the two: {entry['affected']} (python -m bot breach affected …)")


@breach.command("list")
@only(Operation.READ_BREACHES)
def list_breaches(as_json: AsJson = False) -> None:
    """Show the ledger. Exit 1 if the time of an open breach is over."""
    found = _ask("ledger")
    if as_json:
        say_json(found)
    elif not found:
        typer.echo("none")
    else:
        told = [{**entry, "left": "closed" if entry["closed"] else _left(entry)} for entry in found]
        _show(told, ("id", "kind", "known", "deadline", "left", "affected"))
    if any(not entry["closed"] and entry["minutes_left"] < 0 for entry in found):
        raise typer.Exit(DIFFERS)


@breach.command()
@only(Operation.KEEP_BREACHES)
def close(
    id_: Annotated[int, typer.Argument(metavar="ID", help="as `breach list` shows it")],
    done: Annotated[str, typer.Option(help="what was done, and whom was told when; without names")],
) -> None:
    """Close a breach; the entry stays.

    Example: python -m bot breach close 912735523410255872 --done "told on 24.11."
    """
    typer.echo(f"breach {_ask('close', id=id_, done=done)['id']} is closed")


@breach.command()
@only(Operation.SEE_AFFECTED)
def affected(begin: From, end: To, as_json: AsJson = False) -> None:
    """Say whose data was touched between two moments: by handle, with counts, nothing of the content.

    Example: python -m bot breach affected --from 2026-11-23T08:00 --to 2026-11-23T12:00
    """
    found = _ask("affected", **{"from": begin, "to": end})
    if as_json:
        say_json(found)
    elif not found:
        typer.echo("nobody")
    else:
        _show([{"who": who, **counts} for who, counts in found.items()], ("who", *protecting.SOURCES))


@breach.command()
@only(Operation.READ_BREACHES)
def letters(
    id_: Annotated[int, typer.Argument(metavar="ID", help="as `breach list` shows it")],
    out: Annotated[Path, typer.Option(help="the folder for both letters")],
) -> None:
    """Write the letters to the authority (Art. 33) and to the people (Art. 34), filled in as far as is known."""
    entry = next((entry for entry in _ask("ledger") if entry["id"] == str(id_)), None)
    with errors_in_words():
        for file in papers.write_letters(_papers(), entry, out):
            typer.echo(str(file))


@only(Operation.WRITE_PAPERS)
def write_papers(
    out: Annotated[Path, typer.Option(help="the folder for the papers")],
    profile: Annotated[str | None, typer.Option(help="another profile than that of the settings")] = None,
) -> None:
    """Write the carrier's papers from the profile, in German, as Markdown and as pages to print.

    Record of processing, impact assessment, processors, secrecy, breach procedure; each names what is still to be
    filled in. Nothing personal is in them. Example: python -m bot papers --out papers
    """
    with errors_in_words():
        for file in papers.write_all(_papers(profile), out):
            typer.echo(str(file))


def _papers(profile: str | None = None) -> Papers:
    return papers.gather(profile or installed().profile, SystemClock().now())


def _left(entry: dict[str, Any]) -> str:
    left = timedelta(minutes=abs(entry["minutes_left"]))
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    return f"{hours} h {minutes} min {'over' if entry['minutes_left'] < 0 else 'left'}"


def _show(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    print_table(columns, ([str(row.get(column, "")) for column in columns] for row in rows))
