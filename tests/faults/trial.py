"""One program on one database with its screens: told what to do, killed, started again, until it has done it."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from secrets import token_hex
from typing import Any

from bot.channels import Inbound, InboundKind
from tests.faults.databases import Database, Template, read_outbox
from tests.faults.program import CHANNEL, Start, Told, run
from tests.faults.screens import Screens
from tests.faults.tripwire import Place

PATIENCE = 30.0
DUE_MOMENTS = 100
"""More than that are never due while somebody waits for a lease to end."""
MORNING = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.faults.warmth"])


class Died(Exception):
    """The program has ended in the middle of something."""


@dataclass(slots=True)
class Diary:
    """What happened to the program: where it was killed, what was in flight then, how long it took to resume."""

    killed_at: list[str] = field(default_factory=list)
    in_flight: int = 0
    resumed_after: float = 0.0
    acknowledged: set[str] = field(default_factory=set)
    refused: list[tuple[str, str]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)


class Trial:
    """Runs the program and plays the platform: an update is delivered again until it is acknowledged."""

    def __init__(self, start: Start, database: Database, screens: Screens) -> None:
        """Not started yet."""
        self.start = start
        self.database = database
        self.screens = screens
        self.diary = Diary()
        self.process: ForkServerProcess | None = None
        self.ends_at: list[Place] = []
        self.alone = True
        self._cut_off = 0
        self._pipe: Connection | None = None
        self._numbers = (f"{token_hex(4)}-{number}" for number in count(1))

    def begin(self) -> None:
        """Start the program and wait until it has looked after what it found.

        On a server it cannot know that the one before is dead: it waits until the leases are over.
        """
        started = time.monotonic()
        ours, theirs = CONTEXT.Pipe()
        start = replace(self.start, end_at=self.ends_at.pop(0) if self.ends_at else None)
        self.process = CONTEXT.Process(target=run, args=(start, theirs))
        self.process.start()
        theirs.close()
        self._pipe = ours
        self._wait_for("ready")
        waited = self.outwait_leases() if self._cut_off else 0.0
        self.diary.resumed_after = max(self.diary.resumed_after, time.monotonic() - started + waited)

    def outwait_leases(self) -> float:
        """Go on from one due moment to the next while something is in flight; the seconds by the program's clock."""
        before = self.start.now
        for _ in range(DUE_MOMENTS):
            if not any(row.status == "sending" for row in read_outbox(self.database)):
                break
            self.ask("due")
            due = self._wait_for("due")
            self._set(max(due or self.start.now, self.start.now))
        else:
            raise AssertionError("something is in flight, and nobody looks after it")
        self._cut_off = 0
        return (self.start.now - before).total_seconds()

    def persist(self, what: Callable[[], Any]) -> None:
        """Do something, however often the program dies meanwhile."""
        while True:
            try:
                if self.process is None:
                    self.begin()
                what()
            except Died:
                self.bury()
            else:
                return

    def says(self, who: str, text: str) -> None:
        """Somebody writes, and what follows from it is done."""
        self.deliver(self.update(who, text=text))

    def says_at_start(self, who: str, text: str) -> None:
        """Somebody writes to a program that may have to be started."""
        self.persist(lambda: None)
        self.says(who, text)

    def moves_to(self, database: Database) -> None:
        """The next start is on another database with the same key."""
        self.database = database
        self.start = replace(self.start, url=database.url)

    def joins(self, other: "Trial") -> None:
        """The next start is beside another program, on its database and with its platform."""
        self.screens, self.alone, other.alone = other.screens, False, False
        self.start = replace(self.start, screens=other.screens.address)
        self.moves_to(other.database)

    def taps(self, who: str, action: str) -> None:
        """Somebody presses the newest button with this action; it must be there."""
        handle = self.screens.newest_button(who, action)
        assert handle is not None, f"{who} has no button {action}: {self.screens.to(who)}"
        self.deliver(self.update(who, tap=handle))

    def uploads(self, who: str) -> None:
        """Somebody sends a sick note from their page, and what follows from it is done."""
        self.deliver(Inbound(channel=CHANNEL, external_id=next(self._numbers), sender=who, kind=InboundKind.FILE))

    def update(self, who: str, *, text: str = "", tap: str = "") -> Inbound:
        """An update as the platform numbers it."""
        kind = InboundKind.TAP if tap else InboundKind.TEXT
        return Inbound(channel=CHANNEL, external_id=next(self._numbers), sender=who, kind=kind, text=text, tap=tap)

    def deliver(self, *updates: Inbound) -> None:
        """Deliver updates at once, and again after a crash until all are acknowledged; then wait until all is done."""
        self.persist(lambda: self._deliver(updates))

    def moves(self, now: datetime) -> None:
        """The clock goes on to `now`; what is due on the way happens at its own time."""
        self.persist(lambda: self._move(now))

    def jumps(self, now: datetime) -> None:
        """The clock is set to `now`, forward or back, whatever is due in between."""
        self.start = replace(self.start, now=now)
        self.ask("clock", now)
        self._wait_for("set")

    def jumps_while_down(self, now: datetime) -> None:
        """The program, which is not running, is started at `now`."""
        self.start = replace(self.start, now=now)
        self.begin()

    def terminated(self) -> int:
        """SIGTERM; the status it ends with."""
        assert self.process is not None
        self.process.terminate()
        self._wait_for("stopped")
        self.process.join(PATIENCE)
        status = self.process.exitcode
        self.process = None
        return -1 if status is None else status

    def ends(self) -> int:
        """Stop the program as an operator does; its status."""
        self.persist(self._stop)
        assert self.process is not None
        self.process.join(PATIENCE)
        status = self.process.exitcode
        self.process = None
        return -1 if status is None else status

    def kill(self) -> None:
        """End it without a warning."""
        assert self.process is not None
        self.process.kill()
        self.diary.killed_at.append("from outside")
        self.bury()

    def bury(self) -> None:
        """The program is dead: what it had sent arrives, and what it was sending is counted."""
        assert self.process is not None
        self.process.join(PATIENCE)
        assert self.process.exitcode is not None
        assert self.process.exitcode < 0, f"the program ended by itself with {self.process.exitcode}"
        self.process.close()
        self.process = None
        self.screens.wait_until_quiet()
        if self.alone:
            self.database.wait_until_left()
        self._cut_off = sum(row.status == "sending" for row in read_outbox(self.database))
        self.diary.in_flight += self._cut_off

    def ask(self, what: str, value: Any = None) -> None:
        """Tell the program something."""
        assert self._pipe is not None
        try:
            self._pipe.send((what, value))
        except (BrokenPipeError, ConnectionResetError):
            self._wait_for("the end")

    def wait_for(self, *what: str) -> Any:
        """Wait until the program tells this, or one of these."""
        return self._wait_for(*what)

    def _wait_for(self, *what: str) -> Any:
        assert self._pipe is not None
        while True:
            try:
                assert self._pipe.poll(PATIENCE), f"the program says nothing; it should say {what!r}"
                told: Told = self._pipe.recv()
            except (EOFError, ConnectionResetError):
                raise Died from None
            self._note(told)
            if told.what in what:
                return told.value

    def _note(self, told: Told) -> None:
        match told.what:
            case "killed":
                self.diary.killed_at.append(told.value)
            case "acknowledged":
                self.diary.acknowledged.add(told.value)
            case "refused":
                self.diary.refused.append(told.value)
            case "stopped":
                self.diary.passed += told.value
            case _:
                pass

    def _deliver(self, updates: Sequence[Inbound]) -> None:
        while waiting := [each for each in updates if each.external_id not in self.diary.acknowledged]:
            self.ask("receive", waiting)
            self._wait_for("settled")
        self.ask("clock", self.start.now)
        self._wait_for("set")

    def _move(self, now: datetime) -> None:
        while True:
            self.ask("due")
            due = self._wait_for("due")
            if due is None or due > now:
                break
            self._set(max(due, self.start.now))
        self._set(now)

    def _set(self, now: datetime) -> None:
        self.start = replace(self.start, now=now)
        self.ask("clock", now)
        self._wait_for("set")

    def strike(self) -> None:
        """Kill it from another thread, wherever it is; the trial notices by itself."""
        process = self.process
        if process is not None:
            self.diary.killed_at.append("at any time")
            process.kill()

    def halt(self) -> None:
        """End whatever still runs, at the end of a test."""
        if self.process is not None:
            self.process.kill()
            self.process.join(PATIENCE)
            self.process.close()
            self.process = None

    def _stop(self) -> None:
        self.ask("stop")
        self._wait_for("stopped")


@contextmanager
def open_trial(template: Template, folder: Path, *, keyed: bool, **more: Any) -> Iterator[Trial]:
    """A trial on a copy of the demo world in `folder`; `more` are fields of `Start`."""
    database = template.copy(folder)
    with Screens(folder / "screens", keyed=keyed).listening() as screens:
        start = Start(
            url=database.url,
            key_file=template.key_file,
            screens=screens.address,
            keyed=keyed,
            now=more.pop("now", MORNING),
            **more,
        )
        trial = Trial(start, database, screens)
        try:
            yield trial
        finally:
            trial.halt()
            database.remove()
