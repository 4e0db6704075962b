"""What exactly a text wants to end (F15): one thing while others go on, everything, or messages for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from locales.days import Days
from locales.reading import Mark, Reading
from locales.spans import find_length

THINGS = {"reminder_word": "reminders", "telegram_word": "foreign"}
SHORT = 4
REPORTS = frozenset({"ill", "child_ill", "official_date", "absent", "cannot_come", "take_back"})
BARE_STOP = frozenset({"stop", "stopp", "стоп", "stoppen", "قف", "توقف", "ستوب"})


class Ended(NamedTuple):
    """The things that end, the day a break lasts to, and what that makes of the intents the other rules found."""

    endings: tuple[str, ...] = ()
    rest_until: date | None = None
    intents: tuple[str, ...] = ()


def find_endings(reading: Reading, days: Days, intents: tuple[str, ...], *, today: date) -> Ended:
    """Return what ends, with the intents as they then are; ``intents`` are what the other rules found."""
    if "stop" in intents and _stays(reading):
        intents = tuple(name for name in intents if name not in {"stop", "help"})
    things = _things(reading)
    if _asks_how(reading, things):
        return Ended(("asked",), None, ("stop", *_others(reading, intents)))
    if _erases(reading) and not things and ("stop" in intents or not REPORTS & set(intents)):
        return Ended(("erasure",), None, _with(intents, "stop"))
    if reading.has("remind_again") and not things:
        return Ended(("remind_again",), None, _others(reading, intents))
    if things and not _goes_further(reading):
        return Ended(things, None, ("stop", *_others(reading, intents)))
    return _rest(reading, days, _stopped(reading, intents), today)


def _erases(reading: Reading) -> bool:
    """Whether everything shall be deleted; not where it is denied: "do not delete", "I do not want it deleted"."""
    denied = reading.clauses("erase_not")
    clauses = {reading.tokens[mark.start].clause for mark in reading.of("erase")}
    return any(clause not in denied and not _is_denied_before(reading, clause) for clause in clauses)


def _asks_how(reading: Reading, things: tuple[str, ...]) -> bool:
    """ "How can I stop the reminders?" asks for the way; "can you stop them, please?" is a wish."""
    named = things or (("erasure",) if _erases(reading) else ())
    return bool(named) and reading.has("asking") and not reading.has("politely")


def _is_denied_before(reading: Reading, clause: int) -> bool:
    """ "I do not want, that …": the clause begins with "that", and the one before says no."""
    first = next(place for place, token in enumerate(reading.tokens) if token.clause == clause)
    return first > 0 and reading.is_a(first, "that") and clause - 1 in reading.clauses("not")


def _rest(reading: Reading, days: Days, intents: tuple[str, ...], today: date) -> Ended:
    """A break: the word for it, or a "stop", with a day or a length."""
    stopped = intents[:1] == ("stop",) and "help" not in intents
    asks = reading.has("rest_word") and not reading.has("rest_not") and not reading.has("not_got")
    if not (stopped or asks) or REPORTS & set(intents):
        return Ended((), None, intents)
    until = _until(reading, days if asks else replace(days, single=None), today)
    if until is not None:
        return Ended(("rest",), until, ("pause",))
    short = len(reading.tokens) <= SHORT and not set(intents) - {"pause"}
    if reading.has("while_long") or (asks and not stopped and (days.problem or short)):
        return Ended(("rest",), None, ("pause",))
    return Ended((), None, intents)


def _until(reading: Reading, days: Days, today: date) -> date | None:
    named = days.last or days.single
    if named is not None and named > today:
        return named + timedelta(days=1) if reading.has("whole_week") and days.single is None else named
    weekdays = [place for (name, _), place in reading.counts.items() if name == "weekday"]
    if len(weekdays) == 1:
        return today + timedelta(days=(weekdays[0] - today.weekday() - 1) % 7 + 1)
    length = find_length(reading, rest=True)
    return today + timedelta(days=length) if length else None


def _things(reading: Reading) -> tuple[str, ...]:
    """The things whose ending is told in one clause with them."""
    found = [
        name
        for word, name in THINGS.items()
        for mark in reading.of(word)
        if _ends(reading, mark) and not (name == "reminders" and reading.has("no_memory"))
    ]
    if reading.has("end_certificates"):
        found.append("certificates")
    return tuple(dict.fromkeys(found))


def _ends(reading: Reading, mark: Mark) -> bool:
    clause = reading.tokens[mark.start].clause
    if clause in reading.clauses("stay") or clause in _lacking(reading):
        return False
    ends = clause in reading.clauses("ending")
    if _is_denied_before(reading, clause):
        return not ends
    return ends or _named_before(reading, mark) or _named_after(reading, mark)


def _lacking(reading: Reading) -> set[int]:
    """The clauses that complain of something missing: "I got no reminder", "why no reminders?"."""
    return reading.clauses("not_got", "why") | (reading.clauses("got_none") - reading.clauses("wanting"))


def _named_before(reading: Reading, mark: Mark) -> bool:
    """ "Reminders? No thanks": the thing alone in its clause, the ending alone in the next."""
    clause = reading.tokens[mark.start].clause
    words = [token for token in reading.tokens if token.clause == clause]
    return len(words) <= 2 and clause + 1 in reading.clauses("ending") and clause + 1 not in reading.clauses("stay")


def _named_after(reading: Reading, mark: Mark) -> bool:
    """ "Please stop, to send me reminders", as German has it: the ending closes the clause before."""
    clause = reading.tokens[mark.start].clause
    here = [place for place, token in enumerate(reading.tokens) if token.clause == clause]
    if clause - 1 in reading.clauses("stay") or not any(reading.is_a(place, "to_do") for place in here):
        return False
    return "ending" in reading.ending(here[0] - 1)


def _goes_further(reading: Reading) -> bool:
    """Whether "stop" is said of messages as such in another clause, too, and by more than the bare word."""
    narrow = reading.clauses(*THINGS, "end_certificates")
    if any(
        _joined(reading, mark, other) for mark in reading.of("reminder_word") for other in reading.of("message_word")
    ):
        return True
    return any(reading.tokens[mark.start].clause not in narrow and mark.end > mark.start for mark in reading.of("stop"))


def _joined(reading: Reading, one: Mark, other: Mark) -> bool:
    """Whether two things are named together: "reminders and messages"."""
    first, last = sorted((one.start, other.start))
    near = reading.tokens[first].clause == reading.tokens[last].clause
    return near and any(reading.is_a(place, "and") for place in range(first + 1, last))


def _stays(reading: Reading) -> bool:
    """Whether every "stop" is denied ("do not stop") or a complaint ("I got no reminder")."""
    denied = reading.clauses("stay", "erase_not") | (_lacking(reading) & reading.clauses("reminder_word"))
    if not denied:
        return False
    return all(reading.tokens[mark.start].clause in denied for mark in reading.of("stop", "stop_maybe"))


def _stopped(reading: Reading, intents: tuple[str, ...]) -> tuple[str, ...]:
    """A clause that is nothing but "stop" counts beside whatever else is reported."""
    if "stop" in intents or not REPORTS & set(intents):
        return intents
    clauses: dict[int, list[str]] = {}
    for token in reading.tokens:
        clauses.setdefault(token.clause, []).append(token.text)
    return ("stop", *intents) if any(set(words) <= BARE_STOP for words in clauses.values()) else intents


def _others(reading: Reading, intents: tuple[str, ...]) -> tuple[str, ...]:
    """What is reported beside; not what only says that reporting goes on, or what the ending itself was taken for."""
    rest = [name for name in intents if name not in {"stop", "help", "pause", "resume", "start"}]
    if len({token.clause for token in reading.tokens}) == 1:
        rest = [name for name in rest if name not in {"cannot_come", "take_back"}]
    if reading.has("keep_word") or reading.has("end_certificates"):
        rest = [name for name in rest if name not in REPORTS]
    return tuple(rest)


def _with(intents: tuple[str, ...], name: str) -> tuple[str, ...]:
    return (name, *(other for other in intents if other not in {name, "take_back"}))
