"""What a person and the people around them have written to each other, and what staff have noted (F43)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flows.people import PersonId
from flows.rules.names import words_of


class Kind(StrEnum):
    """Whom an entry is for."""

    MESSAGE = "message"
    """Between the person and whoever looks after them."""
    PROTECTED = "protected"
    """Between the person and the protection person, and nobody else's (R59)."""
    NOTE = "note"
    """A note of staff on the person; it goes to nobody, and the person may read it (Art. 15 GDPR)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry about `person`, written by `by` (the person, or one of the staff)."""

    id: int
    person: PersonId
    by: PersonId
    kind: Kind
    at: datetime
    words: str


def has(entry: Entry, wanted: str) -> bool:
    """Whether the entry has, for every wanted word, one that begins with it, in any spelling; never where none is."""
    words = words_of(entry.words)
    return bool(words_of(wanted)) and all(any(word.startswith(one) for word in words) for one in words_of(wanted))
