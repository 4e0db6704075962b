"""The word lists of all languages, read once from ``locales/<language>/phrases.toml`` and made ready for matching."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from locales.tokens import fold
from locales.vocabulary import Vocabulary

FOLDERS = ("de", "de@simple", "en", "ar", "uk")
NOT_PHRASES = frozenset({"inherit", "plain", "prefixes"})
COUNTED = frozenset({"weekday", "weekday_short", "month", "number", "ordinal"})
LATIN_ORDER = ("de", "en", "uk", "ar")
ALPHABETS = {"latin": LATIN_ORDER, "uk": ("uk",), "ar": ("ar",)}
END = "$"
DAY_WORDS = frozenset({"today", "tomorrow", "after_tomorrow", "yesterday", "before_yesterday"})
GAPS = {"..": 3, "...": 6}
_UMLAUTS = re.compile("[äöü]")
_BARE = str.maketrans("äöü", "aou")


class BrokenPhraseList(ValueError):
    """A phrase list holds an entry that cannot be read; the message names the list and the entry."""


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a phrase: the symbols that fill it and how many words may stand before it.

    A symbol is a word of a language ("de:krank"), a stem ("de:krank*"), a class ("not"), a number "#" or the end "$".
    ``zero_width``: the element only looks and takes no word.
    """

    symbols: frozenset[str]
    gap: int = 0
    context: bool = False
    forbidden: bool = False
    zero_width: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A sequence of elements that means ``name``; ``words`` are those of them that take a word."""

    name: str
    elements: tuple[Element, ...]
    words: tuple[Element, ...]

    @property
    def side_by_side(self) -> int:
        """How many of the first words stand side by side wherever the phrase is found."""
        if self.elements[0].zero_width:
            return 1
        return next((number for number, word in enumerate(self.words) if number and word.gap), len(self.words))


class Anchored(NamedTuple):
    """A phrase as it is looked for: by a word ``offset`` words behind its first; a text needs all ``further`` too."""

    phrase: Phrase
    offset: int
    further: tuple[frozenset[str], ...]


@dataclass(slots=True)
class Opening:
    """What a symbol leads to: the meanings it has by itself, and the phrases that are looked for by it."""

    alone: list[str] = field(default_factory=list)
    longer: list[Anchored] = field(default_factory=list)


class Alphabet:
    """The languages written with the same letters: which of them list a word, and with which symbols."""

    def __init__(self, vocabularies: list[Vocabulary]) -> None:
        self.vocabularies = vocabularies
        self.remembered: dict[str, Mapping[str, frozenset[str]]] = {}

    def spelt(self, word: str) -> Mapping[str, frozenset[str]]:
        """Return the symbols of a word by the language that knows it as it is spelt; empty for an unknown word.

        Words of the lists are kept once asked for; any other word, which may be a name, is forgotten.
        """
        found = self.remembered.get(word)
        if found is None:
            knowing = [vocabulary for vocabulary in self.vocabularies if vocabulary.knows(word)]
            found = {v.code: v.symbols(word) | v.beside(word) for v in knowing}
            if any(vocabulary.lists(word) for vocabulary in knowing):
                self.remembered[word] = found
        return found


@dataclass(slots=True)
class Lexicon:
    """All languages together: vocabularies by code, alphabets by name, phrases by a symbol.

    ``counted`` tells for a class such as "month:2" the list it belongs to and its place there.
    """

    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)
    alphabets: dict[str, Alphabet] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)
    counted: dict[str, tuple[str, int]] = field(default_factory=dict)

    def index(self, phrases: list[Phrase]) -> None:
        """Make phrases findable by the one of their words that the lists use least, so that few are tried in vain."""
        uses = Counter(symbol for phrase in phrases for word in phrase.words for symbol in word.symbols)
        for phrase in phrases:
            often = [max(uses[symbol] for symbol in word.symbols) for word in phrase.words[: phrase.side_by_side]]
            offset = often.index(min(often))
            further = tuple(word.symbols for number, word in enumerate(phrase.words) if number != offset)
            for symbol in phrase.words[offset].symbols:
                opening = self.openings.setdefault(symbol, Opening())
                if len(phrase.elements) > 1:
                    opening.longer.append(Anchored(phrase, offset, further))
                elif phrase.name not in opening.alone:
                    opening.alone.append(phrase.name)

    def alphabet_of(self, word: str) -> Alphabet | None:
        """Return the alphabet of a word's first letter; None for a word without letters."""
        letter = word[0] if word[0].isalpha() else next((c for c in word if c.isalpha()), "")
        if "\u0600" <= letter <= "\u06ff":
            return self.alphabets["ar"]
        if "\u0400" <= letter <= "\u052f":
            return self.alphabets["uk"]
        return self.alphabets["latin"] if letter else None


@cache
def lexicon() -> Lexicon:
    """Return the lists of all languages, read on the first call.

    :raises BrokenPhraseList: when an entry cannot be read.
    """
    made = Lexicon()
    made.index([phrase for folder in FOLDERS for phrase in _load(made, folder)])
    for vocabulary in made.vocabularies.values():
        vocabulary.index()
    for name, codes in ALPHABETS.items():
        made.alphabets[name] = Alphabet([made.vocabularies[code] for code in codes])
    return made


def _load(made: Lexicon, folder: str) -> Iterator[Phrase]:
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
                if name in COUNTED:
                    made.counted[f"{name}:{number}"] = (name, number)
                for full in _names(table, name, number):
                    yield from _phrases(vocabulary, full, entry)


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


def _phrases(vocabulary: Vocabulary, name: str, entry: str) -> Iterator[Phrase]:
    places = [part for place in entry.split() for part in _parts(place)]
    if len(places) == 1 and places[0][0] not in "<~!":
        for word in places[0].split("/"):
            for spelling in spellings(word.rstrip("*"), vocabulary.plain):
                symbol = spelling + "*" * word.endswith("*")
                vocabulary.classes.setdefault(symbol, set()).add(name)
    for variant in _variants(places):
        elements = tuple(_elements(vocabulary, variant))
        if all(element.zero_width or element.context for element in elements):
            raise BrokenPhraseList(f"{vocabulary.code}: {name}: {entry}")
        yield Phrase(name, elements, tuple(element for element in elements if not element.zero_width))


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
        yield _element(symbols, gap, context, forbidden)
        gap = 0


@cache
def _element(symbols: frozenset[str], gap: int, context: bool, forbidden: bool) -> Element:
    """Return the one element of its kind: most are part of many phrases."""
    return Element(symbols, gap, context, forbidden, zero_width=forbidden or END in symbols)


def _symbols(vocabulary: Vocabulary, word: str) -> Iterator[str]:
    if word.startswith("<"):
        yield word[1:-1]
        return
    if word in {"#", END}:
        yield word
        return
    for spelling in spellings(word.rstrip("*"), vocabulary.plain):
        if word.endswith("*"):
            vocabulary.stems.add(spelling)
            vocabulary.shortest_stem = min(vocabulary.shortest_stem, len(spelling))
            vocabulary.longest_stem = max(vocabulary.longest_stem, len(spelling))
            yield f"{vocabulary.code}:{spelling}*"
        else:
            vocabulary.words.add(spelling)
            yield f"{vocabulary.code}:{spelling}"
