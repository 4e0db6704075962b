"""Folding and cutting of free text: one spelling per word, one token per word, clauses and sentences numbered."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

LONGEST_TEXT = 20_000
LAST_ARABIC = 0x6FF
SENTENCE_MARKS = frozenset(".!?;\n")
OVERWRITTEN = frozenset({"", "-", "/"})

_ARABIC = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ة": "ه",
        "ؤ": "و",
        "ئ": "ي",
        "ء": None,
        "ـ": None,
        "ک": "ك",
        "گ": "ك",
        "ی": "ي",
        "ې": "ي",
        "چ": "ج",
        "پ": "ب",
        "ڤ": "ف",
        "ہ": "ه",
        "ۀ": "ه",
        "ھ": "ه",
    }
)
_LETTERS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "æ": "ae",
        "ø": "oe",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "ґ": "г",
    }
)
_PUNCTUATION = str.maketrans(
    {
        "،": ",",
        "؛": ";",
        "؟": "?",
        "。": ".",
        "、": ",",
        "…": ".",
        "–": "–",
        "—": "–",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "«": " ",
        "»": " ",
        "„": " ",
        "“": " ",
        "”": " ",
        '"': " ",
        "(": ",",
        ")": ",",
        "[": ",",
        "]": ",",
        "٫": ".",
    }
)
_ARTICLE = re.compile(r"\b(?:([بعهفك])ال|ل(ل)|ال)(\w{3,})")
_NOT_ARTICLE = re.compile(
    "الله|اللي|الم[ا]ن|اليوم|الساعه|الاحد|الاثنين|الاتنين|الثلاث|الاربعا|الحين|النهارده|الليل|البارح|الواحده|الثاني|الثالث"
    "|الرابع|الخامس|السادس|السابع|الثامن|التاسع|العاشر|التنين|الاول"
)
_APOSTROPHES = re.compile("['’ʼ‘`´′ʹ＇]")
_WILL = re.compile("\\b(i|we|you|he|she|they|it)['’ʼ‘`´]ll\\b")
_TO_CYRILLIC = str.maketrans("aceiopxyhtkmb", "асеіорхунткмв")
_CYRILLIC = re.compile("[а-яєіїґ]")
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")
_UNITS = (
    r"uhr|h|std|stunden?|min|mins|minuten?|minutes?|m|tage?n?|wochen?|am|pm|days?|d|weeks?|wks?|hours?|hrs?|hr"
    r"|st|nd|rd|th|ten|te|ter|tes|euro|x|k|mal|jahre?|years?"
)
_TOKEN = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?!\d)"
    r"|\d{1,2}-\d{1,2}-\d{4}(?!\d)"
    r"|\d+(?:[.:/,]\d+)+\.?"
    rf"|\d+(?=(?:{_UNITS})\b)"
    r"|\d+(?![^\W\d_])\.?"
    r"|\d+(?=[^\W\d_a-z])"
    r"|[^\W_]+"
    r"|[^\w\s]|\s*\n\s*|_"
)
_SPACED_DASH = re.compile(r"\s+-+\s+")


class Token(NamedTuple):
    """One word or number of a text: its folded spelling, where it stands and the punctuation behind it."""

    text: str
    clause: int = 0
    sentence: int = 0
    stop: str = ""
    short: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the token begins with a digit and holds no letters."""
        return self.text[0].isdigit() and not any(c.isalpha() for c in self.text)


class _Plain(dict[int, str]):
    """What becomes of a composed character: one spelling of its letter, its digit, a blank, or nothing.

    Holds the characters of the languages; any other is worked out each time, so that nobody fills the memory with them.
    """

    def __missing__(self, code: int) -> str:
        return "".join(map(_bare, unicodedata.normalize("NFD", chr(code).translate(_LETTERS).translate(_ARABIC))))


def _bare(character: str) -> str:
    if character < "\x7f":
        return character if character >= " " or character == "\n" else " "
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category in {"Mn", "Cf"}:
        return ""
    return " " if category[0] in "CZ" else character


_PLAIN = _Plain()
_PLAIN.update((code, _PLAIN[code]) for code in range(LAST_ARABIC + 1))


def fold(text: str) -> str:
    """Return the text in the one spelling all lists and messages are compared in; apostrophes are dropped."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold().translate(_PUNCTUATION)
    if _APOSTROPHES.search(text):
        text = _APOSTROPHES.sub("", _WILL.sub(r"\1 will", text))
    if text.isascii() and text.isprintable():
        return text
    return detach(unicodedata.normalize("NFC", text).translate(_PLAIN))


def detach(folded: str) -> str:
    """Cut the Arabic article off, and the one-letter prepositions written together with it."""
    if "ال" not in folded and "لل" not in folded:
        return folded
    return _ARTICLE.sub(_detached, folded)


def _detached(match: re.Match[str]) -> str:
    lead = match[1] or match[2] or ""
    word = match[3]
    if _NOT_ARTICLE.match("ال" + word):
        word = "ال" + word
    return f"{lead} {word}" if lead else word


def cut(folded: str) -> tuple[list[Token], list[str], str]:
    """Cut folded text into tokens, its pictograms, and the last punctuation mark ('' when there is none)."""
    builder = _Cutter(folded)
    for piece in _TOKEN.findall(_SPACED_DASH.sub(" – ", folded) if "-" in folded else folded):
        if piece[0].isalnum():
            builder.word(piece)
        else:
            builder.mark(piece)
    return builder.tokens, builder.pictograms, builder.last_mark


class _Cutter:
    def __init__(self, folded: str) -> None:
        self.tokens: list[Token] = []
        self.pictograms: list[str] = []
        self.last_mark = ""
        self._clause = 0
        self._sentence = 0
        self._is_cyrillic = _CYRILLIC.search(folded) is not None
        self._has_runs = _LONG_RUN.search(folded) is not None

    def word(self, piece: str) -> None:
        """Take a word: Latin letters among Cyrillic ones are Cyrillic, letters held down are two or one."""
        self.last_mark = ""
        text, short = piece, ""
        if self._is_cyrillic and _CYRILLIC.search(piece):
            text = piece.translate(_TO_CYRILLIC)
        if (self._has_runs or text != piece) and _LONG_RUN.search(text):
            text, short = _LONG_RUN.sub(r"\1\1", text), _LONG_RUN.sub(r"\1", text)
        self.tokens.append(Token(text, self._clause, self._sentence, "", short))

    def mark(self, piece: str) -> None:
        """Take a punctuation mark or a pictogram, which parts clauses like a comma."""
        if "\n" in piece:
            self._stop("\n")
        elif piece in ".!?,;:–-/":
            self._stop(piece)
        elif unicodedata.category(piece) in {"So", "Sk"}:
            self.pictograms.append(piece)
            self._stop(",")

    def _stop(self, mark: str) -> None:
        self.last_mark = mark
        if not self.tokens:
            return
        last = self.tokens[-1]
        if last.stop in OVERWRITTEN or mark in "?!":
            self.tokens[-1] = last._replace(stop=mark)
        if mark not in "-/":
            self._clause += 1
        if mark in SENTENCE_MARKS:
            self._sentence += 1
