"""Whose words a phrase is about, and whether it is denied, asked, imagined or past."""

from __future__ import annotations

from locales.reading import LONGEST_CLAUSE, Mark, Reading

PEOPLE = ("child", "partner", "parent", "sibling", "friend", "staff")
SELF = ("i", "am", "i_have", "me")
NEAREST = 3
LONGEST_PHRASE = 12
TAKING = frozenset(
    {
        "cannot_come",
        "only",
        "late",
        "despair",
        "self_harm",
        "stop",
        "unwell",
        "help",
        "language_wish",
        "talk",
        "transport",
        "childcare",
    }
)


def subject_of(reading: Reading, mark: Mark) -> str:
    """Return "self", one of PEOPLE, "thing" or "other" for the one a state or symptom is told of."""
    first = reading.first_of_clause(mark.start)
    beside = "" if reading.tokens[mark.end].stop else _person_from(reading, mark.end + 1)
    if beside and beside != "staff":
        return beside
    found = _before(reading, mark, first)
    if found is None or found == "other":
        found = _after(reading, mark) or found
    if found is None:
        found = _inherited(reading, first)
    return found or "self"


def _person_at(reading: Reading, position: int) -> str | None:
    """Return the person a phrase that ends at a position names."""
    ending = reading.ending(position)
    return next((name for name in PEOPLE if name in ending), None)


def _person_from(reading: Reading, position: int) -> str:
    """Return the person a phrase that begins at a position names, as in "a sick child"."""
    return next((name for name in PEOPLE if reading.at(name, position)), "")


def _before(reading: Reading, mark: Mark, first: int) -> str | None:
    if any(reading.is_a(position, *SELF) for position in range(mark.start, mark.end + 1)):
        return "self"
    third = False
    for position in range(mark.start - 1, first - 1, -1):
        person = _person_at(reading, position)
        if person:
            return person
        if "thing" in reading.ending(position):
            return "thing"
        if reading.is_a(position, *SELF):
            told_of_self = not third or reading.is_a(position, "me", "i_have") or _joined_self(reading, position)
            return "self" if told_of_self else "other"
        if reading.is_a(position, "because", "but"):
            return "other" if third else None
        third = third or reading.is_a(position, "third", "pronoun")
    return "other" if third else None


def _joined_self(reading: Reading, position: int) -> bool:
    """Whether "I" stands right before the verb of the third person ("my son and I are ill")."""
    return reading.is_a(position + 1, "third") and reading.is_a(position - 1, "and")


def _after(reading: Reading, mark: Mark) -> str | None:
    clause = reading.tokens[mark.end].clause
    if not reading.tokens[mark.end].stop and reading.is_a(mark.end + 1, "am"):
        return "self"
    for position in range(mark.end + 1, min(mark.end + 1 + NEAREST, len(reading.tokens))):
        if reading.tokens[position].clause != clause or reading.is_a(position, "i", "am", "but", "because", "and"):
            return None
        person = _person_from(reading, position)
        if person:
            return person
    return None


def _inherited(reading: Reading, first: int) -> str | None:
    """Return the person an earlier clause spoke of, unless it spoke of the writer last."""
    for position in range(first - 1, max(-1, first - 1 - LONGEST_CLAUSE), -1):
        if reading.is_a(position, *SELF):
            return None
        person = _person_at(reading, position)
        if person:
            return person if person != "staff" else None
    return None


def denied(reading: Reading, mark: Mark) -> bool:
    """Whether a "not" belongs to the phrase: shortly before it, inside one of its gaps, or at its end."""
    if not reading.holds("not", "gone"):
        return False
    if any(reading.is_a(place, "not") for place in mark.places):
        return False
    if any("only" in reading.ending(place) for place in (mark.start, mark.start - 1)):
        return False
    return _denied_before(reading, mark) or _denied_inside(reading, mark) or _denied_behind(reading, mark)


def _denied_before(reading: Reading, mark: Mark) -> bool:
    clause = reading.tokens[mark.start].clause
    for position in range(mark.start - 1, max(-1, mark.start - 1 - NEAREST), -1):
        if reading.tokens[position].clause != clause:
            return False
        if reading.is_a(position, "not"):
            return not _taken(reading, position, mark)
        if reading.is_a(position, "i", "am", "but", "because", "if"):
            return False
    return False


def _denied_inside(reading: Reading, mark: Mark) -> bool:
    return any(
        reading.is_a(position, "not") and position not in mark.places and not _taken(reading, position, mark)
        for position in range(mark.start, mark.end)
    )


def _denied_behind(reading: Reading, mark: Mark) -> bool:
    position = mark.end + 1
    if reading.tokens[mark.end].stop:
        return False
    if reading.is_a(position + reading.is_a(position, "filler"), "gone"):
        return True
    while reading.is_a(position, "i", "am", "i_have"):
        position += 1
    return position > mark.end + 1 and reading.is_a(position, "not") and not _taken(reading, position, mark)


def _taken(reading: Reading, position: int, mark: Mark) -> bool:
    """Whether the "not" at a position already belongs to another phrase, as in "I can't come"."""
    own = set(mark.places)
    return any(
        other.name in TAKING
        and other.name != mark.name
        and position in other.places
        and len(other.places) > 1
        and own.isdisjoint(other.places)
        for start in range(max(0, position - LONGEST_PHRASE), position + 1)
        for other in reading.starting(start)
    )


def imagined(reading: Reading, mark: Mark) -> bool:
    """Whether the phrase stands behind "if" in its clause."""
    if not reading.has("if"):
        return False
    first = reading.first_of_clause(mark.start)
    for position in range(mark.start - 1, first - 1, -1):
        if "if" in reading.ending(position) or reading.at("if", position):
            return True
        if reading.is_a(position, "because", "but"):
            return False
    return False


def asked(reading: Reading, mark: Mark) -> bool:
    """Whether the phrase is part of a question and not told in a main clause of its own."""
    is_question = reading.is_question(mark.start)
    if not (is_question or reading.holds("wh", "wh_inner")) or _declared(reading, mark):
        return False
    first = reading.first_of_clause(mark.start)
    openers = range(first, min(first + 2, mark.start + 1))
    if any(reading.is_a(position, "wh") for position in openers):
        return True
    if any(reading.is_a(position, "wh_inner") for position in range(first, mark.start)):
        return True
    if not is_question:
        return False
    if any(reading.at("ask", position) for position in openers):
        return True
    return reading.tokens[mark.end].stop == "?" and subject_is_open(reading, mark, first)


def subject_is_open(reading: Reading, mark: Mark, first: int) -> bool:
    """Whether the clause names nobody, or names the subject behind its verb."""
    words = range(first, mark.start)
    return not any(reading.is_a(position, *SELF) for position in words) or (
        reading.is_a(first, "am") and reading.is_a(first + 1, "i")
    )


def _declared(reading: Reading, mark: Mark) -> bool:
    for position in range(max(0, mark.start - 4), mark.end + 1):
        both = reading.is_a(position, "i") and reading.is_a(position, "am")
        ordered = reading.is_a(position, "i") and reading.is_a(position + 1, "am", "i_have") and position < mark.end
        if (both or ordered) and reading.tokens[position].clause == reading.tokens[mark.start].clause:
            return True
    return False


def looks_back(reading: Reading, mark: Mark) -> bool:
    """Whether the clause of the phrase is told in the past."""
    return reading.tokens[mark.start].clause in reading.clauses("past")


def told(reading: Reading, mark: Mark) -> bool:
    """Whether the phrase is a plain statement: not denied, imagined or asked."""
    return not (denied(reading, mark) or imagined(reading, mark) or asked(reading, mark))
