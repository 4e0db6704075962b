"""Reading of the phrase tables: what is expected stands in front, the sentences below it, one a line."""

from __future__ import annotations

from datetime import date

import pytest

from locales.phrases import Understood, understand

MONDAY = date(2026, 11, 23)
REASONS = {"ill": "illness", "child_ill": "child_ill", "official_date": "official_date"}


def rows(tables: dict[str, str]) -> list[object]:
    """Return one parameter set for every sentence of the tables."""
    return [
        pytest.param(expected, line.strip(), id=f"{expected}: {line.strip()}"[:90])
        for expected, text in tables.items() for line in text.strip().splitlines()
    ]


def short(found: Understood) -> str:
    """Return a finding in the words of the tables: "ill", "absent moving", "late & crisis ask", "yes", "nothing"."""
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
