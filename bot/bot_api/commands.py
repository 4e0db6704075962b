"""The menu of commands, per bot and language, and what a bot says of itself: neutral, whoever looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flows.engine.messages import Text
from handlers import inbound
from locales.catalog import FALLBACK, LANGUAGES, render

PARTICIPANTS: Final = "telegram"
STAFF: Final = "telegram_staff"
STANDING: Final[Mapping[str, str]] = {
    name: f"{inbound.STANDING}{action}"
    for name, action in {
        "help": "help",
        "stop": "stop_all",
        "language": "language",
        "call": "call",
        "ask": "ask",
        "back": "back",
        "pause": "pause",
        "resume": "resume",
        "cancel": "cancel",
    }.items()
}
"""Commands that are presses; other commands (/start, /menu, /calls) are read as words."""

NAME = Text("Messages")
ABOUT = Text("Messages for you. You need a code to begin. It is in your letter or on your page.")
ONLY_ALONE = Text("I only write to one person at a time. Please write to me directly. I leave this group.")
_PARTICIPANTS: Final = {
    "menu": Text("What I can do here"),
    "help": Text("Help"),
    "call": Text("Please call me"),
    "language": Text("Another language"),
    "cancel": Text("Leave this"),
    "stop": Text("No more messages"),
}
_STAFF: Final = {
    "menu": Text("What I can do here"),
    "open": Text("What is open?"),
    "calls": Text("Whom to call today"),
    "help": Text("Help"),
    "language": Text("Another language"),
}
_MENUS: Final[Mapping[str, Mapping[str, Text]]] = {PARTICIPANTS: _PARTICIPANTS, STAFF: _STAFF}


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a bot shows in one language; `code` is Telegram's two letters, "" for everybody else."""

    code: str
    commands: Sequence[tuple[str, str]]
    name: str
    about: str


def introductions(channel: str) -> list[Introduction]:
    """The bot of this channel in every language that Telegram has a code for, German for the rest."""
    codes = {"": FALLBACK} | {language: language for language in LANGUAGES if len(language) == 2}
    return [_introduction(channel, code, language) for code, language in codes.items()]


def _introduction(channel: str, code: str, language: str) -> Introduction:
    formal = channel != PARTICIPANTS
    commands = [(name, render(text, language, formal=formal)) for name, text in _MENUS[channel].items()]
    name, about = render(NAME, language, formal=formal), render(ABOUT, language, formal=formal)
    return Introduction(code, commands, name, about)
