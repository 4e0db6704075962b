"""How the command line speaks: errors in words on standard error, progress on a terminal only, exit codes 0, 1, 2."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn
from rich.table import Table
from storage.errors import StorageError

from bot.settings import SettingsError

DIFFERS: Final = 1
UNUSABLE: Final = 2


@contextmanager
def errors_in_words(also: type[Exception] = SettingsError) -> Iterator[None]:
    """End with 2, cause and way out on standard error, when something cannot be done."""
    try:
        yield
    except (SettingsError, StorageError, also) as error:
        say_error(str(error))
        raise typer.Exit(UNUSABLE) from None


def say_error(text: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"lotse: {text}\n")


def say_json(value: Any) -> None:
    """For another program to read."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(columns: Iterable[str], rows: Iterable[Sequence[str]], title: str | None = None) -> None:
    """Rows under headings, never wrapped to less than a hundred characters."""
    table = Table(box=None, title=title, title_justify="left")
    for column in columns:
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*row)
    Console(width=max(100, Console().width)).print(table)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for long work, on a terminal; what it yields is told what is done, how much, and how much there is."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, whole: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=whole)
            bar.update(tasks[what], completed=done, total=whole)

        yield tell
