"""Reading of a text: every word gets its symbols, every phrase found becomes a mark with a place and a meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from locales.lexicon import END, Element, Lexicon, Phrase, Vocabulary, lexicon
from locales.tokens import Token, cut, detach, fold

HARD_STOPS = frozenset(".!?;\n")
LONGEST_CLAUSE = 40
MONTH = "month:"
GUESSES_PER_TEXT = 150
MARKS_PER_TEXT = 60_000
AND_PREFIXES = frozenset({"و", "ف"})
LATIN_ORDER = ("de", "en", "uk", "ar")


@dataclass(frozen=True, slots=True)
class Mark:
    """A phrase found: its meaning and its first and last token, both included."""

    name: str
    start: int
    end: int
    places: tuple[int, ...] = ()


@dataclass(slots=True)
class Reading:
    """A text taken apart: tokens, their symbols, pictograms and marks by meaning."""

    folded: str
    tokens: list[Token]
    symbols: list[set[str]]
    pictograms: list[str]
    last_mark: str
    home: str
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    _starting: dict[int, list[Mark]] = field(default_factory=dict)
    _ending: dict[int, set[str]] = field(default_factory=dict)
    _taking: dict[int, set[str]] = field(default_factory=dict)

    def add(self, mark: Mark) -> None:
        """Keep a mark, findable by its meaning and by each of its words."""
        self.marks.setdefault(mark.name, []).append(mark)
        self._starting.setdefault(mark.start, []).append(mark)
        self._ending.setdefault(mark.end, set()).add(mark.name)
        for place in mark.places:
            self._taking.setdefault(place, set()).add(mark.name)

    def ending(self, position: int) -> set[str]:
        """Return the meanings of the phrases whose last word stands at a position."""
        return self._ending.get(position, set())

    def starting(self, position: int) -> list[Mark]:
        """Return the marks whose first word stands at a position."""
        return self._starting.get(position, [])

    def taken_by(self, mark: Mark, *names: str) -> bool:
        """Whether a phrase of one of these meanings has a word in common with the mark."""
        return any(not self._taking.get(place, set()).isdisjoint(names) for place in mark.places)

    def has(self, *names: str) -> bool:
        """Whether a mark of one of these meanings was found."""
        return any(self.marks.get(name) for name in names)

    def of(self, *names: str) -> list[Mark]:
        """Return the marks of these meanings, in reading order."""
        found = [mark for name in names if name in self.marks for mark in self.marks[name]]
        if len(found) > 1:
            found.sort(key=lambda mark: (mark.start, -mark.end))
        return found

    def at(self, name: str, position: int) -> list[Mark]:
        """Return the marks of a meaning that begin at a position."""
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
        if not 0 <= position < len(self.tokens):
            return None
        lead = f"<{name}:"
        return min([int(s[len(lead) : -1]) for s in self.symbols[position] if s.startswith(lead)], default=None)

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
        if not 0 <= position < len(self.symbols):
            return False
        symbols = self.symbols[position]
        for name in classes:  # noqa: SIM110 - asked thousands of times per text: any() would cost twice as much
            if f"<{name}>" in symbols:
                return True
        return False


def read(text: str, language: str) -> Reading:
    """Take a text apart; ``language`` is the person's own and wins where languages share a word."""
    known = lexicon()
    folded = fold(text)
    tokens, pictograms, last_mark = cut(folded)
    tokens = [piece for token in _joined(tokens, known) for piece in _split(token, known)]
    home, symbols = _symbols(tokens, known, language.partition("-")[0])
    reading = Reading(folded, tokens, symbols, pictograms, last_mark, home)
    for mark in _find(reading, known):
        reading.add(mark)
    return reading


def _joined(tokens: list[Token], known: Lexicon) -> Iterator[Token]:
    """Join words that easy language cuts at a hyphen ("Kranken-Haus"), when that makes a listed word."""
    held: Token | None = None
    for token in tokens:
        whole = None
        if held is not None and held.stop == "-":
            vocabularies = [known.vocabularies[code] for code in _codes(held.text)]
            if any(v.is_compound(held.text, token.text) for v in vocabularies):
                whole = replace(token, text=held.text + token.text)
        if held is not None and whole is None:
            yield held
        held = whole or token
    if held is not None:
        yield held


def _codes(word: str) -> tuple[str, ...]:
    letter = word[0] if word[0].isalpha() else next((c for c in word if c.isalpha()), "")
    if "\u0600" <= letter <= "\u06ff":
        return ("ar",)
    if "\u0400" <= letter <= "\u052f":
        return ("uk",)
    return LATIN_ORDER if letter else ()


def _split(token: Token, known: Lexicon) -> Iterator[Token]:
    codes = _codes(token.text)
    vocabularies = [known.vocabularies[code] for code in codes]
    if not codes or any(v.knows(token.text) for v in vocabularies):
        yield token
    elif token.short and any(v.knows(token.short) for v in vocabularies):
        yield replace(token, text=token.short)
    else:
        pieces = next(filter(None, (_pieces(token.text, v) for v in vocabularies)), [token.text])
        for number, piece in enumerate(pieces, 1):
            yield replace(token, text=piece, stop=token.stop if number == len(pieces) else "")


def _pieces(word: str, vocabulary: Vocabulary) -> list[str]:
    for prefix in vocabulary.prefixes:
        rest = word[len(prefix) :]
        if word.startswith(prefix) and len(rest) >= (2 if prefix in AND_PREFIXES else 3):
            form = detach(rest)
            if vocabulary.knows(form):
                return [prefix, form]
    digits = len(word) - len(word.lstrip("0123456789"))
    if 0 < digits < len(word) and vocabulary.code != "ar" and vocabulary.knows(word[digits:]):
        return [word[:digits], word[digits:]]
    return _glued(word, vocabulary) if 7 <= len(word) <= 60 else []


def _glued(word: str, vocabulary: Vocabulary) -> list[str]:
    """Cut words written without spaces; empty unless every piece is listed and one of them is an opener."""
    best: list[list[str] | None] = [None] * (len(word) + 1)
    best[0] = []
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 16), end):
            before = best[start]
            piece = word[start:end]
            if before is None or not (piece in vocabulary.words or piece in vocabulary.plain):
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or []):
                best[end] = [*before, piece]
    pieces = best[-1] or []
    openers = ("<i>", "<am>", "<day_word>", "<i_have>")
    opened = any(not vocabulary.symbols(piece).isdisjoint(openers) for piece in pieces)
    return pieces if len(pieces) >= 2 and len(word) >= 3 * len(pieces) - 1 and opened else []


def _symbols(tokens: list[Token], known: Lexicon, own: str) -> tuple[str, list[set[str]]]:
    codes = [_codes(token.text) for token in tokens]
    spelt = [{c for c in codes[i] if known.vocabularies[c].knows(t.text)} for i, t in enumerate(tokens)]
    order = sorted(LATIN_ORDER, key=lambda code: (code != own, LATIN_ORDER.index(code)))
    home = max(order, key=lambda code: sum(code in s for s, c in zip(spelt, codes, strict=True) if c))
    symbols: list[set[str]] = []
    guesses = GUESSES_PER_TEXT
    for i, token in enumerate(tokens):
        found: set[str] = {"#"} if token.is_number else set()
        for code in spelt[i]:
            if _allowed(code, home, i, spelt):
                found |= known.vocabularies[code].symbols(token.text) | known.vocabularies[code].beside(token.text)
        if codes[i] and not spelt[i] and guesses:
            guesses -= 1
            found |= _guess(token, codes[i], known, home)
        symbols.append(found)
    return home, symbols


def _allowed(code: str, home: str, position: int, spelt: list[set[str]]) -> bool:
    """Whether a word may be read in a language: at home always, abroad unless the home language knows it too."""
    if code == home or home not in spelt[position]:
        return True
    beside = spelt[max(0, position - 1) : position] + spelt[position + 1 : position + 2]
    return any(code in languages and home not in languages for languages in beside)


def _guess(token: Token, codes: tuple[str, ...], known: Lexicon, home: str) -> set[str]:
    alone = len(codes) == 1
    for code in sorted(codes, key=lambda code: code != home):
        for spelling in filter(None, (token.text, token.short)):
            found = known.vocabularies[code].guess(spelling, at_home=alone or code == home)
            if found:
                return found
    return set()


def _find(reading: Reading, known: Lexicon) -> Iterator[Mark]:
    seen: set[Mark] = set()
    present = set[str]().union(*reading.symbols)
    for position, symbols in enumerate(reading.symbols):
        for symbol in symbols & known.phrases.keys():
            for phrase in known.phrases[symbol]:
                mark = _match(reading, phrase, position) if _may_hold(phrase, present) else None
                if mark is not None and mark not in seen and len(seen) < MARKS_PER_TEXT:
                    seen.add(mark)
                    yield mark


def _may_hold(phrase: Phrase, present: set[str]) -> bool:
    for further in phrase.further:  # noqa: SIM110 - asked thousands of times per text: all() would cost twice as much
        if further.isdisjoint(present):
            return False
    return True


def _match(reading: Reading, phrase: Phrase, position: int) -> Mark | None:
    elements = phrase.elements
    opening = 0
    if elements[0].forbidden:
        opening = 1
        if _fits(reading, elements[0], position - 1) and not _stopped(reading, position - 1):
            return None
    places = _places(reading, elements, opening, position)
    if places is None:
        return None
    positive = [element for element in elements if not element.zero_width]
    own = tuple(place for element, place in zip(positive, places, strict=True) if not element.context)
    return Mark(phrase.name, min(own), max(own), own)


def _places(reading: Reading, elements: tuple[Element, ...], number: int, position: int) -> list[int] | None:
    """Return the positions that elements[number:] take when the next one may stand at ``position``, else None."""
    if number == len(elements):
        return []
    element = elements[number]
    if element.zero_width:
        holds = _ends(reading, position) if END in element.symbols else not _barred(reading, element, position)
        return _places(reading, elements, number + 1, position) if holds else None
    for place in _reach(reading, position, element.gap if number else 0):
        if not _fits(reading, element, place):
            continue
        rest = _places(reading, elements, number + 1, place + 1)
        if rest is not None and not (rest and _stopped(reading, place)):
            return [place, *rest]
    return None


def _barred(reading: Reading, element: Element, position: int) -> bool:
    return _fits(reading, element, position) and not _stopped(reading, position - 1)


def _ends(reading: Reading, position: int) -> bool:
    """Whether a clause ends before ``position``."""
    if position >= len(reading.tokens) or reading.tokens[position - 1].stop not in {"", "-", "/"}:
        return True
    return reading.is_a(position, "but", "because", "i", "am", "i_have")


def _reach(reading: Reading, position: int, gap: int) -> Iterator[int]:
    """Yield the positions an element may take: the next one and, over a gap, later ones of the same clause."""
    if position and reading.tokens[position - 1].stop not in {"", "-", "/"}:
        gap = 0
    for skipped in range(gap + 1):
        place = position + skipped
        if place >= len(reading.tokens):
            return
        yield place
        if reading.tokens[place].stop not in {"", "-", "/"} or reading.is_a(place, "but", "because"):
            return
        if place > position and reading.is_a(place, "i"):
            return


def _fits(reading: Reading, element: Element, place: int) -> bool:
    return 0 <= place < len(reading.tokens) and not element.symbols.isdisjoint(reading.symbols[place])


def _stopped(reading: Reading, place: int) -> bool:
    return place >= 0 and reading.tokens[place].stop in HARD_STOPS
