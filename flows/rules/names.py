"""Words of names as people write them: case, marks and transliteration make no difference."""

import unicodedata
from typing import Final

_SPELLED: Final = {
    "ß": "ss",
    "ø": "oe",
    "œ": "oe",
    "æ": "ae",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "ı": "i",
    "þ": "th",
}
_UMLAUTS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def words_of(name: str) -> frozenset[str]:
    """The words of a name in the one spelling that all its spellings share: "Müller", "MUELLER" and "Muller" are one.

    What stands between words (blanks, hyphens, apostrophes, full stops) parts them. Any text may be given.
    """
    parted = "".join(char if char.isalnum() or unicodedata.combining(char) else " " for char in _plain(name))
    return frozenset(_folded(word) for word in parted.split())


def _plain(name: str) -> str:
    """Small letters without marks; letters of other scripts lose theirs, too."""
    spelled = "".join(_SPELLED.get(char, char) for char in unicodedata.normalize("NFKC", name).casefold())
    return "".join(char for char in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(char))


def _folded(word: str) -> str:
    """As if nobody wrote umlauts: "mueller" is "muller" here; "Manuel" is folded alike on both sides."""
    for written, folded in _UMLAUTS:
        word = word.replace(written, folded)
    return word
