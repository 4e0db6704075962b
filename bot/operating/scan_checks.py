"""Looks whether clamd answers, where the carrier has set it up."""

import asyncio
from typing import Final

from bot.operating.lines import Line, State
from bot.pictures.scanning import is_there
from bot.settings import Settings

NAME: Final = "scan"


def look(settings: Settings) -> Line:
    """One line about it; the setting is named where nobody answers."""
    scan = settings.scan
    if not scan.is_on:
        return Line(NAME, State.OK, "files are not scanned (scan.host is not set)")
    place = f"{scan.host}:{scan.port}"
    if asyncio.run(is_there(scan)):
        return Line(NAME, State.OK, f"clamd answers at {place}")
    way_out = "start clamd, or put scan.host and scan.port right; until then no sick note is accepted on the page"
    return Line(NAME, State.FAULT, f"clamd does not answer at {place}", way_out)
