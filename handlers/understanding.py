"""From an update to a reply: cleaned words, what the phrase lists read in them, what a pressed button meant."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import phonenumbers
from rapidfuzz.fuzz import ratio

from flows.engine.events import CrisisKind, Reason, Said
from flows.engine.messages import Inbound, InboundKind, Text
from flows.engine.replies import DateProblem, Ending, Intent, Reading, Reply
from flows.people import Person
from locales.catalog import LANGUAGES, render
from locales.phrases import understand

SAME_LABEL = 92
KEPT_CONTROLS = frozenset("\n\t")
BIDI_CONTROLS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
INVISIBLE = frozenset("\u200b\u2060\u180e")
"""They break a word in two for whoever searches in it, and nobody sees it; joiners stay, some scripts need them."""
HIDDEN = frozenset({"Cc", "Cs", "Cn"})
LONGEST = 4000
PHONE_DIGITS = 6
FACTS = 3
OLDEST = 100
SLOT = "{"
LABELS_KEPT = 500
_DIGIT = re.compile(r"\d")


def clean(text: str) -> str:
    """The words as plain text: without control, direction and unassigned characters, in NFC."""
    normal = unicodedata.normalize("NFC", text)
    if normal.isprintable():
        return normal.strip()
    kept = (
        char
        for char in normal
        if char in KEPT_CONTROLS or (char not in BIDI_CONTROLS | INVISIBLE and unicodedata.category(char) not in HIDDEN)
    )
    return "".join(kept).strip()


def reply_to(inbound: Inbound, words: str, person: Person, today: date) -> Reply:
    """What somebody wrote or sent, read in their language."""
    name = (inbound.file_name or "file") if inbound.kind is InboundKind.FILE else ""
    return Reply(text=words, file_name=name, reading=read(words, person.language, today))


def read(words: str, language: str, today: date) -> Reading:
    """The phrase lists' finding as values the engine knows."""
    found = understand(words, language=language, today=today)
    return Reading(
        intents=tuple(Intent(intent) for intent in found.intents),
        reason=Reason(found.reason) if found.reason else None,
        first_day=found.first_day,
        last_day=found.last_day,
        day=found.date,
        past=_past(words, language, today) if found.date_problem == DateProblem.PAST else None,
        date_problem=DateProblem(found.date_problem) if found.date_problem else None,
        problem_ends=found.problem_ends,
        minutes=found.minutes,
        clock=found.clock,
        language=found.language,
        crisis=CrisisKind(found.crisis) if found.crisis else None,
        for_other=found.urgent_other,
        yes=found.yes_no,
        number=found.number,
        phone=phone_in(words),
        unknown=found.unknown,
        mourning=found.mourning,
        coming=found.coming,
        endings=tuple(Ending(ending) for ending in found.endings),
        rest_until=found.rest_until,
        length=found.length,
        far_first=found.far_first,
        far_last=found.far_last,
        goes_on=found.goes_on,
    )


def _past(words: str, language: str, today: date) -> date | None:
    """The day that is too long ago for a report, as a birthday is."""
    day = understand(words, language=language, today=today.replace(year=today.year - OLDEST, day=1)).date
    return day if day is not None and day < today else None


def past_at_end(words: str, language: str, today: date, earliest: date) -> date | None:
    """The day with its year that a line ends with, long ago as it may be, but not before `earliest`."""
    parts = words.split()
    ends = (" ".join(parts[start:]) for start in range(len(parts)))
    day = next((day for end in ends if (day := _past(end, language, today)) is not None), None)
    return day if day is not None and day >= earliest else None


def warm_up() -> None:
    """Load what is loaded at first use, so that the first person does not wait for it."""
    for language in LANGUAGES:
        read("x", language, date.min)
        render(Text("Help"), language)


def phone_in(words: str) -> str | None:
    """The phone number in these words. One with letters after its first digit is none: the library would dial them."""
    if not _DIGIT.search(words):
        return None
    first = next((place for place, char in enumerate(words) if char.isdigit()), len(words))
    if sum(char.isdigit() for char in words) < PHONE_DIGITS or any(char.isalpha() for char in words[first:]):
        return None
    try:
        number = phonenumbers.parse(words, "DE")
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else None


def as_label(reply: Reply, question: Said | None, person: Person, params: Mapping[str, str]) -> Reply:
    """A reply that repeats an answer's label in words counts as that answer."""
    if question is None or not reply.text:
        return reply
    words = reply.text.casefold()
    for button in question.buttons:
        if ratio(words, _spoken(button.label, person, params), score_cutoff=SAME_LABEL):
            return Reply(text=reply.text, action=button.action, value=button.value, reading=reply.reading)
    return reply


def _spoken(label: Text, person: Person, params: Mapping[str, str]) -> str:
    """What somebody would write instead of pressing the button with this label."""
    if label.params or SLOT in label.key:
        return clean(render(label, person.language, formal=person.formal, params=params)).casefold()
    return _spoken_always(label.key, person.language, person.formal)


@lru_cache(LABELS_KEPT)
def _spoken_always(label: str, language: str, formal: bool) -> str:
    """The same for a label that names nothing and nobody."""
    return clean(render(Text(label), language, formal=formal)).casefold()


def facts_in_button(value: str) -> Reading:
    """What a button of "which of these do you mean?" carries: reason, first and last day, in that order."""
    parts = value.split("|")
    return Reading(
        reason=Reason(parts[0]) if parts[0] else None,
        first_day=date.fromisoformat(parts[1]) if parts[1] else None,
        last_day=date.fromisoformat(parts[2]) if parts[2] else None,
    )


def button_of_facts(reading: Reading) -> str:
    """The counterpart of `facts_in_button`."""
    days = (
        reading.first_day.isoformat() if reading.first_day else "",
        reading.last_day.isoformat() if reading.last_day else "",
    )
    return "|".join((reading.reason.value if reading.reason else "", *days))
