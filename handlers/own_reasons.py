"""Reads a profile's own reasons in what somebody wrote: the phrase lists know only the standard ones (ADR 0035)."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from rapidfuzz.fuzz import ratio

from flows.engine.events import Reason
from flows.engine.replies import Intent, Reading
from flows.rules.own_reasons import OwnReason

SAME: Final = 83
SHORT: Final = 5
"""Words shorter than this must stand there as they are: of short words too many are alike."""
BETWEEN: Final = 2
MOST_WORDS: Final = 60
PASSES: Final = frozenset({Intent.ABSENT, Intent.CANNOT_COME, Intent.LATE, Intent.THANKS, Intent.GREETING})
"""What may be read in the same words; anything else was meant more plainly than the reason."""
LEADS: Final = frozenset({None, Reason.OTHER, Reason.PERSONAL_MATTER})


def with_own(reading: Reading, text: str, language: str, own: Iterable[OwnReason]) -> Reading:
    """The reading with the profile's own reason, where the words name one and nothing stronger is in them.

    Whoever only comes later is late, whatever the reason.
    """
    known = tuple(own)
    if not known or reading.crisis is not None or reading.reason not in LEADS or _is_something_else(reading):
        return reading
    found = find(text, language, known)
    if found is None:
        return reading
    return replace(reading, intents=(Intent.ABSENT,), reason=found.reason)


def _is_something_else(reading: Reading) -> bool:
    only_late = reading.intents == (Intent.LATE,)
    return only_late or not PASSES.issuperset(reading.intents)


def find(text: str, language: str, own: Iterable[OwnReason]) -> OwnReason | None:
    """The first reason one of whose phrases stands in the words, small slips aside; a question names none."""
    said = _plain(text)
    if not said or said.endswith(("?", "؟")):
        return None
    return next((one for one in own if any(_says(said, phrase) for phrase in _phrases(one, language))), None)


def _phrases(one: OwnReason, language: str) -> tuple[str, ...]:
    """Those of the person's language with the name itself; German ones too, which people mix in."""
    names = tuple(one.name.by_language.get(code, "") for code in dict.fromkeys((language, "de")))
    phrases = (*one.words.get(language, ()), *one.words.get("de", ()), *names)
    return tuple(filter(None, map(_plain, phrases)))


def _says(said: str, phrase: str) -> bool:
    """Whether the words of a phrase stand there in their order, at most some others between two of them."""
    words = said.split()[:MOST_WORDS]
    return any(_from(words[start:], phrase.split()) for start in range(len(words)))


def _from(words: list[str], phrase: list[str]) -> bool:
    place = 0
    for number, wanted in enumerate(phrase):
        near = words[place : place + (1 if number == 0 else 1 + BETWEEN)]
        step = next((n for n, word in enumerate(near) if _same(word, wanted)), None)
        if step is None:
            return False
        place += step + 1
    return True


def _same(word: str, wanted: str) -> bool:
    return word == wanted or (min(len(word), len(wanted)) >= SHORT and ratio(word, wanted) >= SAME)


def _plain(text: str) -> str:
    """Small letters, without marks and signs, one space between words; a question mark at the end stays."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(char for char in letters if not unicodedata.combining(char))
    words = "".join(char if char.isalnum() else " " for char in kept)
    return " ".join(words.split()) + ("?" if kept.rstrip().endswith(("?", "؟")) else "")
