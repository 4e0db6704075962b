"""What a look at something says: one line, with the way out where something is wrong."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What a line says: it is as it should be, should be looked at some day, or must be put right."""

    OK = "ok"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at."""

    name: str
    state: State
    said: str
    way_out: str = ""
