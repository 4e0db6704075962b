"""Says when keys are older than the carrier wants them to be, or when a rotation was left unfinished."""

from datetime import datetime, timedelta
from typing import Final

from storage.key_ages import key_ages
from storage.master_key import next_file

from bot.operating.lines import Line, State
from bot.settings import Settings

NAME: Final = "key age"
ROTATE: Final = "python -m bot keys rotate --all"


def look(settings: Settings, now: datetime) -> Line:
    """One line about the age of people's keys; keys from before their age was noted count as old."""
    if next_file(settings.database.key_file).exists():
        said = "the rotation of the master key is unfinished; the database opens all the same"
        return Line(NAME, State.NOTE, said, "python -m bot keys rotate --master goes on where it was")
    ages = key_ages(settings.database.url, settings.database.time_outs)
    if ages is None:
        return Line(NAME, State.OK, "no database to look at")
    if ages.unfinished:
        return Line(NAME, State.NOTE, "a rotation of keys is unfinished", f"{ROTATE} goes on where it was")
    if ages.unknown:
        return Line(NAME, State.NOTE, f"{ages.unknown} keys are from before their age was noted", ROTATE)
    most = timedelta(days=settings.database.key_days)
    if ages.oldest is not None and ages.oldest < now - most:
        said = f"the oldest key is from {ages.oldest:%Y-%m-%d}; database.key_days = {most.days}"
        return Line(NAME, State.NOTE, said, ROTATE)
    return Line(NAME, State.OK, f"no key is older than {most.days} days")
