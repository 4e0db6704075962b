"""What a line of a transcript says, once it is read: one value per kind of line (TRANSCRIPTS.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.transcript.matching import Pattern


class TranscriptError(Exception):
    """A transcript could not be read or run."""


class Unreadable(TranscriptError):
    """A line cannot be read; `number` counts from 1, `reason` says what is wrong with it."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"line {number}: {reason}")
        self.number = number
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Choice:
    """Which button is meant: the `position`-th, or the one of this stable `action`, or the first that says `label`."""

    spoken: str
    position: int = 0
    action: str = ""
    label: Pattern | None = None

    def __str__(self) -> str:
        """As the line spells it."""
        return self.spoken


@dataclass(frozen=True, slots=True)
class Moves:
    """`at`: the clock moves to `target`; what is due on the way fires at its own time."""

    target: datetime


@dataclass(frozen=True, slots=True)
class Sleeps:
    """`down`: the program stops, the clock moves to `target`, the program starts."""

    target: datetime


@dataclass(frozen=True, slots=True)
class Restarts:
    """`restart`: SIGKILL, and a start on the same database."""


@dataclass(frozen=True, slots=True)
class Writes:
    """`WHO: text`."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Taps:
    """`WHO taps: …`."""

    who: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class Sends:
    """`WHO sends: path`; the file exists."""

    who: str
    path: Path


@dataclass(frozen=True, slots=True)
class Repeats:
    """`WHO again`: the platform delivers WHO's last update once more."""

    who: str


@dataclass(frozen=True, slots=True)
class Consents:
    """`consent` and, with `given` False, `withdraw`."""

    who: str
    purpose: str
    given: bool


@dataclass(frozen=True, slots=True)
class Plans:
    """`appointment`: plans one as c1 would, with this stable name; `starts` is aware."""

    handle: str
    who: str
    starts: datetime


@dataclass(frozen=True, slots=True)
class Leaves:
    """`away`: leave of one of the staff, both days included."""

    who: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Refuses:
    """`unreachable`: WHO's channel refuses from now on."""

    who: str


@dataclass(frozen=True, slots=True)
class Becomes:
    """`via`: limits and levels of that channel from now on."""

    channel: str


@dataclass(frozen=True, slots=True)
class ExpectsMessage:
    """`bot to WHO: …`."""

    who: str
    wanted: Pattern


@dataclass(frozen=True, slots=True)
class ExpectsButton:
    """`bot to WHO has button: …`."""

    who: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class ExpectsNothing:
    """`nothing to WHO`."""

    who: str


@dataclass(frozen=True, slots=True)
class ExpectsEvent:
    """`event NAME key=value …`."""

    name: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExpectsNoEvent:
    """`no event NAME`."""

    name: str
    fields: Mapping[str, str]


Arranged = Consents | Plans | Leaves
Expectation = ExpectsMessage | ExpectsButton | ExpectsNothing | ExpectsEvent | ExpectsNoEvent
Deed = Moves | Sleeps | Restarts | Writes | Taps | Sends | Repeats | Arranged | Refuses | Becomes
Line = Deed | Expectation


@dataclass(frozen=True, slots=True)
class Step:
    """One line that does or expects something, with its number (from 1) and its words."""

    number: int
    words: str
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A transcript as read: `start` is the clock before the world is loaded."""

    title: str
    profile: str
    start: datetime
    steps: tuple[Step, ...]

    @property
    def expects(self) -> bool:
        """Whether any line expects something."""
        return any(isinstance(step.line, Expectation) for step in self.steps)

    @property
    def ends_the_program(self) -> bool:
        """Whether a line stops or kills the program, which then has to be a process of its own."""
        return any(isinstance(step.line, Restarts | Sleeps) for step in self.steps)
