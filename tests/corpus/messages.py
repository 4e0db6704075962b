"""The held-out messages, read from the files beside this one."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

KEYS = frozenset({"text", "intents", "reason", "first_day", "last_day", "crisis", "not", "note"})
NONE = "none"


class Malformed(Exception):
    """A corpus file has an entry this program does not know how to score."""


@dataclass(frozen=True, slots=True)
class Say:
    """One message; each field holds all the answers that are right, `()` leaves it unscored."""

    text: str
    intents: tuple[str, ...]
    reasons: tuple[str, ...]
    first_days: tuple[str, ...]
    last_days: tuple[str, ...]
    crises: tuple[str, ...]
    banned: frozenset[str]


def load(language: str) -> tuple[Say, ...]:
    """The messages of one language. Raises Malformed for unknown keys and for texts that occur twice."""
    path = Path(__file__).with_name(f"{language}.toml")
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["say"]
    unknown = {key for entry in entries for key in entry} - KEYS
    if unknown or len({entry["text"] for entry in entries}) < len(entries):
        raise Malformed(f"{path.name}: unknown keys {sorted(unknown)} or a text that occurs twice")
    return tuple(_read(entry) for entry in entries)


def _read(entry: dict[str, object]) -> Say:
    def every(key: str) -> tuple[str, ...]:
        value = entry.get(key, [])
        return tuple(map(str, value)) if isinstance(value, list) else (str(value),)

    intents = every("intents") or ((NONE,) if "intents" in entry else ())
    days = every("first_day"), every("last_day")
    return Say(str(entry["text"]), intents, every("reason"), *days, every("crisis"), frozenset(every("not")))
