"""Words of a crisis. A real one must never be missed, so doubt is answered with "ask" and never with silence (F45)."""

from __future__ import annotations

from dataclasses import dataclass

from locales.reading import LONGEST_CLAUSE, Mark, Reading
from locales.subjects import SELF, denied

MEANINGS = ("self_harm", "self_harm_of", "self_harm_third", "violence", "violence_of", "despair", "grave")
OTHERS = ("child", "partner", "parent", "sibling", "friend", "pronoun", "staff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Distress:
    """The kind of crisis (None, "self_harm", "violence", "ask") and whether it is somebody else's."""

    kind: str | None = None
    other: bool = False


def find_distress(reading: Reading) -> Distress:
    """Return the most urgent crisis a text speaks of."""
    if not reading.has(*MEANINGS):
        return Distress()
    violence = _open_marks(reading, "violence", barred="violence_not")
    harm = [mark for mark in _open_marks(reading, "self_harm") if not reading.taken_by(mark, "violence")]
    own_harm = [mark for mark in harm if not _of_somebody_else(reading, mark)]
    if any(not _softened(reading, mark) for mark in own_harm):
        return Distress(kind="self_harm")
    other_harm = [mark for mark in [*harm, *_open_marks(reading, "self_harm_of")] if _of_somebody_else(reading, mark)]
    other_harm += _open_marks(reading, "self_harm_third")
    if other_harm and not own_harm:
        return Distress(kind="self_harm", other=True)
    if any(not _softened(reading, mark) for mark in violence):
        return Distress(kind="violence")
    if _open_marks(reading, "violence_of", barred="violence_not"):
        return Distress(kind="violence", other=True)
    return _doubtful(reading, [*own_harm, *violence])


def _doubtful(reading: Reading, softened: list[Mark]) -> Distress:
    """Return "ask" for words of crisis that are denied or past, and for despair; whose it is decides the rest."""
    despair = [*_open_marks(reading, "despair"), *_grave(reading)]
    if softened or any(not _of_somebody_else(reading, mark, earlier=0) for mark in despair):
        return Distress(kind="ask")
    return Distress(kind="ask", other=True) if despair else Distress()


def _grave(reading: Reading) -> list[Mark]:
    """Return words of death in a clause that speaks of the writer and of nobody else: a net below the phrases."""
    own = reading.clauses(*SELF)
    others = reading.clauses(*OTHERS, "topic", "idiom", "funeral", "thing")
    return [
        mark
        for mark in _open_marks(reading, "grave")
        if reading.tokens[mark.start].clause in own and reading.tokens[mark.start].clause not in others
    ]


def _open_marks(reading: Reading, name: str, barred: str = "idiom") -> list[Mark]:
    return [mark for mark in reading.of(name) if not reading.taken_by(mark, "idiom", barred)]


def _softened(reading: Reading, mark: Mark) -> bool:
    """Whether the words are denied or long past: then they are asked about, not taken as said."""
    return denied(reading, mark) or _resolved(reading, mark)


def _resolved(reading: Reading, mark: Mark) -> bool:
    return reading.tokens[mark.start].sentence in reading.sentences("resolved")


def _of_somebody_else(reading: Reading, mark: Mark, *, earlier: int = 1) -> bool:
    """Whether the clause, or one of so many earlier ones, names somebody else and not the writer."""
    if any(reading.is_a(place, "i", "am", "i_have", "me") for place in mark.places):
        return False
    clause = reading.tokens[mark.start].clause
    for position in range(mark.end, max(-1, mark.start - LONGEST_CLAUSE), -1):
        if reading.tokens[position].clause < clause - earlier:
            return False
        if position < mark.start and not reading.ending(position).isdisjoint(OTHERS):
            return True
        if reading.is_a(position, *SELF) and reading.tokens[position].clause == clause and position not in mark.places:
            return False
    return False
