"""A text taken apart: its words with their symbols, and a mark with a place and a meaning for every phrase found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from locales.tokens import Token

LONGEST_CLAUSE = 40
MONTH = "month:"


class Mark(NamedTuple):
    """A phrase found: its meaning, its first and last token, both included, and the tokens it takes."""

    name: str
    start: int
    end: int
    places: tuple[int, ...] = ()


@dataclass(slots=True)
class Reading:
    """A text taken apart: tokens, the symbols of each, pictograms and marks by meaning.

    ``present`` holds the symbols of all words together: what is not in it need not be looked for word by word.
    """

    tokens: list[Token]
    symbols: list[frozenset[str]]
    pictograms: list[str]
    last_mark: str
    home: str
    counts: dict[tuple[str, int], int]
    present: set[str]
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    _starting: dict[int, list[Mark]] = field(default_factory=dict)
    _ending: dict[int, set[str]] = field(default_factory=dict)
    _taking: dict[int, set[str]] = field(default_factory=dict)

    def keep(self, marks: Iterable[Mark]) -> None:
        """Keep the marks of the text, findable by their meaning and by their first and last word."""
        named, starting, ending = defaultdict(list), defaultdict(list), defaultdict(set)
        for mark in marks:
            named[mark.name].append(mark)
            starting[mark.start].append(mark)
            ending[mark.end].add(mark.name)
        self.marks, self._starting, self._ending = dict(named), dict(starting), dict(ending)

    def ending(self, position: int) -> AbstractSet[str]:
        """Return the meanings of the phrases whose last word stands at a position."""
        return self._ending.get(position, frozenset())

    def starting(self, position: int) -> list[Mark]:
        """Return the marks whose first word stands at a position."""
        return self._starting.get(position, [])

    def taken_by(self, mark: Mark, *names: str) -> bool:
        """Whether a phrase of one of these meanings has a word in common with the mark."""
        if self.marks.keys().isdisjoint(names):
            return False
        if not self._taking:
            self._taking = self._takers()
        return any(not self._taking[place].isdisjoint(names) for place in mark.places)

    def _takers(self) -> dict[int, set[str]]:
        """Return the meanings of the phrases that take a word, by its position."""
        taking = defaultdict(set)
        for name, marks in self.marks.items():
            for mark in marks:
                for place in mark.places:
                    taking[place].add(name)
        return taking

    def has(self, *names: str) -> bool:
        """Whether a mark of one of these meanings was found."""
        return not self.marks.keys().isdisjoint(names)

    def of(self, *names: str) -> list[Mark]:
        """Return the marks of these meanings, in reading order."""
        if self.marks.keys().isdisjoint(names):
            return []
        found = [mark for name in names if name in self.marks for mark in self.marks[name]]
        if len(found) > 1:
            found.sort(key=lambda mark: (mark.start, -mark.end))
        return found

    def at(self, name: str, position: int) -> list[Mark]:
        """Return the marks of a meaning that begin at a position."""
        if name not in self.marks:
            return []
        return [mark for mark in self._starting.get(position, ()) if mark.name == name]

    def clauses(self, *names: str) -> set[int]:
        """Return the numbers of the clauses in which these meanings begin."""
        return {self.tokens[mark.start].clause for name in names for mark in self.marks.get(name, ())}

    def sentences(self, *names: str) -> set[int]:
        """Return the numbers of the sentences in which these meanings begin."""
        return {self.tokens[mark.start].sentence for name in names for mark in self.marks.get(name, ())}

    def first_of_clause(self, position: int) -> int:
        """Return where the clause of a position begins, looking back over as many words as a clause has."""
        clause = self.tokens[position].clause
        start = position
        while start > max(0, position - LONGEST_CLAUSE) and self.tokens[start - 1].clause == clause:
            start -= 1
        return start

    def is_question(self, position: int) -> bool:
        """Whether the sentence of a position ends with a question mark."""
        sentence = self.tokens[position].sentence
        for token in self.tokens[position : position + 2 * LONGEST_CLAUSE]:
            if token.sentence != sentence:
                return False
            if token.stop == "?":
                return True
        return False

    def counted(self, name: str, position: int) -> int | None:
        """Return the place in its list of the word at a position: weekday, month, number, ordinal."""
        return self.counts.get((name, position))

    def named_month(self, position: int) -> tuple[int, int] | None:
        """Return the month, 1 to 12, whose name begins at a position, and the last token of the name."""
        months = [mark for mark in self.starting(position) if mark.name.startswith(MONTH)]
        first = min(months, key=lambda mark: int(mark.name.removeprefix(MONTH)), default=None)
        return None if first is None else (int(first.name.removeprefix(MONTH)) + 1, first.end)

    def whole(self, position: int) -> int | None:
        """Return the whole number at a position, in figures or as a word."""
        if not 0 <= position < len(self.tokens):
            return None
        text = self.tokens[position].text.rstrip(".")
        if text.isascii() and text.isdigit():
            return int(text) if len(text) <= 9 else None
        return self.counted("number", position)

    @property
    def has_latin(self) -> bool:
        """Whether any word is written in Latin letters."""
        return any("a" <= token.text[0] <= "z" for token in self.tokens)

    def is_a(self, position: int, *classes: str) -> bool:
        """Whether the word at a position belongs to one of the classes."""
        return 0 <= position < len(self.symbols) and not self.symbols[position].isdisjoint(classes)

    def holds(self, *classes: str) -> bool:
        """Whether any word of the text belongs to one of the classes."""
        return not self.present.isdisjoint(classes)
