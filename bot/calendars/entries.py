"""One date as a calendar file has it, with zones, series and exceptions worked out; and what is wrong with a line."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One date (`starts`, `ends` aware). `occurrence` tells the dates of a series apart, "" for a single one.

    `line` is where its event begins in the file. `sequence` is the revision the file gives it. `transparent`: it takes
    up no time. `people` are handles that the file names.
    """

    uid: str
    starts: datetime
    ends: datetime
    line: int
    occurrence: str = ""
    whole_day: bool = False
    floating: bool = False
    cancelled: bool = False
    transparent: bool = False
    sequence: int = 0
    place: str = ""
    people: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """What this date is called outside."""
        return f"ics:{self.uid}:{self.occurrence}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a file that cannot be taken: in which line, in which column or property, and what would be right."""

    line: int
    where: str
    what: str

    def __str__(self) -> str:
        """As an operator reads it."""
        return f"line {self.line}, {self.where}: {self.what}"


class UnreadableFile(Exception):
    """A file cannot be taken; the message names each line."""

    def __init__(self, faults: list[Fault]) -> None:
        """With everything that is wrong."""
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
