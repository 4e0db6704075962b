"""Whose commands an account at the server may give: asked of the same table as everything else (ADR 0018)."""

import functools
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, ParamSpec, TypeVar

from flows.rules.access import Actor, Operation, Relation, is_allowed

from bot.settings import SettingsError, read_settings
from bot.terminal import errors_in_words

P = ParamSpec("P")
R = TypeVar("R")
_GUARDED: Final[dict[Callable[..., Any], Operation]] = {}


def permit(operation: Operation) -> None:
    """Raise `SettingsError` unless the account's seat may do this. What is wrong with settings the command says."""
    seat = None
    with suppress(SettingsError):
        seat = read_settings().access.seat
    if seat is not None and not is_allowed(Actor(seat), operation, Relation.NO_ONE):
        raise SettingsError(
            f"access.seat: this account is set up as {seat}, who may not do this ({operation}); "
            "what it may do: python -m bot access concept"
        )


def only(operation: Operation) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Have a command refuse before it begins where the account may not give it."""

    def guard(command: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(command)
        def guarded(*words: P.args, **options: P.kwargs) -> R:
            with errors_in_words():
                permit(operation)
            return command(*words, **options)

        _GUARDED[guarded] = operation
        return guarded

    return guard


def operation_of(command: Callable[..., Any]) -> Operation | None:
    """What the table calls this command; None for one that nobody guards."""
    return _GUARDED.get(command)
