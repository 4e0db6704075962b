"""Reading of tests/locales/tables: under each heading "== what is understood" stand the sentences, one a line.

A heading says intents joined by "+", then a reason that does not follow from the intent, then a crisis:
"ill", "absent moving", "cancel+take_back", "ill & crisis ask", "crisis self_harm other", "yes", "nothing".
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from locales.phrases import Understood, understand

TABLES = Path(__file__).parent / "tables"
MONDAY = date(2026, 11, 23)
REASONS = {"ill": "illness", "child_ill": "child_ill", "official_date": "official_date"}


def table(name: str) -> list[tuple[str, str]]:
    """Return pairs of what is expected and a sentence, in the order of the file."""
    found: list[tuple[str, str]] = []
    expected = ""
    for line in (TABLES / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("== "):
            expected = line.removeprefix("== ").strip()
        elif line.strip() and not line.startswith("#"):
            found.append((expected, line.strip()))
    return found


def headings(name: str) -> list[tuple[str, list[str]]]:
    """Return each heading of a table once, with all its sentences."""
    found: dict[str, list[str]] = {}
    for expected, text in table(name):
        found.setdefault(expected, []).append(text)
    return list(found.items())


def short(found: Understood) -> str:
    """Return a finding in the words of the headings."""
    parts = []
    if found.intents:
        reason = found.reason if found.reason != REASONS.get(found.intents[0]) else None
        parts.append("+".join(found.intents) + (f" {reason}" if reason else ""))
    if found.crisis:
        parts.append(f"crisis {found.crisis}" + (" other" if found.urgent_other else ""))
    if found.yes_no is not None and not parts:
        parts.append("yes" if found.yes_no else "no")
    return " & ".join(parts) or "nothing"


def told(text: str, language: str) -> str:
    """Return what is understood on the Monday of the demo world."""
    return short(understand(text, language=language, today=MONDAY))
