"""What came of a line: messages that reached somebody and events that were recorded, in their order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.transcript.lines import Choice

HOME: Final = "memory"
"""The channel that stands in for people's own page."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button as it was shown; `handle` is what a press sends back on `channel`."""

    handle: str
    label: str
    action: str
    channel: str = HOME


@dataclass(frozen=True, slots=True)
class Pressed:
    """WHO has pressed this button."""

    who: str
    button: Button


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that reached `to` (a handle) at `at`; `ping` is what told of it elsewhere, if anything did."""

    at: datetime
    to: str
    text: str
    buttons: tuple[Button, ...] = ()
    ping: str = ""

    @property
    def whole(self) -> str:
        """What was read in all: the ping, and what lies behind it."""
        return f"{self.ping}\n{self.text}" if self.ping else self.text

    def button(self, choice: Choice) -> Button | None:
        """The button that is meant, or None."""
        if choice.position:
            return self.buttons[choice.position - 1] if choice.position <= len(self.buttons) else None
        return next((button for button in self.buttons if _is_meant(button, choice)), None)


def _is_meant(button: Button, choice: Choice) -> bool:
    if choice.label is None:
        return button.action.removeprefix("@") == choice.action
    return choice.label.fits(button.label)


@dataclass(frozen=True, slots=True)
class Happened:
    """A recorded event; persons in `fields` are handles, dates ISO, what is not known is empty."""

    id: int
    at: datetime
    name: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class News:
    """What came of one line."""

    heard: tuple[Heard, ...] = ()
    happened: tuple[Happened, ...] = ()

    def __add__(self, later: "News") -> "News":
        """Both, in order."""
        return News(self.heard + later.heard, self.happened + later.happened)
