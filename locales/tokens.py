"""Folding and cutting of free text: one spelling per word, one token per word, clauses and sentences numbered."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_TEXT = 20_000

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


@dataclass(frozen=True, slots=True)
class Token:
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


def fold(text: str) -> str:
    """Return the text in the one spelling all lists and messages are compared in; apostrophes are dropped."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold().translate(_PUNCTUATION)
    text = _WILL.sub(r"\1 will", text)
    text = _APOSTROPHES.sub("", text)
    text = unicodedata.normalize("NFC", text).translate(_LETTERS).translate(_ARABIC)
    text = unicodedata.normalize("NFD", text)
    is_plain = text.isascii() and text.isprintable()
    return detach(text if is_plain else "".join(_plain(character) for character in text))


def detach(folded: str) -> str:
    """Cut the Arabic article off, and the one-letter prepositions written together with it."""
    return _ARTICLE.sub(_detached, folded)


def _detached(match: re.Match[str]) -> str:
    lead = match[1] or match[2] or ""
    word = match[3]
    if _NOT_ARTICLE.match("ال" + word):
        word = "ال" + word
    return f"{lead} {word}" if lead else word


def _plain(character: str) -> str:
    if character < "\x7f":
        return character if character >= " " or character == "\n" else " "
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category in {"Mn", "Cf"}:
        return ""
    return " " if category[0] in "CZ" else character


def cut(folded: str) -> tuple[list[Token], list[str], str]:
    """Cut folded text into tokens, its pictograms, and the last punctuation mark ('' when there is none)."""
    builder = _Cutter()
    for match in _TOKEN.finditer(_SPACED_DASH.sub(" – ", folded)):
        builder.take(match.group())
    return builder.tokens, builder.pictograms, builder.last_mark


class _Cutter:
    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.pictograms: list[str] = []
        self.last_mark = ""
        self._clause = 0
        self._sentence = 0

    def take(self, piece: str) -> None:
        if piece[0].isalnum():
            self._word(piece)
        elif "\n" in piece:
            self._stop("\n")
        elif piece in ".!?,;:–-/":
            self._stop(piece)
        elif unicodedata.category(piece) in {"So", "Sk"}:
            self.pictograms.append(piece)
            self._stop(",")

    def _word(self, piece: str) -> None:
        self.last_mark = ""
        if _CYRILLIC.search(piece):
            piece = piece.translate(_TO_CYRILLIC)
        text = _LONG_RUN.sub(r"\1\1", piece)
        short = _LONG_RUN.sub(r"\1", piece)
        self.tokens.append(Token(text, self._clause, self._sentence, "", short if short != text else ""))

    def _stop(self, mark: str) -> None:
        self.last_mark = mark
        if not self.tokens:
            return
        last = self.tokens[-1]
        if last.stop in {"", "-", "/"} or mark in "?!":
            self.tokens[-1] = Token(last.text, last.clause, last.sentence, mark, last.short)
        if mark not in "-/":
            self._clause += 1
        if mark in ".!?;\n":
            self._sentence += 1
