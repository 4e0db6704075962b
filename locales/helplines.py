"""Helplines by language and hours; which of them somebody can call right now (F45)."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "helplines.toml"
MOST = 3
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpline:
    """One helpline: its name, number, languages, topic ("crisis" or "violence"), and opening hours by weekday.

    `source` is where name, number and hours come from; the carrier checks them before use.
    """

    name: str
    number: str
    languages: tuple[str, ...]
    topic: str
    hours: tuple[tuple[str, time, time], ...]
    source: str

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody answers at this local time; no hours at all means day and night."""
        today, clock = WEEKDAYS[moment.weekday()], moment.time()
        return not self.hours or any(day == today and opens <= clock < closes for day, opens, closes in self.hours)


@cache
def all_helplines() -> tuple[Helpline, ...]:
    """Everything in the file, in its order."""
    return tuple(_helpline(entry) for entry in tomllib.loads(FILE.read_text("utf-8"))["helpline"])


def _helpline(entry: dict[str, object]) -> Helpline:
    hours = entry.get("hours", {})
    assert isinstance(hours, dict)  # nosec B101 - the file is ours
    spans = ((day, span) for days, span in hours.items() for day in days.split())
    languages = entry["languages"]
    assert isinstance(languages, list)  # nosec B101 - the file is ours
    return Helpline(
        name=str(entry["name"]),
        number=str(entry["number"]),
        languages=tuple(languages),
        topic=str(entry["topic"]),
        hours=tuple((day, time.fromisoformat(span[0]), time.fromisoformat(span[1])) for day, span in spans),
        source=str(entry["source"]),
    )


def helplines(language: str, moment: datetime, *, violence: bool) -> str:
    """Up to three lines "name: number" that are open now, those in the person's language first."""
    spoken = language.partition("-")[0]
    topic = "violence" if violence else "crisis"
    able = [line for line in all_helplines() if line.topic == topic and line.is_open(moment)]
    ordered = sorted(able, key=lambda line: spoken not in line.languages)
    return "\n" + "\n".join(f"{line.name}: {line.number}" for line in ordered[:MOST])
