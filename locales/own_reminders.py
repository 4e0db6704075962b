"""Reminders that somebody sets for themselves (F62a): that a text asks for one, and what it is about."""

from __future__ import annotations

from locales.matching import read
from locales.reading import Reading
from locales.subjects import denied

WISHES = ("my_reminders", "remind_me")
SURROUNDING = " ,.;:!?،؛؟…-–\"'„“”«»()"
TIMES = ("today", "tomorrow", "after_tomorrow", "month", "month_end", "whole_week")
UNITS = ("day_unit", "week_unit", "hour_unit", "minute_unit", "oclock", "am_mark", "pm_mark", "in_time", "own_time")
COUNTED = ("weekday", "month", "number", "ordinal")


def find_own(reading: Reading) -> tuple[str, ...]:
    """Return the one wish about own reminders that a text has: to see them, or to be reminded; empty for none."""
    if reading.has("no_memory"):
        return ()
    for name in WISHES:
        if any(not reading.taken_by(mark, "idiom") and not denied(reading, mark) for mark in reading.of(name)):
            return (name,)
    return ()


def subject_of(text: str, language: str) -> str:
    """Return what somebody wants to be reminded of, in their own words: without the wish, the day and the time.

    Cut off at both ends only, so that what stays is as they wrote it. '' where nothing is left.
    """
    words = text.split()
    first, last = 0, len(words)
    while first < last:
        word = read(words[first].strip(SURROUNDING), language)
        if not _is_beside(word):
            break
        first += 1
        if word.has("own_about") and not _tells_time(word) and not _goes_on(words[first:], language):
            break
    while last > first and _is_behind(words[first:last], language):
        last -= 1
    return " ".join(words[first:last]).strip(SURROUNDING)


def _goes_on(words: list[str], language: str) -> bool:
    """Whether a day or a time follows: "a reminder for Friday, 3 pm"."""
    for word in (read(word.strip(SURROUNDING), language) for word in words[:2]):
        if _tells_time(word) and not word.has("own_time"):
            return True
    return False


def _is_beside(word: Reading) -> bool:
    """Whether a word before the subject is part of the wish or of its time."""
    return not word.tokens or word.has("own_command", "own_about") or _tells_time(word)


def _is_behind(words: list[str], language: str) -> bool:
    """Whether the last word is part of the wish or of its time; a month only behind a figure."""
    word = read(words[-1].strip(SURROUNDING), language)
    if ("month", 0) in word.counts and not word.has("own_command"):
        return len(words) > 1 and any(character.isdigit() for character in words[-2])
    return not word.tokens or word.has("own_command") or _tells_time(word)


def _tells_time(word: Reading) -> bool:
    if any(character.isdigit() for token in word.tokens for character in token.text):
        return True
    if word.has(*TIMES) or any(word.is_a(0, unit) for unit in UNITS) or word.has("own_time"):
        return True
    return any((name, 0) in word.counts for name in COUNTED)
