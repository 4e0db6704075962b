"""What one language knows of words: their spelling, their classes, and what a mistyped one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

LONGEST_TYPO = 30
SHORTEST_STEM_GUESSED = 5
OPENERS = frozenset({"i", "am", "i_have", "day_word"})


@dataclass(slots=True)
class Vocabulary:
    """The words, stems and classes of one language.

    ``openers``: words that messages begin with. ``near``, ``near_stems``: words and stems by what a slip leaves over.
    """

    code: str
    words: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    classes: dict[str, set[str]] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)
    prefixes: tuple[str, ...] = ()
    near: dict[str, list[str]] = field(default_factory=dict)
    near_stems: dict[str, list[str]] = field(default_factory=dict)
    openers: set[str] = field(default_factory=set)
    shortest_stem: int = 99
    longest_stem: int = 0

    def lists(self, word: str) -> bool:
        """Whether the lists hold this very word, not only its beginning."""
        return word in self.words or word in self.plain

    def knows(self, word: str) -> bool:
        """Whether the word is spelt as in the lists."""
        return self.lists(word) or any(True for _ in self._stems_of(word))

    def is_compound(self, first: str, second: str) -> bool:
        """Whether two parts make one listed word, or the beginning of one that reaches into the second part."""
        word = first + second
        if min(len(first), len(second)) < 3:
            return False
        return word in self.words or any(len(stem) >= len(first) + 3 for stem in self._stems_of(word))

    def opens(self, word: str) -> bool:
        """Whether the word is one that messages begin with: "I", "am", "I have", a day."""
        return not self.symbols(word).isdisjoint(OPENERS)

    def symbols(self, word: str) -> frozenset[str]:
        """Return the symbols of a word spelt as in the lists; empty for any other word."""
        spelt = [stem + "*" for stem in self._stems_of(word)]
        if word in self.words:
            spelt.append(word)
        return self._with_classes(spelt)

    def _stems_of(self, word: str) -> Iterator[str]:
        for length in range(self.shortest_stem, min(len(word), self.longest_stem) + 1):
            if word[:length] in self.stems:
                yield word[:length]

    def _with_classes(self, spelt: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        for entry in spelt:
            found.add(f"{self.code}:{entry}")
            found.update(self.classes.get(entry, ()))
        return frozenset(found)

    def guess(self, word: str, *, at_home: bool) -> frozenset[str]:
        """Return the symbols of the nearest listed words for a mistyped word.

        ``at_home`` says that the text is written in this language; elsewhere only longer words are guessed.
        """
        if not (4 if at_home else 5) <= len(word) <= LONGEST_TYPO or not word.isalpha():
            return frozenset()
        allowed = 2 if at_home and len(word) >= 8 else 1
        best, nearest = allowed + 1, set[str]()
        for entry in self._candidates(word, allowed):
            distance = self._distance(word, entry, allowed)
            if distance < best:
                best, nearest = distance, {entry}
            elif distance == best <= allowed:
                nearest.add(entry)
        return self._with_classes(nearest)

    def beside(self, word: str) -> frozenset[str]:
        """Return the symbols of listed words one slip away from a word that is known by its beginning only."""
        if len(word) < 5 or self.lists(word) or any(stem + "*" in self.classes for stem in self._stems_of(word)):
            return frozenset()
        near = {entry for key in deletes(word, 1) for entry in self.near.get(key, ())}
        return self._with_classes(entry for entry in near if self._distance(word, entry, 1) == 1)

    def _candidates(self, word: str, allowed: int) -> set[str]:
        slips = deletes(word, allowed)
        lengths = range(SHORTEST_STEM_GUESSED, min(len(word), self.longest_stem + 2))
        slips_of_beginnings = slips.union(*[deletes(word[:length], 1) for length in lengths])
        found: set[str] = set()
        for key in self.near.keys() & slips:
            found.update(self.near[key])
        for key in self.near_stems.keys() & slips_of_beginnings:
            found.update(self.near_stems[key])
        return found

    def _distance(self, word: str, entry: str, allowed: int) -> int:
        if word[0] != entry[0] and word[:2] != entry[1::-1]:
            return allowed + 1
        if not entry.endswith("*"):
            return int(OSA.distance(word, entry, score_cutoff=allowed))
        stem = entry[:-1]
        lengths = {len(stem) - 1, len(stem), len(stem) + 1}
        return min(int(OSA.distance(word[:n], stem, score_cutoff=1)) for n in lengths) if allowed else 1

    def index(self) -> None:
        """Note the openers, and what a slip leaves over of each word and stem; called once, when all are listed."""
        self.openers.update(entry.rstrip("*") for entry, names in self.classes.items() if not names.isdisjoint(OPENERS))
        for word in self.words | self.plain:
            if len(word) >= 4:
                for key in deletes(word, 2 if len(word) >= 8 else 1):
                    self.near.setdefault(key, []).append(word)
        for stem in self.stems:
            if len(stem) >= SHORTEST_STEM_GUESSED:
                for key in deletes(stem, 1):
                    self.near_stems.setdefault(key, []).append(stem + "*")


def deletes(word: str, depth: int) -> set[str]:
    """Return the word and every spelling with up to ``depth`` letters left out."""
    found = {word}
    layer = {word}
    for _ in range(depth):
        layer = {w[:i] + w[i + 1 :] for w in layer for i in range(len(w))}
        found |= layer
    return found
