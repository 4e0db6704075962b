"""Imported once by the process the programs are forked from: libraries, words, phrases and rules are in memory then.

A program that is killed two hundred times need not read its dictionaries two hundred times.
"""

from datetime import date

from bot.profile import load_profile
from flows.engine.messages import Text
from locales.catalog import LANGUAGES, render
from locales.phrases import understand
from tests.faults import bots, pages, program

__all__ = ["bots", "pages", "program"]

load_profile("demo")
for _language in LANGUAGES:
    render(Text("Seen"), _language)
    understand("Ich bin heute krank", language=_language, today=date(2026, 11, 23))


def nothing() -> None:
    """What the first process does: when it has ended, the one that others are forked from is warm."""
