"""What exactly a message wants to end: one thing, everything, or messages for a while; and what only sounds like it."""

from datetime import date

import pytest

from locales.phrases import understand
from tests.locales.phrase_tables import MONDAY, TABLES

LANGUAGES = {"german": "de", "easy german": "de-simple", "english": "en", "arabic": "ar", "ukrainian": "uk"}


def headings() -> dict[tuple[str, str], list[str]]:
    """Sentences by language and what is meant, in the order of the file: headings say "== german reminders"."""
    found: dict[tuple[str, str], list[str]] = {}
    language, meant = "", ""
    for line in (TABLES.parent / "endings.txt").read_text("utf-8").splitlines():
        if line.startswith("== "):
            name, _, meant = line.removeprefix("== ").rpartition(" ")
            language = LANGUAGES[name]
        elif line.strip() and not line.startswith("#"):
            found.setdefault((language, meant), []).append(line.strip())
    return found


def meaning(text: str, language: str) -> str:
    """What is understood, in the words of the headings."""
    found = understand(text, language=language, today=MONDAY)
    if found.rest_until is not None:
        return found.rest_until.isoformat()
    return "+".join(found.endings) or (
        "stop" if found.intents[:1] == ("stop",) and len(found.intents) == 1 else "nothing"
    )


@pytest.mark.parametrize(("language", "meant", "texts"), [(*heading, texts) for heading, texts in headings().items()])
def test_a_message_ends_exactly_what_it_says(language: str, meant: str, texts: list[str]) -> None:
    """Every sentence of the table ends what its heading says, and nothing else."""
    assert dict.fromkeys(texts, meant) == {text: meaning(text, language) for text in texts}


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("keine Erinnerungen mehr. Ich bin heute krank", ("stop", "ill")),
        ("no reminders and i'm sick today", ("stop", "ill")),
        ("Stopp, ich bin krank", ("stop", "ill")),
        ("keine Erinnerungen mehr, aber krank melden will ich weiter hier", ("stop",)),
    ],
)
def test_a_report_beside_it_is_heard_and_a_promise_of_one_is_none(text: str, intents: tuple[str, ...]) -> None:
    """Who is ill and wants no reminders says two things; who wants to go on reporting says one."""
    assert intents == understand(text, language="de", today=MONDAY).intents


def test_a_break_never_ends_in_the_past() -> None:
    """A weekday always is one to come, today's name too."""
    assert date(2026, 11, 30) == understand("Ruhe bis Montag", language="de", today=MONDAY).rest_until
