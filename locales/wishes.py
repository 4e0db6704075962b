"""What a text wants of the assistant: stop, cancel, help, talk, another language; and plain answers."""

from __future__ import annotations

from locales.reading import Mark, Reading
from locales.subjects import denied

ORDER = (
    "stop",
    "complaint",
    "call_me",
    "talk",
    "language",
    "readers",
    "appointments",
    "my_data",
    "help",
    "cancel",
    "back",
    "pause",
    "resume",
    "start",
    "menu",
    "thanks",
    "greeting",
)
TONGUES = {
    "tongue_simple": "de-simple",
    "tongue_en": "en",
    "tongue_ar": "ar",
    "tongue_uk": "uk",
    "tongue_de": "de",
}
ANSWERS = frozenset({"yes", "no"})
ATTENDS = "attends"
MOVES = "move"
OF_MEETINGS = frozenset({MOVES, "coming"})
"""Intents that are about an appointment and take nothing away from an answer to an open question."""
STANDS_BESIDE_MOVE = frozenset({"cannot_come", "appointments", "help", "talk"})
POLITE = frozenset({"thanks", "greeting"})
HEARD_IN_CRISIS = frozenset({"stop", "talk", "call_me"})
YES_SIGNS = frozenset("👍✅👌")
NO_SIGNS = frozenset("👎❌🚫")


def find_alone(reading: Reading, first: str = "") -> frozenset[str]:
    """Return the meanings that together, with filler words, make up the whole message; empty otherwise.

    Where words mean two things, ``first`` is the one they are taken for.
    """
    if not 0 < len(reading.tokens) <= 12:
        return frozenset()
    names = [name for name in reading.marks if name.startswith("alone:") and (first or name != f"alone:{ATTENDS}")]
    marks = [mark for name in names for mark in reading.marks[name]]
    if not marks:
        return frozenset()
    marks.sort(key=lambda mark: (mark.start - mark.end, mark.name != f"alone:{first}", mark.start))
    taken: dict[int, str] = {}
    for mark in marks:
        span = range(mark.start, mark.end + 1)
        if len(span) == len(mark.places) and not any(position in taken for position in span):
            taken.update(dict.fromkeys(span, mark.name[6:]))
    rest = [position for position in range(len(reading.tokens)) if position not in taken]
    if any(not reading.is_a(position, "filler", "address") for position in rest):
        return frozenset()
    return frozenset(taken.values())


def find_answer(reading: Reading, alone: frozenset[str]) -> bool | None:
    """Return whether the whole message is a plain yes or no, politely said or not."""
    if not reading.tokens:
        signs = set(reading.pictograms)
        return True if signs & YES_SIGNS and not signs & NO_SIGNS else False if signs & NO_SIGNS else None
    answers = alone - POLITE
    return "yes" in answers if len(answers) == 1 and answers <= ANSWERS else None


def find_coming(reading: Reading, alone: frozenset[str]) -> bool:
    """Return whether the whole message plainly says that the writer comes; "after all" takes a report back."""
    if "take_back" in alone or not reading.has(f"alone:{ATTENDS}") or reading.is_question(0):
        return False
    said = find_alone(reading, ATTENDS)
    return ATTENDS in said and said <= {ATTENDS, "yes", *POLITE}


def find_language(reading: Reading) -> str | None:
    """Return the language a text wishes for; a language only mentioned is no wish."""
    for name, code in TONGUES.items():
        for mark in _open(reading, name):
            if name == "tongue_simple" or _wished(reading, mark):
                return code
    return None


def _wished(reading: Reading, mark: Mark) -> bool:
    others = [
        position
        for position in range(len(reading.tokens))
        if position not in mark.places and not reading.is_a(position, "filler", "tongue_prefix")
    ]
    if not others:
        return True
    before = mark.start - 1
    while reading.is_a(before, "filler") and not reading.is_a(before, "tongue_lead"):
        before -= 1
    led = reading.is_a(before, "tongue_lead") or reading.taken_by(mark, "language_wish")
    return led and not reading.has("lesson") and not denied(reading, mark)


def find_wishes(reading: Reading, alone: frozenset[str], reported: list[str], *, distressed: bool) -> tuple[str, ...]:
    """Return all intents of a text, best first, given those the report rules found."""
    wishes = {name for name in ORDER if name in alone or (name in reading.marks and _said(reading, name))}
    found = list(reported)
    if _open(reading, "stop") or "stop" in alone:
        return _with_stop(found, wishes)
    if find_language(reading) or _open(reading, "language_wish"):
        wishes.add("language")
        wishes.discard("help")
    if "doubt" in alone and not found:
        found += ["cancel", "take_back"]
    elif _open(reading, "stop_maybe") and not found and not distressed and not wishes - {"help"}:
        found += ["stop", "help"]
    for name in ("late", "cannot_come", "take_back"):
        if name in alone and not found:
            found.append(name)
    return tuple(dict.fromkeys(_with_meeting(reading, alone, _merged(found, wishes))))


def _with_meeting(reading: Reading, alone: frozenset[str], found: list[str]) -> list[str]:
    """Add what is said to an appointment: another time, and plain coming where nothing else is said."""
    strong = set(found) - POLITE
    if strong <= STANDS_BESIDE_MOVE and MOVES in reading.marks and _moved(reading):
        return [*[name for name in found if name not in POLITE and name != "help"], MOVES]
    return found if found or "yes" in alone or not find_coming(reading, alone) else ["coming"]


def _moved(reading: Reading) -> bool:
    return any(not denied(reading, mark) for mark in _open(reading, MOVES))


def _with_stop(found: list[str], wishes: set[str]) -> tuple[str, ...]:
    rest = [name for name in found if name not in {"cannot_come", "take_back", "talk"}]
    return tuple(dict.fromkeys(["stop", *rest, *(["call_me"] if "call_me" in wishes else [])]))


def _merged(found: list[str], wishes: set[str]) -> list[str]:
    """Join report and wishes; small talk, dialogue words and help stand back where something is reported."""
    wished = [name for name in ORDER if name in wishes]
    if found:
        return found + [name for name in wished if name in {"complaint", "talk", "call_me", "language"}]
    strong = [name for name in wished if name not in {"thanks", "greeting", "menu"}]
    for name in ("complaint", "readers"):
        if name in strong:
            return [name]
    if len(strong) > 1 and "help" in strong:
        strong.remove("help")
    if {"talk", "call_me"} <= set(strong):
        strong.remove("talk")
    return strong or wished[:1]


def _said(reading: Reading, name: str) -> bool:
    return any(not denied(reading, mark) for mark in _open(reading, name))


def _open(reading: Reading, name: str) -> list[Mark]:
    if name not in reading.marks:
        return []
    stronger = ("idiom",) if name in HEARD_IN_CRISIS else ("idiom", "self_harm", "violence")
    return [mark for mark in reading.of(name) if not reading.taken_by(mark, *stronger)]
