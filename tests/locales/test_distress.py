"""What people write in despair or about violence is heard in every language; what only sounds like it stays quiet."""

from __future__ import annotations

import pytest

from locales.phrases import understand
from tests.locales.phrase_tables import MONDAY, headings

TEXTS = dict(headings("distress"))
LANGUAGES = ("de-simple", "de", "en", "uk", "ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_crisis_is_heard(language: str) -> None:
    """A message of despair, self-harm or violence is a crisis of some kind."""
    texts = TEXTS[f"{language} crisis"]
    assert [] == [text for text in texts if understand(text, language=language, today=MONDAY).crisis is None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lookalike_stays_quiet(language: str) -> None:
    """Idioms, games, films, football and headaches are no crisis."""
    texts = TEXTS[f"{language} quiet"]
    assert [] == [text for text in texts if understand(text, language=language, today=MONDAY).crisis is not None]
