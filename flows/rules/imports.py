"""Dates that come from a file: one row each, and what becomes of all of them together (F21)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flows.rules.appointments import Kind

NEAR = timedelta(days=60)
"""Of what lies further ahead nobody is told because of an import: they are reminded in time."""
SHORTEST, LONGEST = 5, 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One date of a file (`starts` aware). `source` is its lasting name there, `line` where it stands.

    `people` and `organiser` are handles; nobody named: whoever takes part in it already. `series` holds dates together;
    `whole` says that the file names every coming date of the series, so that one that is missing does not take place.
    `own` is the number of an appointment that came from here.
    """

    line: int
    source: str
    people: tuple[str, ...]
    organiser: str
    starts: datetime
    minutes: int
    kind: Kind = Kind.IN_PERSON
    place: str = ""
    way: str = ""
    link: str = ""
    interpreter: str = ""
    interpreter_name: str = ""
    interpreter_contact: str = ""
    cancelled: bool = False
    sequence: int = 0
    series: str = ""
    whole: bool = False
    own: int | None = None

    @property
    def ends(self) -> datetime:
        """When it is over."""
        return self.starts + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one line: a fault that has to be put right, or a note that is good to know."""

    line: int
    where: str
    what: str

    def __str__(self) -> str:
        """As an operator reads it."""
        return f"line {self.line}, {self.where}: {self.what}"


@dataclass(slots=True)
class Report:
    """What an import does or would do; with `faults` it does nothing."""

    new: int = 0
    changed: int = 0
    cancelled: int = 0
    unchanged: int = 0
    older: int = 0
    faults: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
