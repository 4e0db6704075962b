"""The world a transcript runs in, seen from outside: what can be done to it, and where it keeps its things."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.channels import Inbound
from bot.transcript import lines
from bot.transcript.lines import TranscriptError
from bot.transcript.news import News

Condition = lines.Refuses | lines.Becomes
Command = Inbound | lines.Moves | lines.Sleeps | lines.Restarts | lines.Arranged | Condition


class WorldFailed(TranscriptError):
    """The program under the transcript failed; nothing more can be asked of it."""


class World(Protocol):
    """The program a transcript talks to, in this process or in one of its own."""

    def do(self, command: Command) -> News:
        """Do one thing and run until nothing is due; what came of it. Raises `WorldFailed`."""
        ...

    def close(self) -> None:
        """Stop the program; its database stays."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a run keeps its database (a URL) and its master key, and under which profile."""

    database: str
    key_file: str
    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a program starts: at `now`, in a `fresh` database or in one whose events are known up to the id `seen`."""

    place: Place
    now: datetime
    fresh: bool = True
    seen: int = 0
    conditions: tuple[Condition, ...] = ()


@contextmanager
def borrow_place(profile: str, database: str | None = None) -> Iterator[Place]:
    """A place that is gone afterwards; with `database`, a URL, that empty database is used instead, and stays."""
    with tempfile.TemporaryDirectory(prefix="lotse-transcript-") as folder:
        for room in ("db", "keys"):
            (Path(folder) / room).mkdir(mode=0o700)
        yield Place(
            database=database or f"sqlite:///{folder}/db/lotse.db",
            key_file=f"{folder}/keys/master.key",
            profile=profile,
        )
