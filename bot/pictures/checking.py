"""Looks at the files of one upload: scanned where that is set up, decoded apart, a few uploads at a time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import anyio.to_thread
from flows.rules.certificates import MOST_PAGES

from bot.pictures.inspecting import Inspected, Problem, inspect, may_be_taken
from bot.pictures.scanning import ScanSettings, scan

AT_ONCE: Final = 2
"""So many uploads are decoded at the same time; each may take its own limit of memory."""
MOST_WAITING: Final = 8
"""So many uploads may be in memory at the same time."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The pictures of an upload, or why it is not taken; then there are none."""

    pages: tuple[bytes, ...] = ()
    problem: Problem | None = None


@dataclass(slots=True)
class Checking:
    """The one place where files are looked at."""

    scanning: ScanSettings = field(default_factory=ScanSettings)
    waiting: int = 0
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    @property
    def is_full(self) -> bool:
        """Whether no further upload should be read into memory."""
        return self.waiting >= MOST_WAITING

    async def look(self, files: Sequence[bytes | None], most: int) -> Checked:
        """All of it or nothing: one file that is not taken keeps the others out, so that nobody sends half."""
        if not files:
            return Checked(problem=Problem.NOTHING)
        if len(files) > most:
            return Checked(problem=Problem.TOO_MANY)
        given = [one for one in files if one is not None]
        if len(given) < len(files):
            return Checked(problem=Problem.TOO_HEAVY)
        if not all(may_be_taken(one) for one in given):
            return Checked(problem=Problem.WRONG_KIND)
        problem = await scan(self.scanning, given)
        if problem is not None:
            return Checked(problem=problem)
        async with self._turns:
            return _of_all(await anyio.to_thread.run_sync(inspect, given))


def _of_all(found: Sequence[Inspected]) -> Checked:
    problem = next((one.problem for one in found if one.problem is not None), None)
    pages = tuple(page for one in found for page in one.pages)
    if problem is None and len(pages) > MOST_PAGES:
        problem = Problem.TOO_MANY_PAGES
    return Checked(problem=problem) if problem is not None else Checked(pages)
