"""Shows a conversation in the terminal: `p1 › …`, `bot › p1 ‹ …`, buttons as `[1] Label (@action)`."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from rich.console import Console
from rich.text import Text

from bot.transcript import lines
from bot.transcript.lines import Step
from bot.transcript.moments import write_moment
from bot.transcript.news import Heard, Pressed
from bot.transcript.runner import Entry

INDENT = "    "


class Display:
    """Writes entries of a journal; says what time it is whenever that has changed. `echo`: what people write, too."""

    def __init__(self, console: Console, start: datetime, *, echo: bool = True) -> None:
        self._console = console
        self._clock = start
        self._said_clock: datetime | None = None
        self._echo = echo

    def show(self, entries: Iterable[Entry]) -> None:
        """Write these entries; expectations and events are no part of a conversation."""
        for entry in entries:
            match entry:
                case Heard():
                    self._clock = entry.at
                    self._say(f"bot › {entry.to} ‹ ", entry.whole, style="green")
                    for position, button in enumerate(entry.buttons, start=1):
                        self._line(f"{INDENT}[{position}] {button.label} (@{button.action.removeprefix('@')})", "cyan")
                case Pressed(who, button):
                    self._say(f"{who} › ", f"[{button.label}]", style="bold")
                case Step():
                    self._show_step(entry)
                case _:
                    pass

    def _show_step(self, step: Step) -> None:
        match step.line:
            case lines.Moves(target):
                self._clock = target
            case lines.Writes(who, text) if self._echo:
                self._say(f"{who} › ", text, style="bold")
            case lines.Sends(who, path):
                self._say(f"{who} › ", f"({path.name})", style="bold")
            case lines.Repeats(who):
                self._say(f"{who} › ", "(again)", style="bold")
            case lines.Sleeps(target):
                self._line(f"— {step.words}", "dim")
                self._clock = target
            case (
                lines.Restarts() | lines.Consents() | lines.Plans() | lines.Leaves() | lines.Refuses() | lines.Becomes()
            ):
                self._line(f"— {step.words}", "dim")
            case _:
                pass

    def _say(self, speaker: str, text: str, *, style: str) -> None:
        if self._clock != self._said_clock:
            self._said_clock = self._clock
            self._line(f"— {write_moment(self._clock)}", "dim")
        first, *others = printable(text).split("\n")
        self._line(f"{speaker}{first}", style)
        for other in others:
            self._line(f"{INDENT}{other}", style)

    def _line(self, words: str, style: str) -> None:
        self._console.print(Text(words, style=style), soft_wrap=True, highlight=False)


def printable(text: str) -> str:
    """The text without control characters a terminal would obey; line breaks stay."""
    return "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) != "Cc")
