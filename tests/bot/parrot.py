"""A world for tests of the runner: a program of a few lines instead of the real one."""

from datetime import timedelta

from bot.channels import Inbound, InboundKind
from bot.transcript import lines
from bot.transcript.moments import DEFAULT_START
from bot.transcript.news import Button, Happened, Heard, News
from bot.transcript.world import Command

YES_AND_NO = (Button("h1", "Ja, heute", "yes"), Button("h2", "Nein", "no"))


class Parrot:
    """Repeats what it hears, offers two buttons after "?", records an absence for "krank", fails on "crash"."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self._now = DEFAULT_START

    def do(self, command: Command) -> News:
        """Answer a text, name a pressed handle, remind an hour before the end of every move."""
        self.commands.append(command)
        match command:
            case Inbound(kind=InboundKind.TEXT, text="crash"):
                raise RuntimeError("the parrot is gone")
            case Inbound(kind=InboundKind.TEXT, text="krank", sender=who):
                fields = {"who": who, "reason": "illness", "first_day": "2026-11-23", "last_day": ""}
                return News(happened=(Happened(1, self._now, "AbsenceReported", fields),))
            case Inbound(kind=InboundKind.TAP, sender=who, tap=handle):
                return self._say(who, f"pressed {handle}")
            case Inbound(sender=who, text=text):
                return self._say(who, f"you said {text}", YES_AND_NO if "?" in text else ())
            case lines.Moves(target) if target > self._now:
                self._now = target
                return News((Heard(target - timedelta(hours=1), "p1", "reminder"),))
            case _:
                return News()

    def close(self) -> None:
        """Nothing to do."""

    def _say(self, who: str, text: str, buttons: tuple[Button, ...] = ()) -> News:
        return News((Heard(self._now, who, text, buttons),))
