"""What people write in despair or about violence is heard in every language; what only sounds like it stays quiet."""

from __future__ import annotations

import pytest

from locales.phrases import understand
from tests.locales.phrase_tables import MONDAY, table

ROWS = [(*heading.split(), text) for heading, text in table("distress")]


@pytest.mark.parametrize(("language", "text"), [(row[0], row[2]) for row in ROWS if row[1] == "crisis"])
def test_a_crisis_is_heard(language: str, text: str) -> None:
    """A message of despair, self-harm or violence is a crisis of some kind."""
    assert understand(text, language=language, today=MONDAY).crisis is not None


@pytest.mark.parametrize(("language", "text"), [(row[0], row[2]) for row in ROWS if row[1] == "quiet"])
def test_a_lookalike_stays_quiet(language: str, text: str) -> None:
    """Idioms, games, films, football and headaches are no crisis."""
    assert understand(text, language=language, today=MONDAY).crisis is None
