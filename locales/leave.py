"""Leave: that a text asks for some, or asks about it (F37)."""

from __future__ import annotations

from typing import Final

from locales.reading import Reading
from locales.reports import Report
from locales.subjects import denied

FAR_AHEAD: Final = 350
"""So many days ahead a day without a year is looked for: leave in August is asked for in November."""
GIVES_WAY: Final = frozenset({"cannot_come", "absent"})
"""What a report is that names no reason: leave is one, and not for today."""


def find_leave(reading: Reading, report: Report, alone: frozenset[str]) -> tuple[str, ...]:
    """Return the one wish about leave that a text has: to see it, or to ask for some; empty for none.

    A report with a reason of its own stays one. Words that mean a free day as well ask for leave only with a span.
    """
    if not GIVES_WAY.issuperset(report.intents) or report.reason not in {None, "other"}:
        return ()
    if reading.has("my_leave") or "my_leave" in alone:
        return ("my_leave",)
    names = ("leave", "free_time") if reading.holds("until") and reading.holds("#") else ("leave",)
    said = any(not reading.taken_by(mark, "idiom") and not denied(reading, mark) for mark in reading.of(*names))
    return ("leave",) if said or "leave" in alone else ()
