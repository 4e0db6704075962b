"""The word lists of all languages, read once from ``locales/<language>/phrases.toml`` and made ready for matching."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA

from locales.tokens import fold

FOLDERS = ("de", "de@simple", "en", "ar", "uk")
NOT_PHRASES = frozenset({"inherit", "plain", "prefixes"})
COUNTED = frozenset({"weekday", "weekday_short", "month", "number", "ordinal"})
END = "$"
DAY_WORDS = frozenset({"today", "tomorrow", "after_tomorrow", "yesterday", "before_yesterday"})
GAPS = {"..": 3, "...": 6}
LONGEST_TYPO = 30
_UMLAUTS = re.compile("[äöü]")
_BARE = str.maketrans("äöü", "aou")


class BrokenPhraseList(ValueError):
    """A phrase list holds an entry that cannot be read; the message names the list and the entry."""


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a phrase: the symbols that fill it and how many words may stand before it."""

    symbols: frozenset[str]
    gap: int = 0
    context: bool = False
    forbidden: bool = False

    @property
    def zero_width(self) -> bool:
        """Whether the element only looks and takes no word."""
        return self.forbidden or END in self.symbols


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sequence of elements that means ``name``; a text without any symbol of each of ``further`` cannot hold it."""

    name: str
    elements: tuple[Element, ...]
    further: tuple[frozenset[str], ...] = ()


@dataclass(slots=True)
class Vocabulary:
    """What one language knows: its words, stems, the classes of both, and near spellings."""

    code: str
    words: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    classes: dict[str, set[str]] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)
    prefixes: tuple[str, ...] = ()
    near: dict[str, list[str]] = field(default_factory=dict)
    shortest_stem: int = 99

    def knows(self, word: str) -> bool:
        """Whether the word is spelt as in the lists."""
        return word in self.words or word in self.plain or any(True for _ in self._stems_of(word))

    def is_compound(self, first: str, second: str) -> bool:
        """Whether two parts make one listed word, or the beginning of one that reaches into the second part."""
        word = first + second
        if min(len(first), len(second)) < 3:
            return False
        return word in self.words or any(len(stem) >= len(first) + 3 for stem in self._stems_of(word))

    def symbols(self, word: str) -> set[str]:
        """Return the symbols of a word spelt as in the lists; empty for any other word."""
        spelt = [stem + "*" for stem in self._stems_of(word)]
        if word in self.words:
            spelt.append(word)
        return self._with_classes(spelt)

    def _stems_of(self, word: str) -> Iterator[str]:
        for length in range(self.shortest_stem, len(word) + 1):
            if word[:length] in self.stems:
                yield word[:length]

    def _with_classes(self, spelt: list[str]) -> set[str]:
        found: set[str] = set()
        for entry in spelt:
            found.add(f"{self.code}:{entry}")
            found.update(self.classes.get(entry, ()))
        return found

    def guess(self, word: str, *, at_home: bool) -> set[str]:
        """Return the symbols of the nearest listed words for a mistyped word.

        ``at_home`` says that the text is written in this language; elsewhere only longer words are guessed.
        """
        if not (4 if at_home else 5) <= len(word) <= LONGEST_TYPO or not word.isalpha():
            return set()
        allowed = 2 if at_home and len(word) >= 8 else 1
        best, nearest = allowed + 1, set[str]()
        for entry in self._candidates(word):
            distance = self._distance(word, entry, allowed)
            if distance < best:
                best, nearest = distance, {entry}
            elif distance == best <= allowed:
                nearest.add(entry)
        return self._with_classes(sorted(nearest))

    def beside(self, word: str) -> set[str]:
        """Return the symbols of listed words one slip away from a word that is known by its beginning only."""
        spelt = word in self.words or word in self.plain
        if len(word) < 5 or spelt or any(symbol.startswith("<") for symbol in self.symbols(word)):
            return set()
        near = {entry for key in deletes(word, 1) for entry in self.near.get(key, ()) if not entry.endswith("*")}
        return self._with_classes(sorted(entry for entry in near if self._distance(word, entry, 1) == 1))

    def _candidates(self, word: str) -> set[str]:
        found: set[str] = set()
        for key in deletes(word, 2 if len(word) >= 8 else 1):
            found.update(self.near.get(key, ()))
        for length in range(5, len(word)):
            for key in deletes(word[:length], 1):
                found.update(entry for entry in self.near.get(key, ()) if entry.endswith("*"))
        return found

    def _distance(self, word: str, entry: str, allowed: int) -> int:
        if word[0] != entry[0] and word[:2] != entry[1::-1]:
            return allowed + 1
        if not entry.endswith("*"):
            return int(OSA.distance(word, entry, score_cutoff=allowed))
        stem = entry[:-1]
        lengths = {len(stem) - 1, len(stem), len(stem) + 1}
        return min(int(OSA.distance(word[:n], stem, score_cutoff=1)) for n in lengths) if allowed else 1


def deletes(word: str, depth: int) -> set[str]:
    """Return the word and every spelling with up to ``depth`` letters left out."""
    found = {word}
    layer = {word}
    for _ in range(depth):
        layer = {w[:i] + w[i + 1 :] for w in layer for i in range(len(w))}
        found |= layer
    return found


@dataclass(slots=True)
class Lexicon:
    """All languages together: vocabularies by code and phrases by the symbol they begin with."""

    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)
    phrases: dict[str, list[Phrase]] = field(default_factory=dict)

    def add(self, phrase: Phrase) -> None:
        """Index a phrase by its first required element."""
        first = next(element for element in phrase.elements if not element.zero_width)
        for symbol in first.symbols:
            self.phrases.setdefault(symbol, []).append(phrase)


@cache
def lexicon() -> Lexicon:
    """Return the lists of all languages, read on the first call.

    :raises BrokenPhraseList: when an entry cannot be read.
    """
    made = Lexicon()
    for folder in FOLDERS:
        _load(made, folder)
    for vocabulary in made.vocabularies.values():
        _index_near(vocabulary)
    return made


def _load(made: Lexicon, folder: str) -> None:
    path = Path(__file__).parent / folder / "phrases.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    code = data.get("inherit", folder)
    vocabulary = made.vocabularies.setdefault(code, Vocabulary(code))
    vocabulary.prefixes += tuple(fold(prefix) for prefix in entries(data.get("prefixes", "")))
    for plain in data.get("plain", {}).values():
        vocabulary.plain.update(spelling for word in plain.split() for spelling in spellings(word))
    for table, meanings in data.items():
        if table in NOT_PHRASES:
            continue
        for name, text in meanings.items():
            for number, entry in enumerate(entries(text)):
                for full in _names(table, name, number):
                    _add_entry(made, vocabulary, full, entry)


def _names(table: str, name: str, number: int) -> list[str]:
    if table == "alone":
        return ["alone:" + name]
    if name in COUNTED:
        return [f"{name}:{number}", "day_word" if name == "weekday" else name]
    return [name] + (["day_word"] if table == "days" and name in DAY_WORDS else [])


def entries(text: str, separators: str = "\n,") -> list[str]:
    """Split a list of the file into its entries, at line ends and commas."""
    return [entry.strip() for entry in re.split(f"[{separators}]", text) if entry.strip()]


def spellings(word: str, others: Container[str] = ()) -> set[str]:
    """Return the folded spellings of a word: with ae, oe, ue for umlauts, and with the dots left out.

    Without dots it is left out where ``others`` hold it as a word of its own ("hätte", "hatte").
    """
    full, bare = _both_spellings(word)
    return {full} if full != bare and bare in others else {full, bare}


@cache
def _both_spellings(word: str) -> tuple[str, str]:
    """Return the folded word and the same without umlauts; only words of the lists are ever asked for."""
    full = fold(word)
    return full, fold(word.translate(_BARE)) if _UMLAUTS.search(word) else full


def _add_entry(made: Lexicon, vocabulary: Vocabulary, name: str, entry: str) -> None:
    places = [part for place in entry.split() for part in _parts(place)]
    if len(places) == 1 and places[0][0] not in "<~!":
        for word in places[0].split("/"):
            for spelling in spellings(word.rstrip("*"), vocabulary.plain):
                symbol = spelling + "*" * word.endswith("*")
                vocabulary.classes.setdefault(symbol, set()).add(f"<{name}>")
    for variant in _variants(places):
        elements = tuple(_elements(vocabulary, variant))
        if all(element.zero_width or element.context for element in elements):
            raise BrokenPhraseList(f"{vocabulary.code}: {name}: {entry}")
        needed = [element.symbols for element in elements if not element.zero_width]
        made.add(Phrase(name, elements, tuple(needed[1:])))


def _parts(place: str) -> list[str]:
    """Cut a place that is written with an Arabic article or preposition; alternatives stay one place."""
    return _both_spellings(place)[0].split() if "ا" in place and "/" not in place else [place]


def _variants(places: list[str]) -> Iterator[list[str]]:
    """Yield the places with and without each optional one."""
    for number, place in enumerate(places):
        if place.endswith("?"):
            yield from _variants(places[:number] + places[number + 1 :])
            yield from _variants([*places[:number], place[:-1], *places[number + 1 :]])
            return
    yield places


def _elements(vocabulary: Vocabulary, places: list[str]) -> Iterator[Element]:
    gap = 0
    for place in places:
        if place in GAPS:
            gap = GAPS[place]
            continue
        context, forbidden = place.startswith("~"), place.startswith("!")
        symbols = frozenset(symbol for word in place.lstrip("~!").split("/") for symbol in _symbols(vocabulary, word))
        yield Element(symbols, gap, context, forbidden)
        gap = 0


def _symbols(vocabulary: Vocabulary, word: str) -> Iterator[str]:
    if word.startswith("<") or word in {"#", END}:
        yield word
        return
    for spelling in spellings(word.rstrip("*"), vocabulary.plain):
        if word.endswith("*"):
            vocabulary.stems.add(spelling)
            vocabulary.shortest_stem = min(vocabulary.shortest_stem, len(spelling))
            yield f"{vocabulary.code}:{spelling}*"
        else:
            vocabulary.words.add(spelling)
            yield f"{vocabulary.code}:{spelling}"


def _index_near(vocabulary: Vocabulary) -> None:
    for word in vocabulary.words | vocabulary.plain:
        if len(word) >= 4:
            for key in deletes(word, 2 if len(word) >= 8 else 1):
                vocabulary.near.setdefault(key, []).append(word)
    for stem in vocabulary.stems:
        if len(stem) >= 5:
            for key in deletes(stem, 1):
                vocabulary.near.setdefault(key, []).append(stem + "*")
