"""Every command of the command line belongs to an operation, and the access matrix tries each of them."""

from collections.abc import Callable, Iterator
from typing import Any

import typer

from bot.cli import cli
from bot.operating.seats import operation_of
from tests.handlers.access_commands import AT_THE_SERVER

Named = tuple[tuple[str, ...], Callable[..., Any]]


def commands(of: typer.Typer, before: tuple[str, ...] = ()) -> Iterator[Named]:
    """Every command with the words that call it."""
    for one in of.registered_commands:
        assert one.callback is not None
        yield (*before, one.name or one.callback.__name__.replace("_", "-")), one.callback
    for group in of.registered_groups:
        assert group.typer_instance is not None
        yield from commands(group.typer_instance, (*before, group.name or group.typer_instance.info.name or ""))


def test_every_command_has_an_operation() -> None:
    """A new command without one fails here."""
    found = list(commands(cli))
    assert len(found) > 25
    assert [] == [words for words, command in found if operation_of(command) is None]


def test_the_matrix_tries_every_command_as_the_operation_it_is() -> None:
    """Whoever may give a command of the matrix may give just this one."""
    tried = {(operation, command) for operation, each in AT_THE_SERVER.items() for command in each}
    for words, command in commands(cli):
        operations = {operation for operation, line in tried if line[: len(words)] == words}
        assert {operation_of(command)} == operations, words
