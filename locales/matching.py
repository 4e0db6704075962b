"""Finding of phrases: which of the listed phrases stand in a text, and which of its words they take."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from locales.lexicon import END, Anchored, Element, Lexicon, Opening, Phrase, lexicon
from locales.reading import Mark, Reading
from locales.tokens import SENTENCE_MARKS, cut, fold
from locales.words import find_symbols, find_words

MARKS_PER_TEXT = 60_000
WORDS_REMEMBERED = 4096
CLAUSE_GOES_ON = frozenset({"", "-", "/"})


def read(text: str, language: str) -> Reading:
    """Take a text apart; ``language`` is the person's own and wins where languages share a word."""
    known = lexicon()
    tokens, pictograms, last_mark = cut(fold(text))
    words = find_words(tokens, known)
    home, symbols = find_symbols(words, language.partition("-")[0])
    present = set[str]().union(*symbols)
    counts = _counts(symbols, present, known)
    reading = Reading([word.token for word in words], symbols, pictograms, last_mark, home, counts, present)
    reading.keep(islice(dict.fromkeys(_Search(reading).marks()), MARKS_PER_TEXT))
    return reading


def _counts(symbols: list[frozenset[str]], present: set[str], known: Lexicon) -> dict[tuple[str, int], int]:
    """Return for a list such as "month" and a position which entry of the list stands there: the first, if several."""
    counts: dict[tuple[str, int], int] = {}
    listed = known.counted.keys() & present
    if not listed:
        return counts
    for position, classes in enumerate(symbols):
        for symbol in classes & listed:
            name, number = known.counted[symbol]
            counts[name, position] = min(number, counts.get((name, position), number))
    return counts


def _opened_by(symbols: frozenset[str]) -> list[Opening]:
    openings = lexicon().openings
    return [openings[symbol] for symbol in sorted(symbols) if symbol in openings]


@lru_cache(maxsize=WORDS_REMEMBERED)
def _longer(symbols: frozenset[str]) -> tuple[Anchored, ...]:
    """Return the phrases of several words that are looked for by a word.

    Symbols are of the lists, so that nothing of what somebody wrote is remembered here.
    """
    return tuple(dict.fromkeys(phrase for opening in _opened_by(symbols) for phrase in opening.longer))


@lru_cache(maxsize=WORDS_REMEMBERED)
def _alone(symbols: frozenset[str], position: int) -> tuple[Mark, ...]:
    """Return the marks of a word at a position for what it means by itself."""
    names = dict.fromkeys(name for opening in _opened_by(symbols) for name in opening.alone)
    return tuple(Mark(name, position, position, (position,)) for name in names)


class _Search:
    """One pass over the words of a reading, with each of which some phrases are looked for."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.symbols = reading.symbols
        self.stops = [token.stop for token in reading.tokens]

    def marks(self) -> Iterator[Mark]:
        """Yield a mark for every phrase found, the same one perhaps more than once.

        A phrase is tried only if all the words it needs are somewhere in the text.
        """
        present = self.reading.present
        for position, symbols in enumerate(self.symbols):
            yield from _alone(symbols, position)
            for phrase, offset, needed in _longer(symbols):
                for further in needed:
                    if further.isdisjoint(present):
                        break
                else:
                    mark = self._match(phrase, position - offset)
                    if mark is not None:
                        yield mark

    def _match(self, phrase: Phrase, position: int) -> Mark | None:
        """Return the phrase as it stands with its first word at a position."""
        if position < 0:
            return None
        elements = phrase.elements
        opening = 0
        if elements[0].forbidden:
            opening = 1
            if self._fits(elements[0], position - 1) and not self._stopped(position - 1):
                return None
        places = self._places(elements, opening, position)
        if places is None:
            return None
        own = tuple([place for word, place in zip(phrase.words, places, strict=True) if not word.context])
        return Mark(phrase.name, min(own), max(own), own)

    def _places(self, elements: tuple[Element, ...], number: int, position: int) -> list[int] | None:
        """Return the positions that elements[number:] take if the next one may stand at ``position``, else None."""
        if number == len(elements):
            return []
        element = elements[number]
        if element.zero_width:
            holds = self._ends(position) if END in element.symbols else not self._barred(element, position)
            return self._places(elements, number + 1, position) if holds else None
        for place in range(position, self._reach(position, element.gap if number else 0) + 1):
            if element.symbols.isdisjoint(self.symbols[place]):
                continue
            rest = self._places(elements, number + 1, place + 1)
            if rest is not None and not (rest and self.stops[place] in SENTENCE_MARKS):
                return [place, *rest]
        return None

    def _reach(self, position: int, gap: int) -> int:
        """Return the last position an element may take: the next one, or over a gap a later one of the same clause."""
        last = len(self.stops) - 1
        if not gap or (position and self.stops[position - 1] not in CLAUSE_GOES_ON):
            return min(position, last)
        for place in range(position, min(position + gap, last)):
            if self.stops[place] not in CLAUSE_GOES_ON or self.reading.is_a(place, "but", "because"):
                return place
            if place > position and self.reading.is_a(place, "i"):
                return place
        return min(position + gap, last)

    def _barred(self, element: Element, position: int) -> bool:
        return self._fits(element, position) and not self._stopped(position - 1)

    def _ends(self, position: int) -> bool:
        """Whether a clause ends before ``position``."""
        if position >= len(self.stops) or self.stops[position - 1] not in CLAUSE_GOES_ON:
            return True
        return self.reading.is_a(position, "but", "because", "i", "am", "i_have")

    def _fits(self, element: Element, place: int) -> bool:
        return 0 <= place < len(self.symbols) and not element.symbols.isdisjoint(self.symbols[place])

    def _stopped(self, place: int) -> bool:
        return place >= 0 and self.stops[place] in SENTENCE_MARKS
