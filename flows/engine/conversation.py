"""The state of one person in one flow, as it is stored between two turns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from flows.quick import quick

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"


class Status(StrEnum):
    """Where a conversation stands; only `waiting` and `paused` ones take replies."""

    WAITING = "waiting"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    HANDED_OVER = "handed_over"
    FAILED = "failed"

    @property
    def is_open(self) -> bool:
        """Whether a reply can still move it."""
        return self is Status.WAITING or self is Status.PAUSED


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One person in one flow. `turn` counts passes: buttons and timers of an older turn are stale.

    `asked` are the questions put so far, the current one last: "back" walks along it. `misses` counts replies to the
    current question that did not parse.
    """

    flow: str
    version: int
    node: str
    answers: Mapping[str, Json] = field(default_factory=dict)
    status: Status = Status.WAITING
    turn: int = 0
    misses: int = 0
    asked: tuple[str, ...] = ()
