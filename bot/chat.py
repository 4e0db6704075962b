"""`python -m bot chat`: a conversation with the assistant in the terminal, from a script or by hand."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from bot.transcript.display import Display
from bot.transcript.lines import Moves, Script, Step, TranscriptError, Unreadable
from bot.transcript.moments import write_moment
from bot.transcript.reader import Reader, read_script
from bot.transcript.record import write_transcript
from bot.transcript.runner import Entry, Session, perform_step
from bot.transcript.stage import open_session, perform_script

AS_EXPECTED, DIFFERS, UNREADABLE = 0, 1, 2


def chat(script: Path | None, as_: str, save: Path | None, database: str | None) -> int:
    """Run a transcript, or talk as the person `as_`; `save` is where to write down what happened.

    The world is the demo's, in a temporary database or in the empty one at the URL `database`. Returns the exit code:
    0 as expected, 1 differs, 2 cannot be read.
    """
    try:
        if script is None:
            return Talk(as_, save).run(database)
        return _run(read_script(script), script, save, database)
    except Unreadable as problem:
        place = f"{script or 'chat'}, line {problem.number}" if problem.number else "chat"
        sys.stderr.write(f"{place}: {problem.reason}\n")
    except TranscriptError as problem:
        sys.stderr.write(f"chat: {problem}\n")
    return UNREADABLE


def _run(script: Script, path: Path, save: Path | None, database: str | None) -> int:
    session, differences = perform_script(script, database)
    console = Console(soft_wrap=True)
    if not script.expects:
        Display(console, script.start).show(session.journal)
    for difference in differences:
        console.print(f"{path}, {difference}", style="red", markup=False, highlight=False)
    if save is not None:
        _save(save, session.journal, script)
    return DIFFERS if differences else AS_EXPECTED


def _save(path: Path, journal: list[Entry], script: Script) -> None:
    title = script.title or path.stem
    text = write_transcript(journal, title=title, profile=script.profile, start=script.start)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise TranscriptError(f"{path}: {problem.strerror}") from problem


class Talk:
    """A conversation by hand: what is typed is written by one person; lines that begin with ":" are transcript lines.

    The world is loaded with the first line that is more than a move of the clock.
    """

    def __init__(self, who: str, save: Path | None) -> None:
        Reader().read(0, f"{who}: a person who can write")
        self._who = who
        self._save = save
        self._reader = Reader()
        self._console = Console(soft_wrap=True)
        self._typed_is_seen = sys.stdin.isatty()

    def run(self, database: str | None) -> int:
        """Talk until the input ends. Raises `TranscriptError` where the world cannot be loaded."""
        self._console.print(
            f"You write as {self._who}; it is {write_moment(self._reader.start)}. A line that begins with ':' is a "
            f"transcript line:\n:{self._who} taps: #1 presses a button, :at +1d moves the clock. Ctrl-D ends.",
            style="dim",
            highlight=False,
        )
        with ExitStack() as stack:
            session: Session | None = None
            display = Display(self._console, self._reader.start, echo=not self._typed_is_seen)
            for step in self._steps():
                if session is None and not isinstance(step.line, Moves):
                    session = stack.enter_context(open_session(self._script(), database, own_process=True))
                    self._reader.begin()
                if session is not None:
                    self._perform(session, step, display)
            if session is not None and self._save is not None:
                _save(self._save, session.journal, self._script())
        return AS_EXPECTED

    def _perform(self, session: Session, step: Step, display: Display) -> None:
        known = len(session.journal)
        difference = perform_step(session, step)
        display.show(session.journal[known:])
        if difference is not None:
            self._console.print(difference.reason, style="red", markup=False, highlight=False)

    def _steps(self) -> Iterator[Step]:
        for number, typed in enumerate(self._inputs(), start=1):
            words = typed.removeprefix(":") if typed.startswith(":") else f"{self._who}: {typed}"
            try:
                step = self._reader.read(number, words)
            except Unreadable as problem:
                self._console.print(problem.reason, style="red", markup=False, highlight=False)
                continue
            if step is not None:
                yield step

    def _inputs(self) -> Iterator[str]:
        while True:
            try:
                words = self._console.input(f"{self._who} › " if self._typed_is_seen else "", markup=False)
            except UnicodeDecodeError:
                self._console.print("this is not UTF-8", style="red")
                continue
            except (EOFError, KeyboardInterrupt):
                self._console.print()
                return
            if words.strip():
                yield words

    def _script(self) -> Script:
        return Script(
            title=f"A conversation with {self._who}", profile=self._reader.profile, start=self._reader.start, steps=()
        )
