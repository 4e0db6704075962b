"""The operator's commands. Exit codes: 0 as asked, 1 something is not as it should be, 2 it cannot be done."""

import asyncio
import dataclasses
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from flows.engine.messages import OutboxStatus
from flows.rules.access import Operation
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from bot import control
from bot.clock import SystemClock
from bot.operating import (
    absence_figures,
    access_commands,
    age,
    attendance,
    auditing,
    backups,
    calls,
    channel_checks,
    checks,
    dating,
    explaining,
    figures,
    inviting,
    messages,
    unseen,
)
from bot.operating import keys as versions
from bot.operating.lines import Line, State
from bot.operating.seats import only
from bot.settings import SettingsError, installed
from bot.terminal import DIFFERS, UNUSABLE, errors_in_words, progress, say_error, say_json

AsJson = Annotated[bool, typer.Option("--json", help="for another program to read")]
MARKS = {State.OK: "green", State.NOTE: "yellow", State.FAULT: "bold red"}

audit = typer.Typer(help="The audit chain: what was recorded, and that nobody has changed it.", no_args_is_help=True)
keys = typer.Typer(help="Keys that seal what is personal: their versions, and new ones.", no_args_is_help=True)
outbox = typer.Typer(help="Outgoing messages, without what they say.", no_args_is_help=True)


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (check, backup, restore, invite, dates):
        cli.command()(command)
    cli.command("backup-key")(backup_key)
    cli.command("phone-list")(phone_list)
    figures.register(cli)
    absence_figures.register(cli)
    cli.command()(alerts)
    cli.add_typer(audit, name="audit")
    cli.add_typer(keys, name="keys")
    cli.add_typer(attendance.attendance, name="attendance")
    cli.add_typer(outbox, name="outbox")
    cli.add_typer(access_commands.access, name="access")
    cli.add_typer(access_commands.staff, name="staff")


@only(Operation.CHECK)
def check(
    profile: Annotated[
        str | None, typer.Option(help="explain this profile in German, and look at nothing else")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look at settings, keys, database, disk, port, clock and channels; may run beside the assistant.

    Exit 1 if only a channel is not as it should be, 2 if there is another fault.

    Examples: python -m bot check · python -m bot check --json · python -m bot check --profile inbeq
    """
    if profile is not None:
        _explain(profile, as_json=as_json)
        return
    try:
        lines = list(checks.look(installed(), SystemClock().now()))
    except SettingsError as error:
        lines = [Line("settings", State.FAULT, str(error), "put it right in lotse.toml or LOTSE_…")]
    if as_json:
        say_json([dataclasses.asdict(line) for line in lines])
    else:
        _show_lines(lines)
    if faults := {line.name for line in lines if line.state is State.FAULT}:
        raise typer.Exit(DIFFERS if faults <= channel_checks.NAMES else UNUSABLE)


def _explain(name: str, *, as_json: bool) -> None:
    with errors_in_words():
        chapters = explaining.explain(name)
    if as_json:
        say_json([dataclasses.asdict(chapter) for chapter in chapters])
        return
    console = Console(highlight=False, markup=False)
    for chapter in chapters:
        console.print(chapter.title, style="bold", soft_wrap=True)
        for sentence in chapter.sentences:
            console.print(Padding(sentence, (0, 0, 0, 2)))
        console.print()


def _show_lines(lines: list[Line]) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for line in lines:
        console.print(f"{line.state.value:<6}", style=MARKS[line.state], end="")
        console.print(f"{line.name:<12}{line.said}")
        if line.way_out:
            console.print(f"{'':<18}→ {line.way_out}")


@only(Operation.BACK_UP)
def backup(
    where: Annotated[Path, typer.Argument(help="a folder, or the name of a new file")], as_json: AsJson = False
) -> None:
    """Write an encrypted copy of the database; the assistant may go on running. Keys are not in it.

    Examples: python -m bot backup /mnt/backups · python -m bot backup /mnt/usb/before-update.db.age
    """
    with errors_in_words(), _ended_in_order(), progress() as tell:
        target = backups.back_up(installed(), where, SystemClock().now(), tell)
    if as_json:
        say_json({"file": str(target), "bytes": target.stat().st_size})
    else:
        typer.echo(f"{target} ({target.stat().st_size // 1024} kB)")


@only(Operation.BACK_UP)
def backup_key(
    file: Annotated[
        Path, typer.Argument(help="where to write the secret key: best on a stick that is then locked away")
    ],
) -> None:
    """Make the key pair for backups: the secret half into FILE, the public half for lotse.toml printed.

    Example: python -m bot backup-key /mnt/usb/lotse-backup-key.txt
    """
    with errors_in_words():
        public = age.make_identity(file)
    typer.echo(f"Write this into lotse.toml, and keep {file} away from this machine:\n")
    typer.echo(f'[backup]\nrecipient = "{public}"')


@only(Operation.RESTORE)
def restore(
    file: Annotated[Path, typer.Argument(help="the backup")],
    identity: Annotated[Path, typer.Option(help="the file with the secret key that backup-key wrote")],
    replace: Annotated[bool, typer.Option("--replace", help="there is a database; keep it under another name")] = False,
    resume: Annotated[
        bool, typer.Option("--resume-sending", help="nothing was sent since the backup: send what waits in it")
    ] = False,
    only_check: Annotated[bool, typer.Option("--only-check", help="look whether it could be restored")] = False,
) -> None:
    """Put a backup in the place of the database, once it is known to be whole and to fit.

    The assistant must be stopped (not for --only-check). Messages that waited when the backup was made may have gone
    out since: they are held for you to look at (outbox uncertain), unless you say --resume-sending.

    Examples: python -m bot restore lotse-20261120-030000.db.age --identity /mnt/usb/lotse-backup-key.txt
    · python -m bot restore lotse-20261120-030000.db.age --identity /mnt/usb/lotse-backup-key.txt --replace
    """
    with errors_in_words(), _ended_in_order(), progress() as tell:
        source, wish = backups.Source(backup=file, identity=identity), backups.Wish(replace=replace, resume=resume)
        if only_check:
            revision = backups.try_out(installed(), source, tell)
            typer.echo(f"this backup can be restored: whole, fitting, revision {revision}; nothing was changed")
            return
        done = backups.restore(installed(), source, SystemClock().now(), tell, wish)
    typer.echo(f"restored, revision {done.revision}; {done.held} messages are held: python -m bot outbox uncertain")
    if done.aside is not None:
        typer.echo(f"the database that was there is now {done.aside}: delete it when it is not needed any more")
    if done.warning:
        say_error(done.warning)


@audit.command()
@only(Operation.VERIFY_AUDIT)
def verify(as_json: AsJson = False) -> None:
    """Verify every link, every record and every signed root. Exit 1 and the first broken link if something was changed.

    Works on the running assistant and on a database at rest. Example: python -m bot audit verify
    """
    with errors_in_words(), progress() as tell:
        settings = installed()
        answer = asyncio.run(control.ask(settings, "audit-verify", ""))
        if answer is None:
            outcome = asyncio.run(auditing.verify_at_rest(settings, lambda done: tell("entries", done, done + 1)))
        else:
            outcome = auditing.Outcome(**json.loads(answer))
    if as_json:
        say_json(dataclasses.asdict(outcome))
    elif not outcome.fault:
        typer.echo(f"whole: {outcome.entries} entries in {outcome.groups} groups, {outcome.roots} signed roots")
    if outcome.fault:
        say_error(
            f"the audit chain is broken: {outcome.fault}; keep database, roots and backups as they are and ask why"
        )
        raise typer.Exit(DIFFERS)


@only(Operation.LIST_CALLS)
def phone_list(as_json: AsJson = False) -> None:
    """Show who could be reached by nothing and is to be called: by handle, since when, and why.

    Examples: python -m bot phone-list · python -m bot phone-list --json
    """
    calls.show_phone_list(installed(), as_json=as_json)


@only(Operation.LIST_ALERTS)
def alerts(as_json: AsJson = False) -> None:
    """Show what nobody has seen yet: how long it waits, how often it was passed on, with whom; never about whom.

    Examples: python -m bot alerts · python -m bot alerts --json
    """
    unseen.show_alerts(installed(), as_json=as_json)


@only(Operation.INVITE_BY_HANDLE)
def invite(
    handle: Annotated[str, typer.Argument(help="who is invited, for example p0")],
    letter: Annotated[Path | None, typer.Option(help="a new HTML file with the letter, to be printed")] = None,
    as_json: AsJson = False,
) -> None:
    """Make an invitation for somebody and print its code and link, once; earlier ones end.

    Examples: python -m bot invite p0 · python -m bot invite p0 --letter letter.html
    """
    inviting.show_invitation(installed(), handle, letter, as_json=as_json)


@only(Operation.SET_DATES)
def dates(
    handle: Annotated[str, typer.Argument(help="whose date it is, for example p1")],
    what: Annotated[str, typer.Argument(help="which date: entry, last_day, exit, placed, end:entry …")],
    day: Annotated[datetime | None, typer.Argument(formats=["%Y-%m-%d"], help="the day, as in 2026-12-01")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="take the date away")] = False,
) -> None:
    """Set a date of somebody's participation, or take it away; deadlines move with it. No date is shown.

    Examples: python -m bot dates p1 entry 2026-12-01 · python -m bot dates p1 exit --remove
    """
    if remove == (day is not None):
        say_error("name a day, or --remove, and not both")
        raise typer.Exit(2)
    dating.show_setting(installed(), handle, what, None if day is None else day.date())


@keys.command("list")
@only(Operation.LIST_KEYS)
def list_keys(as_json: AsJson = False) -> None:
    """Show which versions of keys there are, how many, and since when; no key itself.

    Examples: python -m bot keys list · python -m bot keys list --json
    """
    versions.show_keys(installed(), as_json=as_json)


@keys.command()
@only(Operation.ROTATE_KEYS)
def rotate(
    person: Annotated[str | None, typer.Option(help="the key of one person, by handle")] = None,
    all_: Annotated[bool, typer.Option("--all", help="everybody's keys, and those of the system")] = False,
    master: Annotated[bool, typer.Option("--master", help="the master key, which wraps the others")] = False,
) -> None:
    """Replace keys, and seal again what they have sealed, while the assistant goes on. Say which, one at a time.

    Whatever cuts it off, the database opens; say the same again to go on.

    Examples: python -m bot keys rotate --all · python -m bot keys rotate --person p1
    · python -m bot keys rotate --master
    """
    wishes = [person] * (person is not None) + [versions.ALL] * all_ + [versions.MASTER] * master
    if len(wishes) != 1:
        say_error("say exactly one of --person HANDLE, --all, --master")
        raise typer.Exit(UNUSABLE)
    versions.rotate_keys(installed(), wishes[0] or "")


@outbox.command("list")
@only(Operation.LIST_OUTBOX)
def list_(
    status: Annotated[
        list[str] | None, typer.Option(help="pending, sending, uncertain or failed; may be repeated")
    ] = None,
    limit: Annotated[int, typer.Option(help="how many of each status at most", min=1, max=1000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Show what has not arrived: for whom, what kind, where, how old, in which state.

    Examples: python -m bot outbox list · python -m bot outbox list --status failed --json
    """
    with errors_in_words():
        _show_messages(messages.statuses_of(status or []), limit, as_json=as_json)


@outbox.command()
@only(Operation.LIST_OUTBOX)
def uncertain(as_json: AsJson = False) -> None:
    """Show the messages of which nobody can know whether they arrived. Ask the person, or send them again.

    Example: python -m bot outbox uncertain
    """
    with errors_in_words():
        _show_messages((OutboxStatus.UNCERTAIN,), 1000, as_json=as_json)


@outbox.command()
@only(Operation.RESEND)
def resend(id_: Annotated[int, typer.Argument(metavar="ID", help="as `outbox uncertain` shows it")]) -> None:
    """Send an uncertain or failed message again. It says that it may have arrived before; consent still decides.

    Example: python -m bot outbox resend 912735523410255872
    """
    with errors_in_words():
        asyncio.run(messages.resend_message(installed(), id_))
    typer.echo(f"message {id_} waits to be sent again")


def _show_messages(statuses: tuple[OutboxStatus, ...], limit: int, *, as_json: bool) -> None:
    found = asyncio.run(messages.list_messages(installed(), statuses, limit))
    if as_json:
        say_json(found)
    elif not found:
        typer.echo("none")
    else:
        Console(width=max(100, Console().width)).print(_table(found))


def _table(found: list[dict[str, Any]]) -> Table:
    table = Table(box=None, title_justify="left")
    for column in ("id", "for", "class", "channel", "age", "status", "reason"):
        table.add_column(column, no_wrap=True)
    for message in found:
        told = {**message, "age": str(timedelta(seconds=message["age_seconds"]))}
        table.add_row(*(told[column.header] for column in table.columns))  # type: ignore[index]  # our own texts
    return table


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """A SIGTERM ends the work as Ctrl-C does: what was begun is removed."""

    def end(*_: object) -> NoReturn:
        sys.exit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
