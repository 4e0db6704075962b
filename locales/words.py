"""From tokens to words: what was written apart is joined, what was written together is cut, all get their symbols."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from locales.lexicon import LATIN_ORDER, Alphabet, Lexicon
from locales.tokens import Token, detach
from locales.vocabulary import Vocabulary

GUESSES_PER_TEXT = 150
LONGEST_PIECE = 16
AND_PREFIXES = frozenset({"و", "ف"})
NUMBER = frozenset("#")
NO_SYMBOLS: frozenset[str] = frozenset()
UNKNOWN: Mapping[str, frozenset[str]] = {}


class Word(NamedTuple):
    """A token, the languages its letters belong to, and its symbols by the language that knows its spelling."""

    token: Token
    alphabet: Alphabet | None
    spelt: Mapping[str, frozenset[str]]


def find_words(tokens: list[Token], known: Lexicon) -> list[Word]:
    """Return the words that tokens are written for."""
    if any(token.stop == "-" for token in tokens):
        tokens = list(_joined(tokens, known))
    words: list[Word] = []
    for token in tokens:
        alphabet = known.alphabet_of(token.text)
        spelt = alphabet.spelt(token.text) if alphabet else UNKNOWN
        if spelt or alphabet is None:
            words.append(Word(token, alphabet, spelt))
        else:
            words.extend(_respelt(token, alphabet, known))
    return words


def _joined(tokens: list[Token], known: Lexicon) -> Iterator[Token]:
    """Join words that easy language cuts at a hyphen ("Kranken-Haus"), when that makes a listed word."""
    held: Token | None = None
    for token in tokens:
        whole = None
        if held is not None and held.stop == "-":
            alphabet = known.alphabet_of(held.text)
            if alphabet and any(v.is_compound(held.text, token.text) for v in alphabet.vocabularies):
                whole = token._replace(text=held.text + token.text)
        if held is not None and whole is None:
            yield held
        held = whole or token
    if held is not None:
        yield held


def _respelt(token: Token, alphabet: Alphabet, known: Lexicon) -> Iterator[Word]:
    """Read a word that no list holds with fewer letters held down, else as several words, else as it is."""
    spelt = alphabet.spelt(token.short) if token.short else UNKNOWN
    if spelt:
        yield Word(token._replace(text=token.short), alphabet, spelt)
        return
    pieces = next(filter(None, (_pieces(token.text, v) for v in alphabet.vocabularies)), [token.text])
    for number, piece in enumerate(pieces, 1):
        part = token._replace(text=piece, stop=token.stop if number == len(pieces) else "")
        letters = known.alphabet_of(piece)
        yield Word(part, letters, letters.spelt(piece) if letters else UNKNOWN)


def _pieces(word: str, vocabulary: Vocabulary) -> list[str]:
    for prefix in vocabulary.prefixes:
        if word.startswith(prefix):
            rest = word[len(prefix) :]
            form = detach(rest) if len(rest) >= (2 if prefix in AND_PREFIXES else 3) else ""
            if form and vocabulary.knows(form):
                return [prefix, form]
    digits = len(word) - len(word.lstrip("0123456789"))
    if 0 < digits < len(word) and vocabulary.code != "ar" and vocabulary.knows(word[digits:]):
        return [word[:digits], word[digits:]]
    return _glued(word, vocabulary) if 7 <= len(word) <= 60 else []


def _glued(word: str, vocabulary: Vocabulary) -> list[str]:
    """Cut words written without spaces; empty unless every piece is listed and one of them is an opener."""
    if not any(opener in word for opener in vocabulary.openers):
        return []
    best: list[list[str] | None] = [None] * (len(word) + 1)
    best[0] = []
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - LONGEST_PIECE), end):
            before = best[start]
            if before is None or not vocabulary.lists(word[start:end]):
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or []):
                best[end] = [*before, word[start:end]]
    pieces = best[-1] or []
    opened = any(vocabulary.opens(piece) for piece in pieces)
    return pieces if len(pieces) >= 2 and len(word) >= 3 * len(pieces) - 1 and opened else []


def find_symbols(words: list[Word], own: str) -> tuple[str, list[frozenset[str]]]:
    """Return the language of a text and the symbols of each word; where languages share a word, ``own`` wins."""
    home = _home(words, own)
    symbols: list[frozenset[str]] = []
    guesses = GUESSES_PER_TEXT
    for position, (token, alphabet, spelt) in enumerate(words):
        if alphabet is None:
            symbols.append(NUMBER if token.is_number else NO_SYMBOLS)
        elif len(spelt) == 1:
            symbols.extend(spelt.values())
        elif spelt:
            symbols.append(_shared(words, position, home))
        elif guesses:
            guesses -= 1
            symbols.append(_guess(token, alphabet, home))
        else:
            symbols.append(NO_SYMBOLS)
    return home, symbols


def _home(words: list[Word], own: str) -> str:
    """Return the language that knows most of the words; of two that know as many, ``own`` or the earlier one."""
    known = dict.fromkeys([own, *LATIN_ORDER] if own in LATIN_ORDER else LATIN_ORDER, 0)
    for word in words:
        for code in word.spelt:
            known[code] += 1
    return max(known, key=known.__getitem__)


def _shared(words: list[Word], position: int, home: str) -> frozenset[str]:
    """Return the symbols of a word that several languages know.

    At home it is read as the home language has it, and as another has it only beside a word of that other language.
    """
    spelt = words[position].spelt
    if home not in spelt:
        return NO_SYMBOLS.union(*spelt.values())
    found = spelt[home]
    beside = [words[place].spelt for place in (position - 1, position + 1) if 0 <= place < len(words)]
    for code in spelt:
        if code != home and any(code in languages and home not in languages for languages in beside):
            found |= spelt[code]
    return found


def _guess(token: Token, alphabet: Alphabet, home: str) -> frozenset[str]:
    alone = len(alphabet.vocabularies) == 1
    for vocabulary in sorted(alphabet.vocabularies, key=lambda v: v.code != home):
        for spelling in (token.text, token.short) if token.short else (token.text,):
            found = vocabulary.guess(spelling, at_home=alone or vocabulary.code == home)
            if found:
                return found
    return NO_SYMBOLS
