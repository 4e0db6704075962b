"""Writes what happened as a transcript: run again, it expects the same messages, buttons and events."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.transcript import lines
from bot.transcript.facts import spell_event
from bot.transcript.lines import Expectation, Step
from bot.transcript.matching import level_out
from bot.transcript.moments import read_move, write_moment
from bot.transcript.news import Happened, Heard
from bot.transcript.runner import Entry


def write_transcript(journal: Iterable[Entry], *, title: str, profile: str, start: datetime) -> str:
    """The text of a transcript in which this journal comes true again. Expectations of the journal are left out."""
    head = [f"# {title}", f"profile {profile}", f"at {write_moment(start)}"]
    return "\n".join([*head, *_lines(journal, start), ""])


def _lines(journal: Iterable[Entry], now: datetime) -> Iterator[str]:
    for entry in journal:
        match entry:
            case Step(_, words, lines.Moves(target) | lines.Sleeps(target)):
                if target != now or words.startswith("down"):
                    yield _move(words, target, now)
                now = target
            case Step(_, words, line) if not isinstance(line, Expectation):
                yield words
            case Heard():
                if entry.ping:
                    yield f"bot to {entry.to}: {_pattern(entry.ping)}"
                yield f"bot to {entry.to}: {_pattern(entry.text)}"
                yield from (f"bot to {entry.to} has button: {_pattern(button.label)}" for button in entry.buttons)
            case Happened():
                yield spell_event(entry.name, entry.fields)
            case _:
                pass


def _move(words: str, target: datetime, now: datetime) -> str:
    """The absolute time; the words as they were where that would mean the first of a doubled hour."""
    verb, _, _ = words.partition(" ")
    moment = write_moment(target)
    return f"{verb} {moment}" if read_move(moment, now) == target else words


def _pattern(text: str) -> str:
    words = level_out(text)
    if not words:
        return r"/^\s*$/"
    special = words.startswith(("#", "@")) or (words.startswith("/") and words.endswith("/"))
    return f"/{re.escape(words)}/" if special else words
